"""Tables of the visits: what was said in numbers, asked, tested, decided and agreed there. The same in every arm.

Defined as those in `tables`, and registered beside them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from stegvis.methods.analysis.tables import OneOf, table

SAID = ("no", "yes", "unknown")
GOING = ("go_on", "limits", "not")
NOT_DONE = ("pain", "tired", "unsafe", "declined", "at_a_distance", "no_time", "other")
VERDICTS = ("keep", "change", "drop")
REACHED = ("yes", "no", "unsure")
JUDGED_BY = ("diary", "interview", "other")
MISSED = ("ill", "forgot", "work", "travel", "no_reply", "other", "not_told")
PLAN = "activity_plan"
NAMES = (
    "activity_now", "red_flags", "activity_decisions", "capacity", "activity_reviews", "agreements", "who_judgements",
    "missed_visits",
)  # fmt: skip
"""The tables defined here."""


@table("activity_now", key=("participant", "visit"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class ActivityNow:
    """One row per visit at which somebody told how active an ordinary week is; the newest of each number."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    easy_minutes: Annotated[int | None, "Minutes a week of easy effort (could sing)."]
    moderate_minutes: Annotated[int | None, "Minutes a week of medium effort (can talk, not sing)."]
    hard_minutes: Annotated[int | None, "Minutes a week of hard effort (a few words at a time)."]
    strength_days: Annotated[int | None, "Days a week with strength exercises."]
    sitting_hours: Annotated[int | None, "Hours a day sitting."]


@table("red_flags", key=("participant", "visit", "flag", "number"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class RedFlag:
    """One row per answer about a warning sign; a later answer does not remove an earlier one."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    flag: Annotated[str, "Code of the warning sign in the protocol."]
    number: Annotated[int, "Order of the answers about it at this visit, from 1."]
    said: Annotated[str, "The answer; yes is the warning sign.", OneOf(SAID)]
    on: Annotated[dt.date, "Day of the answer."]


@table("activity_decisions", key=("participant", "number"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class ActivityDecision:
    """One row per decision of a clinician about warning signs; its words stay."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Running number within the participant, from 1."]
    visit: Annotated[int, "Number of the visit it belongs to."]
    outcome: Annotated[str, "Whether the person goes on.", OneOf(GOING)]
    on: Annotated[dt.date, "Day of the decision."]
    clinician: Annotated[str, "Code of who decided (pseudonym)."]


@table("capacity", key=("participant", "visit", "test"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class Capacity:
    """One row per visit and capacity test, the newest: its result, or why it was not done."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    test: Annotated[str, "Code of the test in the protocol."]
    value: Annotated[int | None, "The result, in the test's unit; empty when it was not done."]
    seconds: Annotated[int | None, "How long the test lasted."]
    not_done: Annotated[str | None, "Why it was not done.", OneOf(NOT_DONE)]
    on: Annotated[dt.date, "Day."]


@table("activity_reviews", key=("participant", "visit", "activity"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class ActivityReview:
    """One row per activity that was gone through at a later visit, the newest verdict."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    activity: Annotated[str, "Identifier of the activity."]
    kind: Annotated[str, "Code of the kind of activity."]
    verdict: Annotated[str, "What becomes of it.", OneOf(VERDICTS)]


@table("agreements", key=("participant", "visit", "number"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class VisitAgreement:
    """One row per time that a visit ended in an agreement."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    number: Annotated[int, "Order of the agreements of this visit, from 1."]
    on: Annotated[dt.date, "Day."]
    plan_version: Annotated[int | None, "Version of the plan that was made; empty when the plan went on as it was."]
    read_aloud: Annotated[bool, "Whether the summary was read aloud."]
    app_shown: Annotated[bool, "Whether the plan was shown on the person's own phone."]


@table("who_judgements", key=("participant", "visit"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class WhoJudgement:
    """One row per visit at which the physiotherapist judged the WHO's advice on activity (2020), the newest."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    aerobic: Annotated[str, "150 medium-equivalent minutes a week or more.", OneOf(REACHED)]
    strength: Annotated[str, "Strength exercises on 2 days a week or more.", OneOf(REACHED)]
    source: Annotated[str, "What the judgement rests on.", OneOf(JUDGED_BY)]
    on: Annotated[dt.date, "Day."]


@table("missed_visits", key=("participant", "visit", "number"), treatment=PLAN, added_later=True)
@dataclass(frozen=True, slots=True)
class MissedVisit:
    """One row per booking that came to nothing; its words stay."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    number: Annotated[int, "Order of the misses of this visit, from 1."]
    planned_on: Annotated[dt.date, "Day that was booked."]
    reason: Annotated[str, "Why.", OneOf(MISSED)]
