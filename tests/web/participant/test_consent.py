"""Consent: read, sign, and see what happens next."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from stegvis.consent.models import Consent
from stegvis.people.acting import acting_as
from stegvis.trial import queries as trial
from tests.worlds import World

Page = Callable[..., Client]


def test_a_person_reads_signs_and_is_told_what_happens_next(world: World, page: Page) -> None:
    person = world.invited()
    browser = page(person)
    text = browser.get("/en/consent/").content.decode()
    assert "What happens if I take part?" in text
    assert "I want to take part in the study." in text

    given = {"agrees": "on", "name": "Made Up", "key": str(uuid4())}
    for _ in range(2):  # a tired hand taps twice
        response = browser.post("/en/consent/", given)
        assert response.status_code == 302
    following = browser.get("/en/consent/done/").content.decode()
    assert "Questions at the start" in following
    assert "Visit 1" in following
    assert "The draw" in following
    with acting_as(person.account):
        assert trial.enrolment(person).stage == "consented"
        assert Consent.objects.filter(participant=person).count() == 1


def test_nothing_is_kept_without_a_tick_and_a_name(world: World, page: Page) -> None:
    person = world.invited()
    response = page(person).post("/en/consent/", {"name": " ", "key": str(uuid4())})
    assert response.status_code == 422
    assert "Tick the box if you want to take part." in response.content.decode()
    assert "Write your name, then say yes." in response.content.decode()
    with acting_as(person.account):
        assert trial.enrolment(person).stage == "invited"


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
