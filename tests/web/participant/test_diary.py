"""The diary's taps: smaller versions, setbacks, afterwards, the week's open days, steps; and what a device sends later."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from tests.worlds import FRIDAY

Page = Callable[..., Client]
TAP, DEVICE = "/en/today/log/", "/en/api/autosave/diary/"


def diary(person: Participant) -> list[Any]:
    """What counts, newest first."""
    with acting_as(person.account):
        return list(plans.diary(person))


def plan(person: Participant) -> Any:
    """The plan in force."""
    with acting_as(person.account):
        return plans.plan_now(person)


def first(person: Participant) -> Any:
    """The first activity of the plan in force."""
    with acting_as(person.account):
        found = plans.plan_now(person)
        assert found is not None
        return found.activities.select_related("plan__participant").order_by("position").first()


def shown(browser: Client, address: str = "/en/today/") -> str:
    """A page."""
    return browser.get(address).content.decode()


def tap(person: Participant, what: str, **other: Any) -> dict[str, Any]:
    """What a button of the first activity sends."""
    sent = {"what": what, "on": FRIDAY.isoformat(), "key": str(uuid4()), "activity": first(person).pk}
    return sent | other


def from_device(person: Participant, does: str, **other: Any) -> dict[str, Any]:
    """What a device sends later."""
    made = {"made_on": FRIDAY.isoformat(), "typed_at": f"{FRIDAY.isoformat()}T08:00:00Z", "field": "diary"}
    return tap(person, does) | made | other


@pytest.mark.parametrize(("what", "code"), [("flare", "flare"), ("illness", "illness")])
def test_a_setback_is_one_tap_and_can_be_undone(control: Participant, page: Page, what: str, code: str) -> None:
    browser = page(control)
    browser.post(TAP, {"what": what, "on": FRIDAY.isoformat(), "key": str(uuid4())})
    (entry,) = diary(control)
    assert (entry.setback, entry.minutes) == (code, 0)
    browser.post(f"/en/activity/undo/{entry.pk}/", {"next": "/en/today/"})
    assert diary(control) == []


def test_in_a_flare_half_of_the_plan_is_offered_and_counts_as_done(control: Participant, page: Page) -> None:
    browser = page(control)
    assert "Done smaller" not in shown(browser)
    browser.post(TAP, {"what": "flare", "on": FRIDAY.isoformat(), "key": str(uuid4())})
    assert "Done smaller: 10 min" in shown(browser)
    browser.post(TAP, tap(control, "smaller", smaller_minutes=10))
    assert [(each.minutes, each.smaller) for each in diary(control) if each.minutes] == [(10, True)]
    assert "Small counts" in shown(browser)


def test_a_smaller_version_longer_than_the_plan_is_refused_and_nothing_kept(control: Participant, page: Page) -> None:
    refused = page(control).post(TAP, tap(control, "smaller", smaller_minutes=21))
    assert refused.status_code == 422
    assert "the activity itself 20" in refused.content.decode()
    assert diary(control) == []


def test_the_week_is_tapped_too_and_says_on_which_day_it_was_written(control: Participant, page: Page) -> None:
    browser, wednesday = page(control), FRIDAY - timedelta(days=2)
    html = shown(browser, "/en/activity/")
    assert "Planned this week" in html
    sent = tap(control, "done", on=wednesday.isoformat(), next="/en/activity/")
    assert browser.post(TAP, sent)["Location"] == "/en/activity/"
    assert "Written on 18 Sep" in shown(browser, "/en/activity/") or diary(control)[0].backdated


def test_how_the_body_felt_is_asked_once(control: Participant, page: Page) -> None:
    browser = page(control)
    browser.post(TAP, tap(control, "done", on=(FRIDAY - timedelta(days=2)).isoformat()))
    assert "How has your body felt since?" in shown(browser)
    browser.post(f"/en/today/after/{diary(control)[0].pk}/", {"effect": "worse"})
    assert "How has your body felt since?" not in shown(browser)
    assert (
        "asked only once"
        in browser.post(f"/en/today/after/{diary(control)[0].pk}/", {"effect": "better"}, follow=True).content.decode()
    )


def test_only_ones_own_entries_are_asked_about(control: Participant, reader: Participant, page: Page) -> None:
    page(control).post(TAP, tap(control, "done"))
    assert page(reader).post(f"/en/today/after/{diary(control)[0].pk}/", {"effect": "same"}).status_code == 404


def test_the_own_plan_is_made_smaller_at_once_and_says_by_whom(control: Participant, page: Page) -> None:
    browser, walk = page(control), first(control)
    html = browser.post(f"/en/activity/plan/smaller/{walk.pk}/", {"minutes": "10"}, follow=True).content.decode()
    assert "You made it smaller yourself." in html
    assert (plan(control).origin, first(control).minutes) == ("reduced", 10)
    assert (
        "never larger"
        in browser.post(
            f"/en/activity/plan/smaller/{first(control).pk}/", {"minutes": "60"}, follow=True
        ).content.decode()
    )


def test_a_step_is_offered_accepted_and_seen(control: Participant, page: Page) -> None:
    browser, walk = page(control), first(control)
    monday = plans.monday_of(FRIDAY)
    with acting_as(control.account):
        for week in (-2, -1):
            for day in walk.days:
                on = monday + timedelta(weeks=week, days=day - 1)
                physiotherapy.log_planned(activity=walk, on=on, key=uuid4(), by=control.account)
    html = shown(browser)
    assert "A small step, if you like" in html
    found = re.search(r'name="after_week" value="([^"]+)"', html)
    assert found is not None
    assert browser.post("/en/activity/step/", {"after_week": found[1], "answer": "yes"}).status_code == 302
    assert (plan(control).origin, first(control).minutes) == ("grown", 25)
    assert "A small step" not in shown(browser)


def test_the_advice_is_not_on_the_own_page_unless_the_protocol_says_so(control: Participant, page: Page) -> None:
    assert "WHO" not in shown(page(control), "/en/activity/")


# From a device ----------------------------------------------------------------------------------------------------
def test_what_a_device_kept_comes_in_as_one_however_often_it_is_sent(control: Participant, page: Page) -> None:
    browser, sent = page(control), from_device(control, "done")
    for _ in range(2):
        assert browser.post(DEVICE, sent).status_code == 200
    (entry,) = diary(control)
    assert (entry.made_on, entry.minutes) == (FRIDAY, 20)


def test_an_entry_taken_back_before_it_came_does_not_count(control: Participant, page: Page) -> None:
    browser, sent = page(control), from_device(control, "rested")
    undo = {"what": "undo", "entry_key": sent["key"], "field": "diary"}
    assert [browser.post(DEVICE, each).status_code for each in (undo, sent, undo)] == [200] * 3
    assert diary(control) == []


@pytest.mark.parametrize(
    "wrong", [{"on": "soon"}, {"what": "flown"}, {"activity": "999999"}, {"on": "2001-01-01"}, {"typed_at": ""}]
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    control: Participant, page: Page, wrong: dict[str, str]
) -> None:
    refused = page(control).post(DEVICE, from_device(control, "done", **wrong))
    assert refused.status_code == 422
    assert json.loads(refused.content)["error"].endswith(".")
    assert diary(control) == []


def test_something_else_and_a_setback_come_from_a_device_too(control: Participant, page: Page) -> None:
    other = {"kind": "cycling", "minutes": "25", "effort": "easy", "title": "", "activity": ""}
    assert page(control).post(DEVICE, from_device(control, "other", **other)).status_code == 200
    assert page(control).post(DEVICE, from_device(control, "illness", activity="")).status_code == 200
    assert {(each.kind, each.setback) for each in diary(control)} == {("cycling", ""), ("", "illness")}


def test_the_page_for_no_connection_has_the_plan_and_nothing_of_the_diary(control: Participant, page: Page) -> None:
    browser = page(control)
    browser.post(TAP, tap(control, "done"))
    html = shown(browser, "/en/activity/no-connection.html")
    assert html.count("data-days=") == 1
    assert "Saved: " not in html
    assert "data-diary-keep" in shown(browser)
