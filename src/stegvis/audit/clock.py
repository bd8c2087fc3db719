"""The one clock. Everything that asks what time it is asks here.

Three clocks in one: the real one; the demonstration's, which runs a stored offset away from the real one
(`shifted`, set for each request and each round of the worker); and a frozen one for tests and for the
cohort, which lives through two years in a minute. Times are aware and in UTC; days are Stockholm's.

Security timers (a one-time code from a phone) must follow the world and not the demonstration: they use `wall`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_offset: ContextVar[timedelta] = ContextVar("offset", default=timedelta(0))


def now() -> datetime:
    """The moment it is, aware, in UTC."""
    return _frozen.get() or wall() + _offset.get()


def today() -> date:
    """The day it is in Stockholm."""
    return now().astimezone(STOCKHOLM).date()


def wall() -> datetime:
    """The real moment, whatever the demonstration's clock says; for security timers only."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """`moment` as the clocks in Stockholm show it."""
    return moment.astimezone(STOCKHOLM)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """The moment when Stockholm's clocks show `hour`:`minute` on `day`, in UTC."""
    return datetime.combine(day, time(hour, minute), STOCKHOLM).astimezone(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` (aware) within the block."""
    if moment.tzinfo is None:
        raise ValueError("The clock is frozen at an aware moment; this one has no time zone. Use clock.at(day, hour).")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


@contextmanager
def shifted(offset: timedelta) -> Iterator[None]:
    """Run `offset` away from the real clock within the block."""
    token = _offset.set(offset)
    try:
        yield
    finally:
        _offset.reset(token)
