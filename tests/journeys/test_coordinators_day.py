"""The coordinator's day: a late answer is chased in few clicks, and every page of the wing works on a phone and by keyboard."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.audit.queries import events_of
from stegvis.people.acting import acting_as
from tests.journeys.conftest import DESK
from tests.journeys.test_journeys import Clicks
from tests.worlds import FRIDAY

SIX_MONTHS = "six_months"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def late(stage):
    """Somebody whose six-month questions have been open for three weeks without an answer."""
    opened = FRIDAY - timedelta(days=stage.protocol.occasion(SIX_MONTHS).day + 7)
    return stage.allocated(on=opened, site=stage.site)


@pytest.mark.journey("J8")
@pytest.mark.parametrize(("language", "answer"), [("en", "No answer"), ("sv", "Inget svar")])
def test_a_late_answer_is_chased_in_three_clicks_and_leaves_the_list(stage, late, visitor, language, answer):
    desk = visitor(DESK)
    desk.language = language
    desk.sign_in(stage.coordinator(late), then="/trial/")
    desk.look()

    clicks = Clicks(desk.page)
    clicks.press(desk.page.locator(f"a[href*='/calls/{late.code}/']").first)
    desk.page.wait_for_load_state()
    desk.look()
    with desk.page.expect_navigation():
        clicks.press(desk.page.get_by_role("button", name=answer))
    assert clicks.count <= 3

    expect(desk.page.locator(f"a[href*='/calls/{late.code}/']")).to_have_count(0)
    desk.look()
    with acting_as(SYSTEM):
        kept = events_of(late.code).filter(verb="trial.called").get()
    assert kept.detail["outcome"] == "no_answer"


def test_every_page_of_the_day_fits_a_phone_and_works_by_keyboard_and_without_scripts(stage, late, visitor):
    phone = visitor(java_script_enabled=False)
    person = f"participants/{late.code}/"
    pages = [
        "", "participants/", "calls/", f"calls/{late.code}/{SIX_MONTHS}/", "schedule/", "schedule/?list=unrecorded",
        "schedule/grid/", "schedule/calendar/", "schedule/calendar/?view=week", "schedule/reminders/", "schedule/gifts/",
        "screening/", "alerts/", "messages/", "sites/", person, f"{person}story/", f"{person}answers/",
        f"{person}files/", f"{person}contact/", f"{person}record/", f"{person}visit/2/", f"{person}move/{SIX_MONTHS}/",
    ]  # fmt: skip
    phone.sign_in(stage.coordinator(late), then="/trial/")
    for page in pages:
        phone.go(f"/trial/{page}")
        with phone.scripts_for_us():
            assert phone.page.evaluate(SIDEWAYS) <= 0, page
        if page.startswith(("schedule", person)):
            phone.look()

    phone.go("/trial/schedule/?list=open")
    phone.page.get_by_role("link", name=re.compile("^Ask later")).focus()
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    phone.page.locator("input[name=to_day]").fill("20")
    phone.page.get_by_role("button", name="the person was away").focus()
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    expect(phone.page.get_by_text("asked from 20 Nov")).to_be_visible()
