"""Versions: how a version of the plan comes into the table, and how two acts about one person wait for each other.

What the room's actions share; nobody else calls it, since it writes no event.
"""

from uuid import UUID, uuid4

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.once import make
from stegvis.people.models import Participant
from stegvis.physiotherapy.exercises.models import ExerciseRelease, PlannedExercise
from stegvis.physiotherapy.models import Plan, PlannedActivity, Visit
from stegvis.physiotherapy.queries import Draft


def make_version(
    participant: Participant, draft: Draft, *, version: int, origin: str, visit: Visit | None = None,
    release: ExerciseRelease | None = None, key: UUID | None = None, by: Actor,
) -> Plan:  # fmt: skip
    """The next version with its activities; for whoever has taken turns and found no earlier one."""
    plan = make(
        Plan, key or uuid4(), about="participant", participant=participant, version=version, visit=visit, origin=origin,
        flare_rule=draft.flare_rule, aim_minutes=draft.aim_minutes, aim_strength_days=draft.aim_strength_days,
        agreed_at=clock.now(), agreed_by_id=by.pk,
    )  # fmt: skip
    PlannedActivity.objects.bulk_create(_activities(plan, draft))
    PlannedExercise.objects.bulk_create(_exercises(plan, draft, release))
    return plan


def _exercises(plan: Plan, draft: Draft, release: ExerciseRelease | None) -> list[PlannedExercise]:
    return [
        PlannedExercise(
            plan=plan, position=position, release=release, code=each.code, form=each.form, times=each.times,
            sets=each.sets,
        )
        for position, each in enumerate(draft.exercises, start=1)
    ]  # fmt: skip


def _activities(plan: Plan, draft: Draft) -> list[PlannedActivity]:
    return [
        PlannedActivity(
            plan=plan, position=position, kind=each.kind, title=each.title, days=sorted(set(each.days)),
            minutes=each.minutes, effort=each.effort, when_where=each.when_where, low_energy=each.low_energy,
            growth=each.growth, low_energy_minutes=each.low_energy_minutes,
        )
        for position, each in enumerate(draft.activities, start=1)
    ]  # fmt: skip
