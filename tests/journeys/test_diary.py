"""The activity plan in a browser: one tap, a week without a connection, and a plan on one sheet however long it is."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import DiaryEntry
from stegvis.physiotherapy.queries import Draft, DraftActivity
from tests.journeys.conftest import DESK, PHONE, lose_connection
from tests.journeys.test_journeys import Clicks

KEPT = """async () => {
  for (let left = 200; left; left--) {
    if (navigator.serviceWorker.controller && await caches.match(new URL("no-connection.html", location.href).href)) return true;
    await new Promise(done => setTimeout(done, 50));
  }
  return false;
}"""
"""Whether, within ten seconds, the device has the page for no connection, and a worker to show it."""
FLARE = "Half the time for three days, not nothing. Then on as planned. I call my sister and rest without blame."
NOTHING_LEFT = "!Object.keys(localStorage).some(key => key.startsWith('stegvis:unsent:'))"


def keep_page(page):
    """Open the page again until the device has kept what it needs: leaving a page cuts off what it was keeping."""
    for _opened in range(3):
        page.reload()
        if page.evaluate(KEPT):
            return
    raise AssertionError("the device has not kept the page for no connection")


@pytest.fixture
def person(stage):
    """Somebody with a plan."""
    return stage.allocated(on=clock.today())


def diary(person):
    with acting_as(SYSTEM):
        return [(each.what, each.minutes, each.undone_now) for each in _entries(person)]


def _entries(person):
    for each in DiaryEntry.objects.filter(participant=person).order_by("made_at", "pk"):
        each.what = each.setback or ("rested" if each.rested else "smaller" if each.smaller else each.kind)
        each.undone_now = not plans.stands(each)
        yield each


@pytest.mark.journey("J1")
@pytest.mark.parametrize(("viewport", "language", "scheme"), [(PHONE, "sv", "light"), (DESK, "en", "dark")])
def test_a_diary_kept_without_a_connection_arrives_once(viewport, language, scheme, person, visitor):
    window = visitor(viewport, color_scheme=scheme)
    window.language = language
    page = window.page
    page.clock.set_fixed_time(clock.now())  # the device's day is the trial's
    window.sign_in(person.account, then="/today/")
    window.look()
    keep_page(page)
    lose_connection(page)
    page.reload()
    expect(page.locator("[data-away]")).to_be_visible()
    window.look()
    page.locator("form:has(button[value=flare]) button[value=flare]").click()
    page.locator("form:has(button[value=illness]) button[value=illness]").click()
    waiting = page.locator("[data-diary-waiting] li")
    expect(waiting).to_have_count(2)
    waiting.filter(has_text=re.compile("Ill|Sjuk")).locator("button").click()
    expect(waiting).to_have_count(1)
    window.look()
    page.context.set_offline(False)
    page.wait_for_function(NOTHING_LEFT)
    window.go("/activity/")
    window.look()
    assert diary(person) == [("flare", 0, False)]


def test_a_tap_that_was_lost_on_its_way_arrives_with_the_next_page(person, visitor):
    window = visitor(PHONE)
    page = window.page
    page.clock.set_fixed_time(clock.now())  # the device's day is the trial's
    window.sign_in(person.account, then="/today/")
    keep_page(page)
    lose_connection(page)
    page.locator("#body button[value=flare]").click()
    expect(page.locator("[data-away]")).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_function(NOTHING_LEFT)
    assert diary(person) == [("flare", 0, False)]


@pytest.mark.journey("J1")
@pytest.mark.parametrize(("language", "has_plan"), [("sv", True), ("en", False)])
def test_another_activity_takes_three_taps_with_a_plan_and_without(stage, visitor, language, has_plan):
    person = stage.allocated(on=clock.today()) if has_plan else stage.baseline_done()
    phone = visitor(PHONE)
    phone.language = language
    phone.sign_in(person.account, then="/today/" if has_plan else "/activity/")
    phone.look()
    taps = Clicks(phone.page)
    taps.press(phone.page.locator("a[href$='/activity/log/']").first)
    phone.look()
    taps.press(phone.page.locator("input[name=what][value='kind:cycling']"))
    taps.press(phone.page.locator("button[name=effort][value=easy]"))
    expect(phone.page.locator("main [role=status]").first).to_be_visible()
    assert taps.count == 3
    assert [(what, undone) for what, _minutes, undone in diary(person)] == [("cycling", False)]


def test_enter_in_a_box_of_the_diary_says_nothing_of_how_hard_it_was(person, visitor):
    phone = visitor(PHONE)
    phone.sign_in(person.account, then="/activity/log/")
    phone.page.locator("[name=minutes]").fill("25")
    phone.page.locator("[name=minutes]").press("Enter")
    expect(phone.page.locator(".govuk-error-message").first).to_be_visible()
    phone.look()
    assert diary(person) == []


@pytest.mark.journey("J6")
@pytest.mark.parametrize("whose", ["physio", "sv", "en"])
def test_a_plan_is_one_sheet_however_long_it_is(stage, person, visitor, whose):
    window = visitor(DESK)
    physio = stage.clinician(person, Role.PHYSIOTHERAPIST)
    address = {"physio": f"/physio/{person.code}/print/"}.get(whose, "/activity/plan/print/")
    window.language = "en" if whose == "physio" else whose
    window.sign_in(physio if whose == "physio" else person.account, then=address)
    pages = {}
    for activities in (1, 2, 4, 6, 8, 10, 12, 16, 24):
        long_plan(person, activities)
        window.page.reload()
        window.look()
        pdf = window.page.pdf(prefer_css_page_size=True, print_background=True)
        pages[activities] = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert set(pages.values()) == {1}, pages


def long_plan(person, activities):
    many = tuple(
        DraftActivity(
            "walking", tuple(range(1 + n % 3, 8, 2)), 20 + n, "medium", f"Walk {n} to the lake",
            "After lunch, round the park. " * (1 + n % 4), "To the gate and back. " * (1 + n % 3), "", 5,
        )
        for n in range(activities)
    )  # fmt: skip
    with acting_as(SYSTEM):
        actions.agree_plan(participant=person, draft=Draft(many, FLARE), key=uuid4(), by=SYSTEM)
