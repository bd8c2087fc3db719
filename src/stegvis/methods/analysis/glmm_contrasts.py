"""GLMM contrasts: two arms compared by the random-intercept logistic model of `glmm`.

The coefficient of arm is a log odds ratio within people of equal random intercept. The marginal difference in
proportions integrates the intercept out, p = ∫ expit(x'β + σb) φ(b) db (Zeger, Liang & Albert, Biometrics
1988;44:1049), and is what a GEE or a linear probability model estimates. P and intervals use the normal distribution,
as `glmer` does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from . import glmm
from .clusters import contrast_design, person_counts
from .estimates import Estimate, wald
from .two_samples import Vector

Array = NDArray[np.float64]
REACH, POINTS = 9.0, 361
"""For integrals over b: the trapezoid rule from −9 to 9, exact to rounding because the integrand is analytic; the
points grow with σ, which brings its poles nearer."""
MIXED = (
    "logistic regression with a random intercept by person, adaptive Gauss–Hermite quadrature, observed information, z"
)
FALLEN_BACK = "logistic regression without a random intercept (its variance is estimated at 0), observed information, z"
SCALES = ("log_odds", "risk_difference")


def compare(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    scale: str = "log_odds",
    nodes: int = glmm.NODES,
    level: float = 0.95,
) -> Estimate:
    """Compare two arms: the log odds ratio within people, or the marginal difference in proportions.

    The difference is averaged over the covariates of all outcomes as if everybody were in one arm and then in the
    other; its error (delta method) takes the covariates as given. `n` counts people by arm and outcomes as
    "<arm>.goals"; `numbers` has sd and icc of the random intercept, log_likelihood, and by scale odds_ratio with limits
    or proportion1 and proportion0.
    """
    if scale not in SCALES:
        raise ValueError(f"known scales: {', '.join(SCALES)}")
    design, index = contrast_design(arms, arm, reference, covariates)
    n = person_counts(arms, clusters, (arm, reference))
    result = glmm.fit(y, design, clusters, nodes=nodes)
    method = MIXED if result.sd > 0 else FALLEN_BACK
    if scale == "log_odds":
        estimate, se = float(result.beta[index]), float(np.sqrt(result.covariance[index, index]))
        half = float(special.ndtri(0.5 + level / 2)) * se
        ends = {"": 0.0, "_low": -half, "_high": half}
        numbers = {f"odds_ratio{end}": float(np.exp(estimate + shift)) for end, shift in ends.items()}
    else:
        method += ", marginal difference by delta method"
        estimate, se, numbers = _difference(result, design, range(1, len(set(arms))), index)
    return wald(method, estimate, se, np.inf, level=level, n=n, numbers=_describe(result) | numbers)


def compare_many(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    nodes: int = glmm.NODES,
) -> tuple[Vector, Vector]:
    """Log odds ratios (S,) and squared errors (S,) for completed data sets y (S, N), as pooling takes them.

    A data set whose model failed gives NaN, which pooling refuses.
    """
    design, index = contrast_design(arms, arm, reference, covariates)
    result = glmm.fit_many(y, design, clusters, nodes=nodes)
    return result.beta[:, index], result.covariance[:, index, index]


def _describe(result: glmm.GlmmFit) -> dict[str, float]:
    return {
        "sd": float(result.sd),
        "icc": float(result.icc),
        "log_likelihood": float(result.log_likelihood),
        "quadrature_error": float(result.quadrature_error),
    }


def _difference(
    result: glmm.GlmmFit, design: Array, arm_columns: range, index: int
) -> tuple[float, float, dict[str, float]]:
    """p1 − p0 with everybody in one arm and then in the other, its error, and the two proportions."""
    (p1, slope1), (p0, slope0) = (
        marginal_proportion(result, _everybody_in(design, arm_columns, column)) for column in (index, None)
    )
    gradient = slope1 - slope0
    return p1 - p0, float(np.sqrt(gradient @ result.covariance @ gradient)), {"proportion1": p1, "proportion0": p0}


def marginal_proportion(result: glmm.GlmmFit, design: ArrayLike) -> tuple[float, Array]:
    """The mean over the rows of a design (N, p) of ∫ expit(x'β + σb) φ(b) db, and its gradient (p + 1,) in (β, σ)."""
    rows, counts = np.unique(np.asarray(design, dtype=np.float64), axis=0, return_counts=True)
    share = counts / counts.sum()
    grid = np.linspace(-REACH, REACH, int(POINTS * max(1.0, float(result.sd) / 8)))
    density = np.exp(-(grid**2) / 2)
    density /= density.sum()
    mean = special.expit((rows @ result.beta)[:, None] + result.sd * grid)
    slope = mean * (1 - mean) * density
    gradient = np.append(share @ (slope.sum(axis=1)[:, None] * rows), share @ (slope @ grid))
    return float(share @ mean @ density), gradient


def _everybody_in(design: Array, arm_columns: range, column: int | None) -> Array:
    moved = design.copy()
    moved[:, list(arm_columns)] = 0.0
    if column is not None:
        moved[:, column] = 1.0
    return moved
