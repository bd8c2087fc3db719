"""Planning: one row for each key, the protocol's ladder at the protocol's hour."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, queries
from stegvis.reminders.models import PlannedMessage, State


def planned(person):
    with acting_as(SYSTEM):
        return list(queries.planned_for(person).filter(kind=queries.REMINDER))


def test_the_ladder_is_planned_by_the_protocol(person, baseline):
    days = [(row.step, (row.due_at - clock.at(baseline.opens_on, 16)).days) for row in planned(person)]

    assert days == [("first", 0), ("second", 4), ("third", 10)]
    assert {clock.local(row.due_at).hour for row in planned(person)} == {16}


def test_calls_are_peoples_work_and_are_not_planned(person, world):
    assert [step.kind for step in world.protocol.reminders.steps].count("call") == 1
    assert "call" not in {row.step for row in planned(person)}


def test_planning_the_ladder_again_changes_nothing(person, baseline):
    before = planned(person)
    actions.plan_ladder(assessment=baseline, by=SYSTEM)

    assert planned(person) == before


def test_one_key_is_one_message(person):
    rows = [
        actions.plan(key="k", account=person.account, participant=person, kind=kind, by=SYSTEM)
        for kind in ("sign_in", "something_new")
    ]

    assert rows[0] == rows[1]
    assert rows[0].kind == "sign_in"


def test_a_message_is_due_at_once_unless_told(person, moment):
    later = moment + timedelta(days=3)

    def plan(key, **more):
        return actions.plan(key=key, account=person.account, kind="sign_in", by=SYSTEM, **more).due_at

    assert (plan("now"), plan("later", due_at=later)) == (moment, later)


def test_reminders_are_stopped_for_an_occasion_or_for_all(person):
    assert actions.stop(participant=person, occasions=["another"], by=SYSTEM) == 0
    assert actions.stop(participant=person, occasions=["baseline"], by=SYSTEM) == 3
    assert actions.stop(participant=person, by=SYSTEM) == 0
    assert planned(person) == []
    with acting_as(SYSTEM):
        assert set(PlannedMessage.objects.filter(kind="reminder").values_list("state", flat=True)) == {State.CANCELLED}
        assert PlannedMessage.objects.filter(participant=person, kind="welcome", state=State.PLANNED).exists()


def test_a_person_sees_their_own_messages_and_staff_see_none(world, person):
    with acting_as(person.account):
        assert PlannedMessage.objects.exists()
    for role in ("coordinator", "physiotherapist", "therapist", "data_manager", "statistician"):
        with acting_as(world.staff(role)):
            assert not PlannedMessage.objects.exists(), role


@pytest.mark.parametrize(("kind", "hidden"), [("something_new", False), (queries.PROGRAMME_OPENS, True)])
def test_that_a_letter_of_one_arm_is_planned_is_hidden_from_blind_roles(world, person, kind, hidden):
    with acting_as(SYSTEM):
        actions.plan(key="k", account=person.account, participant=person, kind=kind, by=SYSTEM)
    with acting_as(world.coordinator()):
        kinds = set(Event.objects.filter(verb="reminders.planned").values_list("detail__kind", flat=True))

    assert (kind not in kinds) == hidden
