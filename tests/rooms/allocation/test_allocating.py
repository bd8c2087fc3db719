"""The next place, and no other, to each participant once."""

import pytest
from django.db import transaction

from stegvis.allocation import actions, policies, queries
from stegvis.allocation.errors import AllocatedAlready, NotAllocated, SequenceUsedUp
from stegvis.allocation.models import Allocation, Sequence
from stegvis.allocation.queries import Supply
from stegvis.audit.action import ACTIONS, SYSTEM, action
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from tests.rooms.allocation.small_trial import arms_in, load_list, make_list, people_at


def arm_of(participant):
    with acting_as(SYSTEM):
        return queries.arm_of(participant, purpose="treatment")


def allocate(participant, stratum="AL", by=SYSTEM):
    with acting_as(by):
        return actions.allocate(participant=participant, stratum=stratum, by=by)


@pytest.fixture
def allocate_within_another_action():
    """An action of a floor above, which allocates and has no savepoint but its own."""
    verb = "tests.allocated_within"

    @action(verb)
    def outer(*, participant, by):
        return actions.allocate(participant=participant, stratum="AL", by=by)

    yield outer
    del ACTIONS[verb]


def test_participants_get_the_lists_places_in_order_stratum_by_stratum(sequence, made, site, other_site):
    here, there = people_at(site, 4), people_at(other_site, 4)
    for one, other in zip(here, there, strict=True):
        allocate(one, "AL")
        allocate(other, "BO")
    assert [arm_of(person) for person in here] == arms_in(made, "AL")[:4]
    assert [arm_of(person) for person in there] == arms_in(made, "BO")[:4]
    assert queries.allocated_count() == 8


def test_the_coordinator_of_the_site_allocates_and_stands_in_the_row(sequence, participant, coordinator):
    allocation = allocate(participant, by=coordinator)
    assert (allocation.by_code, allocation.by_role) == (coordinator.code, "coordinator")
    event = Event.objects.get(verb="allocation.made")
    assert (event.participant, event.actor_code) == (participant.code, coordinator.code)
    assert event.subject == f"allocation.Allocation:{allocation.pk}"
    assert event.detail == {"stratum": "AL", "position": 1, "sequence": 1}


def test_nobody_allocates_at_a_site_that_is_not_theirs(sequence, participant, other_coordinator, physiotherapist):
    with pytest.raises(NotAtThisSite):
        allocate(participant, by=other_coordinator)
    with pytest.raises(NotTheirRole):
        allocate(participant, by=physiotherapist)
    assert not queries.is_allocated(participant)


def test_an_allocation_takes_five_statements_while_others_wait(sequence, participant, django_assert_num_queries):
    """Open and lock, look, keep the allocation, close, keep the event; and the savepoint of the action around them."""
    with acting_as(SYSTEM), django_assert_num_queries(5 + 2):
        actions.allocate(participant=participant, stratum="AL", by=SYSTEM)


def test_a_refusal_within_another_action_closes_the_room_again(sequence, participant, allocate_within_another_action):
    allocate(participant)
    with acting_as(SYSTEM):
        with pytest.raises(AllocatedAlready):
            allocate_within_another_action(participant=participant, by=SYSTEM)
        assert not Allocation.objects.exists()
    assert queries.is_allocated(participant)


def test_a_participant_is_allocated_once(sequence, participant):
    allocate(participant)
    for stratum in ("AL", "BO"):
        with pytest.raises(AllocatedAlready, match=participant.code):
            allocate(participant, stratum)
    assert queries.allocated_count() == 1
    assert Event.objects.filter(verb="allocation.made").count() == 1


def test_a_refused_allocation_uses_no_place(sequence, made, site, participant):
    allocate(participant)
    with pytest.raises(AllocatedAlready):
        allocate(participant)
    (other,) = people_at(site, 1)
    assert allocate(other).position == 2


def test_an_allocation_that_is_undone_with_its_page_leaves_no_gap(sequence, made, site):
    first, second = people_at(site, 2)
    with transaction.atomic():
        allocate(first)
        transaction.set_rollback(True)
    assert allocate(second).position == 1
    assert not Event.objects.filter(verb="allocation.made", participant=first.code).exists()


def test_a_stratum_that_is_used_up_refuses_until_a_further_list_follows(sequence, made, site):
    people = people_at(site, 15)
    for person in people[:12]:
        allocate(person)
    with pytest.raises(SequenceUsedUp, match="stratum AL, so nobody was randomised"):
        allocate(people[12])
    assert not queries.is_ready("AL")
    further = make_list(strata=("AL",), seed=2)
    load_list(further)
    assert queries.is_ready("AL")
    assert [allocate(person).position for person in people[12:]] == [1, 2, 3]
    assert [arm_of(person) for person in people[12:]] == arms_in(further, "AL")[:3]


def test_a_list_that_is_set_aside_gives_no_more_places_and_takes_none_back(sequence, made, site):
    first, second = people_at(site, 2)
    allocate(first)
    further = make_list(seed=2)
    load_list(further)
    actions.set_aside_sequence(sequence=sequence, reason="left in the printer", by=SYSTEM)
    allocate(second)
    assert arm_of(first) == arms_in(made, "AL")[0]
    assert arm_of(second) == arms_in(further, "AL")[0]


def test_without_a_list_nobody_is_allocated(protocol, participant):
    assert not queries.is_ready("AL")
    with pytest.raises(SequenceUsedUp, match="load a further list"):
        allocate(participant)
    assert queries.allocated_count() == 0


def test_before_allocation_there_is_no_arm(sequence, participant):
    with acting_as(SYSTEM):
        assert queries.arm_if_allocated(participant, purpose="treatment") is None
        with pytest.raises(NotAllocated, match=participant.code):
            queries.arm_of(participant, purpose="treatment")


def test_an_arm_is_read_for_a_known_purpose_only(sequence, participant):
    allocate(participant)
    with acting_as(SYSTEM), pytest.raises(ValueError, match="not read for the purpose 'curiosity'"):
        queries.arm_of(participant, purpose="curiosity")


def test_an_arm_is_read_in_one_query(sequence, participant, django_assert_num_queries):
    allocate(participant)
    with acting_as(SYSTEM), django_assert_num_queries(1):
        queries.arm_of(participant, purpose="treatment")


def test_how_many_places_are_left_is_told_roughly_and_to_administrators(sequence, site, administrator, coordinator):
    policies.check_can_see_supply(administrator)
    with pytest.raises(NotTheirRole):
        policies.check_can_see_supply(coordinator)
    assert queries.places_left(["AL"])["AL"] == Supply.FEW
    load_list(make_list(per_stratum=60, seed=2))
    assert queries.places_left(["AL"])["AL"] == Supply.ENOUGH
    for sequence in Sequence.objects.all():
        actions.set_aside_sequence(sequence=sequence, reason="left in the printer", by=SYSTEM)
    assert queries.places_left(["AL"])["AL"] == Supply.NONE


def test_an_allocation_keeps_the_moment_by_the_trials_clock(sequence, participant, moment):
    allocate(participant)
    with acting_as(SYSTEM), queries.opened():
        assert Allocation.objects.get().allocated_at == moment
