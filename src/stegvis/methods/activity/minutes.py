"""Minutes of moving: added up by effort and week, and put beside the WHO's advice.

Effort is told by the talk test, so minutes are of three kinds. Hard minutes count twice; easy ones stand apart and are not
in the advice; strength is counted in days. Source of all numbers here: WHO guidelines on physical activity and sedentary
behaviour (2020), adults: 150–300 minutes of moderate or 75–150 of vigorous activity a week or an equivalent mix, and
muscle strengthening on 2 days or more. Weeks are ISO 8601's; a day is whatever day the caller says it is, so that no time
zone is needed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 7
HARD_COUNTS = 2
"""One minute of hard effort is worth two of medium effort."""

ADVISED_FROM, ADVISED_TO = 150, 300
"""The WHO's range, medium-equivalent minutes a week."""

ADVISED_STRENGTH_DAYS = 2


@dataclass(frozen=True)
class Minutes:
    """Minutes of moving by effort, each counted once."""

    easy: int = 0
    medium: int = 0
    hard: int = 0

    @property
    def in_all(self) -> int:
        """Minutes of moving, whatever the effort."""
        return self.easy + self.medium + self.hard

    @property
    def equivalent(self) -> int:
        """Medium-equivalent minutes: medium, and hard twice; easy ones are not in it."""
        return self.medium + HARD_COUNTS * self.hard

    def __add__(self, other: Minutes) -> Minutes:
        return Minutes(self.easy + other.easy, self.medium + other.medium, self.hard + other.hard)


def of_effort(effort: str, minutes: int) -> Minutes:
    """`minutes` of "easy", "medium" or "hard"; TypeError for another word."""
    return Minutes(**{effort: minutes})


def added(parts: Iterable[Minutes]) -> Minutes:
    """The sum; of nothing, none."""
    return sum(parts, Minutes())


def meets_advice(minutes: Minutes, strength_days: int) -> tuple[bool, bool]:
    """Whether a week reaches the advice: for moving (from 150 equivalent minutes), and for strength (from 2 days)."""
    return minutes.equivalent >= ADVISED_FROM, strength_days >= ADVISED_STRENGTH_DAYS


def monday_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.isoweekday() - 1)


def days_of_week(monday: date) -> tuple[date, ...]:
    """The seven days of the week that begins on `monday`."""
    return tuple(monday + timedelta(days=n) for n in range(DAYS))
