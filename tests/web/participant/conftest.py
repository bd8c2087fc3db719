"""People at the participant's pages: one whose arm has the programme, one whose arm has not, one who has yet to consent."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from stegvis.people.models import Account, Participant
from tests.worlds import World

Browser = Callable[..., Client]
RANDOMISED = date(2026, 9, 4)
"""So that the programme opened two weeks ago, and the window of visit 3 is open, on the tests' Friday."""
HALF_A_YEAR_AGO = date(2026, 5, 15)
"""So that the questions after six months are open."""


def arm_with(world: World, treatment: str, *, has: bool) -> str:
    """The code of an arm that has, or has not, a treatment."""
    return next(arm.code for arm in world.protocol.arms if (treatment in arm.treatments) is has)


@pytest.fixture
def reader(world: World) -> Participant:
    """Somebody in the arm with the programme, which is open."""
    return world.allocated(arm=arm_with(world, "programme", has=True), on=RANDOMISED)


@pytest.fixture
def control(world: World) -> Participant:
    """Somebody in the arm without it."""
    return world.allocated(arm=arm_with(world, "programme", has=False), on=RANDOMISED)


@pytest.fixture
def answering(world: World) -> Participant:
    """Somebody whose questions after six months are open."""
    return world.allocated(on=HALF_A_YEAR_AGO)


@pytest.fixture
def page(browser: Browser) -> Callable[..., Client]:
    """The browser of a participant, or of a member of staff."""

    def _page(person: Participant | Account | None) -> Client:
        return browser(person.account if isinstance(person, Participant) else person)

    return _page
