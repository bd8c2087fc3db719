"""Which file it is, and what it holds: the one door to the readers.

found = reading.read(file, Period(first, last, ZoneInfo("Europe/Stockholm")), Limits(), progress)
"""

from collections.abc import Callable
from typing import IO
from zipfile import ZipFile, ZipInfo

from stegvis.methods.device_files import apple, archive, fit, google_fit, health_connect, markup, routes
from stegvis.methods.device_files.activities import ActivityList, new_ones
from stegvis.methods.device_files.found import (
    FileRefused,
    Format,
    Found,
    FoundActivity,
    FoundDay,
    Limits,
    Period,
    Progress,
    Why,
)
from stegvis.methods.device_files.streams import Stream

HEAD = 64 * 1024
Reader = Callable[[Stream, Period, Limits, Progress], Found]
_BY_ROOT: dict[str, Reader] = {
    apple.ROOT: apple.read,
    routes.GPX_ROOT: routes.read_gpx,
    routes.TCX_ROOT: routes.read_tcx,
}
_WORTH_OPENING = (".xml", ".db", ".csv", ".json", ".tcx", ".gpx", ".fit", ".sqlite")


def quiet(done: int, size: int) -> None:
    """A `Progress` that tells nobody."""


def read(file: IO[bytes], period: Period, limits: Limits, progress: Progress = quiet) -> Found:
    """What `file` (seekable) holds for `period`. Raises `FileRefused` with the reason; nothing is written anywhere."""
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise FileRefused(Why.EMPTY)
    if size > limits.file_bytes:
        raise FileRefused(Why.TOO_LARGE)
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(archive.MARK):
        return _Archive(period, limits, progress).read(file)
    reader = _reader_of(head)
    if reader is None:
        raise FileRefused(Why.FOREIGN)
    return reader(Stream(file, size, _most(reader, limits)), period, limits, progress)


def _reader_of(head: bytes) -> Reader | None:
    if head.startswith(health_connect.MARK):
        return health_connect.read
    if head[8:12] == fit.MARK:
        return fit.read
    return _BY_ROOT.get(markup.root_of(head))


def _most(reader: Reader, limits: Limits) -> int:
    if reader is fit.read:
        return limits.whole_bytes
    return limits.database_bytes if reader is health_connect.read else limits.unpacked_bytes


class _Archive:
    """A zip: one large file that tells all (Apple, Health Connect), or many small ones that are put together."""

    def __init__(self, period: Period, limits: Limits, progress: Progress) -> None:
        self._period, self._limits, self._progress = period, limits, progress
        self._days: list[FoundDay] = []
        self._activities: list[FoundActivity] = []
        self._formats: list[Format] = []
        self._before = self._total = 0

    def read(self, file: IO[bytes]) -> Found:
        """Everything in the archive that is known. Raises `FileRefused`: FOREIGN when nothing is."""
        with archive.opened(file, self._limits) as opened:
            worth = [each for each in opened.infolist() if each.filename.lower().endswith(_WORTH_OPENING)]
            worth.sort(key=lambda each: each.filename.lower().endswith(".gpx"))
            self._total = sum(each.file_size for each in worth)
            for each in worth:
                if Format.APPLE_HEALTH in self._formats and each.filename.lower().endswith(".gpx"):
                    break  # the routes of workouts that export.xml has told of
                self._entry(opened, each)
                self._before += each.file_size
        if not self._formats:
            raise FileRefused(Why.FOREIGN)
        days, activities = google_fit.most_of(self._days), new_ones(self._activities, [])
        return Found(self._formats[0], tuple(days), tuple(activities))

    def _entry(self, opened: ZipFile, info: ZipInfo) -> None:
        name = info.filename.lower()
        with opened.open(info) as beginning:
            head = beginning.read(HEAD)
        if name.endswith(".csv"):
            self._csv(opened, info, head)
        elif name.endswith(".json"):
            self._json(opened, info, head)
        elif (reader := _reader_of(head)) is not None:
            stream = archive.entry(opened, info, _most(reader, self._limits))
            found = reader(stream, self._period, self._limits, self._report)
            self._days += found.days
            self._activities += found.activities
            self._formats.append(found.format)
        self._report(info.file_size, info.file_size)

    def _csv(self, opened: ZipFile, info: ZipInfo, head: bytes) -> None:
        if google_fit.is_steps(head):
            stream = archive.entry(opened, info, self._limits.whole_bytes)
            self._days += google_fit.days(info.filename, stream, self._period)
            self._formats.insert(0, Format.GOOGLE_FIT)

    def _json(self, opened: ZipFile, info: ZipInfo, head: bytes) -> None:
        activities = ActivityList(self._period, self._limits)
        if b"fitnessActivity" not in head:
            return
        if google_fit.session(archive.entry(opened, info, self._limits.whole_bytes), activities):
            self._activities += activities.once_each()
        self._formats.insert(0, Format.GOOGLE_FIT)

    def _report(self, done: int, size: int) -> None:
        self._progress(self._before + done, self._total)
