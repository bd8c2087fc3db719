"""Means of people's values in two arms: Welch, or a linear model with covariates and weights, for many data sets.

Model: value = Xβ + ε, by (weighted) least squares, X an intercept, an indicator per compared arm and the centred
covariates. Without covariates or weights and with HC2, the error is Welch's, and so are the degrees of freedom
(Welch, Biometrika 1947;34:28); otherwise they are K − p. Errors classical, HC2, HC3 as in `regression`. Weights
(for instance the number of a person's goals) multiply squares: the weighted mean of shares is the share of all goals.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import linear_probability
from .attainment import rated_people, shares
from .clusters import contrast_design
from .estimates import Estimate, wald
from .refusals import NotEstimable
from .two_samples import Vector

Array = NDArray[np.float64]
ERRORS = ("welch", "classical", "HC2", "HC3")


def compare(
    values: ArrayLike,
    arms: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    errors: str = "welch",
    level: float = 0.95,
) -> Estimate:
    """Difference `arm` − `reference` in the mean of people's values (K,); people without a value (NaN) are left out.

    `errors`: "welch" (no covariates, no weights), "classical", "HC2" or "HC3" with t(K − p); all arms stay in a model.
    """
    value = np.asarray(values, dtype=np.float64)
    estimate, squared, df = compare_many(
        value[None], arms, arm=arm, reference=reference, covariates=covariates, weights=weights, errors=errors
    )
    if not squared[0] > 1e-20:
        raise NotEstimable("constant", "Every value within an arm is the same, so the spread cannot be estimated.")
    kept = rated_people(value[None])
    n = {one: int(np.sum(kept & (np.asarray(arms) == one))) for one in (arm, reference)}
    method = conventions(errors, adjusted=covariates is not None, weighted=weights is not None)
    return wald(method, float(estimate[0]), float(np.sqrt(squared[0])), float(df[0]), level=level, n=n)


def compare_many(
    values: ArrayLike,
    arms: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    errors: str = "welch",
) -> tuple[Vector, Vector, Vector]:
    """Estimates, squared errors and degrees of freedom, each (S,), from completed values (S, K).

    Pooling takes one number of degrees of freedom for complete data: the smallest of these is the careful one.
    """
    if errors not in ERRORS:
        raise ValueError(f"known errors: {', '.join(ERRORS)}")
    if errors == "welch" and (covariates is not None or weights is not None):
        raise ValueError("Welch's comparison takes neither covariates nor weights; choose HC2")
    value = np.asarray(values, dtype=np.float64)
    kept = rated_people(value)
    allocated = [one for one, keep in zip(arms, kept, strict=True) if keep]
    further = None if covariates is None else np.asarray(covariates, dtype=np.float64).reshape(len(arms), -1)[kept]
    weight = np.ones(int(kept.sum())) if weights is None else np.asarray(weights, dtype=np.float64)[kept]
    if errors == "welch":
        return _welch(value[:, kept], np.asarray(allocated), arm, reference)
    design, index = contrast_design(allocated, arm, reference, further)
    return _least_squares(value[:, kept], design, weight, index, errors)


def both_units(
    attained: ArrayLike, arms: Sequence[str], people: Sequence[str], *, arm: str, reference: str, level: float = 0.95
) -> tuple[Estimate, Estimate, Estimate]:
    """The comparison by goal as if goals were independent, by goal with people's errors (CR2), and by person (Welch).

    `attained` (G,) of 0 and 1, rated goals only. All three are differences in proportions, each with the numbers of
    its units; goals and people differ because a person with many goals counts more in the first two.
    """
    naive = linear_probability.independent(attained, arms, arm=arm, reference=reference, level=level)
    by_goal = linear_probability.compare(attained, arms, people, arm=arm, reference=reference, level=level)
    by_person = shares(attained, people)
    of = dict(zip(people, arms, strict=True))
    each = [of[person] for person in by_person.people]
    return naive, by_goal, compare(by_person.share, each, arm=arm, reference=reference, level=level)


def conventions(errors: str, *, adjusted: bool, weighted: bool) -> str:
    """The estimator in one line, as results.json prints it."""
    if errors == "welch":
        return "difference in means of people's values, Welch's t"
    model = "weighted least squares" if weighted else "least squares"
    means = "adjusted for covariates" if adjusted else "arms only"
    return f"difference in means of people's values by {model}, {means}, {errors} errors, t with people − terms df"


def _welch(values: Array, arms: NDArray[np.str_], arm: str, reference: str) -> tuple[Vector, Vector, Vector]:
    one, zero = values[:, arms == arm], values[:, arms == reference]
    if min(one.shape[1], zero.shape[1]) < 2:
        raise NotEstimable(
            "too_few", "An interval needs at least 2 people in each arm. Wait for more ratings.", n=one.shape[1]
        )
    v1, v0 = (np.var(part, axis=1, ddof=1) / part.shape[1] for part in (one, zero))
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (v1 + v0) ** 2 / (v1**2 / (one.shape[1] - 1) + v0**2 / (zero.shape[1] - 1))
    return one.mean(axis=1) - zero.mean(axis=1), v1 + v0, df


def _least_squares(
    values: Array, design: Array, weights: Array, index: int, errors: str
) -> tuple[Vector, Vector, Vector]:
    if np.any(weights <= 0):
        raise ValueError("a weight is positive; who does not count is left out instead")
    root = np.sqrt(weights)
    x, y = design * root[:, None], values * root
    k, p = x.shape
    scale = np.linalg.norm(x, axis=0)
    if k <= p:
        raise NotEstimable("too_few", f"The model has {p} terms and only {k} people. Wait for more ratings.", n=k)
    if np.any(scale == 0) or np.linalg.matrix_rank(x / scale) < p:
        raise NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate.")
    q, r = np.linalg.qr(x)
    row = np.linalg.solve(r, q.T)[index]
    residual = y - (y @ q) @ q.T
    if errors == "classical":
        squared = np.sum(residual**2, axis=1) / (k - p) * float(row @ row)
    else:
        room = 1 - np.sum(q**2, axis=1)
        if np.any(room < 1e-10):
            raise NotEstimable(
                "leverage",
                "One person alone decides a term of the model. Leave out a covariate, or use classical errors.",
            )
        squared = (residual**2 / room ** {"HC2": 1, "HC3": 2}[errors]) @ row**2
    return y @ row, squared, np.full(values.shape[0], float(k - p))
