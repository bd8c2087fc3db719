"""Reads of the dose for an unblinded extract: what each person did with the programme on each day, messages included."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models.functions import TruncDate

from stegvis.audit import clock
from stegvis.messaging.models import Channel, Message
from stegvis.methods.analysis import tables
from stegvis.programme import dose


def days() -> Iterator[tables.Day]:
    """Every day on which somebody who is offered the programme did anything with it, or wrote to their therapist."""
    wrote = _messages()
    for day in dose.days():
        yield _row(day, wrote.pop((day.participant, day.on), 0))
    for (participant, on), number in wrote.items():
        yield _row(dose.Day(participant, on), number)


def _messages() -> dict[tuple[str, date], int]:
    """By participant and day: how many messages they wrote to their therapist."""
    rows = Message.objects.filter(channel=Channel.THERAPIST, author_role="participant")
    days = rows.annotate(day=TruncDate("sent_at", tzinfo=clock.STOCKHOLM)).values_list("participant__code", "day")
    return dict(Counter(days))


def _row(day: dose.Day, messages: int) -> tables.Day:
    return tables.Day(
        participant=day.participant, on=day.on, minutes_visible=round(day.seconds / 60, 2),
        parts_opened=day.parts_opened, parts_full=day.parts_full, parts_short=day.parts_short,
        parts_low_energy=day.parts_low_energy, homework_sent=day.homework_sent,
        worksheets_kept=day.worksheets_kept, practised=day.practised, messages_sent=messages,
    )  # fmt: skip
