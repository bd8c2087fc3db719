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
from tests.journeys.conftest import DESK, PHONE

KEPT = """async () => {
  for (let left = 200; left; left--) {
    if (navigator.serviceWorker.controller && await caches.match(new URL("no-connection.html", location.href).href)) return true;
    await new Promise(done => setTimeout(done, 50));
  }
  return false;
}"""
"""Whether, within ten seconds, the device has the page for no connection, and a worker to show it."""
NOTHING_LEFT = "!Object.keys(localStorage).some(key => key.startsWith('stegvis:unsent:'))"


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
    page.reload()
    assert page.evaluate(KEPT)
    page.context.set_offline(True)
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
    page.reload()
    assert page.evaluate(KEPT)
    page.context.set_offline(True)
    page.locator("#body button[value=flare]").click()
    expect(page.locator("[data-away]")).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_function(NOTHING_LEFT)
    assert diary(person) == [("flare", 0, False)]


@pytest.mark.journey("J6")
def test_a_plan_is_one_sheet_however_long_it_is(stage, person, visitor):
    window = visitor(DESK)
    window.sign_in(stage.clinician(person, Role.PHYSIOTHERAPIST), then=f"/physio/{person.code}/print/")
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
        actions.agree_plan(participant=person, draft=Draft(many, "Half for three days."), key=uuid4(), by=SYSTEM)
