"""Sheet sums: what can be worked out of a worksheet that was filled in, without judging it and without guessing.

What was left empty stays out: a night with one time missing has no efficiency, an hour nobody coloured is nobody's.
`NEEDS` says which fields a worksheet must have for its sum; `rules` of worksheets hold the files to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stegvis.methods.programme.blocks import Field, FieldKind

DAY = 24 * 60
NIGHTS_OF_A_WEEK = 7
DRAINS, NEUTRAL, FILLS, SLEEP = "drains", "neutral", "fills", "sleep"
BALANCE = (DRAINS, NEUTRAL, FILLS, SLEEP)
HOURS_A_BLOCK = 2

NEEDS: Mapping[str, Mapping[str, FieldKind]] = {
    "sleep": {
        "bed_time": "time", "lights_out": "time", "minutes_to_sleep": "amount", "minutes_awake": "amount",
        "woke_at": "time", "up_at": "time",
    },
    "activity": {"active_minutes": "amount", "rest_minutes": "amount"},
}  # fmt: skip
"""By sum, the fields of each row of the repeated set that it reads, with their kinds."""


@dataclass(frozen=True)
class Night:
    """One night, in minutes and per cent; None where it cannot be worked out of what was written."""

    number: int
    in_bed: int | None
    asleep: int | None

    @property
    def efficiency(self) -> float | None:
        """Sleep efficiency: 100 · time asleep / time in bed (Reed & Sacco 2016, doi 10.5664/jcsm.5498), 0–100."""
        return None if self.asleep is None or not self.in_bed else 100 * self.asleep / self.in_bed


@dataclass(frozen=True)
class SleepWeek:
    """Means over seven nights: minutes in bed, minutes asleep, efficiency in per cent."""

    in_bed: float
    asleep: float
    efficiency: float


def nights(kept: Mapping[str, str]) -> list[Night]:
    """The nights of a sleep diary in which something can be worked out, by their number in the diary (from 1).

    Time in bed is from going to bed until getting up. Time asleep is from lights out until waking for good, less the
    minutes it took to fall asleep and those awake in between: the measures of the Consensus Sleep Diary (Carney et al.
    2012, doi 10.5665/sleep.1642). Times pass midnight by themselves; times that are in no possible order give None.
    """
    found = []
    for number in range(1, NIGHTS_OF_A_WEEK + 1):
        night = _night(number, {name: _number(name, kept, number) for name in NEEDS["sleep"]})
        if night.in_bed is not None:
            found.append(night)
    return found


def sleep_week(of: Iterable[Night]) -> SleepWeek | None:
    """The means of seven whole nights; None before: one night tells little, and a number can keep one awake."""
    whole = [night for night in of if night.efficiency is not None]
    if len(whole) < NIGHTS_OF_A_WEEK:
        return None
    return SleepWeek(
        sum(night.in_bed or 0 for night in whole) / len(whole),
        sum(night.asleep or 0 for night in whole) / len(whole),
        sum(night.efficiency or 0 for night in whole) / len(whole),
    )


def _night(number: int, row: Mapping[str, int | None]) -> Night:
    bed, up = row["bed_time"], row["up_at"]
    in_bed = None if bed is None or up is None else (up - bed) % DAY
    return Night(number, in_bed, _asleep(row, in_bed))


def _asleep(row: Mapping[str, int | None], in_bed: int | None) -> int | None:
    said = [row[name] for name in NEEDS["sleep"]]
    if in_bed is None or None in said:
        return None
    bed, out, falling, awake, woke, up = (number or 0 for number in said)
    in_order = (out - bed) % DAY + (woke - out) % DAY + (up - woke) % DAY == in_bed
    asleep = (woke - out) % DAY - falling - awake
    return asleep if in_order and asleep >= 0 else None


@dataclass(frozen=True)
class Balance:
    """Hours of one day by what they did; `open` are those that nothing was said about. They add up to the sheet's."""

    drains: int
    neutral: int
    fills: int
    sleep: int
    open: int


def balance(fields: Iterable[Field], kept: Mapping[str, str]) -> Balance:
    """Count the day of an activity–recovery sheet: each of its blocks is `HOURS_A_BLOCK` hours of one kind."""
    said = [kept.get(asked.name, "") for asked in fields if is_block(asked)]
    hours = {kind: HOURS_A_BLOCK * said.count(kind) for kind in BALANCE}
    rest = HOURS_A_BLOCK * len(said) - sum(hours.values())
    return Balance(hours[DRAINS], hours[NEUTRAL], hours[FILLS], hours[SLEEP], rest)


def is_block(asked: Field) -> bool:
    """Whether a field is one block of the day: its options are the four kinds of hours, in their order."""
    return tuple(option.value for option in asked.options) == BALANCE


@dataclass(frozen=True)
class ActivityDays:
    """Minutes of activity and of rest over the days that say both: sums, and the least and the most active day."""

    days: int
    active: int
    rest: int
    least: int
    most: int


def activity_days(kept: Mapping[str, str]) -> ActivityDays | None:
    """Add up the days of a boom-and-bust log; None until a day says both numbers."""
    active, rest = [], []
    for number in range(1, NIGHTS_OF_A_WEEK + 1):
        one, other = _number("active_minutes", kept, number), _number("rest_minutes", kept, number)
        if one is not None and other is not None:
            active.append(one)
            rest.append(other)
    return ActivityDays(len(active), sum(active), sum(rest), min(active), max(active)) if active else None


def _number(name: str, kept: Mapping[str, str], number: int) -> int | None:
    """What row `number` keeps under a name: a time in minutes after midnight, or an amount; None for nothing."""
    text = kept.get(f"{name}_{number}", "")
    hours, colon, minutes = text.partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal():
        return 60 * int(hours) + int(minutes)
    return int(text) if text.isdecimal() else None
