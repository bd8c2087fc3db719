"""Consent from end to end in a real browser: a person comes by themself, in Swedish on a phone; the clinic at a desk, in English.

Every page that either of them opens goes through the accessibility check.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.methods.study.eligibility import AnswerRule
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from tests.amending import amended
from tests.journeys.conftest import DESK
from tests.worlds import WIDE

ASKED, ANSWERED = "Får jag ta med min syster?", "Ja, hon är välkommen."


@pytest.fixture
def phone(visitor):
    """The person's, in Swedish."""
    opened = visitor()
    opened.language = "sv"
    return opened


@pytest.fixture
def desk(stage, visitor):
    """The coordinator's, who is a licensed clinician."""
    opened = visitor(DESK)
    opened.sign_in(stage.coordinator(), then="/trial/")
    return opened


def press(window: Any, role: str, name: str | re.Pattern[str]) -> None:
    """Press it, and look at the page that comes."""
    with window.page.expect_navigation():
        window.page.get_by_role(role, name=name).first.click()
    window.look()


def refers_themself(stage: Any, phone: Any) -> None:
    """The self-check, then how to be reached."""
    phone.go("/join/")
    phone.look()
    page = phone.page
    page.locator("input[name=age]").fill("47")
    for side in ("front", "back"):
        page.locator(f"[data-show={side}]").click()
        for place in (each for each in WIDE if each.startswith(side[0])):
            page.locator(f"[data-region={place}]").click()
    page.locator("input[name=pain_months]").last.check(force=True)
    for each in stage.protocol.criteria:
        if each.self_check and isinstance(each.rule, AnswerRule):
            said = "yes" if each.kind == "include" else "no"
            page.locator(f"input[name=criterion_{each.code}][value={said}]").check(force=True)
    press(phone, "button", "Se vad vi tror")
    page.locator("input[name=name]").fill("Påhittad Person")
    page.locator("input[name=phone]").fill("070-174 06 99")
    page.locator("input[name=email]").fill("person-journey@example.org")
    page.locator(f"input[name=site][value={stage.site.code}]").check(force=True)
    press(phone, "button", re.compile("Skicka|Ring"))


def is_screened(stage: Any, desk: Any) -> Participant:
    """The clinician has called, confirms each criterion and invites."""
    desk.go("/trial/")
    desk.look()
    press(desk, "link", re.compile("^Screening"))
    with desk.page.expect_navigation():
        desk.page.locator("main a[href*='/trial/screening/']").filter(has_text=re.compile("[0-9]")).first.click()
    desk.look()
    asked = [each for each in stage.protocol.criteria if desk.page.locator(f"[name=verdict_{each.code}]").count()]
    for each in asked:
        said = "yes" if each.kind == "include" else "no"
        desk.page.locator(f"input[name=verdict_{each.code}][value={said}]").check(force=True)
    press(desk, "button", "Save findings")
    press(desk, "link", "Invite")
    press(desk, "button", "Invite")
    with acting_as(SYSTEM):
        return Participant.objects.select_related("account", "site").latest("pk")


def draws(page: Any) -> None:
    """A line on the sheet, with the finger."""
    box = page.locator("[data-sign-sheet]").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()


@pytest.mark.journey("J11")
def test_a_person_comes_by_themself_is_informed_asks_and_signs_and_so_does_the_clinic(stage, phone, desk):
    refers_themself(stage, phone)
    person = is_screened(stage, desk)

    phone.sign_in(person.account, then="/consent/")
    phone.look()
    while phone.page.get_by_role("link", name="Nästa sida").count():
        press(phone, "link", "Nästa sida")
    press(phone, "link", "Till det du samtycker till")
    phone.page.locator("textarea[name=words]").fill(ASKED)
    press(phone, "button", "Skicka frågan")

    desk.go("/trial/")
    with desk.page.expect_navigation():
        desk.page.locator(f"a[href*='{person.code}/consent/']").first.click()
    desk.look()
    expect(desk.page.get_by_text(ASKED)).to_be_visible()
    desk.page.locator("#questions textarea").first.fill(ANSWERED)
    press(desk, "button", "Answer")

    phone.go("/consent/sign/")
    expect(phone.page.get_by_text(ANSWERED)).to_be_visible()
    phone.page.locator("input[name=agrees]").check(force=True)
    phone.page.locator("input[name=name]").fill("Påhittad Person")
    draws(phone.page)
    press(phone, "button", "Ja, jag vill vara med")

    desk.go(f"/trial/participants/{person.code}/consent/")
    desk.page.locator("input[name=mode][value=telephone]").check(force=True)
    desk.page.locator("input[name=name]").fill("Kim Coordinator")
    draws(desk.page)
    press(desk, "button", re.compile("^I have informed"))
    expect(desk.page.get_by_text("Informed by Kim Coordinator")).to_be_visible()

    phone.go("/study/consent/")
    phone.look()
    for words in ("Påhittad Person", "Kim Coordinator", ASKED, ANSWERED):
        expect(phone.page.get_by_text(words).first).to_be_visible()
    with acting_as(SYSTEM):
        given = consents.newest(person)
        assert given.drawing.startswith("M")
        assert consents.is_intact(given)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_says_no_to_an_amendment_and_goes_on(stage, visitor, desk, tmp_path, scripts):
    person = stage.allocated(site=stage.site)
    amended(tmp_path)
    phone = visitor(java_script_enabled=scripts)
    phone.language = "sv"
    phone.sign_in(person.account, then="/today/")
    phone.look()
    press(phone, "link", "Läs det som är nytt")
    phone.go("/consent/sign/")
    phone.look()
    expect(phone.page.get_by_text("Allt fortsätter som förut.")).to_be_visible()
    press(phone, "link", "Säg nej till det nya")
    press(phone, "button", "Nej, jag säger nej till det nya")
    expect(phone.page.get_by_text("Ditt svar är sparat: du har sagt nej till den nyare texten.")).to_be_visible()
    phone.go("/today/")
    expect(phone.page.get_by_role("link", name="Läs det som är nytt")).to_have_count(0)

    desk.go(f"/trial/participants/{person.code}/consent/")
    desk.look()
    expect(desk.page.get_by_text("Has said no to the newer version")).to_be_visible()
