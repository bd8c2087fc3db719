"""Apple Health's export.xml: steps and workouts; hundreds of other measures pass by unread."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from stegvis.methods.device_files import markup
from stegvis.methods.device_files.activities import ActivityList
from stegvis.methods.device_files.found import Format, Found, Limits, Period, Progress, Source
from stegvis.methods.device_files.kinds import kind_of
from stegvis.methods.device_files.steps import Counter, StepLedger
from stegvis.methods.device_files.streams import Stream

ROOT = "HealthData"
STEPS = "HKQuantityTypeIdentifierStepCount"
_TWELVE_HOURS = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d) (?P<hour>\d{1,2})(?P<rest>:\d\d:\d\d)\s(?P<half>[ap])\.?m\.?\s(?P<zone>[+-]\d{4})",
    re.IGNORECASE,
)
_UNITS = {"s": 1, "sec": 1, "min": 60, "hr": 3600}


class _Records:
    """Takes the two kinds of element that are wanted. A record that cannot be read is passed by: files hold years."""

    def __init__(self, period: Period, limits: Limits) -> None:
        self.steps = StepLedger(period, limits)
        self.activities = ActivityList(period, limits)
        self._counters: dict[tuple[str, bool], Counter] = {}
        # Written days may be another zone's, so the days on either side are looked at more closely.
        self._first = (period.first - timedelta(days=1)).isoformat()
        self._last = (period.last + timedelta(days=1)).isoformat()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an element as it opens: all that is wanted stands in its attributes."""
        try:
            if tag == "Record" and attributes.get("type") == STEPS:
                self._record(attributes)
            elif tag == "Workout":
                self._workout(attributes)
        except (KeyError, ValueError, OverflowError):
            return

    def end(self, tag: str, text: str) -> None:
        """Nothing is read from text."""

    def _record(self, given: Mapping[str, str]) -> None:
        if given["endDate"][:10] < self._first or given["startDate"][:10] > self._last:
            return
        start, end = (int(_moment(given[name]).timestamp()) for name in ("startDate", "endDate"))
        self.steps.add(self._counter(given), start, end, float(given["value"]))

    def _workout(self, given: Mapping[str, str]) -> None:
        started, ended = _moment(given["startDate"]), _moment(given["endDate"])
        seconds = (ended - started).total_seconds()
        if "duration" in given:  # without the pauses
            seconds = min(seconds, float(given["duration"]) * _UNITS.get(given.get("durationUnit", "min"), 60))
        self.activities.add(
            started, seconds, kind_of(given.get("workoutActivityType", "")), self._counter(given).kind
        )  # fmt: skip

    def _counter(self, given: Mapping[str, str]) -> Counter:
        name = given.get("sourceName", "")
        on_watch = "Watch" in given.get("device", "")
        if (name, on_watch) not in self._counters:
            self._counters[name, on_watch] = Counter(_source(name, given.get("device", "")), name)
        return self._counters[name, on_watch]


def read(stream: Stream, period: Period, limits: Limits, progress: Progress) -> Found:
    """The steps and workouts of an export.xml within a period."""
    records = _Records(period, limits)
    markup.parse(stream, records, progress, only_starts=True)
    return Found(Format.APPLE_HEALTH, tuple(records.steps.days()), tuple(records.activities.once_each()))


def _moment(text: str) -> datetime:
    """2026-03-29 08:15:00 +0200, as Apple writes it; or 2026-03-29 8:15:00 am +0200, on a phone that shows twelve hours.

    The space before "am" is a narrow one that does not break since Unicode's data changed (CLDR 42).
    """
    try:
        return datetime.fromisoformat(text[:19] + text[20:])
    except ValueError:
        twelve = _TWELVE_HOURS.fullmatch(text)
        if twelve is None:
            raise
        hour = int(twelve["hour"]) % 12 + (12 if twelve["half"].lower() == "p" else 0)
        return datetime.fromisoformat(f"{twelve['day']}T{hour:02d}{twelve['rest']}{twelve['zone']}")


def _source(name: str, device: str) -> Source:
    if "Watch" in device or "Watch" in name:
        return Source.WATCH
    return Source.PHONE if "iPhone" in device or "iPhone" in name else Source.OTHER
