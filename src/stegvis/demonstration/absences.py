"""Absences: made-up therapists go on holiday or are ill, and a colleague at the site sees to their people.

Sites with one therapist arrange nothing: a colleague from elsewhere may not cover. Everything is arranged by the action of
the page, some days before a holiday and on the very morning of an illness.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from stegvis.audit import clock
from stegvis.demonstration.lives import Life, workday
from stegvis.people import actions as people
from stegvis.people.models import Account

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

HOLIDAY_WEEK, HOLIDAY_DAYS = 27, 14
"""The first therapist of a site is away for two weeks from week 27, the next from three weeks later."""
ILL_DAYS = 4
TOLD_BEFORE = timedelta(days=21)


@dataclass(frozen=True)
class Absence:
    """Who is away when, who covers, and when somebody arranges it."""

    away: Account
    covering: Account
    first: date
    last: date
    arranged_on: date
    by: Account


class Absences:
    """Arranges absences and knows who stands in for whom today."""

    def __init__(self, director: Director) -> None:
        self.director = director
        self._arranged: list[Absence] = []

    def plan(self, lives: Iterable[Life], last_day: date) -> None:
        """Put the absences at the sites of these lives on the agenda, up to `last_day`, which is left as it is."""
        lives = list(lives)
        for code in sorted({life.site for life in lives}):
            staff = self.director.cast.therapists.get(code, [])
            seed = next(life.seed for life in lives if life.site == code)
            for each in planned(staff, code, seed, self.director.model.first_day, last_day):
                self.director.later(clock.at(each.arranged_on, 8, 10), partial(self._arrange, each))

    def instead_of(self, account: Account) -> Account:
        """Whoever sees to the caseload of `account` today: a colleague while they are away, otherwise themselves."""
        today = clock.today()
        standing = (each for each in self._arranged if each.away == account and each.first <= today <= each.last)
        return next((each.covering for each in standing), account)

    def _arrange(self, each: Absence) -> None:
        chance = Random(f"absence:{each.away.code}:{each.first}")  # noqa: S311 - made up on purpose
        people.arrange_cover(
            clinician=each.away, covering=each.covering, first=each.first, last=each.last, by=each.by,
            key=UUID(int=chance.getrandbits(128), version=4),
        )  # fmt: skip
        self._arranged.append(each)


def planned(staff: list[Account], site: str, seed: int, first_day: date, last_day: date) -> list[Absence]:
    """A holiday for each therapist in each summer, and one illness a year, at a site with at least two of them."""
    if len(staff) < 2:
        return []
    found = []
    chance = Random(f"{seed}:absences:{site}")  # noqa: S311 - made up on purpose
    for year in range(first_day.year, last_day.year + 1):
        for place, away in enumerate(staff):
            covering = staff[(place + 1) % len(staff)]
            first = date.fromisocalendar(year, HOLIDAY_WEEK + 3 * place, 1)
            last = first + timedelta(days=HOLIDAY_DAYS - 1)
            found.append(Absence(away, covering, first, last, workday(first - TOLD_BEFORE), away))
        ill = chance.randrange(len(staff))
        first = workday(date(year, 9, 14) + timedelta(days=chance.randint(0, 50)))
        covering = staff[(ill + 1) % len(staff)]
        found.append(Absence(staff[ill], covering, first, first + timedelta(days=ILL_DAYS - 1), first, covering))
    return [each for each in found if first_day <= each.arranged_on and each.last < last_day]
