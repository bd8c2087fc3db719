"""The programme's pages: reading, writing, homework, the answer to it, pictures."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.test import Client

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.programme import actions as programme
from stegvis.programme import arranging, dose
from stegvis.programme import queries as courses
from stegvis.programme.models import Course
from tests.web.participant.conftest import arm_with
from tests.worlds import FRIDAY, World

Page = Callable[..., Client]

FIRST = "/en/programme/start/1/"
SEND = "/en/programme/start/send/"
AUTOSAVE = "/en/api/autosave/programme/start/"
NEXT = {"then": "next"}


def way(person: Participant) -> courses.Way:
    """How far somebody has come."""
    with acting_as(person.account):
        course = courses.course_of(person)
        assert course is not None
        return courses.way(course)


def drafts(person: Participant) -> dict[str, str]:
    """What was written in the first step and not sent."""
    with acting_as(person.account):
        course = courses.course_of(person)
        assert course is not None
        return courses.drafts(course, "start")


def test_the_list_says_where_each_step_stands(reader: Participant, page: Page) -> None:
    html = page(reader).get("/en/programme/").content.decode()
    assert "Three things to know" in html
    assert "Not started" in html
    assert "Not open yet" in html
    assert "Not clinically reviewed: demonstration only" in html


def test_every_page_of_the_programme_says_that_nobody_has_reviewed_it(
    world: World, reader: Participant, page: Page
) -> None:
    browser = page(reader)
    addresses = ["/en/programme/", FIRST, f"{FIRST}?length=short", SEND]
    assert all("demonstration only" in browser.get(address).content.decode() for address in addresses)
    world.reply(world.send_homework(reader), text="You tried it.")
    assert "demonstration only" in browser.get("/en/programme/start/answer/").content.decode()


def test_once_signed_in_the_readers_language_the_banner_is_gone(reader: Participant, page: Page) -> None:
    with acting_as(SYSTEM):
        release = courses.newest_release()
        for profession in courses.needed_signatures(release.pk):
            programme.sign_review(release=release, language="en", reviewer="A", profession=profession, by=SYSTEM)
    assert "demonstration only" not in page(reader).get(FIRST).content.decode()
    assert "bara för demonstration" in page(reader).get(FIRST.replace("/en/", "/sv/")).content.decode()


def test_next_keeps_what_was_written_and_that_the_part_was_read(reader: Participant, page: Page) -> None:
    browser = page(reader)
    response = browser.post(FIRST, {"hope": "calm", "readiness": "7", **NEXT})
    assert response["Location"] == "/en/programme/start/2/"
    assert drafts(reader) == {"hope": "calm", "readiness": "7"}
    assert way(reader).step("start").parts_read == {1}
    assert "checked" in browser.get(FIRST).content.decode()


def test_stopping_keeps_the_words_and_not_the_reading(reader: Participant, page: Page) -> None:
    response = page(reader).post(FIRST, {"hope": "calm", "then": "stop"})
    assert response["Location"] == "/en/today/"
    assert drafts(reader)["hope"] == "calm"
    assert way(reader).step("start").parts_read == frozenset()


def test_what_does_not_fit_is_said_beside_the_field(reader: Participant, page: Page) -> None:
    response = page(reader).post(FIRST, {"readiness": "70", **NEXT})
    assert response.status_code == 422
    assert "Choose one of the numbers." in response.content.decode()
    assert drafts(reader) == {}


def test_the_short_version_asks_less_and_is_kept_as_short(reader: Participant, page: Page) -> None:
    browser = page(reader)
    short = browser.get(f"{FIRST}?length=short").content.decode()
    assert "about 1 minute" in short or "about 2 minutes" in short
    assert "The main thing" not in short
    browser.post(f"{FIRST}?length=short", {"hope": "calm", **NEXT})
    with acting_as(reader.account):
        course = courses.course_of(reader)
        assert course is not None
        assert [each.length for each in course.readings.all()] == ["short"]


def test_a_field_saves_itself_and_the_person_comes_back_to_it(reader: Participant, page: Page) -> None:
    browser = page(reader)
    saved = browser.post(AUTOSAVE, {"field": "readiness", "readiness": "4"})
    assert saved.status_code == 200
    assert saved.json()["saved_at"]
    assert drafts(reader) == {"readiness": "4"}
    assert f'href="{FIRST}#id_readiness"' in browser.get("/en/today/").content.decode()

    assert browser.post(AUTOSAVE, {"field": "readiness", "readiness": "40"}).status_code == 422
    assert browser.post(AUTOSAVE, {"field": "nothing", "nothing": "4"}).status_code == 404
    assert drafts(reader) == {"readiness": "4"}


def test_homework_is_looked_at_and_sent_once(reader: Participant, page: Page) -> None:
    browser = page(reader)
    browser.post(FIRST, {"hope": "calm", **NEXT})
    look = browser.get(SEND).content.decode()
    assert "More calm in my body" in look
    sent = {"key": str(uuid4())}
    for _ in range(2):
        assert browser.post(SEND, sent).status_code == 302
    assert way(reader).step("start").status == courses.SENT
    assert way(reader).step("alarm").is_open
    assert "Your therapist has your homework" in browser.get("/en/programme/start/answer/").content.decode()


def test_empty_homework_is_asked_about_once(reader: Participant, page: Page) -> None:
    browser = page(reader)
    asked = browser.post(SEND, {"key": str(uuid4())})
    assert "Do you want to?" in asked.content.decode()
    assert not way(reader).step("start").is_done
    browser.post(SEND, {"key": str(uuid4()), "anyway": "yes"})
    assert way(reader).step("start").is_done


def test_after_sending_the_words_stand(world: World, reader: Participant, page: Page) -> None:
    world.send_homework(reader, words="I sat by the window.")
    browser = page(reader)
    html = "".join(browser.get(f"/en/programme/start/{n}/").content.decode() for n in (1, 2, 3, 4))
    assert "I sat by the window." in html
    assert "data-autosave-url" not in html
    assert browser.post(AUTOSAVE, {"field": "hope", "hope": "calm"}).status_code == 422
    assert browser.post(FIRST, {"hope": "calm", **NEXT}).status_code == 200  # nothing to send: the page again
    assert browser.get(SEND)["Location"] == "/en/programme/start/answer/"


def test_opening_the_answer_is_reading_it(world: World, reader: Participant, page: Page) -> None:
    world.reply(world.send_homework(reader), text="You tried it on a busy day.")
    browser = page(reader)
    assert "Your therapist has answered" in browser.get("/en/today/").content.decode()
    assert "You tried it on a busy day." in browser.get("/en/programme/start/answer/").content.decode()
    assert "Your therapist has answered" not in browser.get("/en/today/").content.decode()


def test_a_step_that_is_not_open_and_a_part_that_is_not_there_are_not_found(reader: Participant, page: Page) -> None:
    browser = page(reader)
    addresses = ["alarm/1/", "breaks/1/", "nothing/1/", "start/9/", "alarm/send/", "start/answer/", "pictures/x.svg"]
    for address in addresses:
        assert browser.get(f"/en/programme/{address}").status_code == 404, address
    assert browser.post("/en/api/autosave/programme/alarm/", {"field": "a", "a": "b"}).status_code == 404


def test_pictures_come_with_the_course_and_are_not_kept_by_others(reader: Participant, page: Page) -> None:
    response = page(reader).get("/en/programme/pictures/en/pictures/loop.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_before_it_opens_only_the_day_is_told(world: World, page: Page) -> None:
    person = world.allocated(arm=arm_with(world, "programme", has=True), on=FRIDAY - timedelta(days=2))
    browser = page(person)
    html = browser.get("/en/programme/").content.decode()
    assert "It opens on" in html
    assert "Breaks that restore" not in html
    assert browser.get(FIRST)["Location"] == "/en/programme/"
    assert browser.post(AUTOSAVE, {"field": "hope", "hope": "calm"}).status_code == 302


def test_once_stopped_nothing_more_can_be_written(world: World, reader: Participant, page: Page) -> None:
    world.reply(world.send_homework(reader), text="You tried it.")
    world.withdraw(reader, "programme")
    browser = page(reader)
    assert "You have stopped the programme" in browser.get("/en/programme/").content.decode()
    assert browser.get("/en/programme/alarm/1/")["Location"] == "/en/programme/"
    assert "You tried it." in browser.get("/en/programme/start/answer/").content.decode()
    assert "/en/programme/alarm/" not in browser.get("/en/today/").content.decode()


def test_what_was_stopped_before_it_opened_promises_no_opening(world: World, page: Page) -> None:
    person = world.allocated(arm=arm_with(world, "programme", has=True), on=FRIDAY - timedelta(days=2))
    world.withdraw(person, "everything")
    html = page(person).get("/en/programme/").content.decode()
    assert "You have stopped the programme" in html
    assert "It opens on" not in html


def test_somebody_else_s_words_are_never_shown(world: World, reader: Participant, page: Page) -> None:
    other = world.allocated(arm=arm_with(world, "programme", has=True), on=FRIDAY - timedelta(days=70))
    page(other).post(FIRST, {"hope": "nights", **NEXT})
    assert drafts(other) == {"hope": "nights", "readiness": ""}
    assert drafts(reader) == {}
    assert 'value="nights" id="id_hope_2" checked' not in page(reader).get(FIRST).content.decode()


# What was arranged ----------------------------------------------------------------------------------------------------
def arrange(world: World, reader: Participant, how: str, **given: object) -> None:
    """The person's therapist arranges something."""
    therapist = world.clinician(reader, "therapist")
    with world.acting(therapist):
        course = courses.course_of(reader)
        getattr(arranging, how)(course=course, words="Little strength now", key=uuid4(), by=therapist, **given)


def test_a_slow_track_is_shown_without_its_reason(world: World, reader: Participant, page: Page) -> None:
    arrange(world, reader, "agree_pace", per_week=1, core_only=True)
    html = page(reader).get("/en/programme/").content.decode()
    assert "agreed on about 1 step a week" in html
    assert "Left out for now" in html
    assert "of 8" in html
    assert "Little strength" not in html


def test_a_pause_is_shown_on_both_pages_and_closes_nothing(world: World, reader: Participant, page: Page) -> None:
    arrange(world, reader, "plan_pause", from_on=FRIDAY, until_on=FRIDAY + timedelta(days=7))
    for address in ("/en/programme/", "/en/today/"):
        html = page(reader).get(address).content.decode()
        assert "You have agreed on a pause until Friday 20 November" in html
        assert 'href="/en/programme/start/1/"' in html


def test_a_held_step_is_told_kindly(world: World, reader: Participant, page: Page) -> None:
    arrange(world, reader, "hold_next", look_again_on=FRIDAY + timedelta(days=3))
    world.send_homework(reader)
    for address in ("/en/programme/", "/en/today/"):
        html = page(reader).get(address).content.decode()
        assert "Your next step opens a little later" in html
        assert "You have done nothing wrong" in html


# The dose -------------------------------------------------------------------------------------------------------------
def dose_of(person: Participant) -> list[dose.Day]:
    """What each day is counted as."""
    with acting_as(SYSTEM):
        return dose.days(Course.objects.filter(participant=person))


def test_opening_a_part_and_its_clock_are_kept(reader: Participant, page: Page) -> None:
    browser = page(reader)
    assert 'data-timer-url="/en/api/looking/programme/"' in browser.get(FIRST).content.decode()
    assert browser.post("/en/api/looking/programme/", {"seconds": 30}).status_code == 204
    assert browser.post("/en/api/looking/programme/", {"seconds": "long"}).status_code == 422
    (day,) = dose_of(reader)
    assert (day.parts_opened, day.seconds) == (1, 30)


def test_the_short_version_of_a_low_energy_day_is_told_apart(reader: Participant, page: Page) -> None:
    browser = page(reader)
    browser.post("/en/today/low-energy/", {"low": "on"})
    browser.post(FIRST, NEXT)
    assert [(day.parts_short, day.parts_low_energy) for day in dose_of(reader)] == [(0, 1)]


def test_practice_is_marked_later_and_taken_back(reader: Participant, page: Page) -> None:
    browser = page(reader)
    thursday = {"on": "2026-11-12"}
    for given, pressed in (({"practised": "on"}, 1), ({}, 0)):
        browser.post("/en/programme/practice/", thursday | given)
        assert browser.get("/en/programme/").content.decode().count('aria-pressed="true"') == pressed


def test_a_control_has_no_clock_and_no_practice(control: Participant, page: Page) -> None:
    for address in ("/en/api/looking/programme/", "/en/programme/practice/"):
        assert page(control).post(address, {"seconds": 5, "on": "2026-11-12"}).status_code == 404


def test_this_weeks_check_in_is_asked_on_today_and_the_first_homework_opens_another(
    world: World, reader: Participant, page: Page
) -> None:
    browser = page(reader)
    assert "Three questions for this week" in browser.get("/en/today/").content.decode()
    assert browser.get("/en/q/checkin_2/").status_code == 200
    assert "What do you think so far?" not in browser.get("/en/q/").content.decode()
    browser.post(SEND, {"key": str(uuid4()), "anyway": "1"})
    assert "What do you think so far?" in browser.get("/en/q/").content.decode()
