"""Google Fit's takeout: a day in a CSV file of quarters or one line for each day, sessions as JSON, recordings as TCX."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from stegvis.methods.device_files.activities import ActivityList
from stegvis.methods.device_files.found import MOST_STEPS, FileRefused, FoundDay, Period, Source, Why
from stegvis.methods.device_files.kinds import kind_of
from stegvis.methods.device_files.routes import moment
from stegvis.methods.device_files.streams import Stream

STEP_COLUMNS = ("step count", "antal steg", "stegantal")
DAY_COLUMNS = ("date", "datum")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\.csv$")


def is_steps(head: bytes) -> bool:
    """Whether a CSV file counts steps, from its first bytes."""
    first = head.decode("utf-8-sig", "replace").partition("\n")[0].lower()
    return any(name in first for name in STEP_COLUMNS)


def days(name: str, stream: Stream, period: Period) -> Iterator[FoundDay]:
    """Steps by day: of a file named by its day, whose rows are summed, or of the file with a row for each day.

    Google has added up telephone and watch already. A line that cannot be read is passed by. Raises `FileRefused` (BROKEN).
    """
    counted: dict[date, int] = {}
    named = _DAY.search(name)
    try:
        rows = csv.DictReader(_lines(stream))
        step = _column(rows.fieldnames, STEP_COLUMNS)
        day = _column(rows.fieldnames, DAY_COLUMNS)
        for row in rows:
            on, steps = _day(named[1] if named else row.get(day)), _number(row.get(step))
            if on is not None and period.holds(on) and 0 < steps <= MOST_STEPS:
                counted[on] = counted.get(on, 0) + round(steps)
    except (ValueError, csv.Error) as error:
        raise FileRefused(Why.BROKEN) from error
    return (FoundDay(on, n, Source.OTHER) for on, n in sorted(counted.items()) if n <= MOST_STEPS)


def session(stream: Stream, activities: ActivityList) -> bool:
    """Note the activity of a session's JSON; False when it is none (sleep is one for Google, and is passed by)."""
    try:
        given = json.loads(stream.whole())
        name, started = given["fitnessActivity"], moment(given["startTime"])
        ended = moment(given["endTime"])
        seconds = float(str(given.get("duration", "")).removesuffix("s") or 0)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    if started is None or ended is None or str(name).startswith(("sleep", "still", "in_vehicle")):
        return False
    activities.add(started, seconds or (ended - started) / timedelta(seconds=1), kind_of(str(name)), Source.OTHER)
    return True


def most_of(found: Iterable[FoundDay]) -> list[FoundDay]:
    """Each day once, oldest first: where two files tell of a day, the one with more steps."""
    best: dict[date, FoundDay] = {}
    for each in found:
        if each.on not in best or best[each.on].steps < each.steps:
            best[each.on] = each
    return [best[on] for on in sorted(best)]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def _number(text: str | None) -> float:
    """120, 120.0, 120,0 or 6,500: a comma before three digits parts thousands, since steps have no such fractions; 0 else."""
    plain = (text or "").strip()
    plain = plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain.replace(",", ".")
    try:
        return float(plain or 0)
    except ValueError:
        return 0.0


def _column(names: Iterable[str] | None, wanted: tuple[str, ...]) -> str:
    return next((name for name in names or () if name and name.strip().lower() in wanted), "")


def _lines(stream: Stream) -> Iterator[str]:
    text = io.StringIO(stream.whole().decode("utf-8-sig"))
    return iter(text)
