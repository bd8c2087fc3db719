"""FIT: the recordings of sports watches (Garmin's Flexible and Interoperable Data Transfer), by fitdecode."""

import io
from datetime import datetime

from fitdecode import CrcCheck, ErrorHandling, FitDataMessage, FitReader
from fitdecode.exceptions import FitError

from stegvis.methods.device_files.activities import ActivityList
from stegvis.methods.device_files.found import FileRefused, Format, Found, Limits, Period, Progress, Source, Why
from stegvis.methods.device_files.kinds import kind_of
from stegvis.methods.device_files.streams import Stream

MARK = b".FIT"
"""Bytes 8 to 11 of every FIT file."""


def read(stream: Stream, period: Period, limits: Limits, progress: Progress) -> Found:
    """The sessions of a FIT recording, with the time that the watch's timer ran. Raises `FileRefused` (BROKEN)."""
    content = stream.whole()
    activities = ActivityList(period, limits)
    try:
        with FitReader(io.BytesIO(content), check_crc=CrcCheck.RAISE, error_handling=ErrorHandling.RAISE) as frames:
            for number, frame in enumerate(frames):
                if number % 1000 == 0:
                    progress(stream.done, stream.size)
                if isinstance(frame, FitDataMessage) and frame.name == "session":
                    _session(frame, activities)
    except FileRefused:
        raise
    except (FitError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise FileRefused(Why.BROKEN) from error
    return Found(Format.FIT, (), tuple(activities.once_each()))


def _session(message: FitDataMessage, activities: ActivityList) -> None:
    started = message.get_value("start_time", fallback=None)
    seconds = message.get_value("total_timer_time", fallback=None) or message.get_value(
        "total_elapsed_time", fallback=None
    )
    if not isinstance(started, datetime) or not isinstance(seconds, int | float):
        return
    names = [str(message.get_value(name, fallback="")) for name in ("sub_sport", "sport")]
    kinds = [kind_of(name) for name in names]
    kind = next((each for each in kinds if each != "other"), kinds[-1])
    activities.add(started, seconds, kind, Source.WATCH)
