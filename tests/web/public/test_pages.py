"""The start, help, information, settings, errors, and the frame around every page."""

import html
import re

import pytest
from django.urls import reverse

from stegvis.audit.action import SYSTEM
from stegvis.messaging.errors import NothingWritten
from stegvis.people import actions as people
from stegvis.people.errors import TooManyAttempts
from stegvis.people.models import Participant
from stegvis.web import context, errors
from stegvis.web.components.tags.page import unbroken
from stegvis.web.public import reading
from tests.worlds import World

PUBLIC = (
    "",
    "help/",
    "information/",
    "join/",
    "join/thanks/",
    "join/not-now/",
    "sign-in/",
    "sign-in/sent/",
    "settings/",
)


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_anybody_may_open_the_public_pages(path, language, world: World, browser):
    answer = browser().get(f"/{language}/{path}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in page
    assert f'href="/{language}/help/"' in page
    assert "MISSING VARIABLE" not in page


def test_the_start_shows_the_trials_own_words(world: World, browser):
    page = browser().get("/en/").content.decode()

    assert "Have you had pain for a long time, in many places?" in page
    assert unbroken(world.protocol.contact.phone) in html.unescape(page)
    assert 'href="/en/join/"' in page


@pytest.mark.parametrize("path", ["/en/", "/en/help/", "/en/information/"])
def test_without_a_protocol_the_pages_say_so_calmly(path, moment, browser):
    answer = browser().get(path)

    assert answer.status_code == 200
    assert "No study here yet" in answer.content.decode()


def test_an_address_without_a_language_leads_to_one(world: World, browser):
    assert browser().get("/help/", headers={"accept-language": "en"}).url == "/en/help/"
    assert browser().get("/help/").url == "/sv/help/"


def test_help_shows_the_protocols_numbers_and_to_a_participant_their_clinic(world: World, browser):
    person = world.invited()

    open_to_all = browser().get("/en/help/").content.decode()
    own = browser(person.account).get("/en/help/").content.decode()
    for each in world.protocol.safety.numbers:
        assert f'href="tel:{re.sub("[ -]", "", each.number)}"' in open_to_all
    assert person.site.name not in open_to_all
    assert person.site.name in own


def test_help_of_both_arms_is_the_same_page(world: World, browser):
    people = [world.allocated(arm=arm.code) for arm in world.protocol.arms]

    pages = [browser(each.account).get("/en/help/").content.decode() for each in people]
    for at, person in enumerate(people):
        own = (person.site.name, person.site.phone, person.site.phone.replace(" ", "").replace("-", ""))
        for words in own:
            pages[at] = pages[at].replace(words, "")
        pages[at] = re.sub(r'(csrfmiddlewaretoken" value|data-account)="[^"]*"', "", pages[at])
    assert pages[0] == pages[1]


def test_whoever_is_signed_in_begins_at_their_own_first_page(world: World, browser):
    coordinator = world.coordinator()

    assert browser(coordinator).get("/en/").url == context.home_of("coordinator").replace("/sv/", "/en/")


def test_a_role_without_pages_has_a_plain_one(world: World, browser, monkeypatch):
    monkeypatch.setitem(context.TABS, "coordinator", ())
    client = browser(world.coordinator())

    assert client.get("/en/").url == "/en/home/"
    page = client.get("/en/home/").content.decode()
    assert "You are signed in" in page
    assert world.coordinator().name in page
    assert world.site.name in page


def test_a_tab_whose_page_does_not_exist_is_left_out(monkeypatch):
    gone = context.Place("gone", "Gone", "nowhere:at_all", "list")
    there = context.Place("help", "Help", "public:help", "phone")
    monkeypatch.setitem(context.TABS, "coordinator", (gone, there))

    assert [tab.key for tab in context.tabs_of("coordinator")] == ["help"]


def test_every_tab_of_every_role_leads_to_a_page():
    missing = [
        place.page for places in context.TABS.values() for place in places if not context.page_or_nothing(place.page)
    ]

    assert missing == []


# Settings ---------------------------------------------------------------------------------------------------------
def test_how_pages_look_is_kept_on_the_device(world: World, browser):
    client = browser()
    answer = client.post("/en/settings/", {"theme": "dark", "size": "large", "letters": "clear"})
    assert answer.url == "/en/settings/"

    page = client.get("/en/help/").content.decode()
    assert '<html lang="en" data-theme="dark" data-letters="clear" data-size="large">' in page


@pytest.mark.parametrize("kept", ['evil"><script>', "a.b.c.d.e", "", "..."])
def test_a_strange_cookie_changes_nothing(kept, world: World, browser):
    client = browser()
    client.cookies[context.READING_COOKIE] = kept

    assert '<html lang="en">' in client.get("/en/help/").content.decode()


def test_the_language_is_kept_on_the_account_for_letters(world: World, browser):
    person = world.invited()
    client = browser(person.account)

    answer = client.post("/sv/settings/", {"theme": "", "size": "", "letters": "", "language": "en"})
    assert answer.url == "/en/settings/"
    person.refresh_from_db()
    person.account.refresh_from_db()
    assert (person.language, person.account.language) == ("en", "en")


def test_a_language_that_is_not_ours_is_refused(world: World, browser):
    client = browser(world.invited().account)

    answer = client.post("/en/settings/", {"theme": "", "size": "", "letters": "", "language": "xx"})
    assert answer.status_code == 422


def test_who_came_by_a_link_chooses_a_password_without_an_old_one(world: World, browser):
    person = world.invited().account
    client = browser(person)

    assert client.post("/en/settings/password/", {"password": "en lugn promenad"}).url == "/en/settings/"
    person.refresh_from_db()
    assert person.check_password("en lugn promenad")
    assert client.get("/en/home/").status_code == 200


def test_who_came_by_a_password_gives_the_old_one_first(world: World, browser):
    person = world.invited().account
    people.set_password(account=person, password="en lugn promenad", by=SYSTEM)
    client = browser()
    client.post(
        "/en/sign-in/",
        {
            "email": person.email,
            "password": "en lugn promenad",
            "way": "password",
            "key": "0b7f9a3e-1c9c-4f0e-9d7e-2f1a4f1f0001",
        },
    )

    wrong = client.post("/en/settings/password/", {"present": "not this one", "password": "en annan promenad"})
    right = client.post("/en/settings/password/", {"present": "en lugn promenad", "password": "en annan promenad"})
    assert wrong.status_code == 422
    assert "This is not the password you have now." in wrong.content.decode()
    assert right.status_code == 302


def test_a_weak_password_is_refused_with_what_is_wrong(world: World, browser):
    answer = browser(world.invited().account).post("/en/settings/password/", {"password": "123456789012"})

    assert answer.status_code == 422
    assert "This password cannot be used" in answer.content.decode()


# Errors -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [None, "participant", "coordinator"])
def test_what_is_not_there_is_a_calm_page_in_every_frame(who, world: World, browser):
    account = {"participant": lambda: world.invited().account, "coordinator": world.coordinator}
    answer = browser(account[who]() if who else None).get("/en/nothing/here/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "This page is not here" in page
    assert ("sv-rail" in page) == (who == "coordinator")


def test_a_refusal_that_no_page_caught_is_a_sentence(world: World, rf):
    request = rf.get("/en/")
    page = errors.refused(request, NothingWritten())

    assert page.status_code == 422
    assert str(NothingWritten()) in page.content.decode()
    waiting = errors.refused(request, TooManyAttempts(minutes=15))
    assert waiting.status_code == 429
    assert waiting["Retry-After"] == "900"


def test_a_fault_of_ours_is_a_calm_page_and_leaves_nothing_behind(world: World, browser, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    client = browser(world.invited().account)
    client.raise_request_exception = False
    monkeypatch.setattr(reading, "_keep", fail)  # after the language has been written

    answer = client.post("/sv/settings/", {"theme": "", "size": "", "letters": "", "language": "en"})
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.content.decode()
    assert Participant.objects.get().language == "sv"


def test_no_page_asks_another_host_for_anything(world: World, browser):
    policy = browser().get("/en/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_staff_without_the_second_factor_have_no_tabs(world: World, browser):
    client = browser()
    client.force_login(world.coordinator())

    page = client.get("/en/help/").content.decode()
    assert "sv-rail" not in page
    assert reverse("public:sign_out") in page or "/en/sign-out/" in page
