"""Worksheets at the physiotherapist's desk: nothing tells that there are any, until a person shows one."""

from datetime import date

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Reading
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme.worksheets import actions


@pytest.fixture
def person(world):
    """Someone whose programme has opened."""
    arm = next(arm.code for arm in world.protocol.arms if "programme" in arm.treatments)
    return world.allocated(arm=arm, on=date(2026, 9, 4))


@pytest.fixture
def desk(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def at(person, rest=""):
    return f"/en/physio/{person.code}/{rest}"


def test_nothing_tells_of_sheets_that_are_not_shown(world, person, desk):
    before = desk.get(at(person)).content.decode()
    ladder = world.keep_sheet(person, "fear_ladder")
    letter = world.keep_sheet(person, "letter", audience="therapist")
    after = desk.get(at(person)).content.decode()
    assert "Shared with you" not in before + after
    assert "orksheet" not in after
    assert desk.get(at(person, f"worksheets/{ladder.pk}/")).status_code == 404
    assert desk.get(at(person, f"worksheets/{letter.pk}/")).status_code == 404


def test_a_sheet_that_is_shown_is_read_with_what_it_tells_and_goes_when_it_is_taken_back(world, person, desk):
    ladder = world.keep_sheet(person, "fear_ladder", audience="physiotherapist", want_back="The bus to town")
    assert f"worksheets/{ladder.pk}/" in desk.get(at(person)).content.decode()
    html = desk.get(at(person, f"worksheets/{ladder.pk}/")).content.decode()
    assert "The bus to town" in html
    assert "others in the study are not to know" in html
    with acting_as(person.account):
        actions.take_back(entry=ladder, audience="physiotherapist", by=person.account)
    assert desk.get(at(person, f"worksheets/{ladder.pk}/")).status_code == 404
    assert "Shared with you" not in desk.get(at(person)).content.decode()


def test_the_look_is_kept_and_tells_nobody_who_is_blind(world, person, desk):
    ladder = world.keep_sheet(person, "fear_ladder", audience="physiotherapist")
    desk.get(at(person, f"worksheets/{ladder.pk}/"))
    with acting_as(SYSTEM):
        looks = Reading.objects.filter(participant=person.code, actor_role=Role.PHYSIOTHERAPIST)
        assert set(looks.values_list("kind", flat=True)) == {"participant page"}


def test_another_physiotherapist_finds_nothing(world, person, browser):
    ladder = world.keep_sheet(person, "fear_ladder", audience="physiotherapist")
    elsewhere = browser(world.staff(Role.PHYSIOTHERAPIST, next(s for s in world.sites if s != person.site)))
    assert elsewhere.get(at(person, f"worksheets/{ladder.pk}/")).status_code == 404
