"""The programme for its therapists: notes, and the modules as participants see them."""

from dataclasses import replace

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Role
from stegvis.programme import actions as programme
from stegvis.programme import queries as releases
from tests.studies.folders import THREE_ARMS
from tests.web.conftest import Browser
from tests.worlds import World, installed

PROGRAMME = "/en/care/programme/"


def test_every_step_is_listed_with_its_notes(world: World, browser: Browser, therapist: Account) -> None:
    html = browser(therapist).get(PROGRAMME).content.decode()
    assert 'href="/en/care/programme/start/"' in html
    assert 'href="/en/care/programme/onward/"' in html
    assert "Not written yet" not in html
    assert "Not clinically reviewed: demonstration only" in html


def test_notes_stand_with_their_sources(world: World, browser: Browser, therapist: Account) -> None:
    html = browser(therapist).get(f"{PROGRAMME}start/").content.decode()
    assert "<h2>Pitfalls</h2>" in html
    assert 'href="https://doi.org/' in html
    assert html.count("<h1>") == 1, "the notes' own title is left out"


def test_notes_are_in_the_language_of_the_page(world: World, browser: Browser, therapist: Account) -> None:
    assert "<h2>Fallgropar</h2>" in browser(therapist).get("/sv/care/programme/start/").content.decode()


def test_a_part_is_shown_as_participants_see_it(world: World, browser: Browser, therapist: Account) -> None:
    html = browser(therapist).get(f"{PROGRAMME}start/1/").content.decode()
    assert "A little at a time is enough." in html
    assert "What would you like most of all?" in html
    assert "open Help now." in html, "a link to a participant's own page keeps its words"


def test_the_short_version_asks_only_what_it_asks(world: World, browser: Browser, therapist: Account) -> None:
    html = browser(therapist).get(f"{PROGRAMME}start/1/?length=short").content.decode()
    assert "each part has a short version like this one" in html
    assert "This programme is about that stress." not in html


def test_a_picture_is_served_to_therapists(world: World, browser: Browser, therapist: Account) -> None:
    response = browser(therapist).get(f"{PROGRAMME}picture/en/pictures/loop.svg")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert browser(therapist).get(f"{PROGRAMME}picture/en/pictures/other.svg").status_code == 404


def test_a_step_that_is_only_announced_is_listed_and_has_no_pages(
    world: World, browser: Browser, therapist: Account
) -> None:
    with acting_as(SYSTEM):
        whole = releases.content(releases.newest_release().pk)
        last = replace(whole.modules[-1], written=False, translations={})
        programme.publish(programme=replace(whole, modules=(*whole.modules[:-1], last)), by=SYSTEM)
    html = browser(therapist).get(PROGRAMME).content.decode()
    assert "Keep going" in html
    assert html.count("Not written yet") == 1
    assert browser(therapist).get(f"{PROGRAMME}onward/").status_code == 404


def test_numbers_to_call_are_those_of_the_protocol(world: World, browser: Browser, therapist: Account) -> None:
    html = browser(therapist).get(f"{PROGRAMME}fear/1/").content.decode()
    assert "Call 112 for new pain" in html
    assert "{emergency_number}" not in html


@pytest.mark.parametrize("page", ["nothing/", "start/9/", "start/0/"])
def test_what_is_not_there_is_not_found(world: World, browser: Browser, therapist: Account, page: str) -> None:
    assert browser(therapist).get(PROGRAMME + page).status_code == 404


@pytest.mark.parametrize("page", ["", "start/", "start/1/", "picture/en/pictures/loop.svg"])
def test_nobody_but_therapists_finds_the_programme(world: World, browser: Browser, page: str) -> None:
    for role in (Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.DATA_MANAGER):
        assert browser(world.staff(role)).get(PROGRAMME + page).status_code == 404


@pytest.mark.usefixtures("moment")
def test_a_trial_without_a_programme_has_none_of_these_pages(browser: Browser) -> None:
    other = installed(THREE_ARMS)
    therapist = people.add_staff(role="therapist", email="t@example.org", name="T", sites=[other.site], by=SYSTEM)
    client = browser(therapist)
    assert client.get(PROGRAMME).status_code == 404
    assert "All answered" in client.get("/en/care/").content.decode()
