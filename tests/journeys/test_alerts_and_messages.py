"""Journeys over the alert card and the threads: what is grave is closed by two, and what is written is read and answered.

In English and in Swedish, at a desk and on a phone; every page goes through the accessibility check.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.messaging import queries as messaging
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.protocol import queries as protocol
from stegvis.safety import actions as safety
from stegvis.safety import queries
from stegvis.trial import actions as trial
from tests.journeys.conftest import DESK
from tests.worlds import FRIDAY

BOTH = pytest.mark.parametrize("language", ["en", "sv"])
WHY = "Hon är hos sin syster i kväll och ringer sin läkare i morgon."
QUESTION, REPLY = "Får jag hoppa över promenaden i dag?", "Ja. Vila i dag, och gå den korta rundan i morgon."


def fits(visitor):
    """No page is wider than its window, and nothing on it is out of reach for anybody."""
    visitor.look()
    wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{visitor.page.url} is {wide} px too wide"


def press(visitor, button):
    """Press a button that sends a form, and wait for what comes of it."""
    with visitor.page.expect_navigation():
        button.click()
    fits(visitor)


# The alert card ---------------------------------------------------------------------------------------------------
@pytest.fixture
def grave(stage):
    """A new alert of the gravest grade, and the two on the rota."""
    person = stage.consented()
    options = protocol.questionnaire("phq-9").by_link_id["phq9-9"].options
    with acting_as(person.account):
        trial.save_answers(
            assessment=stage.assessment(person, stage.baseline), instrument="phq-9",
            answers={"phq9-9": next(each.key for each in options if each.ordinal == 2)}, language="en",
            by=person.account,
        )  # fmt: skip
    colleague = stage.staff(Role.PHYSIOTHERAPIST, person.site)
    with acting_as(SYSTEM):
        safety.join_rota(site=person.site, account=colleague, by=SYSTEM)
        (alert,) = queries.open_alerts_of(person)
    return alert, stage.coordinator(person), colleague


def at_the_card(visitor, account, alert, language, viewport):
    """Somebody on the rota who has opened the alert from their list."""
    window = visitor(viewport)
    window.language = language
    window.sign_in(account, then="/trial/alerts/")
    fits(window)
    with window.page.expect_navigation():
        window.page.locator(f"a[href$='/alerts/{alert.pk}/']").first.click()
    fits(window)
    return window


def state(alert):
    with acting_as(SYSTEM):
        found = queries.alert(alert.pk)
        return found.acknowledged, found.closed


@BOTH
@pytest.mark.journey("J9")
def test_a_grave_alert_is_taken_by_one_and_closed_by_the_other(grave, visitor, language):
    alert, first, second = grave
    desk = at_the_card(visitor, first, alert, language, DESK)
    press(desk, desk.page.locator("button[value=acknowledged]"))
    assert state(alert) == (True, False)
    expect(desk.page.locator("input[name=step][value=closed]")).to_have_count(0)
    desk.page.locator("input[name=step][value=to_close]").check()
    desk.page.locator("textarea[name=words]").fill(WHY)
    press(desk, desk.page.locator("form:has(textarea[name=words]) button.sv-btn"))
    expect(desk.page.locator("input[name=confirms]")).to_have_count(0)
    assert state(alert) == (True, False)

    phone = at_the_card(visitor, second, alert, language, None)
    expect(phone.page.get_by_text(WHY).first).to_be_visible()
    press(phone, phone.page.locator("form:has(input[name=confirms]) button.sv-btn"))
    assert state(alert) == (True, True)


@pytest.mark.journey("J9")
def test_the_checklist_of_a_call_is_kept_without_javascript_and_a_step_without_words_loses_nothing(grave, visitor):
    alert, first, _second = grave
    desk = visitor(DESK, java_script_enabled=False)
    desk.language = "sv"
    desk.sign_in(first, then=f"/trial/alerts/{alert.pk}/")
    press(desk, desk.page.locator("button[value=acknowledged]"))
    asked = desk.page.locator("form:has(input[name=checklist])")
    asked.locator("input[type=radio][value=yes]").first.check(force=True)
    press(desk, asked.locator("button"))
    desk.page.locator("input[name=step][value=to_close]").check()
    press(desk, desk.page.locator("form:has(textarea[name=words]) button.sv-btn"))
    expect(desk.page.locator("input[name=step][value=to_close]")).to_be_checked()
    with acting_as(SYSTEM):
        assert "yes" in queries.last_checklist(alert).values()
        assert queries.to_confirm(alert) is None


# The threads ------------------------------------------------------------------------------------------------------
@pytest.fixture
def person(stage):
    """Somebody in the programme, whom a therapist and a physiotherapist care for."""
    found = stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=FRIDAY - timedelta(days=75))
    stage.hold_start_call(found)
    return found


CHANNELS = [
    ("therapist", Role.THERAPIST, "/care/{code}/messages/"),
    ("physiotherapist", Role.PHYSIOTHERAPIST, "/physio/{code}/messages/"),
]


def written(person, channel):
    with acting_as(SYSTEM):
        return [(each.body, each.read_at is not None) for each in messaging.thread(person, channel)]


@BOTH
@pytest.mark.parametrize(("channel", "role", "page"), CHANNELS)
@pytest.mark.journey("J5")
def test_what_a_person_writes_is_read_and_answered_and_the_answer_is_read(
    stage, person, visitor, language, channel, role, page
):
    phone = visitor()
    phone.language = language
    phone.sign_in(person.account, then=f"/messages/{channel}/")
    fits(phone)
    phone.page.locator("textarea[name=body]").fill(QUESTION)
    press(phone, phone.page.locator("form:has(textarea[name=body]) button.sv-btn"))
    assert written(person, channel) == [(QUESTION, False)]

    desk = visitor(DESK)
    desk.language = language
    desk.sign_in(stage.clinician(person, role), then=page.format(code=person.code))
    expect(desk.page.get_by_text(QUESTION).first).to_be_visible()
    fits(desk)
    desk.page.locator("textarea[name=body]").fill(REPLY)
    press(desk, desk.page.locator("form:has(textarea[name=body]) button.sv-btn"))
    assert written(person, channel) == [(QUESTION, True), (REPLY, False)]

    phone.go("/messages/")
    fits(phone)
    phone.go(f"/messages/{channel}/")
    expect(phone.page.get_by_text(REPLY)).to_be_visible()
    assert written(person, channel) == [(QUESTION, True), (REPLY, True)]


@BOTH
@pytest.mark.journey("J5")
def test_who_waits_longest_is_in_the_inbox_and_a_thank_you_needs_no_answer(stage, person, visitor, language):
    with acting_as(person.account):
        trial.write(
            participant=person, channel="physiotherapist", body="Tack!",
            key="6f5f1d9e-64ff-4be2-8f5d-4a1c1c7a3b10", by=person.account,
        )  # fmt: skip
    desk = visitor(DESK)
    desk.language = language
    desk.sign_in(stage.clinician(person, Role.PHYSIOTHERAPIST), then="/physio/messages/")
    fits(desk)
    press(desk, desk.page.locator(f"a[href*='/physio/{person.code}/messages/']").first)
    press(desk, desk.page.locator("form[action$='/settled/'] button"))
    desk.go("/physio/messages/")
    expect(desk.page.locator(f"a[href*='/physio/{person.code}/messages/']")).to_have_count(0)
