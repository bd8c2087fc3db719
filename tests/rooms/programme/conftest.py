"""Two people of the example trial on Friday 13 November: one has the programme, open for two weeks, the other has not."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.people.models import Account, Participant, Role
from stegvis.programme.models import Course
from tests.worlds import World


@pytest.fixture
def person(world: World) -> Participant:
    """Someone whose programme has opened."""
    return world.allocated(arm="intervention", site=world.site, on=clock.today() - timedelta(days=70))


@pytest.fixture
def control(world: World, person: Participant) -> Participant:
    """Someone at the same site in the arm without it."""
    return world.allocated(arm="control", site=world.site, on=clock.today() - timedelta(days=69))


@pytest.fixture
def therapist(world: World, person: Participant) -> Account:
    """Who guides the person."""
    return world.clinician(person, Role.THERAPIST)


@pytest.fixture
def course(world: World, person: Participant) -> Course:
    """The person's way through the programme."""
    with world.acting(person.account):
        return world.course(person)
