"""Reads of plans: the draft on the desk, the versions, the one in force on a day."""

from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet

from stegvis.audit import clock
from stegvis.audit.asked import asked_once
from stegvis.methods.activity import minutes as activity
from stegvis.methods.activity.minutes import Minutes
from stegvis.people.models import Participant
from stegvis.physiotherapy.drafts import Draft, DraftActivity, DraftExercise
from stegvis.physiotherapy.models import MOVING, ActivityKind, Plan, PlanDraft, PlannedActivity


def draft_of(participant: Participant) -> Draft | None:
    """The plan that lies unfinished on the physiotherapist's desk, if there is one."""
    row = draft_row(participant)
    return Draft.from_json(row.content) if row else None


def draft_row(participant: Participant) -> PlanDraft | None:
    """The same as it is kept, with who saved it and when."""
    return PlanDraft.objects.select_related("saved_by").filter(participant=participant).first()


def draft_saved_at(participant: Participant) -> datetime | None:
    """When the unfinished plan was saved last."""
    return PlanDraft.objects.filter(participant=participant).values_list("saved_at", flat=True).first()


def as_draft(plan: Plan) -> Draft:
    """An agreed plan as the beginning of its next version."""
    activities = tuple(
        DraftActivity(
            kind=each.kind, days=tuple(each.days), minutes=each.minutes, effort=each.effort, title=each.title,
            when_where=each.when_where, low_energy=each.low_energy, growth=each.growth,
            low_energy_minutes=each.low_energy_minutes,
        )
        for each in plan.activities.all()
    )  # fmt: skip
    rows = plan.exercises.order_by("position")
    exercises = tuple(DraftExercise(each.code, each.form, each.times, each.sets) for each in rows)
    return Draft(activities, plan.flare_rule, plan.aim_minutes, plan.aim_strength_days, exercises)


def minutes_planned(draft: Draft) -> Minutes:
    """Minutes of moving that a week of the plan has, by effort."""
    moving = [each for each in draft.activities if each.kind in MOVING]
    return activity.added(activity.of_effort(each.effort, each.minutes * len(each.days)) for each in moving)


def strength_planned(draft: Draft) -> int:
    """Days of a week for which the plan has strength."""
    return len({day for each in draft.activities if each.kind == ActivityKind.STRENGTH for day in each.days})


def plans_of(participant: Participant) -> QuerySet[Plan]:
    """All versions of a person's plan with their activities, oldest first."""
    activities = Prefetch("activities", PlannedActivity.objects.order_by("position"))
    return Plan.objects.filter(participant=participant).prefetch_related(activities).order_by("version")


@asked_once
def every_plan(participant: Participant) -> list[Plan]:
    """All versions of a person's plan, with their activities."""
    return list(plans_of(participant))


def plan_now(participant: Participant) -> Plan | None:
    """The newest version of the plan, with its activities; None before visit 1."""
    return plans_of(participant).order_by("-version").first()


def plan_on(participant: Participant, day: date) -> Plan | None:
    """The version that was in force on a day, with its activities: the newest agreed by the end of it."""
    end = clock.at(day + timedelta(days=1), 0)
    agreed = [plan for plan in every_plan(participant) if plan.agreed_at < end]
    return max(agreed, key=lambda plan: plan.version, default=None)


def planned_activity(participant: Participant, pk: int) -> PlannedActivity | None:
    """One of the activities in a person's plans."""
    rows = PlannedActivity.objects.select_related("plan__participant")
    return rows.filter(pk=pk, plan__participant=participant).first()
