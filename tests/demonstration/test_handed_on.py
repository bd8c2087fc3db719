"""The demonstration's export: ordered once, by the data manager, where there is a plan to make an extract with."""

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import handed_on
from stegvis.demonstration.cast import Cast
from stegvis.exchange.models import Export
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from tests import worlds


@pytest.fixture
def world(example_trial):
    with clock.frozen(clock.at(worlds.FRIDAY, 9)):
        yield example_trial


@pytest.fixture
def cast(world):
    return Cast(by_role={Role.DATA_MANAGER: [world.staff(Role.DATA_MANAGER)]})


def test_the_data_manager_has_ordered_one_export(world, cast):
    handed_on.order(world.protocol, cast)
    with acting_as(SYSTEM):
        assert Export.objects.get().ordered_by == cast.by_role[Role.DATA_MANAGER][0]


def test_without_an_analysis_plan_none_is_ordered(world, cast):
    handed_on.order(world.protocol.model_copy(update={"analysis": None}), cast)
    with acting_as(SYSTEM):
        assert not Export.objects.exists()
