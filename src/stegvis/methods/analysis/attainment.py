"""Attainment: goals counted by person, which is the unit that was allocated.

A person's share of attained goals, or the T score of goal attainment scaling, is one number a person; arms are compared
by the means of these. Goals whose target week has not come are apart ("not yet due") and enter no denominator; goals
that are due and unrated are left out, counted as not attained, or put at either extreme by arm, as the plan says.

Everything takes a leading axis of completed data sets, so that imputed goals go the same way as observed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stegvis.methods.instruments.goal_attainment import EXPECTED_CORRELATION, HIGHEST, LOWEST

from .refusals import NotEstimable

Array = NDArray[np.float64]
UNRATED = ("left_out", "not_attained", "worst", "best")


@dataclass(frozen=True, slots=True)
class Shares:
    """Each person's share of attained goals (…, K), with what it is a share of.

    `people` (K,) in sorted order; `counted` (…, K) goals in the denominator; `unrated` and `not_due` (K,) goals of
    those kinds. The share of a person with no counted goal is NaN.
    """

    people: tuple[str, ...]
    share: Array
    counted: Array
    unrated: NDArray[np.int64]
    not_due: NDArray[np.int64]


def shares(
    attained: ArrayLike,
    people: Sequence[str],
    *,
    due: Sequence[bool] | None = None,
    unrated: str = "left_out",
    compared: Sequence[bool] | None = None,
) -> Shares:
    """Shares of attained goals from `attained` (…, G): 1, 0 or NaN for unrated; `people` (G,) whose each goal is.

    `due` (G,), everything without it. `unrated`: "left_out" of the denominator; "not_attained"; "worst" for the
    compared arm (`compared` (G,): its unrated goals not attained, the others' attained); "best", the opposite.
    """
    rating = np.asarray(attained, dtype=np.float64)
    if not np.all(np.isnan(rating) | (rating == 0) | (rating == 1)):
        raise ValueError("an attained goal is 1, one that is not is 0, and an unrated one is NaN")
    is_due = np.ones(len(people), dtype=np.bool_) if due is None else np.asarray(due, dtype=np.bool_)
    filled = np.where(np.isnan(rating), _fill(unrated, compared, len(people)), rating)
    counts = ~np.isnan(filled) & is_due
    names, owner = np.unique(np.asarray(people), return_inverse=True)
    incidence = (owner.reshape(-1)[:, None] == np.arange(names.size)).astype(np.float64)
    counted = counts @ incidence
    with np.errstate(invalid="ignore"):
        share = (np.where(counts, filled, 0.0) @ incidence) / np.where(counted > 0, counted, np.nan)
    missing = np.isnan(rating.reshape(-1, len(people))).all(axis=0)
    return Shares(
        tuple(str(name) for name in names),
        share,
        counted,
        np.asarray(((missing & is_due) @ incidence).round(), dtype=np.int64),
        np.asarray((~is_due @ incidence).round(), dtype=np.int64),
    )


def t_scores(
    levels: ArrayLike,
    people: Sequence[str],
    weights: ArrayLike | None = None,
    *,
    correlation: float = EXPECTED_CORRELATION,
) -> tuple[tuple[str, ...], Array]:
    """People (K,) and their T scores (…, K) from levels (…, G) of −2 to +2: as `goal_attainment.t_score`, for arrays.

    T = 50 + 10 Σwx / √((1 − ρ)Σw² + ρ(Σw)²) (Kiresuk & Sherman 1968). Levels between whole ones (imputed) are taken;
    a person with an unrated goal (NaN) has no T.
    """
    level = np.asarray(levels, dtype=np.float64)
    weight = np.ones(len(people)) if weights is None else np.asarray(weights, dtype=np.float64)
    if np.any(level < LOWEST) or np.any(level > HIGHEST):
        raise ValueError(f"A level lies from {LOWEST} to {HIGHEST}.")
    if np.any(weight <= 0):
        raise ValueError("A weight is 0 or less. A goal that does not count is left out instead.")
    names, owner = np.unique(np.asarray(people), return_inverse=True)
    incidence = (owner.reshape(-1)[:, None] == np.arange(names.size)).astype(np.float64)
    spread = (1 - correlation) * (weight**2 @ incidence) + correlation * (weight @ incidence) ** 2
    gap = np.isnan(level) @ incidence > 0
    total = (np.where(np.isnan(level), 0.0, level) * weight) @ incidence
    return tuple(str(name) for name in names), np.where(gap, np.nan, 50 + 10 * total / np.sqrt(spread))


def _fill(unrated: str, compared: Sequence[bool] | None, goals: int) -> Array:
    if unrated not in UNRATED:
        raise ValueError(f"known ways with unrated goals: {', '.join(UNRATED)}")
    if unrated == "left_out":
        return np.full(goals, np.nan)
    if unrated == "not_attained":
        return np.zeros(goals)
    if compared is None:
        raise ValueError("the extremes need to know which goals are of the compared arm")
    first = np.asarray(compared, dtype=np.float64)
    return 1 - first if unrated == "worst" else first


def rated_people(values: Array) -> NDArray[np.bool_]:
    """Who has a value (K,) in every data set; refuses values that are missing in some of them only."""
    missing = np.isnan(values).reshape(-1, values.shape[-1])
    if np.any(missing.any(axis=0) & ~missing.all(axis=0)):
        raise NotEstimable(
            "half_imputed", "A person has a value in some of the completed data sets only. Impute all of their goals."
        )
    return np.asarray(~missing.all(axis=0))
