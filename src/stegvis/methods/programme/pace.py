"""Pace: how many modules a week, and what follows from it: weeks, days of patience, how far one would be.

A pace is an agreement and never a gate: nothing closes for whoever is slower, and nothing here knows the window of an
outcome, so that no pause or slower pace can move one. Counted in days; a module is a module, core or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date]
"""First and last day, both included; empty when the last comes before the first."""


def stretched(days: int, planned: int, agreed: int) -> int:
    """So many days of patience at the planned pace, at the agreed one: twice as many at half the pace, rounded up.

    `planned` and `agreed` are modules a week, 1 or more.
    """
    return math.ceil(days * planned / agreed)


def weeks_needed(modules: int, per_week: int) -> int:
    """How many weeks so many modules take at a pace, rounded up."""
    return math.ceil(modules / per_week)


def expected(days: int, per_week: int, modules: int) -> int:
    """How many modules would be done after so many days, counted in whole weeks, and never more than there are."""
    return min(max(days, 0) // 7 * per_week, modules)


def days_within(spans: Iterable[Span], first: date, last: date) -> int:
    """How many days from `first` to `last`, both included, lie in any of the spans; each day once."""
    covered: set[date] = set()
    for begins, ends in spans:
        day, until = max(begins, first), min(ends, last)
        while day <= until:
            covered.add(day)
            day += timedelta(days=1)
    return len(covered)
