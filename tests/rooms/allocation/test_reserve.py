"""A place read out by telephone while the system was down: entered later, the next one and no other, and once."""

from datetime import timedelta

import pytest

from stegvis.allocation import actions, drawing, queries
from stegvis.allocation.errors import (
    AllocatedAlready,
    ReadLater,
    ReserveIsOfArms,
    ReserveOutOfOrder,
    ReserveUsedUp,
    SequenceUsedUp,
)
from stegvis.allocation.models import ReserveReading
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from tests.rooms.allocation.small_trial import ARMS, arms_in, load_protocol, make_list, people_at
from tests.rooms.allocation.test_minimising import made as made_by


@pytest.fixture
def reserve(sequence):
    """A reserve beside the list."""
    made = make_list(seed=5)
    actions.load_sequence(csv_text=made.csv(), seed_kind="typed", reserve=True, by=SYSTEM)
    return made


def enter(person, by, moment, position=1, told=ARMS[0], ago=2):
    with acting_as(by):
        return actions.enter_reserve(
            participant=person, stratum=person.site.code, position=position, read_by="Ann Off-Site",
            read_at=moment - timedelta(hours=ago), told_arm=told, by=by,
        )  # fmt: skip


def arm_of(person):
    with acting_as(SYSTEM):
        return queries.arm_of(person, purpose="treatment")


def test_the_next_place_of_the_reserve_is_entered_and_the_list_goes_on_without_a_gap(
    reserve, made, site, coordinator, moment
):
    first, second, third = people_at(site, 3)
    with acting_as(SYSTEM):
        actions.allocate(participant=first, stratum="AL", by=SYSTEM)
    kept = enter(second, coordinator, moment)
    with acting_as(SYSTEM):
        assert actions.allocate(participant=third, stratum="AL", by=SYSTEM).position == 2
    assert (kept.sequence.number, kept.position, kept.allocated_at) == (2, 1, moment)
    assert arm_of(second) == arms_in(reserve, "AL")[0]
    assert [arm_of(each) for each in (first, third)] == arms_in(made, "AL")[:2]


@pytest.mark.parametrize("told", ARMS)
def test_the_lists_arm_stands_and_that_another_was_told_is_kept(reserve, participant, coordinator, moment, told):
    enter(participant, coordinator, moment, told=told)
    as_told = told == arms_in(reserve, "AL")[0]
    with acting_as(coordinator), queries.opened():
        assert ReserveReading.objects.get().as_told is as_told
    assert arm_of(participant) == arms_in(reserve, "AL")[0]
    detail = Event.objects.get(verb="allocation.reserve_entered").detail
    assert detail == {"stratum": "AL", "position": 1, "as_told": as_told}


def test_a_place_that_is_taken_or_not_yet_due_is_refused_with_the_next_one(reserve, site, coordinator, moment):
    first, second = people_at(site, 2)
    enter(first, coordinator, moment)
    for position in (1, 3):
        with pytest.raises(ReserveOutOfOrder, match=f"is 2, and {position} was given"):
            enter(second, coordinator, moment, position)
    enter(second, coordinator, moment, 2)


def test_who_got_a_place_of_the_system_meanwhile_keeps_it(reserve, participant, coordinator, moment):
    with acting_as(SYSTEM):
        actions.allocate(participant=participant, stratum="AL", by=SYSTEM)
    with pytest.raises(AllocatedAlready, match="that stands"):
        enter(participant, coordinator, moment)


def test_a_reserve_gives_nothing_by_itself_and_without_one_nothing_is_entered(
    protocol, participant, coordinator, moment
):
    with pytest.raises(ReserveUsedUp):
        enter(participant, coordinator, moment)
    actions.load_sequence(csv_text=make_list(seed=5).csv(), seed_kind="typed", reserve=True, by=SYSTEM)
    with acting_as(SYSTEM), pytest.raises(SequenceUsedUp):
        actions.allocate(participant=participant, stratum="AL", by=SYSTEM)


def test_a_call_that_is_still_to_come_and_a_stranger_are_refused(
    reserve, participant, coordinator, physiotherapist, moment
):
    with pytest.raises(ReadLater):
        enter(participant, coordinator, moment, ago=-1)
    with pytest.raises(NotTheirRole):
        enter(participant, physiotherapist, moment)


def test_whoever_is_entered_from_the_reserve_of_a_minimised_trial_counts_at_the_margins(site, coordinator, moment):
    load_protocol(method="minimisation")
    numbers = made_by("minimisation").csv()
    with pytest.raises(ReserveIsOfArms):
        actions.load_sequence(csv_text=numbers, seed_kind="typed", reserve=True, by=SYSTEM)
    actions.load_sequence(csv_text=numbers, seed_kind="typed", by=SYSTEM)
    actions.load_sequence(csv_text=make_list(seed=5).csv(), seed_kind="typed", reserve=True, by=SYSTEM)
    first, second = people_at(site, 2)
    enter(first, coordinator, moment)
    with acting_as(coordinator):
        actions.allocate(participant=second, stratum="AL", by=coordinator)
    with queries.opened("all"):
        assert [(row.number, is_same) for row, is_same in drawing.recomputed()] == [(1, True), (2, True)]
