"""Growing and shrinking: what a person changes in the plan between visits. Each change is a version that says who made it.

A person may make the plan smaller at any time, at once; it grows only by a step that was proposed and that they accept.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.methods.activity.growth import GrowthRule
from stegvis.people.models import Participant
from stegvis.physiotherapy import growth, policies, queries
from stegvis.physiotherapy.errors import LastActivity, NoPlanYet, NoStepNow
from stegvis.physiotherapy.models import AnsweredStep, Origin, Plan, PlannedActivity
from stegvis.physiotherapy.policies import take_turns
from stegvis.physiotherapy.queries import DraftActivity
from stegvis.physiotherapy.versions import make_version


@action("physiotherapy.plan_reduced")
def reduce_plan(*, activity: PlannedActivity, minutes: int, by: Actor) -> Plan:
    """Make an activity of the plan in force shorter, or take it out with 0 `minutes`: the next version, the person's own.

    Asked for twice it is done once: the second time the plan is as wished already.
    """
    participant = activity.plan.participant
    policies.check_is_person(by, participant)
    take_turns(participant)
    plan = _plan_now(participant)
    if activity.plan_id != plan.pk:
        note(repeated=True)
        return plan
    policies.check_smaller(activity, minutes)
    if not minutes and len(plan.activities.all()) == 1:
        raise LastActivity()
    low = activity.low_energy_minutes
    made = _next_version(
        plan, activity, Origin.REDUCED, by,
        lambda each: replace(each, minutes=minutes, low_energy_minutes=min(low, minutes) if low else None),
        keep=bool(minutes),
    )  # fmt: skip
    note(version=made.version)
    return made


@action("physiotherapy.step_answered", detail=("after_week", "accepted"))
def answer_step(*, participant: Participant, rule: GrowthRule, after_week: date, accepted: bool, by: Actor) -> Plan:
    """Accept the step that is proposed, which makes the next version, or decline it; gives the plan then in force."""
    policies.check_is_person(by, participant)
    take_turns(participant)
    plan = _plan_now(participant)
    again = AnsweredStep.objects.filter(plan__participant=participant, after_week=after_week).first()
    if again is not None and again.accepted == accepted:
        note(repeated=True)
        return plan
    found = growth.proposal(participant, rule)
    if found is None or found.because or found.after_week != after_week:
        raise NoStepNow()
    AnsweredStep.objects.create(
        plan=plan, after_week=after_week, accepted=accepted, answered_at=clock.now(), answered_by_id=by.pk
    )
    if not accepted:
        return plan
    return _next_version(
        plan, found.activity, Origin.GROWN, by, lambda each: replace(each, minutes=found.minutes), keep=True
    )


def _plan_now(participant: Participant) -> Plan:
    plan = queries.plan_now(participant)
    if plan is None:
        raise NoPlanYet(participant=participant.code)
    return plan


def _next_version(
    plan: Plan, activity: PlannedActivity, origin: Origin, by: Actor,
    change: Callable[[DraftActivity], DraftActivity], *, keep: bool,
) -> Plan:  # fmt: skip
    """The plan with one activity changed, or without it."""
    draft, place = queries.as_draft(plan), [each.pk for each in plan.activities.all()].index(activity.pk)
    activities = list(draft.activities)
    activities[place : place + 1] = [change(activities[place])] if keep else []
    changed, exercise = replace(draft, activities=tuple(activities)), plan.exercises.select_related("release").first()
    return make_version(
        plan.participant,
        changed,
        version=plan.version + 1,
        origin=origin,
        release=exercise.release if exercise else None,
        by=by,
    )
