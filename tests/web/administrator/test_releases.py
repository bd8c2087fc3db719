"""Releases of the programme as the administrator sees them: who has signed, and what changed."""

from dataclasses import replace

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme import actions as programme
from stegvis.programme import queries as releases
from tests.worlds import World

RELEASES = "/en/admin-console/releases/"


@pytest.fixture
def client(world: World, browser):
    """The administrator's browser."""
    return browser(world.staff(Role.ADMINISTRATOR))


@pytest.fixture
def newer(world: World):
    """A second release, with another title in Swedish."""
    with acting_as(SYSTEM):
        whole = releases.content(releases.newest_release().pk)
        return programme.publish(
            programme=replace(whole, titles={**whole.titles, "sv": "Ett lugnare larm 2"}), by=SYSTEM
        )


def test_every_release_says_who_has_signed_and_who_has_still_to(client, newer):
    programme.sign_review(release=newer, language="sv", reviewer="A. Psykolog", profession="psychologist", by=SYSTEM)
    page = client.get(RELEASES).content.decode()

    assert "A. Psykolog (psychologist); still to sign: physiotherapist" in page
    assert "Still to sign: psychologist, physiotherapist" in page
    assert page.count("What changed since the one before") == 1  # the first release has nothing before it


def test_what_changed_is_shown_block_by_block(client, newer):
    page = client.get(f"{RELEASES}{newer.sha256}/changes/").content.decode()
    assert "1 block differs." in page
    assert "The whole programme" in page
    assert "sv: Ett lugnare larm: stress och långvarig smärta" in page
    assert "sv: Ett lugnare larm 2" in page


def test_the_first_release_and_an_unknown_one_have_no_changes(client, newer):
    first = releases.published().last()
    for sha256 in (first.sha256, "0" * 64):
        assert client.get(f"{RELEASES}{sha256}/changes/").status_code == 404


def test_nobody_but_administrators_sees_the_releases(world: World, browser, newer):
    for role in (Role.COORDINATOR, Role.THERAPIST, Role.DATA_MANAGER):
        for address in (RELEASES, f"{RELEASES}{newer.sha256}/changes/"):
            assert browser(world.staff(role)).get(address).status_code == 404
