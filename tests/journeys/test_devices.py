"""Steps from a telephone put beside the diary, with and without scripts, and visits into a calendar."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK
from tests.methods.device_files.making import apple, steps, workout, zipped
from tests.worlds import FRIDAY

DAY = f"{FRIDAY:%Y-%m-%d}"
EXPORT = zipped({
    "export.xml": apple(
        steps(f"{DAY} 07:00:00 +0100", f"{DAY} 07:30:00 +0100", 4321),
        workout(f"{DAY} 07:00:00 +0100", f"{DAY} 07:30:00 +0100"),
    )
})  # fmt: skip


@pytest.fixture
def person(stage):
    """Somebody who was randomised last week."""
    return stage.allocated(on=FRIDAY)


def choose(page: Page, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "a.zip", "mimeType": "application/zip", "buffer": content}
    )
    page.locator("form[data-device-file] button").click()
    page.wait_for_url("**/activity/devices/*-*/")


@pytest.mark.journey("J2")
@pytest.mark.parametrize(
    ("language", "options"), [("sv", {}), ("en", {"viewport": DESK, "java_script_enabled": False})]
)
def test_a_file_from_a_phone_is_looked_at_saved_and_taken_back(person, visitor, language, options):
    at = visitor(**options)
    at.language = language
    at.sign_in(person.account, then="/activity/devices/")
    at.look()
    choose(at.page, EXPORT)
    at.look()
    at.page.locator("main form button.sv-btn--moss").click()
    at.page.wait_for_url("**/activity/devices/")
    at.look()
    at.go("/activity/")
    expect(at.page.locator("main")).to_contain_text("4\N{NO-BREAK SPACE}321")
    at.look()
    at.go("/activity/devices/")
    at.page.locator("form[action*=back] button").click()
    at.go("/activity/")
    expect(at.page.locator("main")).not_to_contain_text("4\N{NO-BREAK SPACE}321")


@pytest.mark.journey("J2")
def test_a_refused_file_and_the_calendar_are_open_to_everybody(person, visitor):
    phone = visitor()
    phone.sign_in(person.account, then="/activity/devices/")
    choose(phone.page, b"Dear diary")
    expect(phone.page.locator("main")).to_contain_text("it is none that we know")
    phone.look()
    phone.go("/calendar/")
    phone.look()
    phone.page.locator("button[name=make]").click()
    address = phone.page.locator("#calendar-address").input_value()
    phone.look()
    answer = phone.page.request.get(phone.address + address[address.index("/en/") :])
    assert answer.text().startswith("BEGIN:VCALENDAR")
