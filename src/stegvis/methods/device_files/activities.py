"""Activities once each: what telephone and watch, or two files, both tell of is one activity."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from stegvis.methods.device_files.found import (
    MOST_MINUTES,
    FileRefused,
    FoundActivity,
    Kind,
    Limits,
    Period,
    Source,
    Why,
)

_RANK = {Source.WATCH: 0, Source.PHONE: 1, Source.OTHER: 2}


class ActivityList:
    """The activities of a file whose day is wanted; too many of them end the reading."""

    def __init__(self, period: Period, limits: Limits) -> None:
        self._period = period
        self._most = limits.activities
        self._found: list[FoundActivity] = []

    def add(self, started_at: datetime, seconds: float, kind: Kind, source: Source) -> None:
        """Note an activity; one without length, or longer than a day, is a fault of the file and left out."""
        if not 0 < seconds <= 60 * MOST_MINUTES or not self._is_wanted(started_at):
            return
        if len(self._found) >= self._most:
            raise FileRefused(Why.TOO_MUCH)
        self._found.append(FoundActivity(started_at.replace(microsecond=0), max(1, round(seconds / 60)), kind, source))

    def _is_wanted(self, moment: datetime) -> bool:
        try:
            return self._period.holds(self._period.day_of(moment))
        except OverflowError:  # the year 1 or 9999, in another time zone
            return False

    def once_each(self) -> list[FoundActivity]:
        """The activities, oldest first, those told twice once."""
        return new_ones(self._found, [])


def new_ones(found: Iterable[FoundActivity], known: Sequence[FoundActivity]) -> list[FoundActivity]:
    """What of `found` is neither in `known` nor told twice, oldest first.

    Two tell of the same when they share more than half of the shorter one's time, whatever kind each says it was: nobody
    walks and cycles at once. Of two the watch's stays, then the telephone's, then the longer, then the earlier.
    """
    kept = sorted(known)
    starts = [each.started_at for each in kept]
    new: list[FoundActivity] = []
    for each in sorted(found, key=lambda one: (_RANK[one.source], -one.minutes, one.started_at, one.kind)):
        if any(_same(each, other) for other in _near(each, kept, starts)):
            continue
        place = bisect_right(starts, each.started_at)
        kept.insert(place, each)
        starts.insert(place, each.started_at)
        new.append(each)
    return sorted(new)


def _near(each: FoundActivity, kept: Sequence[FoundActivity], starts: Sequence[datetime]) -> Sequence[FoundActivity]:
    """Those that can overlap: none lasts longer than a day."""
    first = bisect_right(starts, each.started_at - timedelta(minutes=MOST_MINUTES + 1))
    return kept[first : bisect_right(starts, _end(each))]


def _same(one: FoundActivity, other: FoundActivity) -> bool:
    shared = min(_end(one), _end(other)) - max(one.started_at, other.started_at)
    return shared > timedelta(minutes=min(one.minutes, other.minutes)) / 2


def _end(each: FoundActivity) -> datetime:
    return each.started_at + timedelta(minutes=each.minutes)
