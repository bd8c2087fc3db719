"""FHIR of activity plans: each version of a plan as a CarePlan, with its activities, exercises and the goals it serves.

Source: hl7.org/fhir/R4: CarePlan, Timing; the value sets request-status, care-plan-intent and care-plan-activity-status.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from stegvis.methods.formats.ahead import Ahead
from stegvis.methods.formats.fhir_resources import Record, Resource, identifier, period, subject
from stegvis.methods.formats.source import Source
from stegvis.methods.instruments.extensions import OWN

KEY = ("participant", "version")
STATUS_OF_ACTIVITY: Mapping[str, str] = {"active": "in-progress", "completed": "completed", "revoked": "stopped"}


def care_plans(source: Source, ends: Mapping[str, dt.date]) -> Iterator[Resource]:
    """Every version of every plan, by participant and version; `ends` are the days on which people stopped their plan.

    Streams the plans and what they hold side by side; goals stand in memory.
    """
    activities = Ahead(source.records("planned_activities"), *KEY)
    exercises = Ahead(source.records("planned_exercises"), *KEY)
    goals = _goals(source)
    for code, rows in groupby(source.records("plans"), key=lambda row: row["participant"]):
        versions = list(rows)
        for row, following in zip(versions, [*versions[1:], None], strict=True):
            key = (code, row["version"])
            held = [_activity(one) for one in activities.of(*key)] + [_exercise(one) for one in exercises.of(*key)]
            yield _care_plan(row, following, ends.get(code), held, goals[code])


def _goals(source: Source) -> dict[str, list[tuple[dt.date, str]]]:
    goals: dict[str, list[tuple[dt.date, str]]] = defaultdict(list)
    for row in source.records("goals"):
        goals[row["participant"]].append((row["set_on"], row["goal"]))
    return goals


def _care_plan(
    row: Record, following: Record | None, stopped: dt.date | None, held: list[Resource],
    goals: list[tuple[dt.date, str]],
) -> Resource:  # fmt: skip
    until = following["on"] if following else stopped
    status = "completed" if following else "revoked" if stopped else "active"
    resource: Resource = {
        "resourceType": "CarePlan", "id": _id(row["participant"], row["version"]), "status": status, "intent": "plan",
        "category": [{"coding": [{"system": f"{OWN}care-plan", "code": "activity_plan"}]}],
        "title": f"Activity plan, version {row['version']}", "subject": subject(row["participant"]),
        "period": period(row["on"], until),
    }  # fmt: skip
    if row["version"] > 1:
        resource["replaces"] = [{"reference": f"CarePlan/{_id(row['participant'], row['version'] - 1)}"}]
    if serves := [{"reference": f"Goal/{identifier(goal)}"} for on, goal in goals if on <= row["on"]]:
        resource["goal"] = serves
    if held:
        resource["activity"] = [{"detail": one | {"status": STATUS_OF_ACTIVITY[status]}} for one in held]
    return resource


def _id(participant: str, version: int) -> str:
    return identifier(f"CP-{participant}-{version}")


def _activity(row: Record) -> Resource:
    repeat: dict[str, Any] = {"frequency": row["days_a_week"], "period": 1, "periodUnit": "wk"}
    repeat |= {"duration": row["minutes"], "durationUnit": "min"}
    return {
        "code": {"coding": [{"system": f"{OWN}activity", "code": row["kind"]}]},
        "scheduledTiming": {"repeat": repeat}, "description": f"Effort by the talk test: {row['effort']}.",
    }  # fmt: skip


def _exercise(row: Record) -> Resource:
    coding = {"system": f"{OWN}exercise", "version": row["release"], "code": row["exercise"]}
    dose = f"{row['sets']} sets of {row['times']}, form: {row['form']}."
    return {"code": {"coding": [coding]}, "description": dose}
