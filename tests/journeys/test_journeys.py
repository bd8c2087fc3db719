"""The critical journeys, each by its number: taps and clicks are counted, what was confirmed is kept, nothing tells an arm."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as plans
from stegvis.programme import queries as courses
from stegvis.trial.models import Enrolment
from tests.journeys.conftest import DESK, a_minute_later
from tests.worlds import FRIDAY

SENTENCE = "I sat by the window and my shoulders let go a little."


class Clicks:
    """Counts the presses of a visitor."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, locator) -> None:
        self.count += 1
        locator.click()


@pytest.fixture
def in_programme(stage):
    """Someone whose programme opened two weeks ago, with a plan for today."""
    return stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=FRIDAY - timedelta(days=75))


@pytest.mark.journey("J1")
def test_todays_planned_activity_is_logged_with_one_tap(stage, in_programme, visitor):
    with acting_as(SYSTEM):
        planned = plans.planned_on(in_programme, FRIDAY)
    assert planned, "the plan of this world has something for a Friday"
    phone = visitor()
    phone.sign_in(in_programme.account, then="/today/")
    phone.look()

    taps = Clicks(phone.page)
    taps.press(phone.page.get_by_role("button", name=re.compile("^Done")).first)
    expect(phone.page.locator(".sv-saved").first).to_be_visible()
    phone.look()

    assert taps.count == 1
    with acting_as(SYSTEM):
        assert plans.is_logged(planned[0].activity, FRIDAY)


@pytest.mark.journey("J1")
def test_what_was_logged_is_undone_and_rest_is_chosen_without_javascript(stage, in_programme, visitor):
    phone = visitor(java_script_enabled=False)
    phone.sign_in(in_programme.account, then="/today/")
    phone.page.get_by_role("button", name=re.compile("^Done")).first.click()
    phone.page.get_by_role("button", name=re.compile("^Undo")).first.click()
    phone.page.get_by_role("button", name=re.compile("^Resting today")).first.click()

    with acting_as(SYSTEM):
        entries = list(plans.diary(in_programme))
    assert [entry.rested for entry in entries] == [True]


@pytest.mark.journey("J2")
def test_the_programme_is_resumed_at_the_exact_part_and_no_words_are_lost(stage, in_programme, live, visitor):
    phone = visitor()
    phone.sign_in(in_programme.account, then="/today/")
    taps = Clicks(phone.page)
    taps.press(phone.page.locator("a.sv-btn--plum").first)
    assert taps.count == 1
    phone.look()
    while not phone.page.locator("textarea").count():
        phone.page.locator("button[name=then][value=next]").click()
        phone.page.wait_for_load_state()
    part, field = phone.page.url, phone.page.locator("textarea").first
    name = field.get_attribute("name")
    with phone.page.expect_response(re.compile("/api/autosave/")) as saved:
        field.fill(SENTENCE)
        field.blur()
    assert saved.value.ok
    expect(phone.page.locator("[data-autosave-status]").first).to_contain_text("Saved")

    live.kill()  # the web server dies with -9 …
    phone.page.close()  # … and so does the tab
    later = visitor()
    later.sign_in(in_programme.account, then="/today/")
    later.page.locator("a.sv-btn--plum").first.click()
    later.page.wait_for_load_state()
    assert later.page.url.partition("#")[0] == part.partition("#")[0]
    expect(later.page.locator(f"textarea[name={name}]")).to_have_value(SENTENCE)
    later.look()


@pytest.mark.journey("J2")
def test_homework_sent_twice_is_one_and_the_next_step_opens(stage, in_programme, visitor):
    phone = visitor(java_script_enabled=False)
    phone.sign_in(in_programme.account, then="/programme/")
    with acting_as(SYSTEM):
        first = courses.way(courses.course_of(in_programme)).next.module
    phone.go(f"/programme/{first.code}/send/")
    for _ in range(2):  # nothing has been written: it asks once whether to send all the same
        with phone.page.expect_navigation():
            phone.page.locator("main button.sv-btn--plum").last.click()
    phone.go(f"/programme/{first.code}/send/")
    assert not phone.page.get_by_role("button", name="Send").count()

    with acting_as(SYSTEM):
        way = courses.way(courses.course_of(in_programme))
    assert way.done == 1
    assert way.next is not None
    assert way.next.module.number == first.number + 1


@pytest.mark.journey("J5")
def test_homework_is_read_and_answered_in_two_clicks(stage, in_programme, visitor):
    stage.hold_start_call(in_programme)
    stage.send_homework(in_programme, words=SENTENCE)
    desk = visitor(DESK)
    desk.sign_in(stage.clinician(in_programme, Role.THERAPIST), then="/care/")
    desk.look()

    clicks = Clicks(desk.page)
    clicks.press(desk.page.locator(f"a[href*='/care/{in_programme.code}/']").first)
    expect(desk.page.get_by_text(SENTENCE).first).to_be_visible()
    desk.look()
    desk.page.locator("textarea[name=reply]").fill("You found a place that helped. Next time, choose the hour too.")
    with desk.page.expect_navigation():
        clicks.press(desk.page.locator("form.sv-card button[name=then]").first)
    assert clicks.count == 2

    with acting_as(SYSTEM):
        sent = courses.homework_of(courses.course_of(in_programme)).first()
        assert sent.answered_at is not None
    a_minute_later()
    phone = visitor()
    phone.sign_in(in_programme.account, then="/today/")
    expect(phone.page.get_by_text("Your therapist has answered").first).to_be_visible()
    phone.look()


@pytest.mark.journey("J7")
@pytest.mark.parametrize(("language", "button"), [("en", "^Randomise"), ("sv", "^Randomisera")])
def test_an_eligible_person_is_randomised_in_three_clicks_and_the_arm_is_shown_once(stage, visitor, language, button):
    person = stage.planned()
    arms = [arm.name.in_language(language) for arm in stage.protocol.arms]
    desk = visitor(DESK)
    desk.language = language
    coordinator = stage.coordinator(person)
    desk.sign_in(coordinator, then=f"/trial/participants/{person.code}/")
    seen = []
    desk.page.on(
        "response",
        lambda response: seen.append(response.text() if "html" in response.headers.get("content-type", "") else ""),
    )
    desk.look()

    clicks = Clicks(desk.page)
    clicks.press(desk.page.locator(f"a[href$='/participants/{person.code}/randomise/']").first)
    desk.page.wait_for_load_state()
    desk.look()
    before = "".join(seen)
    desk.page.locator("input[name=password]").fill("en-lugn-promenad")
    with desk.page.expect_navigation():
        clicks.press(desk.page.get_by_role("button", name=re.compile(button)))
    assert clicks.count <= 3

    shown = desk.page.locator(".sv-allocation").inner_text()
    assert shown in arms
    desk.look()
    assert not any(f">{arm}<" in before for arm in arms)
    with acting_as(SYSTEM):
        assert Enrolment.objects.get(participant=person).stage == "allocated"

    desk.go(f"/trial/participants/{person.code}/")
    assert not desk.page.locator(".sv-allocation").count()
    desk.go(f"/trial/participants/{person.code}/randomise/")
    assert not desk.page.locator(".sv-allocation").count()


@pytest.mark.journey("J7")
def test_nobody_is_randomised_while_a_gate_is_closed_or_the_password_is_wrong(stage, visitor):
    early, ready = stage.baseline_done(), stage.planned()
    desk = visitor(DESK)
    desk.sign_in(stage.coordinator(ready), then=f"/trial/participants/{early.code}/randomise/")
    assert not desk.page.locator("input[name=password]").count()
    desk.look()

    desk.go(f"/trial/participants/{ready.code}/randomise/")
    desk.page.locator("input[name=password]").fill("not the password")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=re.compile("^Randomise")).click()
    assert not desk.page.locator(".sv-allocation").count()
    desk.look()
    with acting_as(SYSTEM):
        assert not Enrolment.objects.filter(stage="allocated").exists()
