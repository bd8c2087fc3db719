"""Homework beside the reply: opening, drafts, sending, and who comes next."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event, Reading
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import actions as programme
from stegvis.programme import drafts
from stegvis.programme import queries as courses
from stegvis.programme.models import Feedback, GuidanceTime, Homework
from tests.web.conftest import Browser
from tests.web.therapist.conftest import OPENED, Caseload, course_of, welcome
from tests.worlds import FRIDAY, World

DAY = timedelta(days=1)
WARM = "Du provade och skrev ner det. Jag förstår att det var tungt. Jag tror att du kan. Börja med nästa steg."


def address(person: Participant, *more: str) -> str:
    """The homework of a person, or something below it."""
    return "/".join(["/en/care", person.code, "homework", *more, ""])


def posted(  # type: ignore[no-untyped-def]
    client: Client, person: Participant, *, reply: str = WARM, then: str = "only", key: UUID | None = None, **more: str
):
    """The reply to the first step is sent from the page on which it stands."""
    page = client.get(address(person, "1")).content.decode()
    seal = re.search(r'name="seen" value="([^"]+)"', page)
    seen = {"seen": seal[1]} if seal else {}
    return client.post(address(person, "1"), {"reply": reply, "then": then, "key": str(key or uuid4()), **seen, **more})


@pytest.fixture
def person(world: World, therapist: Account, caseload: Caseload) -> Participant:
    """Somebody welcomed, whose homework came in yesterday."""
    (found,) = caseload(1)
    welcome(world, therapist, found, on=OPENED)
    world.send_homework(found, words="Jag provade två gånger.", on=FRIDAY - DAY)
    return found


# Reading --------------------------------------------------------------------------------------------------------------
def test_the_answers_stand_under_the_labels_that_the_person_saw(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    html = browser(therapist).get(address(person)).content.decode()
    assert "Jag provade två gånger." in html
    module = courses.content(course_of(person).release_id).module("start")
    asked = next(each.label for each in module.fields("sv") if each.kind == "long-text")
    assert f"{asked}</dt><dd>Jag provade två gånger." in html
    assert "Start: mina skäl och min rytm" in html
    assert re.search(r"\d questions? left empty", html)


def test_opening_a_page_leaves_a_reading_and_changes_nothing_of_the_persons(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    browser(therapist).get(address(person))
    with acting_as(therapist):
        assert Reading.objects.get(participant=person.code, kind="homework").actor_code == therapist.code
        assert Homework.objects.get().opened_at is None


def test_homework_counts_as_opened_once_the_page_has_been_looked_at(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    for _ in range(2):
        assert client.post(address(person, "1", "looking"), {"seconds": "30"}).status_code == 204
    with acting_as(therapist):
        assert Homework.objects.get().opened_at is not None
        assert Event.objects.filter(verb="programme.homework_opened").count() == 1
        assert sorted(GuidanceTime.objects.values_list("seconds", "kind")) == [(30, "page"), (30, "page")]


@pytest.mark.parametrize("seconds", ["", "0", "-5", "1e9", "3601", "ten"])
def test_what_is_no_number_of_seconds_is_not_kept(
    browser: Browser, therapist: Account, person: Participant, seconds: str
) -> None:
    assert browser(therapist).post(address(person, "1", "looking"), {"seconds": seconds}).status_code == 422
    with acting_as(therapist):
        assert not GuidanceTime.objects.exists()


def test_the_one_that_waits_comes_first_and_each_step_has_its_address(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    world.reply(homework_of(person, therapist, 1), text=WARM, on=FRIDAY - DAY)
    world.send_homework(person, words="Den andra.", on=FRIDAY)
    client = browser(therapist)
    assert "Den andra." in client.get(address(person)).content.decode()
    first = client.get(address(person, "1")).content.decode()
    assert "Jag provade två gånger." in first
    assert "The reply" in first
    assert "The person has not read it yet" in first
    assert client.get(address(person, "9")).status_code == 404


def test_before_any_homework_the_page_says_so(browser: Browser, therapist: Account, caseload: Caseload) -> None:
    (new,) = caseload(1)
    html = browser(therapist).get(address(new)).content.decode()
    assert "No homework yet" in html
    assert browser(therapist).post(address(new), {"reply": WARM, "key": str(uuid4())}).status_code == 404


# The reply ------------------------------------------------------------------------------------------------------------
def test_snippets_are_filled_in_and_stand_in_four_groups(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    html = browser(therapist).get(address(person)).content.decode()
    assert re.findall(r"</svg>([A-Z][a-z ]+)</summary>", html) == [
        "Notice effort", "Show understanding", "Believe in ability", "Next step",
    ]  # fmt: skip
    assert "Nästa steg heter ”Stress och smärta: ett och samma larm”" in html
    assert "på vägen mot" not in html, "without a goal no sentence about one"


def test_a_draft_is_kept_as_it_is_written_and_answered_with_its_marks(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    response = client.post(address(person, "1", "draft"), {"field": "reply", "reply": "Jag förstår att det var tungt."})
    assert response.json() == {"saved_at": "10:00", "marks": ["understanding"]}
    html = client.get(address(person)).content.decode()
    assert "Jag förstår att det var tungt.</textarea>" in html
    assert re.search(r'data-mark="understanding"[^>]* class="y"', html)
    with acting_as(therapist):
        assert Homework.objects.get().opened_at is not None


def test_a_draft_that_is_too_long_or_of_an_unknown_field_is_refused(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    long = client.post(address(person, "1", "draft"), {"field": "reply", "reply": "a" * 20_001})
    assert long.status_code == 422
    assert "20001 characters" in long.json()["error"]
    assert client.post(address(person, "1", "draft"), {"field": "grade", "grade": "5"}).status_code == 404


def test_a_draft_after_sending_is_let_go(browser: Browser, therapist: Account, person: Participant) -> None:
    client = browser(therapist)
    posted(client, person)
    assert client.post(address(person, "1", "draft"), {"field": "reply", "reply": "Mer."}).status_code == 200
    with acting_as(therapist):
        assert drafts.reply(Homework.objects.get()) == ""


def test_a_sent_reply_stands_with_its_marks_and_the_homework_as_opened(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    posted(browser(therapist), person)
    with acting_as(therapist):
        feedback = Feedback.objects.get()
        assert feedback.text == WARM
        assert set(feedback.marks) == {"effort", "understanding", "ability", "next_step"}
        assert feedback.homework.opened_at is not None
        assert feedback.homework.answered_at is not None


def test_the_next_step_is_opened_by_send_and_open_only(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    first, second = caseload(2)
    for each in (first, second):
        with world.acting(each.account, FRIDAY - DAY):
            programme.send_homework(
                course=course_of(each), module="start", next_opens="on_feedback", key=uuid4(), by=each.account
            )
    client = browser(therapist)
    assert "Send and open step 2" in client.get(address(first)).content.decode()
    posted(client, first, then="open")
    posted(client, second, then="only")
    with acting_as(therapist), clock.frozen(clock.now() + courses.REACHES_AFTER):
        assert [courses.way(course_of(each)).steps[1].is_open for each in (first, second)] == [True, False]


def test_where_the_next_step_is_open_already_there_is_one_button(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    html = browser(therapist).get(address(person)).content.decode()
    assert "Step 2 is open for them already." in html
    assert "Send and open" not in html


def test_sending_twice_with_one_key_answers_once(browser: Browser, therapist: Account, person: Participant) -> None:
    client, key = browser(therapist), uuid4()
    assert posted(client, person, key=key).status_code == 302
    assert posted(client, person, key=key).status_code == 302
    with acting_as(therapist):
        assert Feedback.objects.count() == 1


def test_a_second_answer_is_refused_and_its_words_are_kept_on_the_page(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    posted(client, person)
    again = posted(client, person, reply="Något annat.")
    assert again.status_code == 422
    assert "This homework has an answer already." in again.content.decode()
    assert "Något annat." in again.content.decode()
    with acting_as(therapist):
        assert Feedback.objects.get().text == WARM


@pytest.mark.parametrize("reply", ["", "   \n "])
def test_an_empty_reply_is_not_sent(browser: Browser, therapist: Account, person: Participant, reply: str) -> None:
    response = posted(browser(therapist), person, reply=reply)
    assert response.status_code == 422
    assert "There is nothing written yet." in response.content.decode()
    with acting_as(therapist):
        assert not Feedback.objects.exists()


# The next person ------------------------------------------------------------------------------------------------------
def test_after_sending_the_next_person_opens_by_itself_and_at_the_end_the_worklist(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    longest, middle, newest = caseload(3)
    for number, each in enumerate((longest, middle, newest)):
        world.send_homework(each, on=FRIDAY - (3 - number) * DAY)
    client = browser(therapist)
    assert f'Then goes to <span class="nowrap">{newest.code}' in client.get(address(middle)).content.decode()
    assert posted(client, middle).headers["Location"] == address(newest)
    assert posted(client, newest).headers["Location"] == address(longest), "from the top after the last"
    last = posted(client, longest)
    assert last.headers["Location"] == "/en/care/"
    assert f"Your reply is sent to {longest.code}." in client.get("/en/care/").content.decode()


def test_the_next_person_opens_where_their_need_is(
    world: World, browser: Browser, therapist: Account, person: Participant, caseload: Caseload
) -> None:
    (unwelcomed,) = caseload(1, opened=FRIDAY)
    assert posted(browser(therapist), person).headers["Location"] == f"/en/care/{unwelcomed.code}/messages/"


# Who ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["homework/", "messages/", "progress/", "plan/", "time/", ""])
def test_somebody_elses_person_is_not_found_and_leaves_no_reading(
    world: World, browser: Browser, therapist: Account, caseload: Caseload, page: str
) -> None:
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role="therapist", email="other@example.org", name="Other", sites=[world.site], by=SYSTEM
        )
    (theirs,) = caseload(1, of=colleague)
    client = browser(therapist)
    refused = client.get(f"/en/care/{theirs.code}/{page}")
    nobody = client.get(f"/en/care/{world.site.code}-999/{page}")
    assert refused.status_code == nobody.status_code == 404
    with acting_as(SYSTEM):
        assert not Reading.objects.filter(participant=theirs.code).exists()


@pytest.mark.parametrize(
    "page", ["homework/1/", "homework/1/draft/", "homework/1/looking/", "looking/", "messages/", "messages/settled/"]
)
def test_nothing_can_be_written_about_somebody_elses_person(
    world: World, browser: Browser, therapist: Account, caseload: Caseload, page: str
) -> None:
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role="therapist", email="other@example.org", name="Other", sites=[world.site], by=SYSTEM
        )
    (theirs,) = caseload(1, of=colleague)
    world.send_homework(theirs, on=FRIDAY - DAY)
    values = {"reply": WARM, "field": "reply", "seconds": "5", "body": "Hej", "key": str(uuid4())}
    assert browser(therapist).post(f"/en/care/{theirs.code}/{page}", values).status_code == 404
    assert browser(world.staff(Role.PHYSIOTHERAPIST)).post(f"/en/care/{theirs.code}/{page}", values).status_code == 404


def test_somebody_in_the_caseload_without_a_course_is_not_found(
    world: World, browser: Browser, therapist: Account
) -> None:
    with acting_as(SYSTEM):
        new = people.add_participant(
            site=world.site, name="N", email="n@example.org", phone="1", language="sv", made_up=True, by=SYSTEM
        )
        people.assign_clinician(participant=new, clinician=therapist, role=Role.THERAPIST, by=SYSTEM)
    assert browser(therapist).get(address(new)).status_code == 404


def test_drafts_and_seconds_are_only_posted(browser: Browser, therapist: Account, person: Participant) -> None:
    for page in ("draft", "looking"):
        assert browser(therapist).get(address(person, "1", page)).status_code == 405


def test_queries_of_a_persons_page_are_the_same_for_three_and_thirty_people(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    first, *others = caseload(3)
    for each in (first, *others):
        world.send_homework(each, on=FRIDAY - DAY)
    client = browser(therapist)
    client.get(address(first))
    with CaptureQueriesContext(connection) as few:
        client.get(address(first))
    caseload(27)
    with CaptureQueriesContext(connection) as many:
        client.get(address(first))
    assert len(many) == len(few) <= 39


def homework_of(person: Participant, therapist: Account, number: int) -> Homework:
    """A piece of homework, with whose it is."""
    with acting_as(therapist):
        return Homework.objects.select_related("course__participant__site").get(course=person.pk, number=number)
