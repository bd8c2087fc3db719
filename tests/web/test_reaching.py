"""How a person is reached in an alert: filled in by the participant or the coordinator, shown on the alert's page."""

import re
from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as

GIVEN = {"address": "Storgatan 1", "next_of_kin": "Kim, sister", "next_of_kin_phone": "070-174 06 77"}
LIST = "/en/trial/alerts/"


@pytest.fixture
def person(world):
    """Has consented."""
    return world.consented()


def kept(person):
    with acting_as(SYSTEM):
        return people.identity_of(person)


def alert_page(world, browser, person):
    """The page of an alert that the person raises."""
    browser(person.account).post("/en/something-is-wrong/", {"words": "Help", "key": uuid4()})
    desk = browser(world.coordinator())
    return desk.get(re.search(rf"{LIST}\d+/", desk.get(LIST).content.decode()).group()).content.decode()


def test_what_the_participant_fills_in_stands_verified_on_the_alerts_page(world, browser, person):
    assert browser(person.account).post("/en/reach/", GIVEN).status_code == 302

    page = alert_page(world, browser, person)
    assert "Storgatan 1" in page
    assert "Kim, sister" in page
    assert page.count("verified 13 Nov") == 3


def test_without_it_the_alerts_page_says_that_it_is_not_known(world, browser, person):
    page = alert_page(world, browser, person)

    assert "No home address is known." in page
    assert "Nobody close is known." in page
    assert "not verified" in page


def test_the_coordinator_keeps_it_and_ticks_what_was_confirmed(world, browser, person):
    desk, contact = browser(world.coordinator()), f"/en/trial/participants/{person.code}/contact/"
    saved = desk.post(f"/en/trial/participants/{person.code}/reach/", GIVEN | {"verified": ["address"]})

    assert saved.url == contact
    assert kept(person).address_verified_on
    assert kept(person).next_of_kin_verified_on is None
    page = desk.get(contact).content.decode()
    assert "Storgatan 1</textarea>" in page
    assert (page.count("verified 13 Nov"), page.count("not verified")) == (1, 3)  # the number stands twice


def test_a_number_that_cannot_be_called_is_refused_and_the_words_stay(world, browser, person):
    wrong = GIVEN | {"next_of_kin_phone": "ask Kim"}
    for who, page in (
        (person.account, "/en/reach/"),
        (world.coordinator(), f"/en/trial/participants/{person.code}/reach/"),
    ):
        refused = browser(who).post(page, wrong)
        assert refused.status_code == 422
        assert "Storgatan 1</textarea>" in refused.content.decode()


def test_it_is_asked_in_swedish_too(browser, person):
    page = browser(person.account).get("/sv/reach/").content.decode()

    for words in ("Så når vi dig", "Hemadress", "Telefonnummer till någon nära"):
        assert words in page
