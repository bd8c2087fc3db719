"""Estimates: one contrast between two arms, in the same shape from every model.

Whatever a model is, the reader of a report wants the same of it: how large, how certain, from how many people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .refusals import NotEstimable
from .two_samples import t_critical, t_two_sided_p


@dataclass(frozen=True, slots=True)
class Estimate:
    """A contrast (compared arm − reference) with its error and interval.

    `method` names the estimator and its conventions (as `results.json` prints it); `n` counts people by arm, or other
    units by their name; `df` is infinite for a normal approximation; `numbers` holds what else the method tells
    (ICC, fraction of missing information, covariance parameters), by name.
    """

    method: str
    estimate: float
    se: float
    df: float
    statistic: float
    p: float
    low: float
    high: float
    level: float
    n: Mapping[str, int]
    numbers: Mapping[str, float] = field(default_factory=dict)


def wald(
    method: str,
    estimate: float,
    se: float,
    df: float,
    *,
    level: float,
    n: Mapping[str, int],
    numbers: Mapping[str, float] | None = None,
) -> Estimate:
    """Estimate ± t(df) · se, and the two-sided P of estimate / se; the normal distribution for infinite `df`.

    Raises NotEstimable when the error is zero or not a number: such an estimate has no interval.
    """
    if not np.isfinite(estimate) or not np.isfinite(se) or se <= 0:
        raise NotEstimable("no_error", "The error of this estimate cannot be computed, so the estimate is not printed.")
    half = t_critical(level, df) * se
    statistic = estimate / se
    p = t_two_sided_p(statistic, df)
    return Estimate(
        method, estimate, se, df, statistic, p, estimate - half, estimate + half, level, dict(n), dict(numbers or {})
    )
