"""Devices: what a few made-up people take from a file of their telephone or watch, through the import that everybody has.

The files are written here as the devices write theirs, small, and drawn from a stream of its own for each life, so that no
other life changes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from stegvis.audit import clock
from stegvis.demonstration.lives import Life
from stegvis.demonstration.parameters import Parameters
from stegvis.people.models import Participant
from stegvis.physiotherapy.devices import actions, queries, uploads

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

DAYS = 21
"""As many days stand in a file."""
HOURS = (8, 12, 17)
WALK_STEPS = 105
"""Steps in a minute of walking."""
PHONE = 'sourceName="iPhone" device="&lt;&lt;HKDevice: 0x1&gt;, name:iPhone, manufacturer:Apple Inc.&gt;"'
WATCH = 'sourceName="Apple Watch" device="&lt;&lt;HKDevice: 0x2&gt;, name:Apple Watch, manufacturer:Apple Inc.&gt;"'


def has_one(model: Parameters, life: Life) -> bool:
    """Whether this person takes something from a device."""
    return _chance(life).random() < model.diary.devices


def bring(director: Director, life: Life, person: Participant) -> None:
    """One evening: a file is sent in, read, and all that was found is taken."""
    if life.withdrew and director.is_gone(person):
        return
    content, by = file_of(life, clock.today()), person.account
    upload = uploads.begin(participant=person, key=director.key(life, "device file"), size=len(content), by=by)
    uploads.keep_part(upload=upload, position=0, content=content, by=by)
    upload = uploads.finish(upload=upload, by=by)
    found = queries.found_in(upload)
    assert found is not None  # it was written above
    actions.take(
        upload=upload, first=clock.today() - timedelta(days=DAYS), last=clock.today(), steps=True,
        kinds={each.kind for each in found.activities}, key=director.key(life, "device intake"), by=by,
    )  # fmt: skip


def file_of(life: Life, today: date) -> bytes:
    """The export of a telephone and a watch, or of every third person a recording of rides."""
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    return _rides(life, days) if life.number % 3 == 0 else _zipped(_health(life, days))


def _health(life: Life, days: list[date]) -> str:
    """Steps of three hours a day from the telephone; twice a week a walk that the watch counts as well."""
    chance = _chance(life)
    lines: list[str] = []
    for day in days:
        for hour in HOURS:
            lines.append(_steps(PHONE, clock.at(day, hour, chance.randint(0, 40)), 20, chance.randint(200, 1500)))
        if day.isoweekday() in {2, 6}:
            minutes, start = chance.randint(15, 40), clock.at(day, 15)
            lines += [_steps(each, start, minutes, minutes * WALK_STEPS) for each in (PHONE, WATCH)]
            lines.append(_walk(start, minutes))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="sv_SE">\n{"".join(lines)}</HealthData>\n'


def _steps(source: str, start: datetime, minutes: int, count: int) -> str:
    return (
        f'<Record type="HKQuantityTypeIdentifierStepCount" {source} unit="count" {_between(start, minutes)} '
        f'value="{count}"/>\n'
    )


def _walk(start: datetime, minutes: int) -> str:
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="{minutes}" durationUnit="min" {WATCH} '
        f"{_between(start, minutes)}/>\n"
    )


def _between(start: datetime, minutes: int) -> str:
    told = [f"{clock.local(moment):%Y-%m-%d %H:%M:%S %z}" for moment in (start, start + timedelta(minutes=minutes))]
    return f'startDate="{told[0]}" endDate="{told[1]}"'


def _rides(life: Life, days: list[date]) -> bytes:
    chance = _chance(life)
    rides = "".join(_ride(clock.at(day, 17), chance.randint(15, 50)) for day in days if day.isoweekday() in {1, 4})
    head = '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
    return f"{head}<Activities>{rides}</Activities></TrainingCenterDatabase>".encode()


def _ride(start: datetime, minutes: int) -> str:
    at = clock.local(start).isoformat()
    lap = f'<Lap StartTime="{at}"><TotalTimeSeconds>{minutes * 60}.0</TotalTimeSeconds></Lap>'
    return f'<Activity Sport="Biking"><Id>{at}</Id>{lap}</Activity>'


def _zipped(export: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/export.xml", export)
    return made.getvalue()


def _chance(life: Life) -> Random:
    return Random(f"devices:{life.number}")  # noqa: S311 - made up on purpose
