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
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_answering import press
from tests.worlds import FRIDAY

LOOKS = pytest.mark.parametrize(
    ("viewport", "language", "scheme"), [(PHONE, "sv", "dark"), (DESK, "en", "light")], ids=["phone-sv", "desk-en"]
)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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

        def look(path: str) -> Page:
            window.go(f"/outcomes/{path}".replace("CODE", person.code))
            window.look()
            assert window.page.evaluate(TOO_WIDE) <= 0, f"{path} is too wide"
            return window.page

        return look

    return _wing


def entered(stage, person, by, value):
    """One entry of the paper form, with this number on the line."""
    with acting_as(by):
        assessment = stage.assessment(person, "six_months")
        entry = paper.begin(assessment=assessment, completed_on=FRIDAY - timedelta(days=3), initials="", by=by)
        actions.enter_paper(entry=entry, instrument="pain-intensity", answers={"pain-intensity": value}, by=by)
        paper.finish(entry=entry, by=by)


@LOOKS
def test_outcomes_are_taken_in_a_call_by_the_keyboard_and_an_unmasking_is_kept(
    viewport, language, scheme, stage, person, wing
):
    look = wing(viewport, language, scheme)
    for path in ("", "paper/", "corrections/", "CODE/six_months/", "CODE/six_months/answers/phq-9/phq9-1/",
                 "CODE/six_months/answers/review/", "CODE/six_months/answers/worry/?about=declined"):  # fmt: skip
        look(path)
    page = look("CODE/six_months/answers/pain-intensity/pain-intensity/")
    press(page, "input[name=pain-intensity]", "4")
    press(page, ".sv-foot button", "Enter")
    page.wait_for_url(re.compile("/pain-map/"))
    with acting_as(SYSTEM):
        kept = assessments.answers_of(stage.assessment(person, "six_months"))
    assert kept["pain-intensity"] == {"pain-intensity": 4}
    page = look("CODE/six_months/unmasked/")
    page.locator("main textarea, main input[type=text]").first.fill("Named the programme in passing.")
    expect(page.locator("main form button").first).to_be_enabled()


@LOOKS
def test_paper_is_entered_compared_and_settled(viewport, language, scheme, stage, person, two, wing):
    entered(stage, person, two[0], 61)
    look = wing(viewport, language, scheme)
    for path in ("CODE/six_months/paper/", "CODE/six_months/paper/print/"):
        look(path)
    entered(stage, person, two[1], 16)
    page = look("CODE/six_months/paper/compare/")
    press(page, "main input[type=radio]", "Space")
    page.locator("main input[name$=words], main textarea").first.fill("Read from the left end")
    press(page, "main form button", "Enter")
    page.wait_for_load_state()
    look("CODE/six_months/paper/compare/")
    with acting_as(two[1]):
        assert [each.decision is None for each in paper.differences(stage.assessment(person, "six_months"))] == [False]


@LOOKS
def test_what_was_sent_is_looked_at_and_can_be_corrected_with_a_reason(viewport, language, scheme, stage, person, wing):
    stage.answer(person, "six_months")
    look = wing(viewport, language, scheme)
    look("CODE/six_months/sent/")
    page = look("CODE/six_months/sent/pain-intensity/")
    box = page.locator("input[name=pain-intensity]")
    box.fill("12")
    page.locator("main form button.sv-btn").last.click()
    expect(page.locator("[data-error-summary], .govuk-error-message").first).to_be_visible()  # no reason given
    assert box.input_value() == "12"
