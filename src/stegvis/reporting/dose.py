"""Reads of the dose for an unblinded extract: what each person did with the programme on each day, messages included."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import TruncDate

from stegvis.audit import clock
from stegvis.messaging.models import Channel, Message
from stegvis.methods.analysis import tables
from stegvis.programme import dose
from stegvis.programme.models import Course
from stegvis.reporting import course


def days() -> Iterator[tables.Day]:
    """Every day on which somebody who is offered the programme did anything with it, or wrote to their therapist."""
    for courses in course.some_courses():
        wrote = _messages(participant__in=[each.participant_id for each in courses])
        for day in dose.days(courses):
            yield _row(day, wrote.pop((day.participant, day.on), 0))
        yield from _only_written(wrote)
    yield from _only_written(_messages(~Q(participant__in=Course.objects.values("participant"))))


def _only_written(wrote: dict[tuple[str, date], int]) -> Iterator[tables.Day]:
    for (participant, on), number in wrote.items():
        yield _row(dose.Day(participant, on), number)


def _messages(*whose: Q, **of: Any) -> dict[tuple[str, date], int]:
    """By participant and day: how many messages they wrote to their therapist."""
    rows = Message.objects.filter(*whose, channel=Channel.THERAPIST, author_role="participant", **of)
    days = rows.annotate(day=TruncDate("sent_at", tzinfo=clock.STOCKHOLM)).values_list("participant__code", "day")
    return dict(Counter(days))


def _row(day: dose.Day, messages: int) -> tables.Day:
    return tables.Day(
        participant=day.participant, on=day.on, minutes_visible=round(day.seconds / 60, 2),
        parts_opened=day.parts_opened, parts_full=day.parts_full, parts_short=day.parts_short,
        parts_low_energy=day.parts_low_energy, homework_sent=day.homework_sent,
        worksheets_kept=day.worksheets_kept, practised=day.practised, messages_sent=messages,
    )  # fmt: skip
