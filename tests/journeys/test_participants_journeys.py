"""What participants do beside the programme, in a real browser: answering, getting help, stopping; scripts on and off."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from stegvis.assessments import queries as assessments
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.people.acting import acting_as

HALF_A_YEAR_AGO = date(2026, 5, 15)
LINE = "/q/six_months/pain-intensity/pain-intensity/"
MAP = "/q/six_months/pain-map/pain-map/"


@pytest.fixture
def answering(stage):
    """Someone whose questions after six months are open."""
    return stage.allocated(on=HALF_A_YEAR_AGO)


def stored(person: Any) -> dict[str, Any]:
    """Every answer given at six months, by linkId."""
    with acting_as(SYSTEM):
        found = assessments.answers_of(assessments.assessment(person, "six_months"))
    return {link_id: value for answers in found.values() for link_id, value in answers.items()}


def saved(page: Page) -> Any:
    """Wait for an answer to have saved itself."""
    return page.expect_response(lambda response: "/api/autosave/" in response.url and response.ok)


@pytest.mark.journey("J3")
def test_both_primary_outcomes_are_given_in_four_taps_and_one_for_each_place(answering, visitor):
    phone = visitor()
    phone.sign_in(answering.account, then="/q/six_months/")
    phone.look()
    phone.page.get_by_role("link", name="Begin").click()  # 1
    phone.look()
    with saved(phone.page):
        phone.page.locator("[data-line-track]").click()  # 2: the middle of the line
    phone.page.get_by_role("button", name="Next").click()  # 3
    phone.look()
    for place in ("f-knee-r", "f-shoulder-l"):
        with saved(phone.page):
            phone.page.locator(f"[data-region={place}]").click()
    phone.page.close()  # 4 taps and 2 places; closed right there
    answers = stored(answering)
    assert 45 <= answers["pain-intensity"] <= 55
    assert sorted(answers["pain-map"]) == ["f-knee-r", "f-shoulder-l"]


def test_an_untouched_line_is_no_answer_and_declining_takes_the_mark_away(answering, visitor):
    phone = visitor()
    phone.sign_in(answering.account, then=LINE)
    phone.page.get_by_role("button", name="Next").click()
    expect(phone.page.get_by_role("alert")).to_be_visible()
    assert stored(answering) == {}

    with saved(phone.page):
        phone.page.locator("[data-line-track]").click()
    with saved(phone.page):
        phone.page.get_by_label("I prefer not to answer").check(force=True)
    assert stored(answering) == {"pain-intensity": {"declined": True}}
    expect(phone.page.locator("[data-line][data-untouched]")).to_have_count(1)
    with saved(phone.page):
        phone.page.locator("[data-line-track]").click()
    assert not phone.page.get_by_label("I prefer not to answer").is_checked()
    assert isinstance(stored(answering)["pain-intensity"], int)


def test_declining_the_map_clears_it_and_marking_it_takes_that_back(answering, visitor):
    phone = visitor()
    phone.sign_in(answering.account, then=MAP)
    with saved(phone.page):
        phone.page.locator("[data-region=f-knee-r]").click()
    with saved(phone.page):
        phone.page.get_by_label("I prefer not to answer").check(force=True)
    expect(phone.page.locator(".bm-region.on")).to_have_count(0)
    assert stored(answering) == {"pain-map": {"declined": True}}
    with saved(phone.page):
        phone.page.locator("[data-region=f-knee-l]").click()
    assert stored(answering) == {"pain-map": ["f-knee-l"]}


def test_the_same_questions_are_answered_without_javascript_and_by_the_keyboard(answering, visitor):
    desk = visitor(java_script_enabled=False)
    desk.sign_in(answering.account, then=LINE)
    box = desk.page.locator("input[name=pain-intensity]")
    box.focus()
    desk.page.keyboard.type("37")
    desk.page.keyboard.press("Enter")
    desk.page.locator("summary", has_text="Choose from a list instead").click()
    desk.page.get_by_label("Right knee").check()
    desk.page.get_by_role("button", name="Save and come back later").click()
    assert stored(answering) == {"pain-intensity": 37, "pain-map": ["f-knee-r"]}
    expect(desk.page.get_by_text("Saved. You can go on whenever you like.")).to_be_visible()


@pytest.mark.journey("J9")
def test_after_a_worrying_answer_help_is_the_next_page(answering, visitor):
    phone = visitor()
    phone.sign_in(answering.account, then="/q/six_months/phq-9/phq9-7/")
    with saved(phone.page):
        phone.page.locator("input[name=phq9-9]").nth(3).check(force=True)
    phone.page.get_by_role("button", name="Next").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("You are not alone with this")
    expect(phone.page.locator("a[href='tel:112']").first).to_be_visible()
    phone.look()
    phone.page.get_by_role("link", name="Go on").click()
    expect(phone.page).to_have_url(re.compile("/q/six_months/gad-7/gad7-1/"))


@pytest.mark.journey("J10")
def test_the_programme_is_stopped_in_four_taps_and_the_questions_go_on(stage, visitor):
    person = stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=date(2026, 9, 4))
    phone = visitor()
    phone.sign_in(person.account, then="/today/")
    for name in ("More", "My study", "Stop the programme"):
        phone.page.get_by_role("link", name=name, exact=True).click()
        phone.page.wait_for_load_state()
        phone.look()
    phone.page.get_by_role("button", name="Confirm").click()
    expect(phone.page.get_by_text("You have stopped: the programme.").first).to_be_visible()
    with acting_as(SYSTEM):
        assert consents.withdrawn_layers(person) == {"programme"}
        assert assessments.assessment(person, "six_months").submitted_at is None


ADDRESSES = (
    "/today/", "/programme/", "/programme/start/2/", "/programme/start/send/", "/activity/", "/activity/log/",
    "/activity/plan/", "/goals/", "/goals/rate/", "/messages/study/", "/study/", "/study/withdraw/", LINE, MAP,
    "/q/six_months/phq-9/phq9-1/", "/q/six_months/stress-now/stress-now/", "/q/six_months/review/", "/help/", "/join/",
)  # fmt: skip
TOO_WIDE = """letters => {
  document.documentElement.style.fontSize = letters;
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}"""


@pytest.mark.parametrize(("width", "letters"), [(320, "100%"), (390, "200%")])
def test_the_pages_fit_the_narrowest_phone_and_the_largest_letters(width, letters, stage, visitor):
    person = stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=HALF_A_YEAR_AGO)
    phone = visitor({"width": width, "height": 640})
    phone.sign_in(person.account, then="/today/")
    for language in ("en", "sv"):
        phone.language = language
        for address in ADDRESSES:
            phone.go(address)
            wide = phone.page.evaluate(TOO_WIDE, letters)
            assert wide <= 0, f"{address} in {language} is {wide} px too wide"
