"""J3 and J4: the primary outcomes and the body map; by finger, by keyboard, without scripts, without a connection."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_participants_journeys import HALF_A_YEAR_AGO, LINE, MAP, saved, stored

SIZES = pytest.mark.parametrize(
    ("viewport", "language"), [(PHONE, "sv"), (DESK, "en"), (PHONE, "en"), (DESK, "sv")],
    ids=["phone-sv", "desk-en", "phone-en", "desk-sv"],
)  # fmt: skip
TEN = ("f-head", "f-neck", "f-shoulder-l", "f-hip-r", "f-knee-r", "b-neck", "b-shoulder-r", "b-upper-back-l",
       "b-lower-back-r", "b-calf-l")  # fmt: skip
LOOKS = pytest.mark.parametrize(
    ("viewport", "language", "scheme"), [(PHONE, "sv", "dark"), (DESK, "en", "light")], ids=["phone-sv", "desk-en"]
)
"""Where every size is walked by the keyboard, the other ways are walked in two."""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RISK = "/q/six_months/phq-9/phq9-7/"


@pytest.fixture
def answering(stage):
    """Someone whose questions after six months are open."""
    return stage.allocated(on=HALF_A_YEAR_AGO)


@pytest.fixture
def at(answering, visitor):
    """Open a page of the questions as that person, in a window of this size and language."""

    def _at(path: str, viewport: dict[str, int] | None = None, language: str = "en", **options: Any) -> Any:
        window = visitor(viewport, **options)
        window.language = language
        window.sign_in(answering.account, then=path)
        return window

    return _at


def next_page(page: Page) -> None:
    page.locator("button[value=next]").click()
    page.wait_for_load_state()


@pytest.mark.journey("J4")
@LOOKS
def test_ten_places_front_and_back_are_marked_in_a_tap_each_and_two_more(viewport, language, scheme, answering, at):
    window = at(MAP, viewport, language, color_scheme=scheme)
    window.look()
    body, foot = (window.page.locator(one).first.bounding_box() for one in (".sv-figure svg", ".sv-foot"))
    assert foot["y"] >= body["y"] + body["height"]
    for place in TEN:
        if viewport == PHONE and place == "b-neck":
            window.page.locator("[data-show=back]").click()  # 11
        with saved(window.page):
            window.page.locator(f"[data-region={place}]").click()
    expect(window.page.locator("[data-count] b")).to_have_text("10")
    next_page(window.page)  # 12
    assert sorted(stored(answering)["pain-map"]) == sorted(TEN)
    assert "/phq-9/" in window.page.url
    window.look()


@pytest.mark.journey("J3")
@SIZES
def test_both_primary_outcomes_are_given_by_the_keyboard_alone(viewport, language, answering, at):
    window = at("/q/six_months/", viewport, language)
    keys = window.page.keyboard
    window.look()
    press(window.page, f"main a[href$='{LINE}']", "Enter")
    window.page.wait_for_url(re.compile(LINE))
    window.look()
    with saved(window.page):
        press(window.page, "[data-line-track] input", "ArrowRight")
    press(window.page, "button[value=next]", "Enter")
    window.page.wait_for_url(re.compile(MAP))
    press(window.page, ".sv-bodymap summary", "Enter")
    with saved(window.page):
        press(window.page, "input[value=f-knee-r]", "Space")
    expect(window.page.locator("[data-region=f-knee-r]")).to_have_class(re.compile(r"\bon\b"))
    window.look()
    keys.press("Tab")
    press(window.page, "button[value=stop]", "Enter")
    window.page.wait_for_url(re.compile("/today/"))
    window.look()
    assert stored(answering) == {"pain-intensity": 51, "pain-map": ["f-knee-r"]}


def press(page: Page, selector: str, key: str) -> None:
    """Move on with Tab to a control, as far as it takes, and press a key there."""
    for _number in range(120):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} cannot be reached by the keyboard")
    page.keyboard.press(key)


@pytest.mark.journey("J4")
@LOOKS
def test_without_scripts_a_number_and_the_list_do_the_same(viewport, language, scheme, answering, at):
    window = at(LINE, viewport, language, java_script_enabled=False, color_scheme=scheme)
    window.look()
    window.page.locator("input[name=pain-intensity]").fill("37")
    next_page(window.page)
    window.page.locator(".sv-bodymap summary").click()
    window.look()
    for place in TEN:
        window.page.locator(f"input[value={place}]").check()
    assert not window.page.locator("[data-count] b").is_visible()  # no script of ours has run
    next_page(window.page)
    window.look()
    assert stored(answering)["pain-intensity"] == 37
    assert sorted(stored(answering)["pain-map"]) == sorted(TEN)


@pytest.mark.journey("J3")
def test_an_answer_given_without_a_connection_is_kept_and_sent_when_it_returns(answering, at):
    phone = at(LINE, language="sv")
    phone.page.context.set_offline(True)
    phone.page.locator("[data-line-track]").click()
    status = phone.page.locator("[data-autosave-status]")
    expect(status).to_have_attribute("data-state", "waiting")
    phone.page.locator("button[value=next]").click()
    expect(status).to_have_attribute("data-state", "offline")
    assert stored(answering) == {}
    with saved(phone.page):
        phone.page.context.set_offline(False)
    expect(status).to_have_attribute("data-state", "saved")
    next_page(phone.page)
    assert MAP in phone.page.url
    assert 45 <= stored(answering)["pain-intensity"] <= 55


def test_sending_it_all_waits_for_what_is_still_on_the_device(answering, at):
    phone = at(LINE, service_workers="block")  # beside a worker the browser does not let a test stop requests
    phone.page.route("**/api/autosave/**", lambda route: route.abort())
    phone.page.locator("[data-line-track]").click()
    expect(phone.page.locator("[data-autosave-status]")).to_have_attribute("data-state", "waiting")
    phone.go("/q/six_months/review/")
    phone.page.get_by_role("button", name="Send").click()
    expect(phone.page.locator("[data-left]")).to_be_visible()
    assert "/review/" in phone.page.url
    phone.page.unroute("**/api/autosave/**")
    with saved(phone.page):
        phone.page.reload()
    assert 45 <= stored(answering)["pain-intensity"] <= 55


def test_what_was_left_on_the_device_is_sent_from_whichever_page_is_opened_next(answering, at):
    phone = at(LINE)
    phone.page.context.set_offline(True)
    phone.page.locator("[data-line-track]").click()
    expect(phone.page.locator("[data-autosave-status]")).to_have_attribute("data-state", "waiting")
    phone.page.evaluate("onpagehide = null")
    phone.page.goto("about:blank")
    phone.page.context.set_offline(False)
    with saved(phone.page):
        phone.go("/today/")
    assert 45 <= stored(answering)["pain-intensity"] <= 55


def touch(page: Page, share: float) -> None:
    """Put the mark at this share of the line's length."""
    box = page.locator("[data-line-track]").bounding_box()
    page.locator("[data-line-track]").click(position={"x": box["width"] * share, "y": box["height"] / 2})


@LOOKS
def test_two_devices_that_disagree_are_both_shown_and_the_person_picks(
    viewport, language, scheme, answering, at, visitor
):
    one = at(LINE)
    other = visitor(viewport, storage_state=one.page.context.storage_state(), color_scheme=scheme)
    other.language = language
    other.go(LINE)
    with saved(one.page):
        touch(one.page, 0.2)
    first = stored(answering)["pain-intensity"]
    touch(other.page, 0.8)
    both = other.page.locator(".sv-found blockquote")
    expect(both).to_have_count(2)
    assert str(first) == both.nth(1).inner_text()
    assert stored(answering)["pain-intensity"] == first
    other.look()
    assert other.page.evaluate(TOO_WIDE) <= 0
    other.page.locator("button[value=next]").click()  # nothing is decided by going on
    assert LINE in other.page.url
    with saved(other.page):
        other.page.locator(".sv-found button").first.click()
    assert stored(answering)["pain-intensity"] > first


@pytest.mark.journey("J9")
def test_a_worrying_answer_shows_help_at_once_without_a_connection(answering, at):
    phone = at(RISK, language="sv")
    phone.page.context.set_offline(True)
    expect(phone.page.locator("[data-help-now]")).to_be_hidden()
    phone.page.locator("input[name=phq9-9]").nth(3).check(force=True)
    expect(phone.page.locator("[data-help-now] a[href='tel:112']")).to_be_visible()
    phone.look()
    with saved(phone.page):
        phone.page.context.set_offline(False)
    next_page(phone.page)
    assert "/help/first/" in phone.page.url
