"""Answering while the connection is cut: pages are turned, answers wait on the device, and all of them arrive, once."""

import re

import pytest
from playwright.sync_api import Page, expect

from stegvis.assessments import queries as assessments
from stegvis.audit.action import SYSTEM
from stegvis.methods.instruments.answers import DECLINED
from stegvis.people.acting import acting_as
from stegvis.protocol import queries as protocols
from stegvis.trial import actions
from stegvis.web.answering.fields import asked_in, can_be_given
from tests.journeys.conftest import lose_connection
from tests.journeys.test_answering import LOOKS, RISK, answering, at, next_page  # noqa: F401  # fixtures among them
from tests.journeys.test_participants_journeys import LINE, MAP, stored

BEFORE_RISK = "/q/six_months/phq-9/phq9-1/"
UNTIL = """async last => {
  const kept = async () => navigator.serviceWorker.controller && await caches.match(last);
  const reached = async () => last ? kept() : !(await caches.keys()).some(name => name.startsWith('stegvis:pages:'));
  for (let left = 200; left && !(await reached()); left--) await new Promise(done => setTimeout(done, 50));
  return Boolean(await reached());
}"""
"""Whether, within ten seconds, the device has kept this page; without one, whether it has given up all questions."""
NOTHING_LEFT = "!Object.keys(localStorage).some(key => key.startsWith('stegvis:unsent:'))"


@pytest.fixture
def nearly_done(stage, answering):  # noqa: F811
    """The same person with only the first questions left, since a device fetches every page that is: here seven of 55."""
    with stage.acting(answering.account):
        assessment = stage.assessment(answering, "six_months")
        for code in assessment.instruments[4:]:
            asked = {p: DECLINED for p, item in asked_in(protocols.questionnaire(code), {}) if can_be_given(item)}
            actions.save_answers(
                assessment=assessment, instrument=code, answers=asked, language="sv", by=answering.account
            )
    return answering


def stands_by(page: Page) -> None:
    """Wait until the device has kept all that this page lists, and the worker is there to show it."""
    last = page.evaluate("Object.keys(JSON.parse(document.querySelector('[data-keep]').dataset.keep)).at(-1)")
    assert page.evaluate(UNTIL, last)


def turn(page: Page, to: str) -> None:
    page.locator("button[value=next]").click()
    page.wait_for_url(re.compile(to))


@pytest.mark.journey("J3")
@LOOKS
def test_pages_are_turned_without_a_connection_and_every_answer_arrives_once(
    viewport, language, scheme, nearly_done, at  # noqa: F811
):  # fmt: skip
    window = at(LINE, viewport, language, color_scheme=scheme)
    page = window.page
    stands_by(page)
    lose_connection(page)
    page.locator("[data-line-track]").click()
    turn(page, MAP)
    expect(page.locator("[data-kept]")).to_be_visible()
    window.look()
    page.locator("[data-region=f-knee-r]").click()
    turn(page, BEFORE_RISK)
    page.locator("input[name=phq9-1]").nth(1).check(force=True)
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "waiting")
    window.look()
    page.context.set_offline(False)
    page.wait_for_function(NOTHING_LEFT)
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-kept]")).to_be_hidden()
    window.go("/q/six_months/review/")
    window.look()
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/done/"))
    window.look()
    found = stored(nearly_done)
    assert 45 <= found["pain-intensity"] <= 55
    assert (found["pain-map"], found["phq9-1"]) == (["f-knee-r"], "1")
    with acting_as(SYSTEM):
        sent = assessments.sent_responses("pain-map").filter(
            assessment=assessments.assessment(nearly_done, "six_months")
        )
        assert sent.count() == 1


def test_a_page_from_the_device_shows_its_answer_again_and_one_that_is_not_there_comes_by_itself(answering, at):  # noqa: F811
    phone = at(LINE)
    phone.page.locator("[data-line-track]").click()
    expect(phone.page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    next_page(phone.page)
    stands_by(phone.page)
    lose_connection(phone.page)
    phone.page.locator("[data-region=f-knee-r]").click()
    phone.page.reload()
    expect(phone.page.locator("[data-region=f-knee-r]")).to_have_class(re.compile(r"\bon\b"))
    phone.page.locator(".back").click()  # to what the server has, and the device has not
    expect(phone.page.locator("[data-retry]")).to_be_visible()
    phone.look()
    phone.page.context.set_offline(False)
    expect(phone.page.locator("[data-line]:not([data-untouched])")).to_be_visible()
    phone.page.wait_for_function(NOTHING_LEFT)
    assert stored(answering)["pain-map"] == ["f-knee-r"]


@pytest.mark.journey("J9")
def test_help_is_shown_at_once_on_a_page_from_the_device_and_by_the_server_afterwards(nearly_done, at):  # noqa: F811
    phone = at(BEFORE_RISK)
    stands_by(phone.page)
    lose_connection(phone.page)
    turn(phone.page, RISK)
    phone.page.locator("input[name=phq9-9]").nth(3).check(force=True)
    expect(phone.page.locator("[data-help-now] a[href='tel:112']")).to_be_visible()
    phone.look()
    turn(phone.page, "/gad-7/")
    phone.page.context.set_offline(False)
    phone.page.wait_for_function(NOTHING_LEFT)
    turn(phone.page, "/help/first/")
    phone.look()


def test_as_far_as_the_pages_go_next_stays_and_nothing_is_kept_elsewhere(nearly_done, at):  # noqa: F811
    phone = at(LINE)
    stands_by(phone.page)
    assert phone.page.evaluate("async () => (await caches.keys()).length") == 1
    phone.page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name); }")
    lose_connection(phone.page)
    phone.page.locator("[data-line-track]").click()
    phone.page.locator("button[value=next]").click()
    expect(phone.page.locator("[data-autosave-status]")).to_have_attribute("data-state", "offline")
    phone.page.context.set_offline(False)
    phone.page.wait_for_function(NOTHING_LEFT)
    next_page(phone.page)
    stands_by(phone.page)
    phone.go("/today/")
    assert phone.page.evaluate(UNTIL)
