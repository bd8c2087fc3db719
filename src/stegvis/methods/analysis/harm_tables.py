"""Tables of harms: adverse events as they stand now, and how often everybody was asked about them.

Defined as those in `tables`, and registered beside them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from stegvis.methods.analysis import conduct_tables as conduct_tables  # which stand before these in the manual
from stegvis.methods.analysis.tables import OneOf, table

HOW = ("solicited", "unasked")
SEVERITIES = ("mild", "moderate", "severe")
MEASURES = ("none", "advice", "reduced", "paused", "stopped", "other_care")
COURSES = ("recovered", "recovering", "not_recovered", "sequelae", "fatal", "unknown")
RELATIONS = ("unrelated", "unlikely", "possible", "probable", "definite")
RELATED = ("possible", "probable", "definite")
"""What counts as related: a causal relationship that cannot be ruled out (ICH E2A, II.A.2)."""
CRITERIA = ("death", "life_threatening", "hospitalisation", "disability", "congenital", "important")
CHANNELS = ("web", "phone", "visit")
NAMES = ("adverse_events", "adverse_event_reports")
"""The tables defined here."""

BLANK = "empty before the lock where only some arms are offered it"


@table("adverse_events", key=("participant", "number"), added_later=True)
@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One row per adverse event, by its newest version, with both judgements and what stands; its words stay."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Order of the person's events, from 1."]
    how: Annotated[str, "Whether it came as an answer to the question that everybody is asked, or unasked.", OneOf(HOW)]
    noticed_on: Annotated[dt.date, "Day on which it became known."]
    versions: Annotated[int, "How often it has been described; 0 when nobody has yet."]
    term: Annotated[str | None, "Code of the protocol's kind of event; empty before it is described, as what follows."]
    started_on: Annotated[dt.date | None, "Day on which it began."]
    ended_on: Annotated[dt.date | None, "Day on which it ended; empty while it goes on."]
    expected: Annotated[bool | None, "Whether it is an expected flare by the protocol's rule."]
    severity: Annotated[str | None, "How strong it was.", OneOf(SEVERITIES)]
    measure: Annotated[str | None, "What was done about it; stopped: a study treatment was stopped.", OneOf(MEASURES)]
    course: Annotated[str | None, "How it went.", OneOf(COURSES)]
    serious_first: Annotated[bool | None, "Serious by the site's judgement (ICH E2A); empty before there is one."]
    serious_second: Annotated[bool | None, "Serious by the judgement of somebody who does not know the arm."]
    serious: Annotated[bool | None, "What stands: what was settled, or else the site's judgement."]
    criteria: Annotated[str | None, "Criteria of seriousness that stand, joined by +: " + ", ".join(CRITERIA) + "."]
    settled: Annotated[bool, "Whether a disagreement was settled."]
    activity_plan_first: Annotated[str | None, f"Relation to the activity plan, site; {BLANK}.", OneOf(RELATIONS)]
    activity_plan_second: Annotated[str | None, "The same by the second judgement.", OneOf(RELATIONS)]
    activity_plan: Annotated[str | None, f"What stands; {BLANK}.", OneOf(RELATIONS)]
    programme_first: Annotated[str | None, f"Relation to the internet programme, site; {BLANK}.", OneOf(RELATIONS)]
    programme_second: Annotated[str | None, "The same by the second judgement.", OneOf(RELATIONS)]
    programme: Annotated[str | None, f"What stands; {BLANK}.", OneOf(RELATIONS)]
    procedures_first: Annotated[str | None, "Relation to the trial's procedures, site.", OneOf(RELATIONS)]
    procedures_second: Annotated[str | None, "The same by the second judgement.", OneOf(RELATIONS)]
    procedures: Annotated[str | None, "What stands.", OneOf(RELATIONS)]
    tell_by: Annotated[dt.datetime | None, "By when it was to be told outside; empty for what never was serious."]
    told_at: Annotated[dt.datetime | None, "When it first was told outside."]

    @property
    def day(self) -> dt.date:
        """The day that it counts from: when it began, or became known."""
        return self.started_on or self.noticed_on


@table("adverse_event_reports", key=("participant", "moment"), added_later=True)
@dataclass(frozen=True, slots=True)
class AdverseEventReport:
    """One row per participant and time at which the question about new or worse problems was asked, answered or not."""

    participant: Annotated[str, "Participant code."]
    moment: Annotated[str, "The time: code of the occasion, or visit_<number>."]
    asked_on: Annotated[dt.date, "Day from which it was asked."]
    answered_on: Annotated[dt.date | None, "Day of the answer."]
    said: Annotated[bool | None, "Whether anything was new or worse."]
    channel: Annotated[str | None, "How the answer came in.", OneOf(CHANNELS)]
