"""Clustered: yes-or-no outcomes nested in people, such as several goals of one participant.

Two goals of one person are more alike than two goals of two people, so they carry less information than their number
suggests. Here are the marginal odds ratio that respects this (the model itself is in `gee`), the intra-cluster
correlation, the design effect, which says by how much counting goals overstates the information, and the design effect
that would undo a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from . import gee
from .clusters import contrast_design
from .gee import GeeFit
from .refusals import NotEstimable
from .two_samples import Vector, t_critical, t_two_sided_p, vector


@dataclass(frozen=True, slots=True)
class ClusteredEffect:
    """A contrast of two arms from a GEE fit: log odds ratio, odds ratio, and difference in marginal proportions."""

    observations: int
    clusters: int
    log_odds: float
    se: float
    df: int
    t: float
    p: float
    odds_ratio: float
    odds_low: float
    odds_high: float
    proportion1: float
    proportion0: float
    difference: float
    difference_se: float
    difference_low: float
    difference_high: float
    alpha: float
    level: float


@dataclass(frozen=True, slots=True)
class Clustering:
    """Intra-cluster correlation by analysis of variance, and the design effect it implies."""

    observations: int
    clusters: int
    icc: float
    mean_size: float
    weighted_size: float
    design_effect: float


def gee_logit(y: ArrayLike, x: ArrayLike, clusters: Sequence[str]) -> GeeFit:
    """Logistic marginal model with exchangeable working correlation: `gee.fit` with its logit link."""
    return gee.fit(y, x, clusters)


def arm_effect(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    level: float = 0.95,
) -> ClusteredEffect:
    """Compare two arms by GEE with Mancl–DeRouen errors and t(clusters − p); all arms stay in the model.

    The difference in proportions is expit(β0 + β1) − expit(β0), its error by the delta method.
    """
    design, index = contrast_design(arms, arm, reference)
    fit = gee_logit(y, design, clusters)
    log_odds, se = float(fit.beta[index]), float(np.sqrt(fit.mancl_derouen[index, index]))
    first, second, squared = proportions(fit.beta[None], fit.mancl_derouen[None], index)
    p1, p0, difference_se = float(first[0]), float(second[0]), float(np.sqrt(squared[0]))
    critical = t_critical(level, fit.df)
    return ClusteredEffect(
        observations=fit.observations,
        clusters=fit.clusters,
        log_odds=log_odds,
        se=se,
        df=fit.df,
        t=log_odds / se,
        p=t_two_sided_p(log_odds / se, fit.df),
        odds_ratio=float(np.exp(log_odds)),
        odds_low=float(np.exp(log_odds - critical * se)),
        odds_high=float(np.exp(log_odds + critical * se)),
        proportion1=p1,
        proportion0=p0,
        difference=p1 - p0,
        difference_se=difference_se,
        difference_low=p1 - p0 - critical * difference_se,
        difference_high=p1 - p0 + critical * difference_se,
        alpha=float(fit.alpha),
        level=level,
    )


def proportions(beta: Vector, covariance: Vector, index: int) -> tuple[Vector, Vector, Vector]:
    """expit(β0 + β1), expit(β0), and the squared error of their difference by the delta method, of K fits (K,).

    `beta` (K, p) and `covariance` (K, p, p) are of a logistic model with an intercept first and the arm in column `index`.
    """
    second, first = special.expit(beta[:, 0]), special.expit(beta[:, 0] + beta[:, index])
    gradient = np.zeros_like(beta)
    gradient[:, 0] = first * (1 - first) - second * (1 - second)
    gradient[:, index] = first * (1 - first)
    return first, second, np.einsum("kp,kpq,kq->k", gradient, covariance, gradient)


def clustering(y: ArrayLike, arms: Sequence[str], clusters: Sequence[str]) -> Clustering:
    """Intra-cluster correlation within arms by one-way analysis of variance, and its design effect.

    ρ = (MSB − MSW) / (MSB + (m0 − 1) MSW), m0 = (N − Σ_arms Σ m²/N_arm) / (K − arms), MSB between people of an arm,
    MSW between goals of a person (Donner & Klar, 2000, section 1.4; for proportions Ridout et al., Biometrics
    1999;55:137). Design effect 1 + (m̃ − 1)ρ with m̃ = Σm²/Σm for unequal numbers (Kish 1965); a negative ρ is kept.
    Refused when no person has two goals, or when nobody's goals vary.
    """
    outcome = vector(y)
    if outcome.size == 0:
        raise NotEstimable("no_cluster", "No goal has been rated, so nothing can be said of their likeness.")
    groups = _groups(clusters)
    sizes = np.array([group.size for group in groups], dtype=np.float64)
    arm_of = [arms[group[0]] for group in groups]
    number_of_arms = len(set(arm_of))
    between_df, within_df = len(groups) - number_of_arms, outcome.size - len(groups)
    if within_df < 1 or between_df < 1:
        raise NotEstimable("no_cluster", "No person has two rated goals, so nothing can be said of their likeness.")
    means = np.array([outcome[group].mean() for group in groups])
    within = sum(float(np.sum((outcome[group] - mean) ** 2)) for group, mean in zip(groups, means, strict=True))
    between, shrink = 0.0, 0.0
    for arm in sorted(set(arm_of)):
        chosen = np.array([one == arm for one in arm_of])
        grand = np.average(means[chosen], weights=sizes[chosen])
        between += float(np.sum(sizes[chosen] * (means[chosen] - grand) ** 2))
        shrink += float(np.sum(sizes[chosen] ** 2) / sizes[chosen].sum())
    msb, msw = between / between_df, within / within_df
    m0 = (outcome.size - shrink) / between_df
    if msb + (m0 - 1) * msw == 0:
        raise NotEstimable("constant", "Every goal has the same rating, so nothing can be said of their likeness.")
    icc = (msb - msw) / (msb + (m0 - 1) * msw)
    weighted = float(np.sum(sizes**2) / sizes.sum())
    return Clustering(
        outcome.size, len(groups), float(icc), float(sizes.mean()), weighted, float(1 + (weighted - 1) * icc)
    )


def design_effect_that_undoes(chi_square: float, level: float = 0.95) -> float:
    """The design effect at which a χ²(1) would just reach P = 1 − level: χ² / χ²_crit; under 1 it is undone already."""
    return float(chi_square / special.chdtri(1, 1 - level))


def _groups(clusters: Sequence[str]) -> list[NDArray[np.int64]]:
    _, inverse = np.unique(np.asarray(clusters), return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(inverse[order])) + 1)


@dataclass(frozen=True, slots=True)
class Undoing:
    """The design effect at which a result that counts outcomes as independent would just reach P = 1 − level.

    `icc` is the intra-cluster correlation that makes this design effect at these numbers per person, NaN where no
    correlation up to 1 does; `weighted_size` is Kish's m̃ = Σm²/Σm. A design effect under 1 is undone already.
    """

    design_effect: float
    icc: float
    weighted_size: float


def undoing(statistic: float, clusters: Sequence[str], *, level: float = 0.95, df: float = np.inf) -> Undoing:
    """(t / t_crit)² = 1 + (m̃ − 1)ρ, solved for the design effect and for ρ (Kish, Survey Sampling 1965, section 5.4).

    `statistic` is the z or t of an analysis that takes every outcome for independent; `df` those of its t.
    Raises NotEstimable when nobody has two outcomes: then there is nothing to undo.
    """
    _, sizes = np.unique(np.asarray(clusters), return_counts=True)
    weighted = float(np.sum(sizes.astype(np.float64) ** 2) / np.sum(sizes))
    if weighted == 1:
        raise NotEstimable("no_cluster", "No person has two rated goals, so nothing can be said of their likeness.")
    effect = float((statistic / t_critical(level, df)) ** 2)
    icc = (effect - 1) / (weighted - 1)
    return Undoing(effect, icc if icc <= 1 else float("nan"), weighted)
