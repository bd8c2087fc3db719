"""What is found in a device's file, and the limits within which one is read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

MEBIBYTE = 1024 * 1024
MOST_STEPS = 200_000
"""More steps in a day than anybody walks; a day above it is a fault of the file."""
MOST_MINUTES = 1440

Progress = Callable[[int, int], None]
"""Told how many bytes of how many have been read; may raise `FileRefused` to stop, since nothing here knows the time."""


class Why(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    FOREIGN = "foreign"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    UNPACKS_TOO_FAR = "unpacks_too_far"
    TOO_MANY_PARTS = "too_many_parts"
    LOCKED = "locked"
    DECLARES_ENTITIES = "declares_entities"
    TOO_MUCH = "too_much"
    TOO_SLOW = "too_slow"


class FileRefused(Exception):
    """The file is not read; nothing of it is kept."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Format(StrEnum):
    """Which file it is."""

    APPLE_HEALTH = "apple_health"
    HEALTH_CONNECT = "health_connect"
    GOOGLE_FIT = "google_fit"
    FIT = "fit"
    GPX = "gpx"
    TCX = "tcx"


class Source(StrEnum):
    """What counted: never the device's own name, which is often a person's."""

    WATCH = "watch"
    PHONE = "phone"
    OTHER = "other"


class Kind(StrEnum):
    """What kind of activity a device says it was."""

    WALKING = "walking"
    RUNNING = "running"
    CYCLING = "cycling"
    WATER = "water"
    STRENGTH = "strength"
    MOBILITY = "mobility"
    RELAXATION = "relaxation"
    OTHER = "other"


@dataclass(frozen=True)
class Limits:
    """How large, how far unpacked, how many: beyond it a file is refused.

    `ratio` is unpacked to packed bytes of a zip's entry; `ledgers` how many days of how many sources are counted at once
    (about 6 kB each).
    """

    file_bytes: int = 512 * MEBIBYTE
    unpacked_bytes: int = 8192 * MEBIBYTE
    ratio: int = 200
    entries: int = 50_000
    activities: int = 20_000
    ledgers: int = 6_000
    whole_bytes: int = 64 * MEBIBYTE
    """For formats that cannot be streamed: a FIT recording, a JSON file."""
    database_bytes: int = 256 * MEBIBYTE
    """For a database within a zip, which must be unpacked into memory."""


@dataclass(frozen=True)
class Period:
    """The days that are wanted, both included, and whose midnight parts them; all others are passed by unread."""

    first: date
    last: date
    zone: ZoneInfo

    def holds(self, day: date) -> bool:
        """Whether a day is wanted."""
        return self.first <= day <= self.last

    def day_of(self, moment: datetime) -> date:
        """The person's day at an aware moment."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True)
class FoundDay:
    """Steps on a day, and what counted most of them."""

    on: date
    steps: int
    source: Source


@dataclass(frozen=True, order=True)
class FoundActivity:
    """An activity: when it began (aware), how long (whole minutes, 1 to 1440), what kind, what recorded it."""

    started_at: datetime
    minutes: int
    kind: Kind
    source: Source


@dataclass(frozen=True)
class Found:
    """What a file holds for the days that were wanted: oldest first, each day once, no activity twice."""

    format: Format
    days: tuple[FoundDay, ...] = ()
    activities: tuple[FoundActivity, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for these days."""
        return not self.days and not self.activities
