"""Days: what falls on each day of a week or a month at some sites, for a calendar that stays short however many people.

Of each day all is counted and the first few are named; the query set of one day has them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from stegvis.assessments.models import Assessment
from stegvis.physiotherapy.models import Visit
from stegvis.trial.scheduling.queries import NO_VISITS, asked_at, goes_on, withdrew

NAMED = 3
"""How many of each kind a day of the calendar names."""
KINDS = ("visit", "opens", "closes")


@dataclass(frozen=True)
class Happening:
    """A visit that is booked, or a window that opens or closes, of one person on one day; `activity` is its code."""

    kind: str
    on: date
    participant: str
    activity: str
    at: Any = None


@dataclass(frozen=True)
class CalendarDay:
    """One day: the first happenings of each kind, and how many there are of all kinds."""

    on: date
    happenings: tuple[Happening, ...] = ()
    count: int = 0

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.happenings)


def calendar(sites: Iterable[int], first: date, last: date) -> dict[date, CalendarDay]:
    """What falls on the days from `first` to `last` (both included), by day; six queries whatever the number of people."""
    own = list(sites)
    named: dict[date, list[Happening]] = {}
    counted: dict[date, int] = {}
    for kind in KINDS:
        rows, day = _rows(own, kind, first, last), _DAY[kind]
        for on, n in rows.order_by().values_list(day).annotate(n=Count("pk")):
            counted[on] = counted.get(on, 0) + n
        place = Window(RowNumber(), partition_by=F(day), order_by=("participant__code",))
        for one in rows.annotate(place=place).filter(place__lte=NAMED).order_by(day, "participant__code"):
            happening = _happening(kind, one)
            named.setdefault(happening.on, []).append(happening)
    return {on: CalendarDay(on, tuple(named.get(on, ())), n) for on, n in counted.items()}


def on_day(sites: Iterable[int], day: date, limit: int) -> list[Happening]:
    """Everything of one day, visits first, `limit` of each kind at most."""
    own = list(sites)
    found = [(kind, _rows(own, kind, day, day)) for kind in KINDS]
    return [_happening(kind, one) for kind, rows in found for one in rows.order_by("participant__code")[:limit]]


def between(sites: Iterable[int], first: date, last: date, limit: int) -> list[Happening]:
    """Booked visits and closing windows from `first` to `last`, by day, `limit` of each kind at most."""
    own = list(sites)
    found = [(kind, _rows(own, kind, first, last).order_by(_DAY[kind], "pk")[:limit]) for kind in ("visit", "closes")]
    return sorted((_happening(kind, one) for kind, rows in found for one in rows), key=lambda each: each.on)


_DAY = {"visit": "planned_on", "opens": "opens_on", "closes": "closes_on"}


def _rows(sites: Iterable[int], kind: str, first: date, last: date) -> QuerySet[Any]:
    if kind == "visit":
        booked = Q(missed_at=None) | Q(missed_at__lte=F("booked_at")) | Q(held_at__isnull=False)
        going = Q(held_at__isnull=False) | (Q(goes_on()) & ~Q(withdrew(NO_VISITS)))
        rows = Visit.objects.filter(booked, going, participant__site__in=list(sites), planned_on__range=(first, last))
        return rows.select_related("participant").defer("missed_reason")
    waiting = asked_at(sites).filter(submitted_at=None, minimum_at=None)
    return waiting.filter(**{f"{_DAY[kind]}__range": (first, last)}).select_related("participant")


def _happening(kind: str, row: Assessment | Visit) -> Happening:
    code = row.participant.code
    if isinstance(row, Visit):
        return Happening(kind, row.planned_on, code, f"visit_{row.number}", row.planned_time)
    return Happening(kind, getattr(row, _DAY[kind]), code, row.occasion)


def weeks_of_month(day: date) -> list[list[date]]:
    """The weeks, Monday first, that hold the days of a month, whole."""
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    after = (first + timedelta(days=31)).replace(day=1)
    weeks = []
    while monday < after:
        weeks.append([monday + timedelta(days=n) for n in range(7)])
        monday += timedelta(days=7)
    return weeks


def week_of(day: date) -> list[date]:
    """The seven days of the week that holds a day, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]
