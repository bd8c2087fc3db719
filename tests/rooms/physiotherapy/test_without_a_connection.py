"""Entries that devices made without a connection: late, twice, in any order, taken back before they came."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stegvis.audit import clock
from stegvis.audit.errors import KeyUsedElsewhere, SentWithOtherWords
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.errors import BeforeTheStart, NotYet, NotYours
from stegvis.physiotherapy.models import DiaryEntry, TakenBackAhead, UndoneEntry
from stegvis.physiotherapy.queries import Made

MONDAY = date(2026, 11, 16)
KEYS = [UUID(int=n) for n in range(1, 6)]


@pytest.fixture
def walk(plan, physiotherapist):
    with acting_as(physiotherapist):
        return plan.activities.select_related("plan__participant").get(kind="walking")


@pytest.fixture(autouse=True)
def _a_week_later(walk, control):  # both joined before
    """The connection is back on the Monday after the week that the devices were away."""
    with clock.frozen(clock.at(MONDAY + timedelta(days=7), 9)):
        yield


def made(day=MONDAY, hour=18):
    return Made(day, clock.at(day, hour))


def send(walk, what, key, hour=18, day=MONDAY):
    """One message of a device, as the pages hand it to the actions."""
    participant = walk.plan.participant
    by, when = participant.account, made(day, hour)
    match what:
        case "done":
            actions.log_planned(activity=walk, on=day, made=when, key=key, by=by)
        case "smaller":
            actions.log_planned(activity=walk, on=day, smaller=True, minutes=5, made=when, key=key, by=by)
        case "rested":
            actions.log_rest(participant=participant, on=day, planned_activity=walk, made=when, key=key, by=by)
        case "flare":
            actions.log_setback(participant=participant, on=day, setback="flare", made=when, key=key, by=by)
        case "undo":
            actions.take_back(participant=participant, entry_key=key, by=by)


MESSAGES = [
    ("done", KEYS[0], 18), ("rested", KEYS[1], 19), ("smaller", KEYS[2], 19), ("flare", KEYS[3], 20),
    ("undo", KEYS[2], 21), ("undo", KEYS[3], 21),
]  # fmt: skip
"""Two devices on one evening: three say different things of one walk, one is taken back, and so is a flare."""

orders = st.lists(st.sampled_from(MESSAGES), max_size=8).flatmap(lambda again: st.permutations([*MESSAGES, *again]))


def state(participant):
    """What counts, what is kept and what was taken back, by key."""
    kept = set(DiaryEntry.objects.values_list("key", flat=True))
    undone = set(UndoneEntry.objects.values_list("entry__key", flat=True))
    return {each.key for each in queries.diary(participant)}, kept, undone, queries.week(participant, MONDAY)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # rolled back each time
@given(order=orders)
def test_whatever_order_and_however_often_the_diary_is_the_same(walk, participant, order):
    with acting_as(participant.account):
        saved = transaction.savepoint()
        for what, key, hour in order:
            send(walk, what, key, hour)
        counted, kept, undone, week = state(participant)
        transaction.savepoint_rollback(saved)
    assert (counted, kept, undone) == ({KEYS[1]}, set(KEYS[:4]), set(KEYS[2:4]))
    assert (week.minutes, week.done, week.days[0].rested) == (0, 0, True)


def test_an_entry_keeps_the_devices_day_and_counts_as_written_on_it(walk, participant):
    with acting_as(participant.account):
        send(walk, "done", KEYS[0])
        entry = DiaryEntry.objects.get()
        assert (entry.on, entry.made_on, entry.written_on, entry.backdated) == (MONDAY, MONDAY, MONDAY, False)
        assert clock.local(entry.logged_at).date() == MONDAY + timedelta(days=7)
        late = actions.log_rest(
            participant=participant, on=MONDAY, made=made(MONDAY + timedelta(days=2)), key=KEYS[1],
            by=participant.account,
        )  # fmt: skip
        assert late.backdated


def test_an_entry_taken_back_before_it_came_is_kept_and_does_not_count(walk, participant):
    with acting_as(participant.account):
        for _ in range(2):
            send(walk, "undo", KEYS[0])
        assert TakenBackAhead.objects.count() == 1
        for _ in range(2):
            send(walk, "done", KEYS[0])
        assert not queries.diary(participant).exists()
        assert DiaryEntry.objects.get().undone.undone_by == participant.account


def test_a_device_in_the_east_may_be_a_day_ahead_and_a_clock_that_is_wrong_is_not_believed(walk, participant):
    tomorrow = clock.today() + timedelta(days=1)
    with acting_as(participant.account):
        send(walk, "done", KEYS[0], day=tomorrow)
        for day, refusal in ((tomorrow + timedelta(days=1), NotYet), (date(2001, 1, 1), BeforeTheStart)):
            with pytest.raises(refusal):
                send(walk, "done", KEYS[1], day=day)


def test_the_same_key_with_other_words_or_of_another_person_is_refused(walk, participant, control):
    with acting_as(participant.account):
        send(walk, "done", KEYS[0])
        with pytest.raises(SentWithOtherWords):
            send(walk, "smaller", KEYS[0])
        send(walk, "undo", KEYS[4])
    with acting_as(control.account):
        with pytest.raises(KeyUsedElsewhere):
            actions.log_rest(participant=control, on=MONDAY, made=made(), key=KEYS[0], by=control.account)
        with pytest.raises(KeyUsedElsewhere):
            actions.take_back(participant=control, entry_key=KEYS[4], by=control.account)


def test_nobody_takes_back_what_another_wrote(walk, participant, control, coordinator):
    for other in (control.account, coordinator):
        with acting_as(other), pytest.raises(NotYours):
            actions.take_back(participant=participant, entry_key=KEYS[0], by=other)
