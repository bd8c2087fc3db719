"""Server, tab or whole device dies in the middle of typing: what is older than two seconds is on the server.

The page's own clock stands still and is moved by the test, so that nothing here depends on how fast the machine is.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from stegvis.people.models import Role
from tests.journeys.conftest import DESK
from tests.worlds import FRIDAY

FIRST, SECOND, THIRD = "I sat by the window", " and let my shoulders go,", " and th"
DRAFTS = re.compile("/api/autosave/|/draft/")
ON_SAVED = """() => {
  window.isSaved = new Promise((done) => document.addEventListener("stegvis:saved", () => done(true), { once: true }));
}"""


@pytest.fixture
def in_programme(stage):
    """Someone whose programme opened two weeks ago."""
    return stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=FRIDAY - timedelta(days=75))


def hold_time(page: Page) -> None:
    """From the next page on, its clock moves only when the test says so."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))


def type_without_a_pause(page: Page, field: Locator) -> None:
    """Three pieces: the second 1.5 s after the first, the third when the first is just two seconds old."""
    field.press_sequentially(FIRST)
    page.clock.run_for(1500)
    field.press_sequentially(SECOND)
    page.evaluate(ON_SAVED)
    with page.expect_response(DRAFTS) as saved:
        page.clock.run_for(500)
    assert saved.value.ok
    page.evaluate("window.isSaved")  # what is typed before the page knows of it would be sent with the same sending
    field.press_sequentially(THIRD)  # younger than two seconds: not sent yet


def goes_on_by_itself(page: Page) -> None:
    """The page outlived the server: what it holds is saved with the next sending."""
    with page.expect_response(DRAFTS) as saved:
        page.clock.run_for(2000)
    assert saved.value.ok


def crash(page: Page) -> None:
    """The tab is gone at once. One that is closed could still send, past the browser's own pretending to be offline."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")


def drown(somebody) -> None:
    """The device is gone at once: not even leaving the page sends anything."""
    crash(somebody.page)
    somebody.page.context.close()


def first_exercise(phone) -> Locator:
    """Read on to the first part that asks for words."""
    phone.page.locator("a.sv-btn--plum").first.click()
    phone.page.wait_for_load_state()
    while not phone.page.locator("textarea").count():
        with phone.page.expect_navigation():
            phone.page.locator("button[name=then][value=next]").click()
    return phone.page.locator("textarea").first


@pytest.mark.journey("J2")
def test_a_device_lost_in_mid_word_takes_two_seconds_of_an_exercise_with_it_and_no_more(in_programme, live, visitor):
    phone = visitor()
    phone.sign_in(in_programme.account, then="/today/")
    hold_time(phone.page)
    type_without_a_pause(phone.page, first_exercise(phone))
    live.kill()  # the web server dies with -9 …
    drown(phone)  # … and the telephone falls into the lake

    other = visitor()
    other.sign_in(in_programme.account, then="/today/")
    expect(first_exercise(other)).to_have_value(FIRST + SECOND)


@pytest.mark.journey("J2")
def test_a_tab_that_dies_in_mid_word_loses_nothing_on_its_own_device(in_programme, live, visitor):
    phone = visitor()
    phone.sign_in(in_programme.account, then="/today/")
    hold_time(phone.page)
    type_without_a_pause(phone.page, first_exercise(phone))
    place = phone.page.url
    device = phone.page.context
    crash(phone.page)

    phone.page = device.new_page()
    phone.page.goto(place)
    expect(phone.page.locator(".sv-found")).to_contain_text(FIRST + SECOND + THIRD)


@pytest.mark.journey("J5")
def test_a_reply_survives_the_server_and_a_lost_device(stage, in_programme, live, visitor):
    stage.send_homework(in_programme)
    therapist = stage.clinician(in_programme, Role.THERAPIST)
    desk = visitor(DESK)
    desk.sign_in(therapist, then="/care/")
    hold_time(desk.page)
    desk.go(f"/care/{in_programme.code}/homework/")
    type_without_a_pause(desk.page, desk.page.locator("textarea[name=reply]"))
    live.kill()
    goes_on_by_itself(desk.page)
    desk.page.locator("textarea[name=reply]").press_sequentially(" lost")
    signed_in = {"cookies": desk.page.context.cookies(), "origins": []}  # and nothing that the device had kept
    live.kill()
    drown(desk)

    other = visitor(DESK, storage_state=signed_in)
    other.go(f"/care/{in_programme.code}/homework/")
    expect(other.page.locator("textarea[name=reply]")).to_have_value(FIRST + SECOND + THIRD)
