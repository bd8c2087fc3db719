"""J6, the first visit to the physiotherapist: from the board to the print, interrupted and taken over, stopped by a warning sign.

English on a tablet, Swedish at a desk, by the keyboard alone and without scripts; every page goes through the
accessibility check. A click is counted, and writing is not.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.visiting import queries as visiting
from tests.journeys.conftest import DESK, Visitor
from tests.worlds import FRIDAY

TABLET = {"width": 820, "height": 1180}
MOST, MOST_FOR_AN_ACTIVITY = 25, 8
SAVED = "[data-autosave-status][data-state=saved]"


@dataclass
class Hand:
    """Clicks, and counts them."""

    visitor: Visitor
    clicks: int = 0

    def click(self, where: str | Locator) -> None:
        """Click what is there, and wait for the page that it leads to."""
        found = self.visitor.page.locator(where) if isinstance(where, str) else where
        found.first.click()
        self.clicks += 1
        self.visitor.page.wait_for_load_state()


@pytest.fixture
def person(stage):
    """Someone whose first visit is booked."""
    return stage.baseline_done()


@pytest.fixture
def physio(stage, person):
    return stage.clinician(person, Role.PHYSIOTHERAPIST)


def open_visit(visitor, physio, person, part="", window=None, language="en", **options):
    """A window in which the physiotherapist has opened a part of the first visit."""
    desk = visitor(window or DESK, **options)
    desk.language = language
    desk.sign_in(physio, then=f"/physio/{person.code}/visit/1/{part}")
    return desk


def first_visit(person):
    with acting_as(SYSTEM):
        found = plans.visit(person, 1)
        assert found is not None
        return found


@pytest.mark.journey("J6")
@pytest.mark.parametrize(("language", "window"), [("en", TABLET), ("sv", DESK)], ids=["English tablet", "Swedish desk"])
def test_a_plan_is_made_and_shared_in_few_clicks(person, physio, visitor, language, window):
    desk = visitor(window)
    desk.language = language
    desk.sign_in(physio, then="/physio/")
    hand = Hand(desk)
    _to_the_goals(hand, person)
    desk.page.locator("[name=text]").fill("Gå till affären")
    hand.click("#id_goal_type_0")
    hand.click("main form .sv-btn--moss")
    expect(desk.page.locator(".sv-kv b", has_text="Gå till affären")).to_be_visible()  # what was typed is saved first
    desk.look()
    hand.click(f'main a[href$="{person.code}/visit/1/plan/"].sv-btn')
    before = hand.clicks
    hand.click("#id_kind_0")
    desk.page.locator("[name=title]").fill("Lugn promenad")
    for day in (0, 2, 4):
        hand.click(f"#id_days_{day}")
    hand.click("#id_effort_0")
    hand.click("#activity .sv-btn--moss")
    assert hand.clicks - before <= MOST_FOR_AN_ACTIVITY
    expect(desk.page.locator(".sv-kv b", has_text="Lugn promenad")).to_be_visible()
    desk.look()
    hand.click(f'main a[href$="{person.code}/visit/1/agree/"].sv-btn')
    _agree_and_print(hand, person)
    assert hand.clicks <= MOST, hand.clicks

    phone = visitor()
    phone.sign_in(person.account, then="/today/")
    expect(phone.page.get_by_text("Lugn promenad").first).to_be_visible(timeout=5000)


@pytest.mark.journey("J6")
@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("sv", "light")])
def test_a_goal_and_an_activity_that_were_not_sent_stand_there_after_a_crash(person, physio, visitor, language, scheme):
    desk = open_visit(visitor, physio, person, "goals/", language=language, color_scheme=scheme)
    desk.page.locator("[name=text]").fill("Baka med barnen")
    expect(desk.page.locator(SAVED)).to_be_visible(timeout=15_000)
    desk.go(f"/physio/{person.code}/visit/1/plan/")
    desk.page.locator("#id_kind_1").check(force=True)
    desk.page.locator("[name=title]").fill("Cykla till jobbet")
    expect(desk.page.locator(SAVED)).to_be_visible(timeout=15_000)
    desk.look()
    desk.page.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('stegvis:unsent:'))")
    session = desk.page.context.cookies()
    desk.page.context.close()

    again = visitor(DESK, color_scheme=scheme)  # another browser, which knows nothing but who is signed in
    again.language = language
    again.page.context.add_cookies(session)
    again.go(f"/physio/{person.code}/visit/1/")
    expect(again.page.locator("[name=title]")).to_have_value("Cykla till jobbet")
    expect(again.page.locator("#id_kind_1")).to_be_checked()
    again.go(f"/physio/{person.code}/visit/1/goals/")
    expect(again.page.locator("[name=text]")).to_have_value("Baka med barnen")
    again.look()


@pytest.mark.journey("J6")
def test_words_of_a_goal_written_after_the_session_ended_are_offered_when_it_is_back(person, physio, visitor):
    desk = open_visit(visitor, physio, person, "goals/")
    session = desk.page.context.cookies()
    desk.page.context.clear_cookies()
    desk.page.locator("[name=text]").fill("Dance at the wedding")
    expect(desk.page.locator("[data-autosave-status][data-state=signin]")).to_be_visible(timeout=15_000)
    desk.page.context.add_cookies(session)
    desk.go(f"/physio/{person.code}/visit/1/goals/")
    found = desk.page.locator(".sv-found")
    expect(found).to_contain_text("Dance at the wedding")
    desk.look()
    found.locator("button").first.click()
    expect(desk.page.locator("[name=text]")).to_have_value("Dance at the wedding")
    expect(desk.page.locator(SAVED)).to_be_visible(timeout=15_000)


def _to_the_goals(hand, person):
    """From the board through life and body, the warning signs and the test."""
    page = hand.visitor.page
    hand.click(f'a[href$="{person.code}/visit/1/"]')
    page.locator("[name=easy_minutes]").fill("40")
    page.locator("[name=resources_social]").fill("Grannen går med")
    expect(page.locator(SAVED)).to_be_visible(timeout=15_000)
    hand.visitor.look()
    hand.click("main form .sv-btn--moss")
    hand.visitor.look()
    hand.click("button[name=rest]")
    page.locator("#capacity [name=value]").fill("11")
    hand.visitor.look()
    hand.click("#capacity .sv-btn--moss")


def _agree_and_print(hand, person):
    page = hand.visitor.page
    page.locator("[name=flare_rule]").fill("Halva tiden i tre dagar")
    page.locator("[name=next_time]").fill("10:30")
    hand.click("#id_read_aloud")
    hand.click("#id_app_shown")
    hand.visitor.look()
    hand.click("main form .sv-btn--moss")
    hand.visitor.look()
    hand.click(f'a[href$="{person.code}/print/"]')
    expect(page.get_by_text("Gå till affären").first).to_be_visible()
    hand.visitor.look()
    with acting_as(SYSTEM):
        agreed, following = visiting.agreement_of(first_visit(person)), plans.visit(person, 2)
    assert (agreed.read_aloud, agreed.app_shown) == (True, True)
    assert "Grannen går med" in agreed.summary
    assert following.planned_time.strftime("%H:%M") == "10:30"


@pytest.mark.journey("J6")
def test_an_interrupted_visit_goes_on_at_the_question_in_the_hands_of_a_colleague(stage, person, physio, visitor):
    desk = open_visit(visitor, physio, person, "talk/")
    desk.page.locator("[name=obstacles_doing]").fill("It stops after a week")
    expect(desk.page.locator(SAVED)).to_be_visible(timeout=15_000)
    desk.page.close()

    colleagues = [each for each in people.staff_at(person.site, Role.PHYSIOTHERAPIST) if each != physio]
    assert colleagues, "nobody could take over"
    other = visitor(TABLET)
    other.sign_in(colleagues[0], then="/physio/take-over/")
    other.look()
    other.page.locator("[name=code]").fill(person.code.lower())
    other.page.locator("main form button").click()
    other.page.wait_for_load_state()
    other.go(f"/physio/{person.code}/visit/1/")
    expect(other.page.locator("[name=obstacles_doing]")).to_be_focused()
    expect(other.page.locator("[name=obstacles_doing]")).to_have_value("It stops after a week")
    expect(other.page.get_by_text(f"Written last by {physio.code}")).to_be_visible()
    other.go(f"/physio/{person.code}/visit/1/history/")
    expect(other.page.get_by_text("It stops after a week")).to_be_visible()
    other.look()


@pytest.mark.journey("J6")
def test_a_warning_sign_stops_the_visit_at_once_and_a_decision_opens_it_by_the_keyboard(person, physio, visitor):
    desk = open_visit(visitor, physio, person, "check/", TABLET)
    desk.page.locator("#id_flag_fever_1").focus()
    desk.page.keyboard.press("Space")
    expect(desk.page.locator("#held")).to_be_visible(timeout=15_000)
    desk.look()
    desk.go(f"/physio/{person.code}/visit/1/plan/")
    expect(desk.page.get_by_text("A warning sign waits for a decision")).to_be_visible()

    desk.go(f"/physio/{person.code}/visit/1/check/")
    desk.page.locator("#decide_outcome_1").focus()
    desk.page.keyboard.press("Space")
    desk.page.locator("[name=limits]").fill("No lifting above the shoulder")
    desk.page.locator("[name=reason]").fill("Spoke with the family doctor")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#held")).to_have_count(0, timeout=15_000)
    expect(desk.page.get_by_text("No lifting above the shoulder").first).to_be_visible()
    desk.look()


@pytest.mark.journey("J6")
def test_the_same_is_done_without_scripts(person, physio, visitor):
    desk = open_visit(visitor, physio, person, "talk/", java_script_enabled=False)
    desk.page.locator("[name=support_wanted]").fill("Ask, do not count")
    desk.page.locator("main form .sv-btn--moss").click()
    desk.look()
    desk.page.locator("button[name=rest]").click()
    desk.page.locator("#capacity [name=value]").fill("9")
    desk.page.locator("#capacity .sv-btn--moss").click()
    expect(desk.page.locator("[name=text]")).to_be_visible()
    with acting_as(SYSTEM):
        visit = first_visit(person)
        assert visiting.notes_of(visit)["support_wanted"].words == "Ask, do not count"
        assert visiting.capacity_at(visit, "chair_stand_30").value == 9


@pytest.mark.journey("J6")
@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_page_of_the_later_visits_fits_a_tablet_and_is_accessible(stage, visitor, language):
    person = stage.allocated(on=FRIDAY - timedelta(days=82))
    desk = visitor(TABLET)
    desk.language = language
    desk.sign_in(stage.clinician(person, Role.PHYSIOTHERAPIST), then="/physio/participants/")
    second = ["since/", "check/", "goals/", "plan/", "agree/", "book/", "missed/"]
    third = ["rate/", "check/", "onward/", "plan/", "agree/"]
    for page in [*(f"2/{each}" for each in second), *(f"3/{each}" for each in third)]:
        desk.go(f"/physio/{person.code}/visit/{page}")
        desk.look()
        assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
