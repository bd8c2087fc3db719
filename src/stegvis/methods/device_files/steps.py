"""Steps by the minute: counts what a telephone and a watch both counted once.

The rule is that of Apple's Health app, made exact to the minute: a record's steps are spread evenly over the minutes it
touches, and in every minute only one source counts: the watch before the telephone before any other app, and between two
of a kind the one with more steps that day (then by name, so that the order of the file decides nothing). The export does
not say which order the owner has chosen in the app; this is the one it begins with.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from stegvis.methods.device_files.found import MOST_STEPS, FileRefused, FoundDay, Limits, Period, Source, Why

LONGEST_DAY = 25 * 60
"""Minutes of the day on which summer time ends."""
A_DAY = 24 * 3600
_RANK = {Source.WATCH: 0, Source.PHONE: 1, Source.OTHER: 2}


@dataclass(frozen=True)
class Counter:
    """A source as a file names it; the name tells sources apart and goes no further."""

    kind: Source
    name: str


class StepLedger:
    """Minutes of days by source. Memory grows with the days that are wanted, never with the file."""

    def __init__(self, period: Period, limits: Limits) -> None:
        self._period = period
        self._most = limits.ledgers
        self._minutes: dict[date, dict[Counter, array[float]]] = {}
        self._ledgers = 0
        self._hours: dict[int, tuple[date, int] | None] = {}

    def add(self, by: Counter, start: int, end: int, steps: float) -> None:
        """Count `steps` from `start` to `end`, seconds since 1970 (UTC). What no walk can be is left out."""
        if not 0 <= end - start <= A_DAY or not 0 < steps <= MOST_STEPS:
            return
        first = start // 60
        last = max(first, (end - 1) // 60)
        share = steps / (last - first + 1)
        for minute in range(first, last + 1):
            place = self._place(minute)
            if place is not None:
                self._ledger(place[0], by)[minute - place[1]] += share

    def days(self) -> list[FoundDay]:
        """The days with steps, oldest first, each minute counted by one source."""
        found = (_day(on, by_source) for on, by_source in sorted(self._minutes.items()))
        return [day for day in found if 0 < day.steps <= MOST_STEPS]

    def _place(self, minute: int) -> tuple[date, int] | None:
        """The day of a minute, and that day's first minute; None when it is not wanted. Looked up once a quarter."""
        quarter = minute // 15
        if quarter not in self._hours:
            if len(self._hours) > 100_000:  # ten years of quarters; forgetting them only costs time
                self._hours.clear()
            self._hours[quarter] = self._look_up(quarter * 15)
        return self._hours[quarter]

    def _look_up(self, minute: int) -> tuple[date, int] | None:
        zone = self._period.zone
        day = self._period.day_of(datetime.fromtimestamp(minute * 60, UTC))
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        return (day, int(midnight.timestamp()) // 60) if self._period.holds(day) else None

    def _ledger(self, on: date, by: Counter) -> "array[float]":
        sources = self._minutes.setdefault(on, {})
        if by not in sources:
            self._ledgers += 1
            if self._ledgers > self._most:
                raise FileRefused(Why.TOO_MUCH)
            sources[by] = array("f", bytes(4 * LONGEST_DAY))
        return sources[by]


def _day(on: date, by_source: Mapping[Counter, "array[float]"]) -> FoundDay:
    """One day's steps: in each minute the first source in order that counted anything."""
    order = sorted(by_source, key=lambda by: (_RANK[by.kind], -sum(by_source[by]), by.name))
    counted = dict.fromkeys(Source, 0.0)
    free = [True] * LONGEST_DAY
    for by in order:
        for minute, steps in enumerate(by_source[by]):
            if steps and free[minute]:
                free[minute] = False
                counted[by.kind] += steps
    most = max(counted, key=lambda kind: (counted[kind], -_RANK[kind]))
    return FoundDay(on, round(sum(counted.values())), most)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
