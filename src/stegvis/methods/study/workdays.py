"""Workdays: which days clinics work, so that "within two working days" is a date.

Public holidays of Sweden are computed, not listed: lag (1989:253) om allmänna helgdagar, 1–2 §§, as in force since
1 April 2005. Saturdays and the eves of midsummer, Christmas and New Year count as days off, as in lag (1930:173) om
beräkning av lagstadgad tid, 2 §. Easter is found by the anonymous Gregorian algorithm (Nature, 20 April 1876;
Meeus, *Astronomical Algorithms*, 2nd ed. 1998, chapter 8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

Holidays = Literal["SE", "none"]
"""Whose public holidays a trial keeps; "none" knows only weekends."""

_SATURDAY = 5
_A_YEAR_IS_ENOUGH = 366


def easter_sunday(year: int) -> date:
    """Easter Sunday of a Gregorian year (anonymous algorithm of 1876, as printed by Meeus 1998, chapter 8).

    The letters are those of the source. Valid for every year from 1583.
    """
    a = year % 19
    b, c = divmod(year, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def swedish_days_off(year: int) -> frozenset[date]:
    """Public holidays of the year and the three eves that the law treats alike; ordinary weekends are not in it."""
    easter = easter_sunday(year)
    midsummer = _saturday_on_or_after(date(year, 6, 20))
    fixed = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
    movable = {easter + timedelta(days=days) for days in (-2, 0, 1, 39, 49)}
    moved_by_weekday = {midsummer - timedelta(days=1), midsummer, _saturday_on_or_after(date(year, 10, 31))}
    return frozenset({date(year, *month_and_day) for month_and_day in fixed} | movable | moved_by_weekday)


def _saturday_on_or_after(day: date) -> date:
    return day + timedelta(days=(_SATURDAY - day.weekday()) % 7)


def _no_days_off(_year: int) -> frozenset[date]:
    return frozenset()


_DAYS_OFF: dict[str, Callable[[int], frozenset[date]]] = {"SE": swedish_days_off, "none": _no_days_off}


@dataclass(frozen=True)
class Workdays:
    """The working days of a trial: Monday to Friday without public holidays and without the site's own closures."""

    holidays: Holidays = "SE"
    closed: frozenset[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Whether somebody works on this day."""
        return day.weekday() < _SATURDAY and not self.is_day_off(day)

    def is_day_off(self, day: date) -> bool:
        """Whether the day is a public holiday or one of the site's closures; weekends are not asked about."""
        return day in self.closed or day in _DAYS_OFF[self.holidays](day.year)

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a working day, else the next one.

        Raises ValueError when `closed` leaves no working day within a year.
        """
        for waited in range(_A_YEAR_IS_ENOUGH):
            candidate = day + timedelta(days=waited)
            if self.is_working_day(candidate):
                return candidate
        raise ValueError(f"No working day within a year of {day}: the site's closures leave none. Check them.")

    def next_after(self, day: date) -> date:
        """The first working day after this day."""
        return self.on_or_after(day + timedelta(days=1))

    def after(self, day: date, working_days: int) -> date:
        """The day that lies `working_days` working days after `day`, which itself is not counted.

        What comes in on Friday and has two working days is due on Tuesday; so is what comes in on Saturday or Sunday.
        With 0 it is the day itself, or the next working day when nobody works on it.
        """
        if working_days < 0:
            raise ValueError(f"{working_days} working days lie in the past; give 0 or more.")
        if working_days == 0:
            return self.on_or_after(day)
        for _ in range(working_days):
            day = self.next_after(day)
        return day

    def respond_by(self, at: datetime, working_days: int, closing_time: time) -> date:
        """The day by which something that came in `at` (local time) must be answered.

        With 0 working days that is the first day on which somebody is still there to read it: the same day until
        closing time, after that the next working day. With n it is the n-th working day after the day it came in.
        """
        received = at.date()
        if working_days == 0 and at.time() > closing_time:
            received += timedelta(days=1)
        return self.after(received, working_days)
