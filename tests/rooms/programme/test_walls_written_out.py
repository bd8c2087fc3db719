"""Walls written out: what a worklist reads asks no function row by row, and hides what it hid."""

import pytest
from django.db import connection

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme.models import Course, GuidanceTime
from stegvis.safety.models import Alert
from stegvis.trial import actions as trial

ROOMS = ("programme", "people", "messaging", "safety")


@pytest.fixture
def person(world):
    """Somebody in the programme who says that something is wrong."""
    found = world.allocated(arm=world.protocol.arms_with("programme")[0].code)
    with acting_as(found.account):
        trial.something_is_wrong(
            participant=found, words="I fell.", key="6f5f1d9e-64ff-4be2-8f5d-4a1c1c7a3b11", by=found.account
        )
    return found


def seen_by(account):
    with acting_as(account):
        return [model.objects.count() for model in (Course, Alert, GuidanceTime)]


@pytest.mark.parametrize("room", ROOMS)
def test_no_wall_of_these_rooms_asks_the_function(db, room):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE split_part(tablename, '_', 1) = %s"
            " AND strpos(qual, 'stegvis_participant_at_site(') > 0", [room],
        )  # fmt: skip
        assert cursor.fetchall() == []


def test_a_therapist_of_the_site_sees_it_and_one_of_another_site_does_not(world, person):
    assert seen_by(world.clinician(person, Role.THERAPIST))[:2] == [1, 1]
    elsewhere = next(site for site in world.sites if site != person.site)
    assert seen_by(world.staff(Role.THERAPIST, elsewhere)) == [0, 0, 0]


def test_somebody_without_a_site_sees_nothing_and_the_system_all(world, person):
    assert seen_by(world.staff(Role.DATA_MANAGER)) == [0, 0, 0]
    assert seen_by(SYSTEM)[:2] == [1, 1]
