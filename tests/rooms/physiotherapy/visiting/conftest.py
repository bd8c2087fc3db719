"""A person before the first visit of the example trial, and whoever meets them."""

from collections.abc import Callable
from typing import Any

import pytest

from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import queries
from stegvis.physiotherapy.models import Visit
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from tests.worlds import World

Act = Callable[..., Any]


@pytest.fixture
def person(world: World) -> Participant:
    """Has answered the questions at the start; the first visit is booked."""
    return world.baseline_done()


@pytest.fixture
def physio(world: World, person: Participant) -> Account:
    """Meets the person; a licensed clinician."""
    return world.clinician(person, Role.PHYSIOTHERAPIST)


@pytest.fixture
def first(world: World, person: Participant, physio: Account) -> Visit:
    """The first visit, booked."""
    with world.acting(physio):
        found = queries.visit(person, 1)
    assert found is not None
    return found


@pytest.fixture
def act(world: World, physio: Account) -> Act:
    """Do something as the physiotherapist, at nine o'clock unless told."""

    def _act(action: Act, hour: int = 9, **arguments: Any) -> Any:
        with world.acting(arguments.get("by", physio), hour=hour):
            return action(**{"by": physio, **arguments})

    return _act


@pytest.fixture
def clear(act: Act, first: Visit) -> None:
    """Every warning sign is asked about, and none is there."""
    asked = protocols.current().physiotherapy.asked
    act(trial.answer_red_flags, visit=first, answers={each.code: "no" for each in asked})
