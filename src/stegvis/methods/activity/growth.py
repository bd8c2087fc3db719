"""Growth: when a plan may take a step, how large it is, what holds it back, and what half of it is in a flare.

Graded activity by quota: whole weeks are met first, then the time grows by a share; it grows by time, never by how strong
one feels (time-contingent; Fordyce 1976; Lindström et al., Phys Ther 1992;72:279-290). The shares are the protocol's, by
default 10–20 % after two weeks. What is computed here is only ever proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Because = Literal["", "red_flag", "flare", "illness", "worse"]


@dataclass(frozen=True)
class GrowthRule:
    """After how many weeks met a step is proposed, how large it is (percent of the week), in steps of how many minutes."""

    weeks: int = 2
    least: int = 10
    most: int = 20
    round_to: int = 5


@dataclass(frozen=True)
class Quota:
    """One activity that can grow: minutes each time, and times a week."""

    minutes: int
    times: int

    @property
    def week(self) -> int:
        """Minutes a week."""
        return self.minutes * self.times


@dataclass(frozen=True)
class Step:
    """The activity to grow, by its place among the quotas, and its new minutes each time."""

    place: int
    minutes: int


@dataclass(frozen=True)
class WeekMet:
    """What decides whether a week was met: minutes and strength days, each beside its own target."""

    minutes: int
    target: int
    strength_days: int = 0
    strength_target: int = 0

    @property
    def is_met(self) -> bool:
        """Whether something was asked, and all of it was done; a shorter version counts with its own minutes."""
        return self.target > 0 and self.minutes >= self.target and self.strength_days >= self.strength_target


def is_due(weeks: Sequence[WeekMet], rule: GrowthRule) -> bool:
    """Whether the last `rule.weeks` of these whole weeks were all met; fewer weeks than that are too few."""
    last = weeks[-rule.weeks :]
    return len(last) == rule.weeks and all(week.is_met for week in last)


def withheld_because(*, red_flag: bool, flare: bool, ill: bool, worse: bool) -> Because:
    """What speaks against growing now, the gravest first; "" when nothing does.

    `worse`: the body felt worse 24–48 h after an activity. `red_flag`: a sign that a clinician has still to judge, or that
    limits activity.
    """
    reasons: tuple[tuple[Because, bool], ...] = (
        ("red_flag", red_flag), ("flare", flare), ("illness", ill), ("worse", worse)
    )  # fmt: skip
    return next((reason for reason, is_so in reasons if is_so), "")


def next_step(quotas: Sequence[Quota], rule: GrowthRule, most_minutes: int = 600) -> Step | None:
    """The one activity to grow, and its new minutes; None when nothing can.

    The week grows by `least` to `most` percent, in whole steps of `round_to` minutes each time and by one step at least.
    Of the activities whose smallest fitting step stays within the range the one with the smallest is taken, else the one
    that comes nearest; of equals the first.
    """
    week = sum(quota.week for quota in quotas)
    found = [(place, _grown(quota, week, rule)) for place, quota in enumerate(quotas) if quota.week]
    open_to = [(place, minutes) for place, minutes in found if minutes <= most_minutes]
    if not open_to:
        return None

    def by_how_far_outside(each: tuple[int, int]) -> tuple[bool, int]:
        place, minutes = each
        more = 100 * (minutes - quotas[place].minutes) * quotas[place].times
        return not rule.least * week <= more <= rule.most * week, more

    return Step(*min(open_to, key=by_how_far_outside))


def _grown(quota: Quota, week: int, rule: GrowthRule) -> int:
    """New minutes: the fewest whole steps that reach the least share, or one fewer when they overshoot the most."""
    a_step = 100 * rule.round_to * quota.times
    steps = max(1, -(-rule.least * week // a_step))
    if steps > 1 and steps * a_step > rule.most * week:
        steps -= 1
    return quota.minutes + steps * rule.round_to


def halved(minutes: int, percent: int = 50) -> int:
    """The share of `minutes` that a flare leaves, in whole minutes rounded up: less, and never nothing."""
    return max(1, -(-minutes * percent // 100))
