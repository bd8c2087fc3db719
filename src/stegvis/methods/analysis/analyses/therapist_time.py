"""Therapist time: how many minutes each person was given, calls apart, and over how many weeks.

A day that was set right has a row more, with the difference. That difference is first taken from (or added to) what was
measured on pages that day; only what pages do not hold is taken from calls. So nothing is less than none, and the sum
stays the sum of the rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stegvis.methods.analysis.tables import ADJUSTED, CALL, PAGE, Guidance
from stegvis.methods.analysis.trial import Trial


@dataclass(frozen=True, slots=True)
class Spent:
    """One person: minutes on pages and on calls, weeks of guidance, and the therapist who gave most; '' for none."""

    participant: str
    minutes: float
    call_minutes: float
    weeks: int
    therapist: str

    @property
    def minutes_a_week(self) -> float:
        """Minutes on pages by week of guidance."""
        return self.minutes / self.weeks


def apart(rows: Iterable[Guidance]) -> tuple[float, float]:
    """Minutes on pages and on calls, each day of each therapist set right; their sum is that of the rows.

    Whole seconds are added, since a third of a minute has no last digit.
    """
    days: dict[tuple[str, str, dt.date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        days[row.participant, row.therapist, row.on][row.kind] += round(row.minutes * 60)
    pages = calls = 0
    for day in days.values():
        page = day[PAGE] + day[ADJUSTED]
        pages += max(page, 0)
        calls += day[CALL] + min(page, 0)
    return pages / 60, calls / 60


def spent_on(trial: Trial, people: Collection[str], rows: Sequence[Guidance]) -> list[Spent]:
    """What each of these people was given, in the order of their codes; none of them is left out."""
    by_person: dict[str, list[Guidance]] = defaultdict(list)
    for row in rows:
        by_person[row.participant].append(row)
    weeks = _weeks(trial, people, by_person)
    return [
        Spent(person, *apart(by_person[person]), weeks[person], _main_therapist(by_person[person]))
        for person in sorted(people)
    ]


def _weeks(trial: Trial, people: Collection[str], by_person: Mapping[str, Sequence[Guidance]]) -> dict[str, int]:
    """Weeks of seven days from the opening to the last day with anything to guide: use, a reply, time on a page."""
    opened = {row.participant: row.offered_from for row in trial.extract.modules}
    last: dict[str, dt.date] = {}
    days = [(row.participant, row.on) for row in trial.extract.days]
    days += [(row.participant, row.sent_on) for row in trial.extract.replies]
    days += [(row.participant, row.on) for rows in by_person.values() for row in rows if row.kind == PAGE]
    for person, on in days:
        last[person] = max(on, last.get(person, on))
    return {person: max((last.get(person, opened[person]) - opened[person]).days, 0) // 7 + 1 for person in people}


def _main_therapist(rows: Sequence[Guidance]) -> str:
    """Whoever gave most minutes, the first by code when several gave as much; '' where nobody gave any."""
    given: dict[str, float] = defaultdict(float)
    for row in rows:
        given[row.therapist] += row.minutes
    return min(given, key=lambda code: (-given[code], code), default="")
