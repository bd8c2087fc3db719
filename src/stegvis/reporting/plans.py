"""Rows of an extract about the plans: numbers and codes, never words, the same in every arm."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from stegvis.audit import clock
from stegvis.methods.analysis import plan_tables as tables
from stegvis.physiotherapy.models import Plan, PlannedActivity, PlannedExercise
from stegvis.reporting.queries import CHUNK

OF_LIBRARY = 12
"""Digits by which a release is known, here as in the record."""


def rows() -> dict[str, Iterator[Any]]:
    """The rows of every table about the plans, by its name."""
    return {"plans": versions(), "planned_activities": activities(), "planned_exercises": exercises()}


def versions() -> Iterator[tables.Plan]:
    """Every version of every plan."""
    found = Plan.objects.select_related("participant", "visit").order_by("participant__code", "version")
    for row in found.iterator(chunk_size=CHUNK):
        yield tables.Plan(
            participant=row.participant.code, version=row.version, on=clock.local(row.agreed_at).date(),
            origin=row.origin, visit=row.visit.number if row.visit else None, aim_minutes=row.aim_minutes,
            aim_strength_days=row.aim_strength_days,
        )  # fmt: skip


def activities() -> Iterator[tables.PlannedActivity]:
    """Every activity of every version."""
    for row in _in_order(PlannedActivity.objects.all()):
        yield tables.PlannedActivity(
            participant=row.plan.participant.code, version=row.plan.version, activity=f"A{row.pk}", kind=row.kind,
            days_a_week=len(row.days), minutes=row.minutes, effort=row.effort,
            low_energy_minutes=row.low_energy_minutes,
        )  # fmt: skip


def exercises() -> Iterator[tables.PlannedExercise]:
    """Every exercise of every version, with its dose."""
    for row in _in_order(PlannedExercise.objects.select_related("release")):
        yield tables.PlannedExercise(
            participant=row.plan.participant.code, version=row.plan.version, exercise=row.code, form=row.form,
            times=row.times, sets=row.sets, release=row.release.sha256[:OF_LIBRARY],
        )  # fmt: skip


def _in_order(found: QuerySet[Any]) -> Iterator[Any]:
    of_plan = found.select_related("plan__participant")
    return of_plan.order_by("plan__participant__code", "plan__version", "position").iterator(chunk_size=CHUNK)
