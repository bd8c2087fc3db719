"""What somebody typed and could not send: after an ended session, a token that no longer fits, a change of language."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration.cast import PASSWORD
from stegvis.messaging.models import Message
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.web import unsent
from tests.worlds import World

LINE = "The stairs went well today."
WORDS = f"{LINE}\nAnd I slept."
PAGE = "/en/messages/study/"
NEXT = {"HTTP_REFERER": f"http://testserver{PAGE}", "HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def person(world: World) -> Participant:
    """Somebody who can sign in by a password."""
    person = world.allocated()
    people.set_password(account=person.account, password=PASSWORD, by=SYSTEM)
    return person


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """The real clock, which ends sessions, put forward."""
    began = clock.wall()

    def _forward(by: timedelta) -> None:
        monkeypatch.setattr(clock, "wall", lambda: began + by)

    _forward(timedelta(0))
    return _forward


def sign_in(client: Client, person: Participant, then: str = "") -> Any:
    given = {"email": person.account.email, "password": PASSWORD, "way": "password", "next": then, "key": str(uuid4())}
    return client.post("/en/sign-in/", given)


def type_and_send(client: Client, **more: Any) -> Any:
    return client.post(PAGE, {"body": WORDS, "key": str(uuid4()), **more}, **NEXT)


def sent() -> list[str]:
    with acting_as(SYSTEM):
        return [each.body for each in Message.objects.all()]


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


# The session has ended ------------------------------------------------------------------------------------------------
@pytest.fixture
def away(person: Participant, wall: Callable[[timedelta], None]) -> Client:
    """Whose message came from a page of a session that had ended."""
    client = Client()
    sign_in(client, person)
    client.get(PAGE)
    wall(timedelta(hours=3))
    return client


def test_a_message_of_an_ended_session_stands_in_its_field_after_signing_in(away: Client, person: Participant):
    answer = type_and_send(away)
    assert answer.url == "/en/sign-in/?next=%2Fen%2Fmessages%2Fstudy%2F"
    assert "You had been signed out. What you wrote is kept" in shown(away.get(answer.url))

    back = away.get(sign_in(away, person, then=PAGE).url)

    assert f">\n{WORDS}</textarea>" in shown(back)
    assert "This has not been sent yet." in shown(back)
    assert sent() == []


def test_it_stands_there_until_it_has_been_sent(away: Client, person: Participant):
    type_and_send(away)
    sign_in(away, person)

    assert WORDS in shown(away.get(PAGE))
    assert WORDS in shown(away.get(PAGE.replace("/en/", "/sv/")))
    type_and_send(away)

    assert sent() == [WORDS]
    assert f"{WORDS}</textarea>" not in shown(away.get(PAGE))


def test_nobody_else_is_given_it(away: Client, world: World):
    type_and_send(away)
    other = world.allocated()
    people.set_password(account=other.account, password=PASSWORD, by=SYSTEM)

    sign_in(away, other)

    assert LINE not in shown(away.get(PAGE))


def test_it_lies_sealed_and_not_for_ever(away: Client, person: Participant, wall: Callable[[timedelta], None]):
    type_and_send(away)
    assert "stairs" not in str(dict(away.session))

    wall(unsent.LASTS + timedelta(hours=4))
    sign_in(away, person)

    assert LINE not in shown(away.get(PAGE))


def test_what_comes_from_a_browser_that_nobody_signed_in_at_is_not_stored(world: World):
    client = Client()

    answer = type_and_send(client)

    assert answer.url == "/en/sign-in/"
    assert not client.session.keys()


def test_a_button_of_an_ended_session_leads_back_to_its_page(away: Client):
    referrer = {**NEXT, "HTTP_REFERER": "http://testserver/en/today/"}

    answer = away.post("/en/today/log/", {"activity": "1", "on": "2026-11-13", "key": str(uuid4())}, **referrer)

    assert answer.url == "/en/sign-in/?next=%2Fen%2Ftoday%2F"


@pytest.mark.parametrize("page", ["/en/study/withdraw/", "/en/something-is-wrong/", "/en/activity/log/"])
def test_other_forms_come_back_too(away: Client, person: Participant, page: str):
    typed = {"why": LINE, "words": LINE, "title": LINE, "layers": ["plan"], "key": str(uuid4())}
    away.post(page, typed, HTTP_REFERER=f"http://testserver{page}")

    sign_in(away, person)

    assert LINE in shown(away.get(page))


# The token does not fit -----------------------------------------------------------------------------------------------
@pytest.fixture
def strict(person: Participant) -> Client:
    """A browser whose forms need their token, signed in."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person.account)
    return client


def token(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_a_form_whose_token_is_old_leads_back_to_its_words(strict: Client):
    refused = type_and_send(strict, csrfmiddlewaretoken="x" * 64)
    assert refused.status_code == 403
    assert WORDS in shown(refused)

    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', refused.content.decode()))
    back = strict.post(PAGE, {**carried, "body": WORDS, "csrfmiddlewaretoken": token(refused)}, **NEXT)

    assert back.status_code == 200
    assert f">\n{WORDS}</textarea>" in shown(back)
    assert sent() == []


def test_what_another_site_sends_is_neither_shown_nor_offered(strict: Client):
    refused = strict.post(PAGE, {"body": WORDS}, HTTP_ORIGIN="http://elsewhere.example")

    assert refused.status_code == 403
    assert "stairs" not in shown(refused)
    assert unsent.LOOK_AGAIN not in shown(refused)


def test_a_password_is_not_given_back(strict: Client):
    refused = strict.post("/en/sign-in/", {"email": "kim@example.org", "password": "secret words"}, **NEXT)

    assert "kim@example.org" in shown(refused)
    assert "secret words" not in shown(refused)


def test_looking_again_at_a_mere_button_leads_to_the_start(person: Participant, browser):
    answer = browser(person.account).post("/en/today/log/", {unsent.LOOK_AGAIN: unsent.OLD})

    assert (answer.status_code, answer.url) == (302, "/")


# Another language -----------------------------------------------------------------------------------------------------
def the_switch(page: Any) -> tuple[str, str]:
    """The form that the language switch sends, and where to."""
    found = re.search(r'<button form="([\w-]+)" formaction="([^"]+)" formnovalidate name="look_again"', shown(page))
    assert found
    return found[1], found[2]


def test_the_self_check_in_the_other_language_keeps_what_was_typed(world: World, browser):
    client = browser()
    form, address = the_switch(client.get("/en/join/"))
    assert f'<form method="post" id="{form}"' in shown(client.get("/en/join/"))

    typed = {"age": "47", "pain_places": ["f-chest-l"], "criterion_device": "yes", "look_again": "language"}
    other = shown(client.post(address, typed))

    assert address == "/sv/join/"
    assert 'value="47"' in other
    assert re.search(r'value="f-chest-l"[^>]* checked', other)
    assert re.search(r'name="criterion_device" value="yes"[^>]* checked', other)
    assert "skickats" not in other


def test_the_contact_form_in_the_other_language_keeps_its_answers_and_asks_for_nothing(world: World, browser):
    client = browser()
    good = {
        "age": "47", "pain_places": ["f-chest-l", "f-chest-r", "b-buttock-l", "f-thigh-r"], "pain_months": "60",
        "criterion_swedish": "yes", "criterion_device": "yes", "key": str(uuid4()),
    }  # fmt: skip
    page = client.post("/en/join/", good)
    _form, address = the_switch(page)
    answers = re.search(r'name="answers" value="([^"]+)"', shown(page))

    other = client.post(address, {"name": "Kim", "answers": answers[1], "look_again": "language"})

    assert (address, other.status_code) == ("/sv/join/contact/", 200)
    assert 'value="Kim"' in shown(other)
    assert f'name="answers" value="{answers[1]}"' in shown(other)
    assert "error-message" not in shown(other)


def test_a_message_in_the_other_language_is_not_sent(person: Participant, browser):
    client = browser(person.account)
    _form, address = the_switch(client.get(PAGE))

    other = client.post(address, {"body": WORDS, "look_again": "language"})

    assert f">\n{WORDS}</textarea>" in shown(other)
    assert sent() == []
