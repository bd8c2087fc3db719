"""What the database itself refuses, and whom it shows nothing."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from stegvis.allocation import actions, queries
from stegvis.allocation.errors import ArmHidden
from stegvis.allocation.models import Allocation, Disclosure, Place
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from tests.rooms.allocation.small_trial import ARMS, people_at

TABLES = [
    "allocation_sequence",
    "allocation_settingaside",
    "allocation_place",
    "allocation_allocation",
    "allocation_disclosure",
    "allocation_draw",
    "allocation_informing",
    "allocation_accident",
    "allocation_randomisationmistake",
    "allocation_reservereading",
]


@pytest.fixture
def allocated(sequence, participant, coordinator):
    """Someone allocated whose arm was looked up; and the list was set aside afterwards, so that each table has a row."""
    with acting_as(coordinator):
        actions.allocate(participant=participant, stratum="AL", by=coordinator)
        actions.disclose(participant=participant, kind="lookup", reason="They ask", by=coordinator)
    actions.set_aside_sequence(sequence=sequence, reason="left in the printer", by=SYSTEM)
    return participant


def give(place, participant, **changes):
    """Write an allocation past all actions."""
    values = {
        "place": place, "participant": participant, "sequence": place.sequence, "stratum": place.stratum,
        "position": place.position, "allocated_at": clock.now(), "by_code": "X", "by_role": "system", **changes,
    }  # fmt: skip
    with queries.opened("all"):
        return Allocation.objects.create(**values)


def place_at(position, stratum="AL"):
    with acting_as(SYSTEM), queries.opened():
        return Place.objects.select_related("sequence").get(stratum=stratum, position=position)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_changes_and_removes_nothing(allocated, table, change):
    with (
        acting_as(SYSTEM),
        queries.opened(),
        pytest.raises(DatabaseError, match=r"permission denied|never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_outside_the_rooms_own_readings_not_even_the_system_sees_a_place_or_an_allocation(allocated):
    with acting_as(SYSTEM):
        assert not Place.objects.exists()
        assert not Allocation.objects.exists()
    with queries.opened(), acting_as(SYSTEM):
        assert Place.objects.exists()
        assert Allocation.objects.exists()


def test_after_every_reading_and_every_refusal_the_room_is_closed_again(allocated, site):
    with acting_as(SYSTEM):
        queries.arm_of(allocated, purpose="treatment")
        queries.allocated_count()
        queries.is_ready("AL")
        with pytest.raises(ZeroDivisionError), queries.opened():
            raise ZeroDivisionError
        assert not Place.objects.exists()
        assert not Allocation.objects.exists()


def test_a_reading_within_a_reading_leaves_the_outer_one_open(allocated):
    with queries.opened("all"):
        assert queries.is_allocated(allocated)
        assert Allocation.objects.exists()
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("who", ["coordinator", "therapist", "participant"])
def test_the_own_site_and_the_person_know_the_arm(allocated, who, request):
    person = request.getfixturevalue(who)
    with acting_as(person.account if who == "participant" else person):
        assert queries.arm_of(allocated, purpose="treatment") in ARMS
        with queries.opened():
            assert Allocation.objects.count() == 1


@pytest.mark.parametrize("who", ["other_coordinator", "other_therapist"])
def test_another_site_sees_no_allocation_and_no_disclosure(allocated, who, request):
    with acting_as(request.getfixturevalue(who)):
        assert queries.arm_if_allocated(allocated, purpose="treatment") is None
        assert queries.disclosures_of(allocated) == []
        with queries.opened():
            assert not Allocation.objects.exists()


def test_another_participant_sees_no_allocation(allocated, site):
    (other,) = people_at(site, 1)
    with acting_as(other.account):
        assert queries.arm_if_allocated(allocated, purpose="treatment") is None


@pytest.mark.parametrize("who", ["physiotherapist", "data_manager", "statistician", "administrator"])
def test_to_blind_roles_the_arm_is_hidden_even_while_the_room_is_open(allocated, who, request):
    with acting_as(request.getfixturevalue(who)):
        with pytest.raises(ArmHidden, match="not shown to the role"):
            queries.arm_of(allocated, purpose="treatment")
        with queries.opened():
            assert not Allocation.objects.exists()
            assert not Disclosure.objects.exists()


def test_where_nobody_acts_the_arm_is_hidden(allocated):
    with pytest.raises(ArmHidden):
        queries.arm_of(allocated, purpose="treatment")


def test_the_database_refuses_a_second_allocation_of_a_place(sequence, site):
    first, second = people_at(site, 2)
    give(place_at(1), first)
    with pytest.raises(IntegrityError, match="unique"):
        give(place_at(1), second)


def test_the_database_refuses_a_second_allocation_of_a_participant(sequence, participant):
    give(place_at(1), participant)
    with pytest.raises(IntegrityError, match="unique"):
        give(place_at(1, "BO"), participant)


def test_the_database_refuses_a_place_before_its_turn(sequence, participant):
    with pytest.raises(IntegrityError, match="the one before has not been given"):
        give(place_at(2), participant)


@pytest.mark.parametrize("change", [{"position": 2}, {"stratum": "BO"}])
def test_the_database_refuses_an_allocation_that_misnames_its_place(sequence, participant, change):
    with pytest.raises(IntegrityError, match="names the stratum and position of its own place"):
        give(place_at(1), participant, **change)


def test_nothing_is_written_while_the_room_is_closed_or_by_a_person(sequence, participant, coordinator):
    place = place_at(1)
    values = {
        "place": place, "participant": participant, "sequence": sequence, "stratum": "AL", "position": 1,
        "allocated_at": clock.now(), "by_code": "X", "by_role": "system",
    }  # fmt: skip
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Allocation.objects.create(**values)
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with acting_as(coordinator), queries.opened(), refused, transaction.atomic():
        Allocation.objects.create(**values)
