"""The rest of a person's pages: progress, plan and goals, time; and an alert above all of them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Reading
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy.queries import Draft, DraftActivity
from stegvis.programme import actions as programme
from stegvis.programme.models import GuidanceTime
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts
from stegvis.web.therapist import guidance
from tests.web.conftest import Browser
from tests.web.therapist.conftest import Caseload, course_of
from tests.worlds import FRIDAY, World

MONDAY = FRIDAY - timedelta(days=4)


@pytest.fixture
def person(caseload: Caseload) -> Participant:
    """Somebody in the first weeks of the programme."""
    return caseload(1)[0]


def page(browser: Browser, therapist: Account, person: Participant, tab: str) -> str:
    """One of a person's pages."""
    response = browser(therapist).get(f"/en/care/{person.code}/{tab}")
    assert response.status_code == 200
    return str(response.content.decode())


# Progress -------------------------------------------------------------------------------------------------------------
def test_progress_says_what_is_read_sent_and_how_much_of_the_core_is_done(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    world.send_homework(person, on=FRIDAY - timedelta(days=2))
    html = page(browser, therapist, person, "progress/")
    assert "1 of 14" in html
    assert "1 of 8" in html
    assert "8 core steps count as having had the treatment." in html
    assert "1. Start: my reasons and my rhythm" in html
    assert "4 of 4" in html
    assert re.search(r'href="/en/care/\S+/homework/1/">Sent 11 Nov', html)


def test_short_versions_are_told_apart(world: World, browser: Browser, therapist: Account, person: Participant) -> None:
    with world.acting(person.account):
        programme.finish_part(course=course_of(person), module="start", part=1, length="short", by=person.account)
    assert re.search(r'data-label="Short version"[^>]*>1\s*<', page(browser, therapist, person, "progress/"))


# Plan and goals -------------------------------------------------------------------------------------------------------
def test_plan_and_goals_are_read_in_the_persons_own_words(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    physio = agree(world, person)
    html = page(browser, therapist, person, "plan/")
    assert "Walk to the lake" in html
    assert "After lunch, round the park" in html
    assert "Half of it for three days" in html
    assert "20 min, medium" in html
    assert html.count('<form method="post"') == 1, "signing out is all that can be sent from here"
    assert physio.name not in html


def test_the_goal_stands_in_the_head_of_every_page_and_in_a_snippet(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    agree(world, person)
    world.send_homework(person, on=FRIDAY)
    for tab in ("progress/", "messages/", "time/"):
        assert re.search(r"Goal: </span>Walk to the lake", page(browser, therapist, person, tab))
    assert "på vägen mot ”Walk to the lake”" in page(browser, therapist, person, "homework/")


def test_how_far_goals_were_attained_is_not_told(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    agree(world, person)
    world.rate_goals(person, "partly", on=FRIDAY + timedelta(days=1))
    assert "partly" not in page(browser, therapist, person, "plan/")


def test_before_the_first_visit_the_page_says_when_there_will_be_something(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    html = page(browser, therapist, person, "plan/")
    assert "No goal is set yet." in html
    assert "No plan is agreed yet." in html


# Time -----------------------------------------------------------------------------------------------------------------
def test_a_call_is_kept_once_and_counted_in_its_week(browser: Browser, therapist: Account, person: Participant) -> None:
    client, key = browser(therapist), str(uuid4())
    for _ in range(2):
        assert client.post(f"/en/care/{person.code}/time/", {"minutes": "12", "key": key}).status_code == 302
    with acting_as(therapist):
        assert GuidanceTime.objects.values_list("seconds", "kind").get() == (720, "call")
    html = page(browser, therapist, person, "time/")
    assert re.search(r'data-label="In calls"[^>]*>12 min', html)
    assert "Usual: 10 to 20 minutes" in html


@pytest.mark.parametrize("minutes", ["", "0", "241", "ten"])
def test_a_call_that_cannot_have_been_is_refused_kindly(
    browser: Browser, therapist: Account, person: Participant, minutes: str
) -> None:
    response = browser(therapist).post(f"/en/care/{person.code}/time/", {"minutes": minutes, "key": str(uuid4())})
    assert response.status_code == 422
    with acting_as(therapist):
        assert not GuidanceTime.objects.exists()


def test_name_and_number_are_shown_when_asked_for_and_leave_a_reading_of_their_own(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    number = "070-174 06 99".replace(" ", "\N{NO-BREAK SPACE}")
    assert number not in page(browser, therapist, person, "time/")
    assert number in page(browser, therapist, person, "time/?call=1")
    with acting_as(therapist):
        assert Reading.objects.filter(participant=person.code, kind="identity").count() == 1


def test_the_clock_of_a_page_adds_to_the_time_of_this_week(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    assert browser(therapist).post(f"/en/care/{person.code}/looking/", {"seconds": "90"}).status_code == 204
    assert 'data-timer-start="90"' in page(browser, therapist, person, "progress/")


def test_weeks_begin_on_monday_and_end_with_the_first_that_has_any_time() -> None:
    rows = [
        GuidanceTime(on=MONDAY, seconds=60, kind="page"),
        GuidanceTime(on=MONDAY - timedelta(days=1), seconds=600, kind="call"),
        GuidanceTime(on=MONDAY - timedelta(days=8), seconds=120, kind="page"),
    ]
    weeks = guidance.by_week(rows, FRIDAY)
    assert [(week.monday, week.page, week.call) for week in weeks] == [
        (MONDAY, 60, 0),
        (MONDAY - timedelta(days=7), 0, 600),
        (MONDAY - timedelta(days=14), 120, 0),
    ]
    assert [week.minutes for week in guidance.by_week([], FRIDAY)] == [0]


@pytest.mark.parametrize(("minutes", "said"), [(9, "less"), (10, "as usual"), (20, "as usual"), (21, "more")])
def test_a_week_lies_beside_what_the_protocol_calls_usual(world: World, minutes: int, said: str) -> None:
    assert world.protocol.programme is not None
    assert guidance.standing_of(minutes, world.protocol.programme.guidance_minutes) == said
    assert guidance.standing_of(minutes, None) == ""


def test_the_time_log_says_this_week_and_the_average_of_those_before(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (person,) = caseload(1, opened=MONDAY - timedelta(days=14))
    for on, seconds in ((MONDAY - timedelta(days=10), 600), (MONDAY - timedelta(days=3), 1200), (MONDAY, 300)):
        with world.acting(therapist, on):
            programme.keep_time(course=course_of(person), seconds=seconds, kind="page", by=therapist)
    html = browser(therapist).get("/en/care/time/").content.decode()
    assert "5 minutes of guidance this week" in html
    assert re.search(r'data-label="This week"[^>]*>5 min', html)
    assert re.search(r'data-label="A week, on average"[^>]*>15 min', html)


# An alert -------------------------------------------------------------------------------------------------------------
def test_an_open_alert_stands_above_the_page_without_what_was_said(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    with acting_as(SYSTEM):
        alert = safety.raise_alert(
            participant=person, trigger="something_is_wrong", source="note:1", grade="today", words="I fell.", by=SYSTEM
        )
    html = page(browser, therapist, person, "homework/")
    assert "There is an open safety alert" in html
    assert "I fell." not in html
    assert f"/alerts/{alert.pk}/" not in html
    with acting_as(SYSTEM):
        safety.join_rota(site=world.site, account=therapist, by=SYSTEM)
    assert f"/alerts/{alert.pk}/" in page(browser, therapist, person, "homework/")


def agree(world: World, person: Participant) -> Account:
    """The physiotherapist and the person set a goal and agree on a plan."""
    physio = world.staff(Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        people.assign_clinician(participant=person, clinician=physio, role=Role.PHYSIOTHERAPIST, by=SYSTEM)
    activity = DraftActivity(
        kind="walking", days=(1, 3, 5), minutes=20, effort="medium", when_where="After lunch, round the park"
    )
    with acting_as(physio), clock.frozen(clock.at(FRIDAY, 10)):
        physiotherapy.set_goal(
            participant=person, kind="main", text="Walk to the lake", goal_type="function", target_week=12,
            key=uuid4(), by=physio,
        )  # fmt: skip
        physiotherapy.lock_goals(participant=person, by=physio)
        physiotherapy.agree_plan(
            participant=person, draft=Draft((activity,), "Half of it for three days", 60, 2), visit=None, key=uuid4(),
            by=physio,
        )  # fmt: skip
    return physio


# What was heard -------------------------------------------------------------------------------------------------------
def test_what_a_therapist_heard_goes_to_the_rota_once_and_says_not_who_heard_it(world: World, browser: Browser) -> None:
    person = world.allocated(arm=next(arm.code for arm in world.protocol.arms_with("programme")))
    therapist = world.clinician(person, Role.THERAPIST)
    heard = {"words": "She wrote that nothing matters", "key": uuid4()}

    for _ in range(2):
        assert browser(therapist).post(f"/en/care/{person.code}/concern/", heard).status_code == 302

    with acting_as(SYSTEM):
        (alert,) = alerts.open_alerts_of(person)
        told = browser(alerts.rota(person.site)[0]).get(f"/en/trial/alerts/{alert.pk}/").content.decode()
    assert "She wrote that nothing matters" in told
    assert therapist.code not in told
    record = browser(world.coordinator(person)).get(f"/en/trial/participants/{person.code}/record/").content.decode()
    assert therapist.code not in record


def test_nothing_heard_is_asked_for_and_nobody_elses_person_can_be_told_about(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (person,) = caseload()
    address = f"/en/care/{person.code}/concern/"

    assert browser(therapist).post(address, {"words": "", "key": uuid4()}).status_code == 422
    assert browser(world.staff(Role.THERAPIST, world.sites[1])).get(address).status_code == 404


# Where the programme was stopped ------------------------------------------------------------------------------------------
@pytest.fixture
def stopped(person: Participant) -> Participant:
    """The person has stopped the programme without having sent anything."""
    with acting_as(SYSTEM):
        programme.stop_course(course=course_of(person), by=SYSTEM)
    return person


def test_a_stopped_programme_is_said_instead_of_waiting_for_homework(
    browser: Browser, therapist: Account, stopped: Participant
) -> None:
    html = page(browser, therapist, stopped, "homework/")
    assert "Nothing had been sent by then." in html
    assert "No homework yet" not in html


def test_a_stopped_programme_has_nothing_more_to_agree_on(
    browser: Browser, therapist: Account, stopped: Participant
) -> None:
    html = page(browser, therapist, stopped, "pace/")
    assert "There is nothing more to agree on." in html
    assert "Hold the next step" not in html


def test_the_time_so_far_stands_there_without_a_script(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    browser(therapist).post(f"/en/care/{person.code}/looking/", {"seconds": 75})
    assert "data-timer-shown>1 min 15 s<" in page(browser, therapist, person, "progress/")
