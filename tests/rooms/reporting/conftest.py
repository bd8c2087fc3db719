"""A small trial with somebody at every place of the flow, on the day when the first six months are over."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Role
from stegvis.trial import actions
from tests.studies.folders import CWP
from tests.worlds import World

PLAN = CWP / "sap.toml"


@pytest.fixture
def data_manager(world: World) -> Account:
    """Who locks and writes extracts."""
    return world.staff(Role.DATA_MANAGER)


@pytest.fixture
def statistician(world: World) -> Account:
    """Who reads the reports."""
    return world.staff(Role.STATISTICIAN)


@pytest.fixture
def thorough(world: World) -> World:
    """People answer every questionnaire: before `small`, where the whole plan is to be computed."""
    world.every_question = True
    return world


@pytest.fixture
def small(world: World) -> World:
    """Four randomised (two of whom answer), three who did not get so far, four who were only screened."""
    today = clock.today()
    _screen_out(world)
    world.withdraw(world.invited(), "everything")
    with acting_as(world.coordinator()):
        actions.leave_before_randomisation(participant=world.planned(), why="changed_mind", by=world.coordinator())
    begun = today - timedelta(days=world.protocol.occasion(world.primary).day)
    user = world.allocated(arm="intervention", on=begun, levels={"pain_intensity": 60.0})
    world.hold_visit(user, 2, on=today - timedelta(days=150))
    homework = world.send_homework(user, on=today - timedelta(days=120))
    world.reply(homework, on=today - timedelta(days=119))
    world.hold_visit(user, 3, on=today - timedelta(days=100))
    world.rate_goals(user, on=today - timedelta(days=100))
    world.answer(user, world.primary, levels={"pain_intensity": 40.0})
    world.withdraw(world.allocated(arm="intervention", on=today - timedelta(days=30)), "programme")
    world.followed_up(arm="control")
    world.withdraw(world.allocated(arm="control", on=today - timedelta(days=30)), "everything")
    return world


def _screen_out(world: World) -> None:
    """One turned away in public, one not eligible, one who declined, one under way."""
    actions.count_self_check(source="self", language="sv", criterion="age", key=uuid4(), made_up=True, by=SYSTEM)
    coordinator = world.coordinator()
    excluded, declined, _ = (world.screened() for _ in range(3))
    with acting_as(coordinator):
        actions.end_screening(screening=excluded, outcome="excluded", criterion="serious_illness", by=coordinator)
        actions.end_screening(screening=declined, outcome="declined", by=coordinator)


@pytest.fixture
def plan() -> Path:
    """The example trial's analysis plan."""
    return PLAN
