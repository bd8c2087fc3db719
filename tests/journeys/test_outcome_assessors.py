"""The outcome assessor's wing: a call, an unmasking, paper entered twice and settled, a correction; on a phone and a desk."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.trial import actions
from stegvis.trial import queries as trials
from tests.journeys.test_answering import LOOKS, TOO_WIDE, press
from tests.worlds import FRIDAY

SAVE = "main form button:not([name])"
DAY = FRIDAY - timedelta(days=3)


@pytest.fixture
def person(stage):
    """Somebody whose questions after six months are open."""
    return stage.allocated(site=stage.site, on=FRIDAY - timedelta(days=182))


@pytest.fixture
def two(stage):
    """The outcome assessors of the site."""
    with acting_as(SYSTEM):
        return list(people.staff_at(stage.site, Role.OUTCOME_ASSESSOR).order_by("code"))


@pytest.fixture
def wing(visitor, person, two):
    """Opens pages about that person as the second assessor; each is looked at as it opens."""

    def _wing(viewport, language, scheme):
        window = visitor(viewport, color_scheme=scheme)
        window.language = language
        window.sign_in(two[1], then="/outcomes/")

        def look(path: str | None = None) -> Page:
            """Go to a page, or stay on the one that has come."""
            if path is not None:
                window.go(f"/outcomes/{path}".replace("CODE", person.code))
            window.look()
            assert window.page.evaluate(TOO_WIDE) <= 0, f"{window.page.url} is too wide"
            return window.page

        return look

    return _wing


def enter(page: Page, selector: str, to: str) -> None:
    """Press Enter on a control, reached by the keyboard, and wait for the page that it leads to."""
    with page.expect_navigation(url=re.compile(to)):
        press(page, selector, "Enter")


def write(page: Page, selector: str, words: str) -> None:
    """Write in a field, reached by the keyboard."""
    press(page, selector, "Control+a")
    page.keyboard.type(words)


def entered(stage, person, by, value):
    """One entry of the paper form, with this number on the line."""
    with acting_as(by):
        assessment = stage.assessment(person, "six_months")
        entry = paper.begin(assessment=assessment, completed_on=DAY, initials="", by=by)
        actions.enter_paper(entry=entry, instrument="pain-intensity", answers={"pain-intensity": value}, by=by)
        paper.finish(entry=entry, by=by)


# Calls ------------------------------------------------------------------------------------------------------------
@LOOKS
def test_outcomes_are_taken_in_a_call_by_the_keyboard(viewport, language, scheme, stage, person, wing):
    look = wing(viewport, language, scheme)
    for path in ("", "CODE/six_months/", "CODE/six_months/answers/phq-9/phq9-1/", "CODE/six_months/answers/review/",
                 "CODE/six_months/answers/worry/?about=declined"):  # fmt: skip
        look(path)
    page = look("CODE/six_months/answers/pain-intensity/pain-intensity/")
    write(page, "input[name=pain-intensity]", "4")
    enter(page, ".sv-foot button", "/pain-map/")
    with acting_as(SYSTEM):
        kept = assessments.answers_of(stage.assessment(person, "six_months"))
    assert kept["pain-intensity"] == {"pain-intensity": 4}


@LOOKS
def test_an_unmasking_is_asked_for_in_words_and_kept(viewport, language, scheme, person, two, wing):
    look = wing(viewport, language, scheme)
    page = look("CODE/six_months/unmasked/")
    enter(page, SAVE, "/unmasked/")  # without words
    expect(look().locator("[aria-invalid=true], .govuk-error-message").first).to_be_visible()
    write(page, "main textarea", "Named the programme in passing.")
    press(page, "main input[type=radio]", "Space")
    enter(page, SAVE, "/six_months/$")
    look()
    with acting_as(two[1]):
        assert trials.is_unmasked(two[1], person)


# Paper ------------------------------------------------------------------------------------------------------------
@LOOKS
def test_a_paper_form_is_begun_entered_page_by_page_and_finished_by_the_keyboard(
    viewport, language, scheme, stage, person, wing
):
    look = wing(viewport, language, scheme)
    look("paper/")
    page = look("CODE/six_months/paper/")
    for part, number in (("day", DAY.day), ("month", DAY.month), ("year", DAY.year)):
        write(page, f"main input[name=completed_on_{part}]", str(number))
    enter(page, SAVE, "/entry/pain-intensity/")
    write(look(), "input[name=pain-intensity]", "61")
    enter(page, SAVE, "/entry/pain-map/")
    press(look(), ".sv-bodymap summary", "Enter")
    press(page, "input[value=f-knee-r]", "Space")
    enter(page, SAVE, "/entry/phq-9/")
    press(look(), "input[name=phq9-1]", "Space")
    enter(page, SAVE, "/entry/gad-7/")
    enter(page, "main .sv-back", "/paper/$")
    enter(look(), SAVE, "/paper/$")
    look()
    [entry] = paper.entries(stage.assessment(person, "six_months"))
    assert entry.finished_at is not None
    with acting_as(entry.entered_by):
        kept = paper.entered(entry)
    assert (kept["pain-intensity"], kept["pain-map"]) == ({"pain-intensity": 61}, {"pain-map": ["f-knee-r"]})
    assert kept["phq-9"] == {"phq9-1": "0"}


@LOOKS
def test_paper_is_compared_and_settled(viewport, language, scheme, stage, person, two, wing):
    entered(stage, person, two[0], 61)
    look = wing(viewport, language, scheme)
    look("CODE/six_months/paper/print/")
    entered(stage, person, two[1], 16)
    page = look("CODE/six_months/paper/compare/")
    press(page, "main input[type=radio]", "Space")
    write(page, "main input[name$=words]", "Read from the left end")
    enter(page, SAVE, "/compare/")
    look()
    with acting_as(two[1]):
        assert [each.decision is None for each in paper.differences(stage.assessment(person, "six_months"))] == [False]


# Corrections ------------------------------------------------------------------------------------------------------
@LOOKS
def test_what_was_sent_is_corrected_with_a_reason_and_not_without(viewport, language, scheme, stage, person, wing):
    stage.answer(person, "six_months")
    look = wing(viewport, language, scheme)
    look("corrections/")
    look("CODE/six_months/sent/")
    page = look("CODE/six_months/sent/pain-intensity/")
    write(page, "input[name=pain-intensity]", "12")
    enter(page, SAVE, "/pain-intensity/")
    expect(look().locator("[data-error-summary], .govuk-error-message").first).to_be_visible()  # no reason given
    assert page.locator("input[name=pain-intensity]").input_value() == "12"
    write(page, "input[name=reason]", "Said 12")
    enter(page, SAVE, "/sent/")
    look()
    with acting_as(SYSTEM):
        found = assessments.answers_of(stage.assessment(person, "six_months"))
    assert found["pain-intensity"] == {"pain-intensity": 12}
