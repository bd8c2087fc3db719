"""The record of one person, as blind eyes may read it: the same for the same life in every arm."""

from collections import Counter
from datetime import timedelta

from stegvis.audit.action import ACTIONS
from stegvis.monitoring import queries
from stegvis.people.acting import acting_as
from stegvis.trial import actions as trial
from stegvis.trial.scheduling import actions as scheduling  # noqa: F401 -- so that its verbs are there
from tests.worlds import FRIDAY

TELLING = ("programme.", "allocation.", "reminders.", "messaging.")


def life(world, arm):
    """A life with all that an arm offers, told by the verbs of its record."""
    person = world.allocated(arm=arm, on=FRIDAY - timedelta(days=182))
    world.hold_visit(person, 2, on=FRIDAY - timedelta(days=156))
    world.hold_visit(person, 3, on=FRIDAY - timedelta(days=100))
    world.rate_goals(person, on=FRIDAY - timedelta(days=100))
    if "programme" in world.protocol.arm(arm).treatments:
        homework = world.send_homework(person, on=FRIDAY - timedelta(days=90))
        world.reply(homework, on=FRIDAY - timedelta(days=89))
        world.withdraw(person, "programme", on=FRIDAY - timedelta(days=80))
    world.answer(person, world.primary)
    coordinator = world.coordinator(person)
    with acting_as(coordinator):
        trial.look_up_arm(participant=person, reason="asked for by a doctor", by=coordinator)
        return list(queries.record_of(person.code))


def test_the_record_of_the_same_life_is_the_same_in_every_arm(world):
    arms = [arm.code for arm in world.protocol.arms]
    lives = {arm: Counter((event.verb, event.actor_role) for event in life(world, arm)) for arm in arms}
    for verbs in lives.values():
        verbs.pop(("safety.alert_raised", "participant"), None)  # the two give answers of their own

    assert lives[arms[0]] == lives[arms[1]]
    assert lives[arms[0]][("trial.randomised", "coordinator")] == 1


def test_the_record_never_carries_the_reason_of_a_look_up(world):
    events = life(world, world.protocol.arms[0].code)

    assert all("reason" in event.get_deferred_fields() for event in events)


def test_what_is_shown_exists_and_nothing_of_it_belongs_to_a_room_that_tells(world):
    assert set(ACTIONS) >= queries.SHOWN_VERBS
    assert not [verb for verb in queries.SHOWN_VERBS if verb.startswith(TELLING)]
