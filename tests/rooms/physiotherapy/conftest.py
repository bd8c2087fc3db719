"""What a physiotherapist and a participant have made together, for the tests of this room. 13 November is a Friday."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import actions
from stegvis.physiotherapy.models import Goal, GoalKind, GoalType, Plan, Visit
from stegvis.physiotherapy.queries import Draft, DraftActivity
from tests.rooms.conftest import make_participant, make_site, make_staff

WALK = DraftActivity(
    kind="walking", days=(1, 3, 5), minutes=15, effort="easy", title="Round the park", when_where="After lunch",
    low_energy="To the bench and back", growth="5 minutes more every second week",
)  # fmt: skip
POOL = DraftActivity(kind="water", days=(6,), minutes=30, effort="medium")
STRENGTH = DraftActivity(kind="strength", days=(2, 5), minutes=20, effort="medium", title="Three moves at home")
DRAFT = Draft(activities=(WALK, POOL, STRENGTH), flare_rule="Half for three days", aim_minutes=90, aim_strength_days=2)


@pytest.fixture
def visit(participant: Participant, physiotherapist: Account) -> Visit:
    """Visit 1, booked for today and held."""
    with acting_as(physiotherapist):
        actions.book_visit(participant=participant, number=1, planned_on=clock.today(), by=physiotherapist)
        return actions.hold_visit(participant=participant, number=1, mode="in_person", by=physiotherapist)


@pytest.fixture
def plan(participant: Participant, physiotherapist: Account) -> Plan:
    """A plan with a walk on Mondays, Wednesdays and Fridays, a swim on Saturdays, strength on Tuesdays and Fridays."""
    with acting_as(physiotherapist):
        return actions.agree_plan(participant=participant, draft=DRAFT, key=uuid4(), by=physiotherapist)


@pytest.fixture
def set_goal(physiotherapist: Account) -> Callable[..., Goal]:
    """Set a goal as the physiotherapist of both participants."""

    def _set(participant: Participant, text: str = "Walk to the shop", by: Actor | None = None, **other: Any) -> Goal:
        values = {"kind": GoalKind.MAIN, "goal_type": GoalType.FUNCTION, "key": uuid4(), **other}
        by = by or physiotherapist
        with acting_as(by):
            return actions.set_goal(participant=participant, text=text, by=by, **values)

    return _set


@pytest.fixture
def locked(participant: Participant, physiotherapist: Account, set_goal: Callable[..., Goal]) -> Goal:
    """A main goal that is locked."""
    set_goal(participant)
    with acting_as(physiotherapist):
        return actions.lock_goals(participant=participant, by=physiotherapist)[0]


@pytest.fixture
def pair(fresh_database: Any) -> tuple[Participant, Account]:
    """A participant and their physiotherapist in a database where commits are real."""
    site = make_site("AL", "Alingsås")
    physiotherapist = make_staff(Role.PHYSIOTHERAPIST, site)
    return make_participant(site, physiotherapist), physiotherapist
