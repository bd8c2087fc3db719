"""The diary: one tap, another activity, a rest, an entry undone; and the week beside the plan."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.errors import (
    AlreadyLogged,
    BeforeTheStart,
    NameTheActivity,
    NotInThePlan,
    NotYet,
    NotYours,
    UnknownChoice,
    UnlikelyActivity,
)
from stegvis.physiotherapy.models import DiaryEntry

FRIDAY = date(2026, 11, 13)
MONDAY = date(2026, 11, 16)


@pytest.fixture
def walk(plan, physiotherapist):
    with acting_as(physiotherapist):
        return plan.activities.select_related("plan__participant").get(kind="walking")


def done(activity, by, on=FRIDAY, key=None, felt=""):
    with acting_as(by):
        return actions.log_planned(activity=activity, on=on, felt=felt, key=key or uuid4(), by=by)


def log(participant, by=None, on=FRIDAY, kind="cycling", minutes=20, effort="medium", **other):
    by = by or participant.account
    with acting_as(by):
        return actions.log_activity(
            participant=participant,
            on=on,
            kind=kind,
            minutes=minutes,
            effort=effort,
            by=by,
            **{"key": uuid4(), **other},
        )


def rest(participant, on=FRIDAY, **other):
    by = participant.account
    with acting_as(by):
        return actions.log_rest(participant=participant, on=on, key=uuid4(), by=by, **other)


def undo(entry, by):
    with acting_as(by):
        return actions.undo_entry(entry=entry, by=by)


def week(participant, monday=FRIDAY):
    with acting_as(participant.account):
        return queries.week(participant, monday)


def test_one_tap_keeps_the_activity_as_planned(walk, participant, moment):
    entry = done(walk, participant.account, felt="easier")

    assert (entry.kind, entry.label, entry.minutes, entry.effort) == ("walking", "Round the park", 15, "easy")
    assert (entry.planned_activity, entry.felt, entry.rested) == (walk, "easier", False)
    assert (entry.logged_at, entry.logged_by, entry.backdated) == (moment, participant.account, False)


def test_another_activity_or_other_minutes_are_kept_as_they_were(walk, participant):
    other = log(participant, title="To my sister")
    shorter = log(participant, kind="walking", minutes=5, effort="easy", planned_activity=walk)

    assert (other.planned_activity, other.minutes, other.label) == (None, 20, "To my sister")
    assert (shorter.planned_activity, shorter.minutes) == (walk, 5)


def test_rest_is_a_choice_that_is_kept(walk, participant):
    instead = rest(participant, planned_activity=walk)
    altogether = rest(participant, on=FRIDAY)

    assert (instead.rested, instead.kind, instead.minutes) == (True, "walking", 0)
    assert (altogether.planned_activity, altogether.kind, altogether.label) == (None, "", "")


def test_a_tap_sent_twice_is_one_entry(walk, participant, control):
    key = uuid4()
    assert done(walk, participant.account, key=key) == done(walk, participant.account, key=key)

    with pytest.raises(KeyUsedElsewhere):
        log(control, key=key)
    with acting_as(participant.account):
        assert DiaryEntry.objects.count() == 1


def test_a_planned_activity_is_logged_once_a_day_until_it_is_undone(walk, participant):
    entry = done(walk, participant.account)
    with pytest.raises(AlreadyLogged, match="in the diary for 2026-11-13 already"):
        rest(participant, planned_activity=walk)

    undo(entry, participant.account)
    assert rest(participant, planned_activity=walk).rested


def test_an_undone_entry_counts_no_more_and_stays_in_the_table(walk, participant):
    entry = done(walk, participant.account)
    assert undo(entry, participant.account) == undo(entry, participant.account)

    with acting_as(participant.account):
        assert not queries.diary(participant).exists()
        assert queries.diary_entry(participant, entry.pk) is None
        assert [each.entry for each in queries.planned_on(participant)] == [None, None]
        assert DiaryEntry.objects.get() == entry
    assert week(participant).minutes == 0


def test_a_day_is_logged_afterwards_visibly_and_never_beforehand(walk, participant, moment):
    with pytest.raises(NotYet):
        done(walk, participant.account, on=FRIDAY + timedelta(days=1))
    with pytest.raises(BeforeTheStart, match="the day AL-001 joined"):
        log(participant, on=FRIDAY - timedelta(days=1))

    with clock.frozen(moment + timedelta(days=3)):
        assert log(participant, on=FRIDAY).backdated
        assert not log(participant, on=MONDAY).backdated
    backdated = [
        event.detail for event in Event.objects.filter(verb="physiotherapy.other_activity_logged").order_by("pk")
    ]
    assert backdated == [{"backdated": True}, {}]


def test_a_day_ends_at_midnight_in_stockholm(participant, moment):
    just_after = clock.at(MONDAY, 0, 5)  # still Sunday in UTC
    with clock.frozen(just_after):
        assert not log(participant, on=MONDAY).backdated
        assert log(participant, on=MONDAY - timedelta(days=1)).backdated


def test_the_own_physiotherapist_also_keeps_the_diary_and_nobody_else_does(
    participant, control, physiotherapist, outsider, therapist, coordinator
):
    assert log(participant, by=physiotherapist).logged_by == physiotherapist

    for other in (control.account, outsider, therapist, coordinator):
        with pytest.raises(NotYours, match="Only AL-001"):
            log(participant, by=other)


def test_only_who_keeps_the_diary_undoes_an_entry(participant, control, outsider, coordinator):
    entry = log(participant)
    for other in (control.account, outsider, coordinator):
        with pytest.raises(NotYours):
            undo(entry, other)
    assert undo(entry, participant.account).entry == entry


def test_an_activity_of_someone_elses_plan_is_not_logged(walk, control):
    with pytest.raises(NotInThePlan):
        log(control, planned_activity=walk)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"kind": "flying"}, UnknownChoice),
        ({"effort": ""}, UnknownChoice),
        ({"felt": "great"}, UnknownChoice),
        ({"minutes": 0}, UnlikelyActivity),
        ({"minutes": 601}, UnlikelyActivity),
        ({"kind": "own"}, NameTheActivity),
    ],
)
def test_what_cannot_have_been_done_is_refused(participant, wrong, refusal):
    with pytest.raises(refusal):
        log(participant, **wrong)


def test_a_week_counts_hard_minutes_double_and_easy_ones_apart(participant):
    log(participant, kind="walking", minutes=40, effort="easy")
    log(participant, kind="water", minutes=30, effort="medium")
    log(participant, kind="cycling", minutes=10, effort="hard")

    seen = week(participant)
    assert (seen.minutes, seen.easy_minutes, seen.equivalent) == (80, 40, 50)


def test_strength_is_counted_in_days_and_relaxation_not_at_all(participant, moment):
    for day in (FRIDAY, FRIDAY, FRIDAY + timedelta(days=1)):
        with clock.frozen(moment + timedelta(days=2)):
            log(participant, on=day, kind="strength", minutes=20, effort="hard")
            log(participant, on=day, kind="relaxation", minutes=60, effort="medium")

    seen = week(participant)
    assert (seen.strength_days, seen.minutes, seen.equivalent) == (2, 0, 0)


def test_a_week_stands_beside_the_plan_from_the_day_it_was_agreed(walk, participant, moment):
    done(walk, participant.account)
    with clock.frozen(moment + timedelta(days=1)):
        rest(participant, on=date(2026, 11, 14))

    first = week(participant)
    assert first.monday == date(2026, 11, 9)
    assert [day.planned_minutes for day in first.days] == [0, 0, 0, 0, 15, 30, 0]
    assert [day.minutes for day in first.days] == [0, 0, 0, 0, 15, 0, 0]
    assert [day.rested for day in first.days] == [False, False, False, False, False, True, False]
    assert (first.target, first.minutes, first.strength_target) == (45, 15, 1)

    second = week(participant, MONDAY)
    assert (second.target, second.minutes, second.strength_target) == (75, 0, 2)


def test_a_week_is_told_by_any_of_its_days(participant):
    mondays = {queries.monday_of(date(2026, 11, 9) + timedelta(days=n)) for n in range(7)}
    assert mondays == {date(2026, 11, 9)}
    assert week(participant, date(2026, 11, 15)).days[-1].on == date(2026, 11, 15)


def test_many_weeks_take_as_many_queries_as_one(plan, participant, django_assert_num_queries):
    log(participant)
    for count in (1, 60):
        with acting_as(participant.account), django_assert_num_queries(3):
            weeks = queries.weeks(participant, date(2026, 11, 9), count)
        assert len(weeks) == count
        assert weeks[0].minutes == 20
    assert [row.monday.isoweekday() for row in weeks] == [1] * 60


def test_the_newest_day_of_the_diary_comes_first(participant, moment):
    with clock.frozen(moment + timedelta(days=2)):
        saturday = log(participant, on=FRIDAY + timedelta(days=1))
        friday = log(participant, on=FRIDAY)
    with acting_as(participant.account):
        assert list(queries.diary(participant)) == [saturday, friday]


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_monday_begins_the_week_of_each_of_its_days(day):
    monday = queries.monday_of(day)
    assert monday.isoweekday() == 1
    assert 0 <= (day - monday).days < 7
    assert day.isocalendar()[:2] == monday.isocalendar()[:2]


def test_the_system_keeps_a_diary_for_no_screen_of_its_own(participant):
    assert log(participant, by=SYSTEM).logged_by is None
