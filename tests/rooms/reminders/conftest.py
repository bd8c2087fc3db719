"""Someone who has just consented: the baseline is open, and its reminders are planned."""

import pytest

from stegvis.assessments.models import Assessment
from stegvis.people.models import Participant
from tests.worlds import World


@pytest.fixture
def person(world: World) -> Participant:
    """Who is reminded."""
    return world.consented()


@pytest.fixture
def baseline(world: World, person: Participant) -> Assessment:
    """Of what."""
    return world.assessment(person, world.baseline)
