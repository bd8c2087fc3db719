"""Messages: how soon a participant is promised an answer, and how well the promise is kept.

A promise is in working days after the day on which the person wrote, as `Workdays.after` counts them. Somebody who still
waits when the promise has run out counts against it, or the slowest answers would look best.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Annotated

from pydantic import Field

from stegvis.methods.study.tables import Table
from stegvis.methods.study.workdays import Workdays

_AN_HOUR = 3600


class Messages(Table):
    """What participants are promised about messages."""

    answer_within_working_days: Annotated[int, Field(ge=1, le=10)] = Field(
        description="How soon the physiotherapist and the study answer; the therapist's promise is "
        "`programme.reply_within_working_days`."
    )


@dataclass(frozen=True)
class Wait:
    """One wait for an answer: from when, until when (None: still waiting), promised within how many working days.

    Moments are aware and local; `days` is None where nothing is promised.
    """

    since: datetime
    until: datetime | None
    days: int | None


@dataclass(frozen=True)
class Punctuality:
    """How many waits were answered and within how many hours half of them; of `due` promises `in_time` were kept.

    Hours are hours of the clock, nights and weekends included: what the person waits. None without an answer.
    """

    answered: int
    median_hours: float | None
    due: int
    in_time: int


def punctuality(waits: Iterable[Wait], workdays: Workdays, now: datetime) -> Punctuality:
    """How well the promise was kept for these waits, as of `now`."""
    answered, hours, due, in_time = 0, [], 0, 0
    for wait in waits:
        last_day = None if wait.days is None else workdays.after(wait.since.date(), wait.days)
        ended = wait.until or now
        if wait.until is not None:
            answered += 1
            hours.append((wait.until - wait.since).total_seconds() / _AN_HOUR)
        is_late = last_day is not None and ended.date() > last_day
        if last_day is not None and (is_late or wait.until is not None):
            due += 1
            in_time += not is_late
    return Punctuality(answered, median(hours) if hours else None, due, in_time)
