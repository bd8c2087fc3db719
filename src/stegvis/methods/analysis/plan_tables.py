"""Tables of the plans: what was planned, version by version. The same in every arm; words of the person's stay out.

Defined as those in `tables`, and registered beside them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from stegvis.methods.analysis import harm_tables as harm_tables  # which stand before these in the manual
from stegvis.methods.analysis.tables import OneOf, table

PLAN = "activity_plan"
ORIGINS = ("agreed", "reduced", "grown")
EFFORTS = ("easy", "medium", "hard")
FORMS = ("easier", "as_is", "harder")
NAMES = ("plans", "planned_activities", "planned_exercises")
"""The tables defined here."""


@table("plans", key=("participant", "version"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class Plan:
    """One row per version of an activity plan: a change is the next version."""

    participant: Annotated[str, "Participant code."]
    version: Annotated[int, "Version of the plan, from 1."]
    on: Annotated[dt.date, "Day from which it was in force."]
    origin: Annotated[str, "How it came about; reduced and grown: by the person, between visits.", OneOf(ORIGINS)]
    visit: Annotated[int | None, "Number of the visit at which it was agreed; empty between visits."]
    aim_minutes: Annotated[int | None, "Medium-equivalent minutes a week that were aimed at."]
    aim_strength_days: Annotated[int | None, "Days a week with strength exercises that were aimed at."]


@table("planned_activities", key=("participant", "version", "activity"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class PlannedActivity:
    """One row per activity of a version of a plan, with its dose: how often, how long, how hard."""

    participant: Annotated[str, "Participant code."]
    version: Annotated[int, "Version of the plan, from 1."]
    activity: Annotated[str, "Identifier of the activity, as in activity_reviews.csv."]
    kind: Annotated[str, "Code of the kind of activity."]
    days_a_week: Annotated[int, "Days of the week for which it was planned, 1 to 7."]
    minutes: Annotated[int, "Minutes each time."]
    effort: Annotated[str, "How hard, by the talk test.", OneOf(EFFORTS)]
    low_energy_minutes: Annotated[int | None, "Minutes of the smaller version for a low-energy day; empty without one."]


@table("planned_exercises", key=("participant", "version", "exercise"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class PlannedExercise:
    """One row per exercise of a version of a plan, with its dose. It is done on the plan's days of strength or mobility."""

    participant: Annotated[str, "Participant code."]
    version: Annotated[int, "Version of the plan, from 1."]
    exercise: Annotated[str, "Code of the exercise in the library."]
    form: Annotated[str, "In which of its forms.", OneOf(FORMS)]
    times: Annotated[int, "Times in a set."]
    sets: Annotated[int, "Sets."]
    release: Annotated[str, "The release of the library: the first 12 digits of its SHA-256."]
