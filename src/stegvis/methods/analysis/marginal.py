"""Marginal: two arms compared by a GEE model, for outcomes nested in people.

The contrast is a log odds ratio (logit link), a log ratio of proportions (log link) or a difference in proportions or
means (identity link); model, moments and errors are those of `gee`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from . import gee
from .clusters import contrast_design, person_counts
from .estimates import Estimate, wald
from .two_samples import Vector

RATIO = {"logit": "odds_ratio", "log": "risk_ratio"}


def compare(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    link: str = "logit",
    errors: str = "KC",
    variance: str = "binomial",
    level: float = 0.95,
) -> Estimate:
    """The coefficient of `arm` against `reference` on the link's scale, with t(K − p); all arms stay in the model.

    `n` counts people by arm and outcomes as "<arm>.goals". `numbers` has alpha, dispersion, and the ratio with its
    limits (odds_ratio, risk_ratio) under the logit and log links.
    """
    design, index = contrast_design(arms, arm, reference, covariates)
    result = gee.fit(y, design, clusters, link=link, variance=variance)
    estimate = float(result.beta[index])
    se = float(np.sqrt(result.covariance(errors)[index, index]))
    n = person_counts(arms, clusters, (arm, reference))
    numbers = {"alpha": float(result.alpha), "dispersion": float(result.dispersion)}
    contrast = wald(conventions(link, errors), estimate, se, result.df, level=level, n=n, numbers=numbers)
    if link not in RATIO:
        return contrast
    ends = {"": contrast.estimate, "_low": contrast.low, "_high": contrast.high}
    ratios = {RATIO[link] + end: float(np.exp(value)) for end, value in ends.items()}
    return replace(contrast, numbers=numbers | ratios)


def compare_many(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    link: str = "logit",
    errors: str = "KC",
    variance: str = "binomial",
) -> tuple[Vector, Vector, int]:
    """Estimates (S,), squared errors (S,) and K − p for completed data sets y (S, N), as pooling takes them.

    A data set whose model failed gives NaN, which pooling refuses.
    """
    design, index = contrast_design(arms, arm, reference, covariates)
    result = gee.fit_many(y, design, clusters, link=link, variance=variance)
    return result.beta[:, index], result.covariance(errors)[:, index, index], result.df


def conventions(link: str, errors: str) -> str:
    """The estimator in one line, as results.json prints it."""
    return (
        f"GEE, {link} link, exchangeable working correlation (moment estimators of R's gee), {gee.ERRORS[errors]} errors, "
        "t with people − terms degrees of freedom"
    )
