"""Dates, times and date-times as FHIRPath has them: as precise as they were given, no more.

Source: FHIRPath N1 2.0.0, sections 4.1 (literals), 6.1 and 6.2 (equality, comparison), 6.6.7 (date arithmetic).
Comparing two values of different precision has no answer (None) when the shared part is equal. Seconds and their
fractions are one precision.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_DATE = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_CLOCK = r"(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d{1,20})?))?)?"
_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_DATE_TEXT = re.compile(_DATE, re.ASCII)
_TIME_TEXT = re.compile("T?" + _CLOCK, re.ASCII)
_DATE_TIME_TEXT = re.compile(_DATE + r"(?:T(?:" + _CLOCK + _ZONE + ")?)?", re.ASCII)
_LOWEST = (1, 1, 1, 0, 0, 0)

Parts = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar date: year, or year and month, or year, month and day."""

    parts: Parts

    def __str__(self) -> str:
        return _date_text(self.parts)


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: hour, or hour and minute, or hour, minute and seconds (a `Decimal`)."""

    parts: Parts

    def __str__(self) -> str:
        return _clock_text(self.parts)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A point in time: one to six parts, and the offset from UTC in minutes when it was given."""

    parts: Parts
    offset: int | None = None

    def __str__(self) -> str:
        if len(self.parts) <= 3:
            return _date_text(self.parts)
        return f"{_date_text(self.parts[:3])}T{_clock_text(self.parts[3:])}{_offset_text(self.offset)}"


def read_date(text: str) -> Date | None:
    """The date of a text as FHIR writes it ("2026-03"), or None when it is none."""
    match = _DATE_TEXT.fullmatch(text)
    parts = _numbers(match.groups()) if match else ()
    return Date(parts) if parts and _exists(parts) else None


def read_time(text: str) -> Time | None:
    """The time of a text ("14:30", "T14:30:05.5"), or None when it is none."""
    match = _TIME_TEXT.fullmatch(text)
    parts = _numbers(match.groups()) if match else ()
    return Time(parts) if parts and _exists((2000, 1, 1, *parts)) else None


def read_date_time(text: str) -> DateTime | None:
    """The date-time of a text ("2026-03-09T14:30Z", "2026"), or None when it is none."""
    match = _DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        return None
    *numbers, zone = match.groups()
    parts = _numbers(numbers)
    if not _exists(parts) or (len(parts) < 3 and numbers[3] is not None):
        return None
    return DateTime(parts, _minutes(zone))


def to_date_time(value: Date | DateTime) -> DateTime:
    """A date as the date-time of the same precision; a date-time unchanged."""
    return value if isinstance(value, DateTime) else DateTime(value.parts)


def to_date(value: Date | DateTime) -> Date:
    """The calendar date of a date-time, as it stands there."""
    return value if isinstance(value, Date) else Date(value.parts[:3])


def compare_times(one: Any, other: Any) -> int | None:
    """−1, 0 or 1 as `one` is before, equal to or after `other`; None when their precision does not tell."""
    if isinstance(one, DateTime | Date) and isinstance(other, DateTime | Date):
        pair = _on_one_clock(to_date_time(one), to_date_time(other))
        return None if pair is None else _compare_parts(*pair)
    return _compare_parts(one.parts, other.parts)


def same_precision(one: Any, other: Any) -> bool:
    """Whether two values have as many parts."""
    return len(one.parts) == len(other.parts)


def add(value: Any, amount: Decimal, unit: str) -> Any:
    """`value` moved by `amount` of a calendar unit in the singular; None when the result lies outside the calendar.

    An amount finer than the value's precision is cut to whole units of that precision (2014 + 24 months is 2016);
    fractions of anything above seconds are dropped; the last day of a month stays within the month. A time of day
    goes round the clock. Raises `KeyError` for a unit that does not fit a time of day.
    """
    if isinstance(value, Time):
        moved = _shift((2000, 1, 1, *value.parts), amount, unit, {"hour", "minute", "second", "millisecond"})
        return None if moved is None else Time(moved[3:])
    moved = _shift(value.parts, amount, unit, set(_SHIFTS))
    if moved is None:
        return None
    return Date(moved) if isinstance(value, Date) else DateTime(moved, value.offset)


def of_moment(at: datetime) -> DateTime:
    """An aware Python datetime as a date-time with millisecond precision."""
    delta = at.utcoffset() or timedelta()
    seconds = Decimal(at.second) + Decimal(at.microsecond // 1000) / 1000
    return DateTime(
        (at.year, at.month, at.day, at.hour, at.minute, seconds.quantize(Decimal("0.001"))),
        int(delta.total_seconds()) // 60,
    )


def bounded(value: Any, n_parts: int, *, highest: bool) -> Any:
    """The earliest or latest moment that the value can mean, with so many parts.

    Where no offset was given it is the one that makes the moment earliest (+14:00) or latest (−12:00).
    """
    before = 3 if isinstance(value, Time) else 0
    full: Parts = (2000, 1, 1, *value.parts) if before else value.parts
    for level in range(len(full), 6):
        full = (*full, _last(level, full) if highest else (_LOWEST[level] if level < 5 else Decimal("0.000")))
    parts = full[before : before + n_parts]
    if not isinstance(value, DateTime):
        return Time(parts) if before else Date(parts)
    offset = value.offset if value.offset is not None else (-720 if highest else 840)
    return DateTime(parts, offset if n_parts > 3 else None)


def _last(level: int, parts: Parts) -> Any:
    if level == 2:
        return _days_in(parts[0], parts[1])
    return (9999, 12, 31, 23, 59, Decimal("59.999"))[level]


def _shift(parts: Parts, amount: Decimal, unit: str, allowed: set[str]) -> Parts | None:
    if unit not in allowed:
        raise KeyError(unit)
    if unit == "week":
        unit, amount = "day", Decimal(int(amount)) * 7
    level, in_level = _SHIFTS[unit]
    n_parts = len(parts)
    if level != 6:
        amount = Decimal(int(amount))
    if level > n_parts:
        unit, amount = _coarser(unit, amount, n_parts)
        _, in_level = _SHIFTS[unit]
    full = parts + (_LOWEST[n_parts:] if n_parts < 6 else ())
    try:
        return in_level(full, amount)[:n_parts]
    except (OverflowError, ValueError):
        return None


_PER_COARSER: dict[str, tuple[str, int | Decimal]] = {
    "millisecond": ("second", 1000), "second": ("minute", 60), "minute": ("hour", 60), "hour": ("day", 24),
    "day": ("month", 30), "month": ("year", 12),
}  # fmt: skip


def _coarser(unit: str, amount: Decimal, n_parts: int) -> tuple[str, Decimal]:
    """The amount in whole units of the precision that the value has (30 days a month, 12 months a year)."""
    while _SHIFTS[unit][0] > n_parts:
        if unit == "day" and n_parts == 1:
            return "year", Decimal(int(amount / 365))
        unit, per = _PER_COARSER[unit]
        amount = Decimal(int(amount / per))
    return unit, amount


def _add_months(parts: Parts, amount: Decimal) -> Parts:
    months = parts[0] * 12 + parts[1] - 1 + int(amount)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    return (year, month + 1, min(parts[2], _days_in(year, month + 1)), *parts[3:])


def _add_seconds(parts: Parts, seconds: Decimal) -> Parts:
    whole = (seconds + parts[5]).__floor__()
    fraction = seconds + parts[5] - whole
    moved = datetime(parts[0], parts[1], parts[2], parts[3], parts[4], tzinfo=UTC) + timedelta(seconds=whole)
    return (moved.year, moved.month, moved.day, moved.hour, moved.minute, moved.second + fraction)


def _in_seconds(each: int | Decimal) -> Callable[[Parts, Decimal], Parts]:
    return lambda parts, amount: _add_seconds(parts, amount * each)


_SHIFTS: dict[str, tuple[int, Callable[[Parts, Decimal], Parts]]] = {
    "year": (1, lambda parts, amount: _add_months(parts, amount * 12)),
    "month": (2, _add_months),
    "week": (3, _in_seconds(7 * 86400)),
    "day": (3, _in_seconds(86400)),
    "hour": (4, _in_seconds(3600)),
    "minute": (5, _in_seconds(60)),
    "second": (6, _in_seconds(1)),
    "millisecond": (6, _in_seconds(Decimal("0.001"))),
}


def _days_in(year: int, month: int) -> int:
    following = datetime(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None  # noqa: DTZ001
    return (following - timedelta(days=1)).day if following else 31


def _on_one_clock(one: DateTime, other: DateTime) -> tuple[Parts, Parts] | None:
    if len(one.parts) <= 3 or len(other.parts) <= 3 or one.offset == other.offset:
        return one.parts, other.parts
    if one.offset is None or other.offset is None:
        return None
    try:
        return _in_utc(one), _in_utc(other)
    except OverflowError:  # before the first year, or after the last
        return None


def _in_utc(value: DateTime) -> Parts:
    full = value.parts + _LOWEST[len(value.parts) :]
    return _add_seconds(full, Decimal(-60 * (value.offset or 0)))[: len(value.parts)]


def _compare_parts(one: Parts, other: Parts) -> int | None:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return -1 if left < right else 1
    return 0 if len(one) == len(other) else None


def _numbers(groups: Any) -> Parts:
    return tuple(Decimal(text) if "." in text else int(text) for text in groups if text is not None)


def _exists(parts: Parts) -> bool:
    full = parts + _LOWEST[len(parts) :]
    try:
        datetime(full[0], full[1], full[2], full[3], full[4], int(full[5]), tzinfo=UTC)
    except ValueError:
        return False
    return True


def _minutes(zone: str | None) -> int | None:
    if zone is None or zone == "Z":
        return None if zone is None else 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _date_text(parts: Parts) -> str:
    return "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])


def _clock_text(parts: Parts) -> str:
    texts = [f"{part:02d}" for part in parts[:2]]
    if len(parts) == 3:
        seconds = str(parts[2])
        texts.append(seconds if len(seconds.partition(".")[0]) == 2 else "0" + seconds)
    return ":".join(texts)


def _offset_text(offset: int | None) -> str:
    if not offset:
        return "" if offset is None else "Z"
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
