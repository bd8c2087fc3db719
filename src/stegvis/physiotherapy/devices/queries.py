"""Reads of device data: uploads on their way, what was taken, days and weeks. Never mixed with the diary's own entries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods.device_files.found import Found, FoundActivity, Kind, Source, Why
from stegvis.people.models import Participant
from stegvis.physiotherapy.devices import errors, papers
from stegvis.physiotherapy.devices.models import DeviceActivity, DeviceDay, DeviceIntake, DeviceUpload, UploadState
from stegvis.physiotherapy.devices.models import DeviceKind as DeviceKind
from stegvis.physiotherapy.queries import DAYS, monday_of

_REFUSALS: Mapping[str, type[Refused]] = {
    Why.EMPTY: errors.FileIsEmpty,
    Why.FOREIGN: errors.FileIsForeign,
    Why.BROKEN: errors.FileIsBroken,
    Why.DECLARES_ENTITIES: errors.FileIsBroken,
    Why.UNPACKS_TOO_FAR: errors.FileUnpacksTooFar,
    Why.TOO_MANY_PARTS: errors.FileUnpacksTooFar,
    Why.LOCKED: errors.FileIsLocked,
    Why.TOO_MUCH: errors.FileHoldsTooMuch,
    Why.TOO_SLOW: errors.FileHoldsTooMuch,
}


@dataclass
class DeviceWeek:
    """A week as devices counted it: steps by day, minutes of activities by kind, and how many activities."""

    monday: date
    steps: dict[date, int] = field(default_factory=dict)
    minutes: Counter[str] = field(default_factory=Counter)
    activities: int = 0

    @property
    def total_steps(self) -> int:
        """Steps of the week."""
        return sum(self.steps.values())

    @property
    def days_counted(self) -> int:
        """On how many days anything was counted; a day without is not a day without steps."""
        return len(self.steps)


def upload_of(participant: Participant, key: UUID) -> DeviceUpload | None:
    """One of a person's own uploads, while it is kept: an hour at most, whether the worker has removed it or not."""
    since = clock.now() - timedelta(hours=1)
    rows = DeviceUpload.objects.select_related("participant")
    return rows.filter(participant=participant, key=key, begun_at__gt=since).first()


def waiting() -> DeviceUpload | None:
    """The upload that has waited longest to be read."""
    rows = DeviceUpload.objects.select_related("participant").filter(state=UploadState.WAITING)
    return rows.order_by("begun_at", "pk").first()


def found_in(upload: DeviceUpload) -> Found | None:
    """What was found in an upload; None as long as it has not been read, or when it was refused."""
    return papers.from_json(upload.found) if upload.found else None


def refusal_of(upload: DeviceUpload, most: int) -> Refused | None:
    """The sentence for an upload that was refused; `most` is how many MB a file may have."""
    if upload.state != UploadState.REFUSED:
        return None
    return _REFUSALS[upload.refusal]() if upload.refusal in _REFUSALS else errors.FileTooLarge(most=most)


def intakes_of(participant: Participant) -> QuerySet[DeviceIntake]:
    """What a person has taken and not taken back, newest first; files in which nothing was new are left out."""
    rows = DeviceIntake.objects.filter(participant=participant, taken_back_at=None)
    return rows.exclude(days=0, activities=0).order_by("-taken_at", "-pk")


def intake(participant: Participant, pk: int) -> DeviceIntake | None:
    """One of them."""
    return intakes_of(participant).filter(pk=pk).first()


def steps_by_day(participant: Participant, first: date, last: date) -> dict[date, DeviceDay]:
    """The row that counts for each day with steps: the one with most steps, so that no order of files matters."""
    return {row.on: row for row in standing_days(participant, first, last).order_by("steps", "pk")}


def standing_days(participant: Participant, first: date, last: date) -> QuerySet[DeviceDay]:
    """Every row of a day that has not been taken back."""
    return DeviceDay.objects.filter(participant=participant, on__range=(first, last), intake__taken_back_at=None)


def activities(participant: Participant, first: date, last: date) -> list[DeviceActivity]:
    """The activities that count, oldest first."""
    rows = DeviceActivity.objects.filter(participant=participant, on__range=(first, last), intake__taken_back_at=None)
    return list(rows.order_by("started_at", "pk"))


def as_found(rows: Iterable[DeviceActivity]) -> list[FoundActivity]:
    """Kept activities as a file would tell of them, to see which of a file's are new."""
    return [FoundActivity(row.started_at, row.minutes, Kind(row.kind), Source(row.source)) for row in rows]


def week(participant: Participant, day: date) -> DeviceWeek:
    """The week of a day as devices counted it; two queries."""
    monday = monday_of(day)
    last = monday + timedelta(days=DAYS - 1)
    one = DeviceWeek(monday)
    for on, row in steps_by_day(participant, monday, last).items():
        one.steps[on] = row.steps
    _add(one, activities(participant, monday, last))
    return one


def weeks_of(found: Found) -> list[DeviceWeek]:
    """What was found, by week, newest first."""
    weeks: dict[date, DeviceWeek] = {}
    for day in found.days:
        monday = monday_of(day.on)
        weeks.setdefault(monday, DeviceWeek(monday)).steps[day.on] = day.steps
    for each in found.activities:
        monday = monday_of(day_of(each))
        _add(weeks.setdefault(monday, DeviceWeek(monday)), [each])
    return [weeks[monday] for monday in sorted(weeks, reverse=True)]


def day_of(one: FoundActivity) -> date:
    """The person's day on which an activity began."""
    return clock.local(one.started_at).date()


def _add(week: DeviceWeek, activities: Iterable[Any]) -> None:
    for each in activities:
        week.minutes[str(each.kind)] += each.minutes
        week.activities += 1
