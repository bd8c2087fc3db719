"""The plan between visits: a step proposed and answered, what withholds it, and a person who makes the plan smaller."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.methods.activity.growth import GrowthRule
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import actions, growing, growth, queries
from stegvis.physiotherapy.errors import (
    LastActivity,
    LowEnergyIsMore,
    NoPlanYet,
    NoStepNow,
    NothingDone,
    NotSmaller,
    NotYours,
    ToldAlready,
    UnknownChoice,
)
from stegvis.physiotherapy.models import AnsweredStep, Plan
from stegvis.physiotherapy.queries import Draft, DraftActivity

FIRST, SECOND, NEXT = date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30)
"""The two whole weeks after the plan of Friday 13 November, and the Monday after them."""
RULE = GrowthRule()
WALK = DraftActivity("walking", (1, 3), 30, "medium", "To the lake", low_energy="To the gate", low_energy_minutes=5)


@pytest.fixture
def walk(participant, physiotherapist):
    """A plan of one walk, on Mondays and Wednesdays."""
    with acting_as(physiotherapist):
        plan = actions.agree_plan(participant=participant, draft=Draft((WALK,)), key=uuid4(), by=physiotherapist)
        return plan.activities.select_related("plan__participant").get()


def done(walk, *days, by=None, **other):
    by = by or walk.plan.participant.account
    made = []
    for day in days:
        with clock.frozen(clock.at(day, 18)), acting_as(by):
            made.append(actions.log_planned(activity=walk, on=day, key=uuid4(), by=by, **other))
    return made


def two_weeks(walk):
    return done(walk, *(monday + timedelta(days=n) for monday in (FIRST, SECOND) for n in (0, 2)))


def setback(participant, on, kind="flare"):
    with clock.frozen(clock.at(on, 20)), acting_as(participant.account):
        actions.log_setback(participant=participant, on=on, setback=kind, key=uuid4(), by=participant.account)


def proposed(participant, on=NEXT):
    with clock.frozen(clock.at(on, 9)), acting_as(participant.account):
        return growth.proposal(participant, RULE)


def answer(participant, accepted, on=NEXT, after=SECOND, by=None):
    by = by or participant.account
    with clock.frozen(clock.at(on, 9)), acting_as(by):
        return growing.answer_step(participant=participant, rule=RULE, after_week=after, accepted=accepted, by=by)


def reduced(activity, minutes, by=None):
    by = by or activity.plan.participant.account
    with acting_as(by):
        return growing.reduce_plan(activity=activity, minutes=minutes, by=by)


def minutes_of(plan, actor):
    with acting_as(actor):
        return [each.minutes for each in plan.activities.all()]


def test_after_two_whole_weeks_met_a_step_is_proposed_and_nothing_changes_by_itself(walk, participant):
    two_weeks(walk)
    found = proposed(participant)
    assert (found.activity, found.minutes, found.after_week, found.because) == (walk, 35, SECOND, "")
    with acting_as(participant.account):
        assert Plan.objects.count() == 1


def test_a_week_missed_a_week_too_few_or_smaller_versions_propose_nothing(walk, participant):
    done(walk, FIRST, FIRST + timedelta(days=2), SECOND)
    assert proposed(participant) is None
    done(walk, SECOND + timedelta(days=2), smaller=True, minutes=5)
    assert proposed(participant, on=SECOND) is None
    assert proposed(participant) is None


@pytest.mark.parametrize("kind", ["flare", "illness"])
def test_a_setback_withholds_the_step_until_two_weeks_without_one(walk, participant, kind):
    two_weeks(walk)
    setback(participant, NEXT, kind)
    assert proposed(participant).because == kind


def test_feeling_worse_afterwards_withholds_the_step_and_feeling_the_same_does_not(walk, participant):
    first, second, *_ = two_weeks(walk)
    with acting_as(participant.account):
        actions.tell_after_effect(entry=first, effect="same", by=participant.account)
        assert proposed(participant).because == ""
        actions.tell_after_effect(entry=second, effect="worse", by=participant.account)
    assert proposed(participant).because == "worse"
    with pytest.raises(NoStepNow):
        answer(participant, accepted=True)


def test_a_setback_that_was_undone_withholds_nothing(walk, participant):
    two_weeks(walk)
    setback(participant, NEXT)
    with acting_as(participant.account):
        actions.undo_entry(entry=queries.diary(participant).first(), by=participant.account)
    assert proposed(participant).because == ""


def test_a_step_accepted_is_a_version_that_says_who_made_it_and_twice_is_once(walk, participant):
    two_weeks(walk)
    plan = answer(participant, accepted=True)
    assert answer(participant, accepted=True) == plan
    assert (plan.version, plan.origin, plan.agreed_by) == (2, "grown", participant.account)
    assert minutes_of(plan, participant.account) == [35]
    assert proposed(participant) is None


def test_after_a_no_the_weeks_are_counted_anew(walk, participant):
    two_weeks(walk)
    assert answer(participant, accepted=False).version == 1
    assert proposed(participant, on=NEXT + timedelta(weeks=1)) is None
    with pytest.raises(NoStepNow):
        answer(participant, accepted=True)
    with acting_as(participant.account):
        assert AnsweredStep.objects.get().accepted is False


def test_only_the_person_answers_and_only_what_was_proposed(walk, participant, physiotherapist, control):
    two_weeks(walk)
    for other in (physiotherapist, control.account):
        with pytest.raises(NotYours):
            answer(participant, accepted=True, by=other)
    with pytest.raises(NoStepNow):
        answer(participant, accepted=True, after=FIRST)


def test_a_person_makes_the_plan_smaller_at_once_and_the_low_energy_version_with_it(walk, participant):
    plan = reduced(walk, 3)
    assert reduced(walk, 3) == plan
    assert (plan.version, plan.origin, plan.agreed_by) == (2, "reduced", participant.account)
    with acting_as(participant.account):
        assert [(each.minutes, each.low_energy_minutes) for each in plan.activities.all()] == [(3, 3)]


@pytest.mark.parametrize("minutes", [30, 31, -1])
def test_a_person_makes_the_plan_only_smaller(walk, minutes):
    with pytest.raises(NotSmaller, match="the 30 that it has now"):
        reduced(walk, minutes)


def test_an_activity_is_taken_out_unless_it_is_the_last(plan, participant):
    with acting_as(participant.account):
        pool = plan.activities.select_related("plan__participant").get(kind="water")
        smaller = reduced(pool, 0)
        kinds = [each.kind for each in smaller.activities.all()]
    assert kinds == ["walking", "strength"]


def test_the_last_activity_stays(walk):
    with pytest.raises(LastActivity):
        reduced(walk, 0)


def test_nobody_else_makes_a_persons_plan_smaller_between_visits(walk, physiotherapist, therapist):
    for other in (physiotherapist, therapist):
        with pytest.raises(NotYours):
            reduced(walk, 10, by=other)


def test_without_a_plan_there_is_no_step(participant):
    assert proposed(participant) is None
    with pytest.raises(NoPlanYet):
        answer(participant, accepted=True)


def test_what_was_done_before_the_plan_was_made_smaller_is_done_today(walk, participant):
    with clock.frozen(clock.at(FIRST, 12)):
        done(walk, FIRST)
        reduced(walk, 20)
        with acting_as(participant.account):
            assert [bool(each.entry) for each in queries.planned_on(participant)] == [True]
            assert queries.week(participant, FIRST).done == 1


def test_a_smaller_version_is_done_in_its_own_minutes_and_never_more_than_planned(walk, participant):
    (entry,) = done(walk, FIRST, smaller=True, minutes=5)
    assert (entry.smaller, entry.minutes) == (True, 5)
    with acting_as(participant.account):
        week = queries.week(participant, FIRST)
    assert (week.done, week.planned, week.minutes) == (1, 2, 5)
    with pytest.raises(LowEnergyIsMore):
        done(walk, FIRST + timedelta(days=2), smaller=True, minutes=31)


def test_how_the_body_felt_is_asked_once_a_week_of_the_newest_thing_done(walk, participant):
    entries = two_weeks(walk)
    with clock.frozen(clock.at(SECOND + timedelta(days=3), 9)), acting_as(participant.account):
        assert growth.to_ask_about(participant) == entries[-1]
        actions.tell_after_effect(entry=entries[-1], effect="", by=participant.account)
        assert growth.to_ask_about(participant) is None


def test_how_the_body_felt_is_told_once_and_only_of_something_done(walk, participant):
    (entry,) = done(walk, FIRST)
    by = participant.account
    with acting_as(by):
        assert actions.tell_after_effect(entry=entry, effect="better", by=by) == actions.tell_after_effect(
            entry=entry, effect="better", by=by
        )
        with pytest.raises(ToldAlready):
            actions.tell_after_effect(entry=entry, effect="worse", by=by)
        with pytest.raises(UnknownChoice):
            actions.tell_after_effect(entry=entry, effect="great", by=by)
        rest = actions.log_rest(participant=participant, on=clock.today(), key=uuid4(), by=by)
        with pytest.raises(NothingDone):
            actions.tell_after_effect(entry=rest, effect="same", by=by)
