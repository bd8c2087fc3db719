"""Exercises chosen at the desk with a keyboard alone, and done from the plan on a telephone; every width, no script needed."""

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.methods.exercises import check
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy.exercises import actions
from tests.journeys.conftest import DESK
from tests.studies.folders import CWP

WIDTHS = (390, 820, 1280)


@pytest.fixture
def planned(stage):
    """Someone with a plan, whose second visit is booked, and a library to choose from."""
    with acting_as(SYSTEM):
        actions.publish_exercises(library=check.read(CWP / "plan" / "exercises"), by=SYSTEM)
    return stage.planned()


def fits(visitor, width):
    """Axe finds nothing, and nothing needs scrolling sideways."""
    visitor.page.set_viewport_size({"width": width, "height": 900})
    visitor.look()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


def press(page, role, name):
    """Go to a button or a link with the keyboard, and press it."""
    page.get_by_role(role, name=name).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.journey("J6")
def test_exercises_are_chosen_by_keyboard_and_done_on_a_telephone(stage, planned, visitor):
    desk, at = visitor(DESK, java_script_enabled=False), f"/physio/{planned.code}/visit/2"
    desk.sign_in(stage.clinician(planned, Role.PHYSIOTHERAPIST), then=f"{at}/plan/")
    press(desk.page, "link", "Choose exercises")
    desk.page.get_by_label("Position").select_option("up")
    desk.page.get_by_label("A word in the text").fill("stairs")
    press(desk.page, "button", "Show")
    for width in WIDTHS:
        fits(desk, width)
    press(desk.page, "button", "Choose Step up")
    expect(desk.page.get_by_text("“Step up” is in the plan.")).to_be_visible()
    desk.page.get_by_role("radio", name="Easier").focus()
    desk.page.keyboard.press("Space")
    for width in WIDTHS:
        fits(desk, width)
    press(desk.page, "button", "Save and go back to the week")
    expect(desk.page.locator("#exercises")).to_contain_text("Steg upp")
    desk.look()
    press(desk.page, "link", "Go on to agree")
    desk.look()
    press(desk.page, "button", "Agree, share the plan")
    press(desk.page, "link", "Exercise sheet")
    fits(desk, 390)

    phone = visitor(java_script_enabled=False)
    phone.sign_in(planned.account, then="/activity/plan/")
    fits(phone, 320)
    press(phone.page, "link", "Step up")
    expect(phone.page.get_by_text("Use a lower step, or hold on to the rail.")).to_be_visible()
    for width in (320, *WIDTHS):
        fits(phone, width)
    press(phone.page, "link", "Harder")
    expect(phone.page.get_by_text("Agreed in your plan: Easier.")).to_be_visible()
