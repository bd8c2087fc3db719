"""Together: several people are reminded at once, whoever cannot be is left out with the reason, and nobody is pressed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.life import actions as life
from stegvis.people.models import Role
from stegvis.reminders import actions, errors, tasks, together
from stegvis.reminders.models import PlannedMessage, Sent
from stegvis.trial.scheduling import queries
from tests.worlds import FRIDAY

SIX_MONTHS = "six_months"


@pytest.fixture
def asked(world):
    """Three people whose six-month questions wait and whose letters have all gone out."""
    day = FRIDAY - timedelta(days=world.protocol.occasion(SIX_MONTHS).day + 7)
    people = [world.allocated(on=day, site=world.site) for _ in range(3)]
    with acting_as(SYSTEM):
        PlannedMessage.objects.filter(participant__in=people).update(state="sent")
    return people


def found(world):
    with acting_as(SYSTEM):
        return list(queries.to_remind([world.site.pk], SIX_MONTHS))


def step(world):
    return together.steps(world.protocol)[-1]


def send(world, key=None, code="third", who=None):
    coordinator = world.coordinator()
    chosen = found(world) if who is None else who
    with acting_as(coordinator):
        return actions.send_round(assessments=chosen, step=code, key=key or uuid4(), by=coordinator)


def test_a_round_writes_to_each_once_with_the_text_of_the_step(world, asked):
    made = send(world)

    assert made.reminded == 3
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(key__startswith="round:")
        assert {(row.participant, row.text) for row in rows} == {(one, "reminder-third") for one in asked}


def test_the_same_form_again_and_a_second_round_the_same_day_write_nothing_more(world, asked):
    key = uuid4()
    first = send(world, key)

    assert send(world, key).pk == first.pk
    with pytest.raises(errors.NobodyToRemind):
        send(world)
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.filter(key__startswith="round:").count() == 3


def test_who_answers_before_it_goes_out_gets_none(world, asked):
    send(world)
    world.answer(asked[0], SIX_MONTHS)

    with clock.frozen(clock.now() + timedelta(minutes=5)):
        tasks.send_due()

    with acting_as(SYSTEM):
        reached = Sent.objects.filter(planned__key__startswith="round:").values_list("planned__participant", flat=True)
        assert set(reached) == {asked[1].pk, asked[2].pk}


def test_everybody_who_is_left_out_has_a_reason(world, asked):
    world.answer(asked[0], SIX_MONTHS)
    world.withdraw(asked[1], "questions")
    with acting_as(SYSTEM):
        codes = [each.code for each in asked]
        named = list(queries.to_remind([world.site.pk], SIX_MONTHS, codes))
        why = {each.assessment.participant: each.why_not for each in together.recipients(named, step(world))}
    assert why == {asked[0]: together.ANSWERED, asked[1]: together.STOPPED, asked[2]: ""}


def test_no_text_of_the_protocol_no_round_and_neither_by_anybody_but_a_coordinator(world, asked):
    physio, who = world.staff(Role.PHYSIOTHERAPIST), found(world)
    with pytest.raises(errors.NoSuchReminder):
        send(world, code="tenth")
    with acting_as(physio), pytest.raises(NotTheirRole):
        actions.send_round(assessments=who, step="third", key=uuid4(), by=physio)


def test_whoever_something_has_happened_to_is_left_out_of_a_round_with_the_reason(world, asked):
    chosen = found(world)
    coordinator = world.coordinator()
    with acting_as(coordinator):
        life.keep(participant=asked[0], kind="in_hospital", since=clock.today(), key=uuid4(), by=coordinator)
    with acting_as(coordinator):
        why = {each.assessment.participant_id: each.why_not for each in together.recipients(chosen, step(world))}

    assert why == {asked[0].pk: together.HELD_BACK, asked[1].pk: "", asked[2].pk: ""}
    assert send(world, who=chosen).reminded == 2
