"""GPX and TCX: recorded routes, of which only when, how long and what kind is read; never a place."""

from collections.abc import Mapping
from datetime import UTC, datetime

from stegvis.methods.device_files import markup
from stegvis.methods.device_files.activities import ActivityList
from stegvis.methods.device_files.found import Format, Found, Kind, Limits, Period, Progress, Source
from stegvis.methods.device_files.kinds import kind_of
from stegvis.methods.device_files.streams import Stream

GPX_ROOT, TCX_ROOT = "gpx", "TrainingCenterDatabase"


class _Gpx:
    """A track: its segments together, each from its first point to its last (Topografix GPX 1.0 and 1.1, `trk`).

    Recorders begin a new segment after a pause.
    """

    def __init__(self, activities: ActivityList) -> None:
        self._activities = activities
        self._begin()

    def _begin(self) -> None:
        self._kind: Kind = Kind.OTHER
        self._started: datetime | None = None
        self._seconds = 0.0
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._in_point = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A track begins, or a point of it."""
        if tag == "trk":
            self._begin()
        elif tag == "trkseg":
            self._first = self._last = None
        elif tag == "trkpt":
            self._in_point = True

    def end(self, tag: str, text: str) -> None:
        """The time of a point, the type of a track, the track itself."""
        if tag == "time" and self._in_point:
            self._time(moment(text))
        elif tag == "type" and not self._in_point:
            self._kind = kind_of(text)
        elif tag == "trkpt":
            self._in_point = False
        elif tag == "trkseg" and self._first and self._last:
            self._seconds += (self._last - self._first).total_seconds()
            self._started = min(self._started or self._first, self._first)
        elif tag == "trk" and self._started:
            self._activities.add(self._started, self._seconds, self._kind, Source.OTHER)

    def _time(self, at: datetime | None) -> None:
        if at is not None:
            self._first = min(self._first or at, at)
            self._last = max(self._last or at, at)


class _Tcx:
    """An activity: its laps' seconds together, from the first lap's start (Garmin TrainingCenterDatabase v2)."""

    def __init__(self, activities: ActivityList) -> None:
        self._activities = activities
        self._begin("")

    def _begin(self, sport: str) -> None:
        self._kind = kind_of(sport)
        self._started: datetime | None = None
        self._seconds = 0.0
        self._in_point = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An activity begins, or a lap of it."""
        if tag == "Activity":
            self._begin(attributes.get("Sport", ""))
        elif tag == "Lap" and self._started is None:
            self._started = moment(attributes.get("StartTime", ""))

    def end(self, tag: str, text: str) -> None:
        """A lap's seconds, the activity's name for itself, the activity."""
        if tag == "TotalTimeSeconds":
            self._seconds += _number(text)
        elif tag == "Id" and self._started is None:
            self._started = moment(text)
        elif tag == "Activity" and self._started:
            self._activities.add(self._started, self._seconds, self._kind, Source.OTHER)


def read_gpx(stream: Stream, period: Period, limits: Limits, progress: Progress) -> Found:
    """The tracks of a GPX file; one without times (a route only planned) is none."""
    activities = ActivityList(period, limits)
    markup.parse(stream, _Gpx(activities), progress)
    return Found(Format.GPX, (), tuple(activities.once_each()))


def read_tcx(stream: Stream, period: Period, limits: Limits, progress: Progress) -> Found:
    """The activities of a TCX file."""
    activities = ActivityList(period, limits)
    markup.parse(stream, _Tcx(activities), progress)
    return Found(Format.TCX, (), tuple(activities.once_each()))


def moment(text: str) -> datetime | None:
    """A time as XML writes it (xsd:dateTime), aware; one without zone is UTC, as both formats say. None: no time."""
    try:
        read = datetime.fromisoformat(text.strip())  # some rowing machines write a space after it
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e7 else 0.0
