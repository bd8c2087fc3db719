"""Consent: read, sign, and see what happens next."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from stegvis.consent import queries as consents
from stegvis.consent.models import Consent
from stegvis.people.acting import acting_as
from stegvis.trial import actions
from stegvis.trial import queries as trial
from tests.worlds import World

Page = Callable[..., Client]


def signed(**more: str) -> dict[str, str]:
    return {"agrees": "on", "name": "Made Up", "key": str(uuid4()), **more}


def read(browser: Client, language: str = "en") -> int:
    """Open every page by its button; how many there were."""
    way, count = f"/{language}/consent/", 0
    while way.startswith(("?", f"/{language}/consent/?", f"/{language}/consent/")) and "sign" not in way:
        text = browser.get(way if way.startswith("/") else f"/{language}/consent/{way}").content.decode()
        way = re.search(r'class="sv-buttons"><a class="sv-btn" href="([^"]+)"', text)[1]  # type: ignore[index]
        count += 1
    return count


def test_a_person_reads_signs_and_is_told_what_happens_next(world: World, page: Page) -> None:
    person = world.invited()
    browser = page(person)
    assert read(browser) > 1
    text = browser.get("/en/consent/sign/").content.decode()
    assert "I want to take part in the study." in text

    given = signed(drawing="M10 20 L30 40 ")
    for _ in range(2):  # a tired hand taps twice
        assert browser.post("/en/consent/sign/", given).status_code == 302
    following = browser.get("/en/consent/done/").content.decode()
    assert "Questions at the start" in following
    assert "The draw" in following
    assert 'd="M10 20 L30 40 "' in browser.get("/en/study/consent/").content.decode()
    with acting_as(person.account):
        assert trial.enrolment(person).stage == "consented"
        assert Consent.objects.filter(participant=person).count() == 1


def test_nobody_signs_what_they_have_not_opened(world: World, page: Page) -> None:
    browser = page(world.invited())
    browser.get("/en/consent/?page=1")
    assert "You have not opened these pages yet." in browser.get("/en/consent/sign/").content.decode()
    response = browser.post("/en/consent/sign/", signed())
    assert response.status_code == 422
    assert "pages that you have not opened yet: 2" in response.content.decode()
    read(browser, "sv")  # in another language it is another text
    assert browser.post("/en/consent/sign/", signed()).status_code == 422
    read(browser)
    assert browser.post("/en/consent/sign/", signed()).status_code == 302


def test_nothing_is_kept_without_a_tick_and_a_name(world: World, page: Page) -> None:
    person = world.invited()
    browser = page(person)
    read(browser)
    response = browser.post("/en/consent/sign/", {"name": " ", "drawing": "<script>", "key": str(uuid4())})
    assert response.status_code == 422
    assert "Tick the box if you want to take part." in response.content.decode()
    assert "Write your name, then say yes." in response.content.decode()
    assert "What was drawn could not be kept." in response.content.decode()
    with acting_as(person.account):
        assert trial.enrolment(person).stage == "invited"


def test_a_question_is_sent_before_signing_and_stands_there_with_its_answer(world: World, page: Page) -> None:
    person = world.invited()
    browser = page(person)
    assert browser.post("/en/consent/ask/", {"words": " ", "key": str(uuid4())}).status_code == 422
    asked = {"words": "May I bring my sister?", "key": str(uuid4())}
    for _ in range(2):
        assert browser.post("/en/consent/ask/", asked).status_code == 302
    with world.acting(world.coordinator(person)):
        (question,) = consents.questions_of(person)
        words = {"words": "You may.", "key": uuid4()}
        actions.answer_about_consent(question=question, by=world.coordinator(person), **words)
    text = browser.get("/en/consent/sign/").content.decode()
    assert "May I bring my sister?" in text
    assert "You may." in text


def test_whoever_has_consented_sees_what_they_agreed_to(world: World, page: Page) -> None:
    browser = page(world.consented())
    assert browser.get("/en/consent/")["Location"] == "/en/study/consent/"
    copy = browser.get("/en/study/consent/").content.decode()
    assert "Signed by Made Up" in copy
    assert "Samtycke till att vara med i studien" in copy  # the language in which it was given


def test_whoever_withdrew_before_consenting_is_not_asked_again(world: World, page: Page) -> None:
    person = world.invited()
    world.withdraw(person, "everything")
    response = page(person).get("/en/consent/")
    assert "You are not taking part" in response.content.decode()
