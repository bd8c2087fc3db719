"""Missingness: who is missing when, in which pattern, and what those who were lost were like.

Only described here, and modelled as far as the data go: whether values are missing at random cannot be seen in the
data, so no test of that is printed (Carpenter & Kenward, Multiple Imputation and its Application, 2013, ch. 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimates import Estimate, wald
from .logistic import logistic
from .refusals import NotEstimable
from .standardised import balance_of_numbers

COMPLETE, MONOTONE, INTERMITTENT, NONE = "complete", "monotone", "intermittent", "none"
LOGIT = "logistic regression, maximum likelihood, Wald z"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which occasions were answered, of which kind that is, and how many people of each arm have it."""

    observed: tuple[bool, ...]
    kind: str
    people: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Missing:
    """People of one arm at one occasion: how many there are, and how many gave no value."""

    arm: str
    occasion: int
    people: int
    missing: int

    @property
    def share(self) -> float:
        """The share without a value, 0 to 1."""
        return self.missing / self.people


def patterns(values: ArrayLike, arms: Sequence[str]) -> tuple[Pattern, ...]:
    """The patterns of an (n, occasions) table whose gaps are NaN; the most common first, then the fuller.

    Kinds: complete; monotone (nothing after the first gap); intermittent (a value after a gap); none (no value).
    """
    seen = _seen(values, arms)
    counted: dict[tuple[bool, ...], dict[str, int]] = {}
    for row, arm in zip(seen.tolist(), arms, strict=True):
        people = counted.setdefault(tuple(row), dict.fromkeys(sorted(set(arms)), 0))
        people[arm] += 1
    found = [Pattern(observed, kind_of(observed), people) for observed, people in counted.items()]
    return tuple(sorted(found, key=lambda one: (-sum(one.people.values()), [not o for o in one.observed])))


def kind_of(observed: Sequence[bool]) -> str:
    """Complete, monotone, intermittent or none."""
    if all(observed):
        return COMPLETE
    if not any(observed):
        return NONE
    first_gap = list(observed).index(False)
    return INTERMITTENT if any(observed[first_gap:]) else MONOTONE


def by_occasion(values: ArrayLike, arms: Sequence[str]) -> tuple[Missing, ...]:
    """How many values are missing, by arm and occasion."""
    seen, codes = _seen(values, arms), np.asarray(arms)
    return tuple(
        Missing(arm, occasion, int(np.sum(codes == arm)), int(np.sum(~seen[codes == arm, occasion])))
        for arm in sorted(set(arms))
        for occasion in range(seen.shape[1])
    )


def lost_against_kept(values: ArrayLike, lost: ArrayLike) -> float:
    """Standardised difference lost − kept of a baseline value: Δ / √((s1² + s0²)/2), gaps left out.

    Source: Austin, Stat Med 2009;28:3083. Raises NotEstimable when either group has fewer than 2 values.
    """
    numbers, gone = np.asarray(values, dtype=np.float64), np.asarray(lost, dtype=bool)
    known = np.isfinite(numbers)
    return balance_of_numbers(numbers[gone & known], numbers[~gone & known])


def predictors_of_loss(
    lost: ArrayLike, predictors: ArrayLike, names: Sequence[str], *, level: float = 0.95
) -> dict[str, Estimate]:
    """Log odds ratio of being lost for each predictor (n, p), adjusted for the others; one Estimate by name.

    People with a gap among the predictors are left out, and n says so. `numbers` has the odds ratio with its limits.
    Raises NotEstimable when everyone or no one was lost, when the predictors are collinear, when they separate.
    """
    gone, table = np.asarray(lost, dtype=np.float64), np.asarray(predictors, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(names):
        raise ValueError("one name for each predictor")
    known = np.all(np.isfinite(table), axis=1)
    if not np.any(known):
        raise NotEstimable("empty", "No one has all predictors. Leave out a predictor in the plan.")
    fit = logistic(gone[known], np.column_stack([np.ones(int(known.sum())), table[known]]))
    n = {"lost": int(gone[known].sum()), "kept": int(np.sum(1 - gone[known]))}
    found = {}
    for index, name in enumerate(names, start=1):
        error = float(np.sqrt(fit.covariance[index, index]))
        found[name] = _with_odds(wald(LOGIT, float(fit.beta[index]), error, np.inf, level=level, n=n))
    return found


def _with_odds(one: Estimate) -> Estimate:
    odds = {f"odds_{name}": float(np.exp(getattr(one, name))) for name in ("low", "high")}
    return Estimate(
        one.method, one.estimate, one.se, one.df, one.statistic, one.p, one.low, one.high, one.level, one.n,
        {"odds_ratio": float(np.exp(one.estimate)), **odds},
    )  # fmt: skip


def _seen(values: ArrayLike, arms: Sequence[str]) -> NDArray[np.bool_]:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != len(arms):
        raise ValueError("one row for each person, one column for each occasion, one arm for each row")
    if table.size == 0:
        raise NotEstimable("empty", "There is no one to describe. Wait for the first participants.")
    return np.isfinite(table)
