"""Small device files, made by hand: what the readers' tests and the pages' tests read."""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fitdecode.utils import compute_crc

from stegvis.methods.device_files.found import Period

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30), STOCKHOLM)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), STOCKHOLM)
PHONE = 'sourceName="Annas iPhone" device="&lt;&lt;HKDevice&gt;, name:iPhone, model:iPhone&gt;"'
WATCH = 'sourceName="Annas Apple Watch" device="&lt;&lt;HKDevice&gt;, name:Apple Watch, model:Watch&gt;"'
DTD = "<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record)*>\n<!ATTLIST Record\n  type CDATA #REQUIRED\n>\n]>\n"


def steps(start: str, end: str, count: float, source: str = PHONE) -> str:
    """A step record; times such as "2026-11-03 08:00:00 +0100"."""
    return (
        f'<Record type="HKQuantityTypeIdentifierStepCount" {source} unit="count" creationDate="{end}" '
        f'startDate="{start}" endDate="{end}" value="{count}"/>\n'
    )


def workout(start: str, end: str, kind: str = "Walking", source: str = WATCH, minutes: float | None = None) -> str:
    """A workout record, with the minutes without pauses when given."""
    duration = "" if minutes is None else f'duration="{minutes}" durationUnit="min" '
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" {duration}{source} startDate="{start}" '
        f'endDate="{end}"><MetadataEntry key="a" value="b"/></Workout>\n'
    )


def apple(*records: str, dtd: str = DTD) -> bytes:
    """An export.xml."""
    body = "".join(records)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{dtd}<HealthData locale="sv_SE">\n{body}</HealthData>\n'.encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def gpx(times: Iterable[str], kind: str = "walking") -> bytes:
    """A track with points at these times."""
    points = "".join(f'<trkpt lat="57.9" lon="12.5"><ele>80</ele><time>{time}</time></trkpt>' for time in times)
    return (
        f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><metadata><time>2020-01-01T00:00:00Z</time>'
        f"</metadata><trk><name>A</name><type>{kind}</type><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def tcx(start: str, *seconds: float, sport: str = "Biking") -> bytes:
    """An activity with laps of so many seconds."""
    laps = "".join(f'<Lap StartTime="{start}"><TotalTimeSeconds>{n}</TotalTimeSeconds></Lap>' for n in seconds)
    return (
        '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{sport}"><Id>{start}</Id>{laps}</Activity></Activities></TrainingCenterDatabase>'
    ).encode()


def fit(started: datetime, seconds: int, sport: int = 11) -> bytes:
    """A FIT recording with one session (FIT protocol 1.0; sport 11 is walking, 2 cycling); times count from 1989."""
    stamp = int(started.timestamp()) - 631065600
    fields = ((253, 4, 0x86), (2, 4, 0x86), (8, 4, 0x86), (5, 1, 0x00))
    definition = struct.pack("<BBBHB", 0x40, 0, 0, 18, len(fields)) + b"".join(
        struct.pack("BBB", *one) for one in fields
    )
    data = struct.pack("<BIIIB", 0, stamp + seconds, stamp, seconds * 1000, sport)
    records = definition + data
    header = struct.pack("<BBHI4s", 14, 0x10, 100, len(records), b".FIT")
    header += struct.pack("<H", compute_crc(header))
    whole = header + records
    return whole + struct.pack("<H", compute_crc(whole))


def health_connect(
    path: Path,
    counted: Iterable[tuple[datetime, datetime, int, int]],
    sessions: Iterable[tuple[datetime, datetime, int]],
) -> bytes:
    """A Health Connect database made in `path`: step records (start, end, count, app) and sessions (start, end, type)."""
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE steps_record_table (start_time INT, end_time INT, count INT, app_info_id INT)")
    base.execute("CREATE TABLE exercise_session_record_table (start_time INT, end_time INT, exercise_type INT)")
    rows = [(_ms(start), _ms(end), count, app) for start, end, count, app in counted]
    base.executemany("INSERT INTO steps_record_table VALUES (?, ?, ?, ?)", rows)
    rows3 = [(_ms(start), _ms(end), kind) for start, end, kind in sessions]
    base.executemany("INSERT INTO exercise_session_record_table VALUES (?, ?, ?)", rows3)
    base.commit()
    base.close()
    return path.read_bytes()


def google_session(kind: str, start: str, end: str) -> bytes:
    """A session of Google's takeout."""
    return json.dumps({"fitnessActivity": kind, "startTime": start, "endTime": end}).encode()


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
