"""Messages: how soon a participant is promised an answer, and how well the promise is kept.

A promise is in working days after the day on which the person wrote, as `Workdays.after` counts them. Somebody who still
waits when the promise has run out counts against it, or the slowest answers would look best.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from stegvis.methods.study.tables import Table
from stegvis.methods.study.workdays import Workdays


class Messages(Table):
    """What participants are promised about messages."""

    answer_within_working_days: Annotated[int, Field(ge=1, le=10)] = Field(
        description="How soon the physiotherapist and the study answer; the therapist's promise is "
        "`programme.reply_within_working_days`."
    )


@dataclass(frozen=True)
class Waits:
    """How many people waited for an answer from one day to another (None: they still wait), and what was promised them.

    `days` is in working days, None where nothing is promised.
    """

    since: date
    until: date | None
    days: int | None
    number: int = 1


@dataclass(frozen=True)
class Punctuality:
    """How many waits were answered and within how many hours half of them; of `due` promises `in_time` were kept.

    Hours are hours of the clock, nights and weekends included: what the person waits. None without an answer.
    """

    answered: int
    median_hours: float | None
    due: int
    in_time: int


def punctuality(
    waits: Iterable[Waits], workdays: Workdays, today: date, median_hours: float | None = None
) -> Punctuality:
    """How well the promise was kept for these waits, as of `today`; the median of their hours is passed on as it is."""
    answered, due, in_time = 0, 0, 0
    for one in waits:
        last_day = None if one.days is None else workdays.after(one.since, one.days)
        is_late = last_day is not None and (one.until or today) > last_day
        if one.until is not None:
            answered += one.number
        if last_day is not None and (is_late or one.until is not None):
            due += one.number
            in_time += 0 if is_late else one.number
    return Punctuality(answered, median_hours if answered else None, due, in_time)
