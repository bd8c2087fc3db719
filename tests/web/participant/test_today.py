"""Today: one tap, the switch, what is shown when, and a fixed number of queries."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stegvis.messaging import actions as messaging
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from tests.web.participant.conftest import arm_with
from tests.worlds import FRIDAY, World

Page = Callable[..., Client]


def today(browser: Client) -> str:
    """The page."""
    return browser.get("/en/today/").content.decode()


def tap(browser: Client, what: str = "done") -> dict[str, Any]:
    """What the first activity's form would send."""
    html = today(browser)
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', html) for name in ("activity", "on", "key")}
    return {name: match[1] for name, match in found.items() if match} | {"what": what}


def diary(person: Participant) -> list[Any]:
    """What counts in the diary."""
    with acting_as(person.account):
        return list(plans.diary(person))


def test_one_tap_keeps_what_was_planned_and_a_second_tap_changes_nothing(control: Participant, page: Page) -> None:
    browser = page(control)
    sent = tap(browser)
    for _ in range(2):
        assert browser.post("/en/today/log/", sent).status_code == 302
    assert "Saved: " in today(browser)
    assert [(entry.minutes, entry.rested) for entry in diary(control)] == [(20, False)]


def test_rest_is_an_answer_and_can_be_taken_back(control: Participant, page: Page) -> None:
    browser = page(control)
    browser.post("/en/today/log/", tap(browser, "rested"))
    entry = diary(control)[0]
    assert entry.rested
    assert "Rest is part of the plan" in today(browser)
    browser.post(f"/en/activity/undo/{entry.pk}/", {"next": "/en/today/"})
    assert diary(control) == []
    assert "Resting today" in today(browser)


def test_another_person_s_activity_is_not_logged(world: World, control: Participant, page: Page) -> None:
    other = world.planned()
    with acting_as(other.account):
        theirs = plans.plan_now(other).activities.first()
    sent = tap(page(control)) | {"activity": theirs.pk}
    response = page(control).post("/en/today/log/", sent)
    assert response.status_code == 422
    assert "not in your plan" in response.content.decode()
    assert diary(other) == diary(control) == []


def test_what_is_refused_is_said_on_the_page(control: Participant, page: Page) -> None:
    browser = page(control)
    sent = tap(browser)
    response = browser.post("/en/today/log/", sent | {"on": (FRIDAY + timedelta(days=1)).isoformat()})
    assert response.status_code == 422
    assert "has not come yet" in response.content.decode()


def test_the_low_energy_switch_lasts_for_the_day(reader: Participant, page: Page, world: World) -> None:
    browser = page(reader)
    assert "short version" not in today(browser).lower().replace("show the short version of each step", "")
    browser.post("/en/today/low-energy/", {"low": "on"})
    assert "short version, about" in today(browser)
    with world.acting(reader.account, on=FRIDAY + timedelta(days=1)):
        assert "short version, about" not in today(browser)
    browser.post("/en/today/low-energy/", {})
    assert "short version, about" not in today(browser)


def test_the_switch_is_there_only_where_it_changes_something(world: World, control: Participant, page: Page) -> None:
    assert "Low-energy day?" not in today(page(control))
    walk = plans.DraftActivity(kind="walking", days=(5,), minutes=20, effort="easy", low_energy="Round the house")
    physio = world.clinician(control, Role.PHYSIOTHERAPIST)
    with world.acting(physio, FRIDAY):
        physiotherapy.agree_plan(
            participant=control, draft=plans.Draft((walk,), "", 60, 1), visit=plans.visit(control, 1), key=uuid4(),
            by=physio,
        )  # fmt: skip
    assert "Low-energy day?" in today(page(control))


def test_in_swedish_the_day_begins_with_a_capital(control: Participant, page: Page) -> None:
    assert ">Fredag 13 november<" in page(control).get("/sv/today/").content.decode()


def test_the_group_is_told_plainly_to_those_without_the_programme(control: Participant, page: Page) -> None:
    html = today(page(control))
    assert "Your group" in html
    assert "You make an activity plan with your physiotherapist. You meet three times." in html


def test_before_the_programme_opens_its_day_is_told(world: World, page: Page) -> None:
    person = world.allocated(arm=arm_with(world, "programme", has=True), on=date(2026, 11, 10))
    html = today(page(person))
    assert "It opens on" in html
    assert "/en/programme/" not in html


def test_the_next_step_leads_to_the_exact_part(reader: Participant, page: Page) -> None:
    assert 'href="/en/programme/start/1/"' in today(page(reader))


def test_questions_that_are_open_come_first(answering: Participant, page: Page) -> None:
    html = today(page(answering))
    assert html.index("Questions after six months") < html.index("Today’s activity")


def test_an_unread_message_is_shown_with_how_it_begins(world: World, control: Participant, page: Page) -> None:
    physio = world.clinician(control, Role.PHYSIOTHERAPIST)
    with acting_as(physio):
        messaging.send(participant=control, channel="physiotherapist", body="How was the hill?", key=uuid4(), by=physio)
    assert "How was the hill?" in today(page(control))


def test_whoever_left_is_left_in_peace(world: World, control: Participant, page: Page) -> None:
    world.withdraw(control, "everything")
    html = today(page(control))
    assert "You have left the study" in html
    assert "One step is enough." not in html
    assert "Done" not in html


def test_the_page_costs_the_same_however_much_was_done(world: World, reader: Participant, page: Page) -> None:
    browser = page(reader)
    _write(world, reader)  # once, so that both times there is something of each kind
    browser.get("/en/today/")
    before = _queries(browser)
    for days in range(1, 15):
        _write(world, reader, days)
    assert _queries(browser) == before


def _queries(browser: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert browser.get("/en/today/").status_code == 200
    return len(counted)


def _write(world: World, person: Participant, days: int = 0) -> None:
    """A diary entry and a message, some days ago."""
    day = FRIDAY - timedelta(days=days)
    with world.acting(person.account, on=day):
        physiotherapy.log_activity(
            participant=person, on=day, kind="cycling", minutes=10, effort="easy", key=uuid4(), by=person.account
        )
    therapist = world.clinician(person, Role.THERAPIST)
    with world.acting(therapist, on=day):
        messaging.send(participant=person, channel="therapist", body="Well done", key=uuid4(), by=therapist)
