"""The dose: facts of use by day, kept as they happen and read together for an unblinded extract.

Time and openings leave no event, as drafts do not: a line in the record for each half minute would bury the others. What a
person says of their practice is an action like any other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate

from stegvis.audit import clock
from stegvis.audit.action import Actor, action
from stegvis.programme import policies
from stegvis.programme.models import (
    Course,
    DayInView,
    Homework,
    PartOpening,
    PartReading,
    PracticeReport,
    WorksheetEntry,
)

MOST_SECONDS_A_DAY = 24 * 3600
PRACTICE_DAYS = 7
"""How many days back practice can be said: today and the six days before."""


# Writing --------------------------------------------------------------------------------------------------------------
def look(*, course: Course, seconds: int, by: Actor) -> None:
    """Add seconds in which a page of the programme was visible to its participant; a day has no more than it has."""
    policies.check_is_own(by, course)
    policies.check_time(seconds)
    day, is_new = DayInView.objects.get_or_create(course=course, on=clock.today(), defaults={"seconds": seconds})
    if not is_new:
        fits = DayInView.objects.filter(pk=day.pk, seconds__lte=MOST_SECONDS_A_DAY - seconds)
        fits.update(seconds=F("seconds") + seconds)


def open_part(*, course: Course, module: str, part: int, length: str, low_energy: bool, by: Actor) -> None:
    """Keep that a part was opened today, in full or short; once a day."""
    policies.check_is_own(by, course)
    row = PartOpening(
        course=course, module=module, part=part, length=length, low_energy=low_energy, on=clock.today()
    )  # fmt: skip
    PartOpening.objects.bulk_create([row], ignore_conflicts=True)


@action("programme.practice_reported", detail=("on", "practised"), tells_arm=True)
def report_practice(*, course: Course, on: date, practised: bool, by: Actor) -> PracticeReport:
    """Keep what a person says of a day's practice, today or up to six days later; saying the same again changes nothing."""
    policies.check_goes_on(by, course)
    policies.check_practice_day(course, on, PRACTICE_DAYS)
    newest = PracticeReport.objects.filter(course=course, on=on).order_by("-pk").first()
    if newest is not None and newest.practised == practised:
        return newest
    return PracticeReport.objects.create(course=course, on=on, practised=practised, reported_at=clock.now())


# Reading --------------------------------------------------------------------------------------------------------------
def practised_days(course: Course, since: date) -> set[date]:
    """The days from `since` on on which the person says that they practised."""
    rows = PracticeReport.objects.filter(course=course, on__gte=since).order_by("pk").values_list("on", "practised")
    return {day for day, practised in dict(rows).items() if practised}


def last_days() -> list[date]:
    """The days of which practice can be said now, today first."""
    return [clock.today() - timedelta(days=n) for n in range(PRACTICE_DAYS)]


@dataclass
class Day:
    """One person's use of the programme on one day."""

    participant: str
    on: date
    seconds: int = 0
    parts_opened: int = 0
    parts_full: int = 0
    parts_short: int = 0
    parts_low_energy: int = 0
    homework_sent: int = 0
    worksheets_kept: int = 0
    practised: bool = False


def days(courses: Iterable[Course]) -> list[Day]:
    """Every day on which anything was done in some courses, for an unblinded extract; in six queries."""
    codes = {course.pk: course.participant.code for course in courses}

    def within(model: type[models.Model]) -> QuerySet[Any]:
        return model._default_manager.filter(course__in=codes)

    found: dict[tuple[int, date], Day] = {}

    def of(course: int, on: date) -> Day:
        return found.setdefault((course, on), Day(codes[course], on))

    for course, on, seconds in within(DayInView).values_list("course", "on", "seconds"):
        of(course, on).seconds = seconds
    for (course, on), parts in _opened(within(PartOpening)).items():
        of(course, on).parts_opened = parts
    finished = within(PartReading).annotate(day=TruncDate("finished_at", tzinfo=clock.STOCKHOLM))
    for course, on, length, low in finished.values_list("course", "day", "length", "low_energy"):
        name = "parts_full" if length == "full" else "parts_low_energy" if low else "parts_short"
        setattr(of(course, on), name, getattr(of(course, on), name) + 1)
    first = within(Homework).filter(round=1)  # a part that was asked for again makes no second module
    for (course, on), number in _by_day(first, "sent_at").items():
        of(course, on).homework_sent = number
    for (course, on), number in _by_day(within(WorksheetEntry), "kept_at").items():
        of(course, on).worksheets_kept = number
    reports = within(PracticeReport).order_by("pk").values_list("course", "on", "practised")
    for (course, on), practised in {(course, on): practised for course, on, practised in reports}.items():
        if practised:
            of(course, on).practised = True
    return sorted(found.values(), key=lambda day: (day.participant, day.on))


def _by_day(rows: QuerySet[Any], moment: str) -> Counter[tuple[int, date]]:
    """How many rows there are, by course and by the day in Sweden on which `moment` lies."""
    return Counter(rows.annotate(day=TruncDate(moment, tzinfo=clock.STOCKHOLM)).values_list("course", "day"))


def _opened(rows: QuerySet[PartOpening]) -> dict[tuple[int, date], int]:
    """How many different parts were opened, by course and day; the short and the full version are one part."""
    parts: dict[tuple[int, date], set[tuple[str, int]]] = defaultdict(set)
    for course, on, module, part in rows.values_list("course", "on", "module", "part"):
        parts[course, on].add((module, part))
    return {key: len(each) for key, each in parts.items()}
