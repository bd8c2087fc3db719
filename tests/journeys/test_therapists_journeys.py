"""The therapist's journeys: homework is answered in two clicks, what is urgent comes first, and who stops is not chased.

English at a desk, Swedish on a phone, and by the keyboard alone; every page goes through the accessibility check.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme import queries as courses
from stegvis.safety import queries as safety
from stegvis.trial import queries as trial
from tests.journeys.conftest import DESK, a_minute_later
from tests.worlds import FRIDAY

WARM = "Du provade och skrev ner det. Jag förstår att det var tungt. Jag tror att du kan. Börja med nästa steg."
WORDS = "Jag satt vid fönstret en stund."


@pytest.fixture
def person(stage):
    """Someone in the programme whose first homework waits."""
    found = stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=FRIDAY - timedelta(days=75))
    stage.send_homework(found, words=WORDS)
    return found


@pytest.fixture
def therapist(stage, person):
    """Who guides the person, and has held the start call."""
    stage.hold_start_call(person)
    return stage.clinician(person, Role.THERAPIST)


def feedback_of(person):
    with acting_as(SYSTEM):
        return courses.homework_of(courses.course_of(person)).first().feedback


@pytest.mark.journey("J5")
def test_the_marks_follow_what_is_written_and_the_reply_reaches_the_person_after_a_minute(person, therapist, visitor):
    desk = visitor(DESK)
    desk.sign_in(therapist, then=f"/care/{person.code}/homework/")
    expect(desk.page.get_by_text(WORDS).first).to_be_visible()
    desk.page.locator("textarea[name=reply]").fill(WARM)
    expect(desk.page.locator("[data-mark].y")).to_have_count(4, timeout=10_000)
    desk.look()
    desk.page.locator("form.sv-card button[name=then]").first.click()
    expect(desk.page.get_by_text(f"The reply to {person.code} has not reached them yet.")).to_be_visible()
    desk.look()

    phone = visitor()
    phone.sign_in(person.account, then="/today/")
    expect(phone.page.get_by_text("Your therapist has answered")).to_have_count(0)
    a_minute_later()
    phone.page.reload()
    with phone.page.expect_navigation():
        phone.page.get_by_role("link", name="Read the answer").click()
    expect(phone.page.get_by_text("Jag tror att du kan.")).to_be_visible()
    phone.look()


@pytest.mark.journey("J5")
def test_a_reply_is_taken_back_and_its_words_stand_in_the_box_again(person, therapist, visitor):
    desk = visitor(DESK)
    desk.sign_in(therapist, then=f"/care/{person.code}/homework/")
    desk.page.locator("textarea[name=reply]").fill(WARM)
    desk.page.locator("form.sv-card button[name=then]").first.click()
    expect(desk.page.locator("[data-left]")).to_contain_text("seconds left.")
    desk.page.get_by_role("button", name="Take it back").click()
    expect(desk.page.locator("textarea[name=reply]")).to_have_value(WARM)
    assert feedback_of(person) is None


@pytest.mark.journey("J5")
def test_by_keyboard_alone_homework_is_opened_and_answered(person, therapist, visitor):
    desk = visitor(DESK)
    desk.sign_in(therapist, then="/care/")
    keys = desk.page.keyboard
    desk.page.locator(f".sv-worklist a[href*='{person.code}']").focus()
    keys.press("Enter")
    expect(desk.page.get_by_text(WORDS).first).to_be_visible()
    desk.page.locator("textarea[name=reply]").focus()
    keys.type(WARM)
    for _tab in range(3):
        keys.press("Tab")
        if desk.page.evaluate("document.activeElement.name") == "then":
            break
    keys.press("Enter")
    expect(desk.page.get_by_text(f"Your reply is sent to {person.code}.")).to_be_visible()


@pytest.mark.journey("J5")
def test_one_part_is_asked_for_again_and_sent_anew_on_a_swedish_phone(person, therapist, visitor):
    desk = visitor(DESK)
    desk.sign_in(therapist, then=f"/care/{person.code}/homework/")
    desk.page.locator("textarea[name=reply]").fill(WARM)
    desk.page.get_by_text("Ask for one part again").click()
    desk.page.locator("select[name=part]").select_option(index=1)
    desk.look()
    desk.page.get_by_role("button", name="Send and ask for it again").click()
    expect(desk.page.get_by_text(f"Your reply is sent to {person.code}.")).to_be_visible()
    a_minute_later()

    phone = visitor()
    phone.language = "sv"
    phone.sign_in(person.account, then="/today/")
    phone.page.get_by_role("link", name="Läs svaret").click()
    expect(phone.page.get_by_text("Inget är fel.")).to_be_visible()
    phone.look()
    phone.page.get_by_role("link", name="Öppna delen").click()
    phone.look()
    phone.page.get_by_role("button", name="Till din hemuppgift").click()
    phone.look()
    phone.page.get_by_role("button", name="Skicka", exact=True).click()
    expect(phone.page.get_by_text("Skickat.").first).to_be_visible()
    with acting_as(SYSTEM):
        assert courses.homework_of(courses.course_of(person)).first().round == 2


@pytest.mark.journey("J9")
def test_an_alert_comes_first_in_the_list_is_taken_in_two_clicks_and_holds_the_reply(stage, person, therapist, visitor):
    phone = visitor()
    phone.sign_in(person.account, then="/something-is-wrong/")
    phone.page.locator("main textarea").first.fill("I fell and my head hurts.")
    phone.look()
    phone.page.locator("main form button").last.click()
    phone.page.wait_for_load_state()
    phone.look()

    desk = visitor(DESK)
    desk.sign_in(therapist, then="/care/")
    first = desk.page.locator(".sv-worklist li").first
    expect(first).to_contain_text(person.code)
    expect(first).to_contain_text("Safety alert")
    desk.go(f"/care/{person.code}/homework/")
    desk.page.locator("textarea[name=reply]").fill(WARM)
    desk.page.locator("form.sv-card button[name=then]").first.click()
    expect(desk.page.get_by_text("is open, so the answer waits").first).to_be_visible()
    expect(desk.page.locator("textarea[name=reply]")).to_have_value(WARM)
    desk.look()
    assert feedback_of(person) is None

    with acting_as(SYSTEM):
        on_rota = safety.rota(person.site)[0]
        alert = safety.open_alerts().get(participant=person)
    rota = visitor(DESK)
    rota.sign_in(on_rota, then="/trial/alerts/")
    rota.page.locator(f"a[href$='/alerts/{alert.pk}/']").first.click()
    rota.look()
    rota.page.get_by_role("button", name="I have it").click()
    rota.page.wait_for_load_state()
    with acting_as(SYSTEM):
        assert safety.alert(alert.pk).acknowledged


@pytest.mark.journey("J10")
def test_the_programme_is_stopped_by_keyboard_in_swedish_and_the_therapist_is_told_and_asks_for_nothing(
    stage, person, therapist, visitor
):
    phone = visitor()
    phone.language = "sv"
    phone.sign_in(person.account, then="/study/")
    phone.look()
    phone.page.get_by_role("link", name="Sluta med programmet").focus()
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    phone.look()
    phone.page.get_by_role("button", name="Bekräfta").focus()
    phone.page.keyboard.press("Enter")
    expect(phone.page.get_by_text("Du har slutat med").first).to_be_visible()

    desk = visitor(DESK)
    desk.sign_in(therapist, then="/care/?show=all")
    expect(desk.page.locator(".sv-worklist li")).to_contain_text(["Homework: step 1"])
    desk.look()
    with acting_as(SYSTEM):
        assert trial.enrolment(person) is not None
        assert courses.course_of(person).stopped_at is not None


PAGES = (
    "/care/", "/care/?show=all", "/care/time/", "/care/cover/", "/care/snippets/", "/care/{code}/homework/",
    "/care/{code}/messages/", "/care/{code}/progress/", "/care/{code}/plan/", "/care/{code}/notes/",
    "/care/{code}/time/", "/care/{code}/time/adjust/", "/care/{code}/as-participant/sv/today/",
    "/care/{code}/as-participant/sv/programme/", "/care/{code}/as-participant/sv/programme/start/1/",
)  # fmt: skip


@pytest.mark.parametrize(("language", "viewport"), [("en", DESK), ("sv", {"width": 390, "height": 844})])
def test_every_page_of_the_therapist_is_accessible_and_fits(language, viewport, person, therapist, visitor):
    window = visitor(viewport)
    window.language = language
    window.sign_in(therapist, then="/care/")
    for page in PAGES:
        window.go(page.format(code=person.code))
        window.look()
        wide = window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page} is {wide} px too wide"
