"""Health Connect's export: a SQLite database (in a zip) that Android writes, opened in memory and only read.

The database is somebody else's, so it is not trusted: no extension, no function of its schema, nothing but tables (a view
could compute without end), and a count of steps after which the reading stops (SQLite, “Defense Against The Dark Arts”).
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from stegvis.methods.device_files.activities import ActivityList
from stegvis.methods.device_files.found import FileRefused, Format, Found, Kind, Limits, Period, Progress, Source, Why
from stegvis.methods.device_files.kinds import HEALTH_CONNECT
from stegvis.methods.device_files.steps import Counter, StepLedger
from stegvis.methods.device_files.streams import Stream

MARK = b"SQLite format 3\x00"
_STEPS = "SELECT start_time, end_time, count, {app} FROM steps_record_table"
_SESSIONS = "SELECT start_time, end_time, exercise_type, {app} FROM exercise_session_record_table"
_EVERY = 10_000
"""Instructions of SQLite between two looks at whether to go on."""


def read(stream: Stream, period: Period, limits: Limits, progress: Progress) -> Found:
    """The steps and exercise sessions of an export. Raises `FileRefused`: BROKEN, FOREIGN without either table."""
    content = stream.whole()
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(content)
        del content
        return _read(base, period, limits, lambda: progress(stream.size, stream.size))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise FileRefused(Why.BROKEN) from error
    finally:
        base.close()


def _read(base: sqlite3.Connection, period: Period, limits: Limits, look: Any) -> Found:
    base.set_progress_handler(look, _EVERY)
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA query_only = ON")
    tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables & {"steps_record_table", "exercise_session_record_table"}:
        raise FileRefused(Why.FOREIGN)
    steps, activities = StepLedger(period, limits), ActivityList(period, limits)
    for start, end, count, app in _rows(base, tables, "steps_record_table", _STEPS):
        look()
        steps.add(Counter(Source.OTHER, str(app)), start // 1000, end // 1000, count)
    for start, end, number, _app in _rows(base, tables, "exercise_session_record_table", _SESSIONS):
        look()
        began = datetime.fromtimestamp(start / 1000, UTC)
        activities.add(began, (end - start) / 1000, HEALTH_CONNECT.get(number, Kind.OTHER), Source.OTHER)
    return Found(Format.HEALTH_CONNECT, tuple(steps.days()), tuple(activities.once_each()))


def _rows(base: sqlite3.Connection, tables: set[str], table: str, query: str) -> Iterator[tuple[int, int, int, Any]]:
    """The rows whose times and numbers are numbers; times are milliseconds since 1970."""
    if table not in tables:
        return
    columns = {row[1] for row in base.execute(f"PRAGMA table_info({table})")}
    app = "app_info_id" if "app_info_id" in columns else "0"
    for start, end, number, source in base.execute(query.format(app=app)):
        if all(isinstance(each, int) and abs(each) < 1e14 for each in (start, end, number)):
            yield start, end, number, source
