"""Blinded re-estimation: a new sample size from the spread seen so far, without knowing who is in which arm.

Nothing here takes an arm, so nothing here can unblind. Source: Kieser & Friede, Stat Med 2003;22:3571: with the one-sample
variance the type I error of the final t test is kept to within rounding; covariates as in Friede & Kieser, Pharm Stat
2011;10:8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .design import Size, TwoMeans, smallest
from .refusals import NotEstimable
from .regression import least_squares
from .two_samples import vector


@dataclass(frozen=True, slots=True)
class Reestimated:
    """The spread seen in all together, the spread used, and the trial that it asks for."""

    n: int
    sd_together: float
    sd: float
    size: Size


def one_sample_sd(outcome: ArrayLike, covariates: ArrayLike | None = None) -> float:
    """s of everyone together, n − 1 df, or of the residuals on `covariates` (n, k), n − k − 1 df.

    It holds the difference between the arms too, so it is a little too large: on average s² exceeds σ² by
    π(1 − π)Δ² n/(n − 1).
    """
    y = vector(outcome)
    if y.size < 3:
        raise NotEstimable("too_few", f"A spread needs at least 3 values, and there are {y.size}. Wait for more.")
    x = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64).reshape(y.size, -1)
    fit = least_squares(y, np.column_stack([np.ones(y.size), x]))
    square = float(fit.residuals @ fit.residuals / fit.df)
    if square <= 1e-20 * max(1.0, float(np.mean(y**2))):
        raise NotEstimable("constant", "Every value is the same, so the spread cannot be estimated.")
    return float(np.sqrt(square))


def adjusted_sd(sd: float, n: int, supposed: float, share: float = 0.5) -> float:
    """√(s² − π(1 − π)Δ² n/(n − 1)): less the difference that was supposed when the trial was planned.

    Raises NotEstimable when nothing is left: then the difference supposed does not fit the data.
    """
    square = sd**2 - share * (1 - share) * supposed**2 * n / (n - 1)
    if square <= 0:
        raise NotEstimable(
            "too_small", "The spread of everyone is smaller than the supposed difference alone would make it."
        )
    return float(np.sqrt(square))


def reestimate(
    outcome: ArrayLike,
    *,
    difference: float,
    power: float,
    alpha: float = 0.05,
    ratio: tuple[int, int] = (1, 1),
    attrition: tuple[float, float] = (0.0, 0.0),
    covariates: ArrayLike | None = None,
    adjust: bool = False,
) -> Reestimated:
    """The trial that the spread so far asks for, by the t test (on residuals when there are covariates).

    `adjust` takes the supposed difference out first; the unadjusted one is the safer, and the default.
    """
    together = one_sample_sd(outcome, covariates)
    n = vector(outcome).size
    sd = adjusted_sd(together, n, difference, ratio[0] / sum(ratio)) if adjust else together
    size = smallest(TwoMeans(difference, sd, alpha), power, ratio=ratio, attrition=attrition)
    return Reestimated(n, together, sd, size)
