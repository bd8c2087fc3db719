"""Which goals count: locked before the arm was known, and due when they were rated. All others are kept apart.

Five states, one for each goal of a randomised person:

- rated: locked before allocation, due, and with the rating that counts;
- unrated: the same without a rating, and the time for one is over;
- pending: the same, and the time is not over;
- not due: locked before allocation, and its target week comes after the rating (after the time for one, if unrated);
- later: set, or locked, when the arm could be known.

The rating that counts is the newest by the plan's rater in the plan's days, one that has not been corrected. Weeks are
counted from the first visit held.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stegvis.methods.analysis.plan import Goals
from stegvis.methods.analysis.tables import Goal, Rating
from stegvis.methods.analysis.trial import Trial
from stegvis.methods.instruments.goal_attainment import is_due

RATED, UNRATED, PENDING, NOT_DUE, LATER = "rated", "unrated", "pending", "not_due", "later"


@dataclass(frozen=True, slots=True)
class Counted:
    """A goal of a randomised person, its state, and the rating that counts: its level, or '' when it has none (yet)."""

    goal: Goal
    arm: str
    level: str
    state: str
    rating: Rating | None


def every(trial: Trial, kind: str = "") -> list[Counted]:
    """The goals of a kind (of all kinds without one) that randomised people set, each with its state and rating."""
    plan = trial.plan.goals
    if plan is None:
        return []
    corrected = {(row.goal, row.corrects) for row in trial.extract.ratings}
    ratings: dict[str, list[Rating]] = defaultdict(list)
    for rating in trial.extract.ratings:
        if rating.rater == plan.rater and (rating.goal, rating.number) not in corrected:
            ratings[rating.goal].append(rating)
    starts = _starts(trial)
    return [
        _counted(trial, plan, goal, ratings[goal.goal], starts)
        for goal in trial.extract.goals
        if kind in ("", goal.kind) and goal.participant in trial.arm_of
    ]


def countable(trial: Trial, kind: str) -> list[Counted]:
    """The goals of a kind in the denominator: locked before allocation and due, rated or not."""
    return [one for one in every(trial, kind) if one.state in (RATED, UNRATED, PENDING)]


def _starts(trial: Trial) -> Mapping[str, dt.date]:
    """The day from which each person's weeks are counted: the first visit held, or the first goal set."""
    starts: dict[str, dt.date] = {}
    for goal in trial.extract.goals:
        starts[goal.participant] = min(goal.set_on, starts.get(goal.participant, goal.set_on))
    first = {row.participant: row.held_on for row in trial.extract.visits if row.visit == 1 and row.held_on}
    return starts | first


def _counted(
    trial: Trial, plan: Goals, goal: Goal, ratings: Sequence[Rating], starts: Mapping[str, dt.date]
) -> Counted:
    start = starts[goal.participant]
    begin = goal.set_on if goal.before_allocation else start
    first, last = begin + dt.timedelta(days=plan.first_day), begin + dt.timedelta(days=plan.last_day)
    timely = [rating for rating in ratings if first <= rating.rated_on <= last]
    newest = max(timely, key=lambda rating: (rating.rated_on, rating.number), default=None)
    state = RATED if newest else (UNRATED if last < trial.extract.about.data_until else PENDING)
    if not is_due(goal.target_week, start, newest.rated_on if newest else last):
        state = NOT_DUE
    if not goal.before_allocation:
        state = LATER
    return Counted(goal, trial.arm_of[goal.participant], newest.level if newest else "", state, newest)
