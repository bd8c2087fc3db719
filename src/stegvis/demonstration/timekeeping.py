"""The demonstration's time: it stands where it was left, and can be moved on but never back.

Between two starts the made-up trial does not grow older, so that nobody finds a hundred reminders and every window closed
after a holiday. While it is served its clock runs like any other, a stored offset away from the real one.
"""

from datetime import datetime, timedelta

from django.db import transaction

from stegvis.audit import actions as record
from stegvis.audit import clock
from stegvis.audit import queries as audit
from stegvis.audit.action import SYSTEM, Actor
from stegvis.people.acting import acting_as

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


def resume() -> datetime | None:
    """Set the clock to the last thing that was recorded, at the start of a demonstration that is there already.

    Returns the moment, None when nothing was ever recorded. What was recorded after the demonstration's own present, by a
    command that ran on the real clock, does not count.
    """
    with transaction.atomic(), acting_as(SYSTEM):
        last = audit.last_moment(until=clock.wall() + audit.stored_offset())
        if last is not None:
            set_to(last, by=SYSTEM)
        return last


def set_to(moment: datetime, *, by: Actor) -> None:
    """Let the clock show `moment` from now on; the record of it bears that moment as well."""
    with clock.frozen(moment):
        record.set_clock(offset=moment - clock.wall(), by=by)


def advance(step: str, *, seen: int, by: Actor) -> bool:
    """Move the clock on by one of `STEPS`, if it still stands where whoever pressed saw it (`seen`, seconds of offset).

    A second press of the same button changes nothing and gives False.
    """
    offset = audit.stored_offset()
    if int(offset.total_seconds()) != seen:
        return False
    record.set_clock(offset=offset + STEPS[step], by=by)
    return True
