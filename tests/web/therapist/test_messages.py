"""Messages with a person: reading marks as read, sending, needing no answer; what the rules suggest."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.messaging import actions as messaging
from stegvis.messaging.models import Message
from stegvis.messaging.models import Waiting as WaitingRow
from stegvis.messaging.queries import Channel
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from tests.web.conftest import Browser
from tests.web.therapist.conftest import OPENED, Caseload, welcome, write_to_therapist
from tests.worlds import FRIDAY, World


@pytest.fixture
def person(world: World, therapist: Account, caseload: Caseload) -> Participant:
    """Somebody welcomed, who wrote yesterday."""
    (found,) = caseload(1)
    welcome(world, therapist, found, on=OPENED)
    write_to_therapist(world, found, "Får jag göra om del 2?", on=FRIDAY - timedelta(days=1))
    return found


def address(person: Participant) -> str:
    """The messages of a person."""
    return f"/en/care/{person.code}/messages/"


def test_opening_the_thread_marks_it_as_read_and_the_person_still_waits(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    html = browser(therapist).get(address(person)).content.decode()
    assert "Får jag göra om del 2?" in html
    assert "Not read yet" in html, "the person has not read the welcome"
    with acting_as(therapist):
        assert Message.objects.get(author=person.account).read_at is not None
        assert WaitingRow.objects.filter(participant=person).exists()
    assert "A message waits for an answer" in browser(therapist).get("/en/care/").content.decode()


def test_an_answer_is_sent_once_and_ends_the_wait(browser: Browser, therapist: Account, person: Participant) -> None:
    client, key = browser(therapist), str(uuid4())
    client.get(address(person))
    for _ in range(2):
        response = client.post(address(person), {"body": "Ja, gärna.", "key": key})
        assert response.headers["Location"] == address(person)
    with acting_as(therapist):
        assert Message.objects.filter(author=therapist).count() == 2, "the welcome and this one"
        assert not WaitingRow.objects.filter(participant=person).exists()
    assert "Ja, gärna." in client.get(address(person)).content.decode()


@pytest.mark.parametrize(("body", "said"), [("", "nothing written yet"), ("a" * 10_001, "10001 characters")])
def test_an_empty_message_and_one_without_end_are_refused(
    browser: Browser, therapist: Account, person: Participant, body: str, said: str
) -> None:
    response = browser(therapist).post(address(person), {"body": body, "key": str(uuid4())})
    assert response.status_code == 422
    assert said in response.content.decode()
    with acting_as(therapist):
        assert Message.objects.filter(author=therapist).count() == 1


def test_a_thank_you_needs_no_answer(browser: Browser, therapist: Account, person: Participant) -> None:
    client = browser(therapist)
    assert "This needs no answer" in client.get(address(person)).content.decode()
    assert client.post(f"{address(person)}settled/").headers["Location"] == "/en/care/"
    with acting_as(therapist):
        assert not WaitingRow.objects.filter(participant=person).exists()
    assert "This needs no answer" not in client.get(address(person)).content.decode()


def test_the_physiotherapists_channel_is_not_shown(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    with world.acting(person.account):
        messaging.send(participant=person, channel=Channel.STUDY, body="Till studien", key=uuid4(), by=person.account)
    assert "Till studien" not in browser(therapist).get(address(person)).content.decode()


def test_a_person_to_welcome_says_what_a_welcome_holds(
    browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (new,) = caseload(1, opened=FRIDAY)
    html = browser(therapist).get(address(new)).content.decode()
    assert "Say who you are" in html
    assert "No messages yet" in html


def test_a_quiet_person_is_one_click_from_their_telephone_number(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (quiet,) = caseload(1, opened=FRIDAY - timedelta(days=8))
    welcome(world, therapist, quiet, on=FRIDAY - timedelta(days=8))
    html = browser(therapist).get(address(quiet)).content.decode()
    assert "Quiet for 8 days" in html
    assert f"/en/care/{quiet.code}/time/?call=1#call" in html


def test_a_long_thread_shows_its_newest_hundred(browser: Browser, therapist: Account, person: Participant) -> None:
    with acting_as(SYSTEM):
        Message.objects.bulk_create(
            Message(
                participant=person, channel=Channel.THERAPIST, author=person.account, author_role="participant",
                body=f"Brev {number}", sent_at=clock.at(OPENED, 8), key=uuid4(),
            )
            for number in range(100)
        )  # fmt: skip
    html = browser(therapist).get(address(person)).content.decode()
    assert "2 earlier messages are not shown." in html
    assert "Får jag göra om del 2?" in html
