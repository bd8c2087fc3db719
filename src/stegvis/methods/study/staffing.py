"""Staffing: when somebody at a site reads alerts, so that "the same day" is a moment and a clock can stand still at night.

Days are those of the protocol: weekdays, without public holidays and without the site's own closures. All moments are
aware and in the trial's own time zone; what is given back is in the zone of what was asked with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stegvis.methods.study.workdays import Workdays

_A_YEAR_IS_ENOUGH = 366


@dataclass(frozen=True)
class Staffing:
    """The staffed hours of one site: from `opens` to `closes` on ISO weekdays `days`, but for days off."""

    opens: time
    closes: time
    days: frozenset[int]
    workdays: Workdays

    def is_staffed_day(self, day: date) -> bool:
        """Whether anybody reads alerts on this day."""
        return day.isoweekday() in self.days and not self.workdays.is_day_off(day)

    def is_staffed(self, at: datetime) -> bool:
        """Whether somebody reads alerts at this moment; at closing time nobody does any more."""
        return self.is_staffed_day(at.date()) and self.opens <= at.time() < self.closes

    def next_staffed(self, at: datetime) -> datetime:
        """The first moment from `at` on at which somebody reads alerts: `at` itself, or an opening."""
        return next(begins for begins, _ends in self._shifts(at))

    def respond_by(self, at: datetime, working_days: int) -> datetime:
        """When something that came in `at` must be answered at the latest: a closing time.

        With 0 working days that is the first closing time after `at`. With n it is the closing time of the n-th staffed
        day after the day of `at`, whatever the hour: what comes in on a Friday night with 1 is due on Monday.
        """
        if working_days == 0:
            return next(ends for _begins, ends in self._shifts(at))
        shifts = self._shifts(self._at(at.date() + timedelta(days=1), time.min, at))
        for _ in range(working_days - 1):
            next(shifts)
        return next(shifts)[1]

    def after(self, at: datetime, minutes: int) -> datetime:
        """The moment when `minutes` staffed minutes have passed since `at`; the clock stands still in between."""
        left = timedelta(minutes=minutes)
        for begins, ends in self._shifts(at):
            if begins + left <= ends:
                return begins + left
            left -= ends - begins
        raise AssertionError("unreachable: shifts never end without saying so")  # pragma: no cover

    def minutes_between(self, at: datetime, until: datetime) -> int:
        """How many staffed minutes lie between two moments; 0 when `until` has passed."""
        total = timedelta()
        for begins, ends in self._shifts(at):
            if begins >= until:
                break
            total += min(ends, until) - begins
        return int(total.total_seconds() // 60)

    def _shifts(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the shift at `at`, then every shift after it, each from its beginning to its end.

        Raises ValueError when none comes within a year.
        """
        day, waited = at.date(), 0
        while waited <= _A_YEAR_IS_ENOUGH:
            begins, ends = self._at(day, self.opens, at), self._at(day, self.closes, at)
            if self.is_staffed_day(day) and at < ends:
                yield max(begins, at), ends
                waited = 0
            day, waited = day + timedelta(days=1), waited + 1
        raise ValueError(f"Nobody reads alerts within a year of {at.date()}: check the staffed days and closures.")

    @staticmethod
    def _at(day: date, hour: time, like: datetime) -> datetime:
        return datetime.combine(day, hour, like.tzinfo)
