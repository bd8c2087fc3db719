"""Growth: the step that is proposed after weeks met, or what holds it back; and what the diary says about afterwards.

Nothing is stored of a proposal: it follows from plan and diary each time it is looked at. Only the answer is a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stegvis.audit import clock
from stegvis.methods.activity import growth
from stegvis.methods.activity.growth import Because, GrowthRule
from stegvis.people.models import Participant
from stegvis.physiotherapy import queries
from stegvis.physiotherapy.models import (
    MOST_MINUTES,
    MOVING,
    AfterEffect,
    AnsweredStep,
    DiaryEntry,
    Effect,
    Plan,
    PlannedActivity,
)
from stegvis.physiotherapy.visiting import queries as visiting

ASKED_AFTER = (1, 2)
"""Days after which is asked how the body felt: 24–48 hours."""


@dataclass(frozen=True)
class Proposal:
    """One activity that may grow, from the minutes it has to `minutes`, after the week that began on `after_week`.

    With a reason in `because` the step is due and withheld.
    """

    plan: Plan
    activity: PlannedActivity
    minutes: int
    after_week: date
    because: Because = ""


def proposal(participant: Participant, rule: GrowthRule) -> Proposal | None:
    """The step that is due, or withheld; None when the weeks were not met, or it is answered already. Few queries."""
    plans = queries.every_plan(participant)
    if not plans:
        return None
    plan, this_week = plans[-1], queries.monday_of(clock.today())
    first = this_week - timedelta(weeks=rule.weeks)
    if first < _first_whole_week(plan):
        return None
    step = _step(plan, rule)
    if step is None or not _met(queries.weeks(participant, first, rule.weeks), rule) or _answered(plan, first):
        return None
    because = withheld_because(participant, since=first)
    return Proposal(plan, step[0], step[1], this_week - timedelta(weeks=1), because)


def withheld_because(participant: Participant, *, since: date) -> Because:
    """What speaks against doing more: an illness or a flare logged since a day, or worse 24–48 h after an activity of then.

    The gravest is a warning sign that a clinician has still to judge, or one that stops or limits activity.
    """
    logged = queries.diary(participant).filter(on__gte=since)
    setbacks = set(logged.exclude(setback="").values_list("setback", flat=True))
    worse = AfterEffect.objects.filter(entry__in=logged.values("pk"), effect=Effect.WORSE).exists()
    return growth.withheld_because(
        red_flag=_is_held_back(participant), flare="flare" in setbacks, ill="illness" in setbacks, worse=worse
    )  # fmt: skip


def _is_held_back(participant: Participant) -> bool:
    found = visiting.standing(participant)
    return not found.is_open or bool(found.limits)


def answers_of(participant: Participant) -> list[AnsweredStep]:
    """Every step that was answered, the newest first."""
    rows = AnsweredStep.objects.filter(plan__participant=participant).select_related("plan")
    return list(rows.order_by("-answered_at", "-pk"))


def to_ask_about(participant: Participant) -> DiaryEntry | None:
    """The newest thing done a day or two ago, to ask how the body felt since; None in a week in which that was asked."""
    today = clock.today()
    asked = AfterEffect.objects.filter(
        entry__participant=participant, told_at__gte=clock.at(queries.monday_of(today), 0)
    )
    if asked.exists():
        return None
    nearest, furthest = (today - timedelta(days=days) for days in ASKED_AFTER)
    done = (each for each in queries.recent(participant) if furthest <= each.on <= nearest and each.minutes)
    return next((each for each in done if not hasattr(each, "after_effect")), None)


def _first_whole_week(plan: Plan) -> date:
    """The Monday on or after the day a plan was agreed: the part of a week before it decides nothing."""
    return queries.monday_of(clock.local(plan.agreed_at).date() + timedelta(days=queries.DAYS - 1))


def _met(weeks: Sequence[queries.Week], rule: GrowthRule) -> bool:
    seen = [growth.WeekMet(week.minutes, week.target, week.strength_days, week.strength_target) for week in weeks]
    return growth.is_due(seen, rule)


def _answered(plan: Plan, first: date) -> bool:
    """Whether the person has answered a step about one of these weeks: after a no, the count begins anew."""
    return AnsweredStep.objects.filter(plan=plan, after_week__gte=first).exists()


def _step(plan: Plan, rule: GrowthRule) -> tuple[PlannedActivity, int] | None:
    moving = [each for each in plan.activities.all() if each.kind in MOVING]
    found = growth.next_step([growth.Quota(each.minutes, len(each.days)) for each in moving], rule, MOST_MINUTES)
    return (moving[found.place], found.minutes) if found else None
