"""Clustered: yes-or-no outcomes nested in people, such as several goals of one participant.

Two goals of one person are more alike than two goals of two people, so they carry less information than their number
suggests. Here are the marginal model that respects this (GEE, exchangeable), the intra-cluster correlation, and the
design effect, which says by how much counting goals overstates the information.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .refusals import NotEstimable
from .two_samples import Vector, t_critical, t_two_sided_p, vector

Matrix = NDArray[np.float64]
STEPS = 100
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class GeeFit:
    """β (p,), working correlation α, dispersion φ, and three covariances (p, p) of β.

    `model` trusts the working correlation, `robust` is Liang & Zeger's sandwich, `mancl_derouen` corrects it for
    few clusters. `df` is clusters − p.
    """

    beta: Vector
    alpha: float
    dispersion: float
    model: Matrix
    robust: Matrix
    mancl_derouen: Matrix
    df: int
    observations: int
    clusters: int


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
    """Logistic marginal model, logit μ = Xβ, exchangeable working correlation (Liang & Zeger, Biometrika 1986;73:13).

    Moment estimators as in R's `gee`: φ = Σr²/(N − p), α = Σ_i Σ_{j<k} r_ij r_ik / ((Σ m_i(m_i − 1)/2 − p) φ), r the
    Pearson residuals; α = 0 when no person has two goals. Small-sample covariance: Mancl & DeRouen, Biometrics
    2001;57:126, each residual vector multiplied by (I − H_ii)⁻¹. Raises NotEstimable when a fitted proportion runs to
    0 or 1 (perfect separation), when the design is singular, or when the steps do not converge.
    """
    outcome, design = vector(y), np.asarray(x, dtype=np.float64)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate.")
    groups = _groups(clusters)
    beta, alpha = np.zeros(design.shape[1]), 0.0
    for _ in range(STEPS):
        mean = special.expit(design @ beta)
        if np.any(mean < 1e-8) or np.any(mean > 1 - 1e-8):
            raise NotEstimable(
                "separated",
                "In one arm everyone or no one has the outcome, so the odds ratio runs to infinity. "
                "Look at the counts and at the comparison by person.",
            )
        _, alpha = _moments(outcome, mean, groups, design.shape[1])
        score, information = _score(outcome, design, mean, groups, alpha)
        step = np.linalg.solve(information, score)
        beta = beta + step
        if np.max(np.abs(step)) < TOLERANCE * (1 + np.max(np.abs(beta))):
            return _finish(outcome, design, beta, groups, clusters)
    raise NotEstimable("not_converged", f"The model did not converge in {STEPS} steps, so it gives no number.")


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
    if arm not in arms or reference not in arms:
        raise NotEstimable("empty", "One of the two arms has no rated goal. Wait for more ratings.")
    compared = [one for one in sorted(set(arms)) if one != reference]
    design = np.column_stack(
        [np.ones(len(arms)), *(np.array([a == one for a in arms], dtype=np.float64) for one in compared)]
    )
    fit = gee_logit(y, design, clusters)
    index = 1 + compared.index(arm)
    log_odds, se = float(fit.beta[index]), float(np.sqrt(fit.mancl_derouen[index, index]))
    p0 = float(special.expit(fit.beta[0]))
    p1 = float(special.expit(fit.beta[0] + log_odds))
    gradient = np.zeros(fit.beta.size)
    gradient[0], gradient[index] = p1 * (1 - p1) - p0 * (1 - p0), p1 * (1 - p1)
    difference_se = float(np.sqrt(gradient @ fit.mancl_derouen @ gradient))
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
        alpha=fit.alpha,
        level=level,
    )


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


def _moments(outcome: Vector, mean: Vector, groups: list[NDArray[np.int64]], p: int) -> tuple[float, float]:
    residual = (outcome - mean) / np.sqrt(mean * (1 - mean))
    if outcome.size <= p:
        raise NotEstimable("too_few", "There are too few goals for the model. Wait for more ratings.", n=outcome.size)
    dispersion = float(residual @ residual) / (outcome.size - p)
    products = sum((residual[group].sum() ** 2 - residual[group] @ residual[group]) / 2 for group in groups)
    pairs = sum(group.size * (group.size - 1) / 2 for group in groups) - p
    if pairs <= 0 or dispersion == 0:
        return dispersion, 0.0
    largest = max(group.size for group in groups)
    alpha = float(products / (pairs * dispersion))
    return dispersion, float(np.clip(alpha, -1 / (largest - 1) + 1e-6, 1 - 1e-6))


def _inverse_working(variance: Vector, alpha: float) -> Matrix:
    """(A^½ R A^½)⁻¹ for the exchangeable R, without φ."""
    m = variance.size
    inverse = (np.eye(m) - alpha / (1 + (m - 1) * alpha)) / (1 - alpha)
    root = 1 / np.sqrt(variance)
    return inverse * np.outer(root, root)


def _pieces(
    outcome: Vector, design: Matrix, mean: Vector, group: NDArray[np.int64], alpha: float
) -> tuple[Matrix, Matrix, Vector]:
    """D_i (m, p), V_i⁻¹ without φ (m, m), and the raw residuals (m,) of one person."""
    variance = mean[group] * (1 - mean[group])
    return design[group] * variance[:, None], _inverse_working(variance, alpha), outcome[group] - mean[group]


def _score(
    outcome: Vector, design: Matrix, mean: Vector, groups: list[NDArray[np.int64]], alpha: float
) -> tuple[Vector, Matrix]:
    score = np.zeros(design.shape[1])
    information = np.zeros((design.shape[1], design.shape[1]))
    for group in groups:
        d, inverse, residual = _pieces(outcome, design, mean, group, alpha)
        score += d.T @ inverse @ residual
        information += d.T @ inverse @ d
    return score, information


def _finish(
    outcome: Vector, design: Matrix, beta: Vector, groups: list[NDArray[np.int64]], clusters: Sequence[str]
) -> GeeFit:
    mean = special.expit(design @ beta)
    dispersion, alpha = _moments(outcome, mean, groups, beta.size)
    _, information = _score(outcome, design, mean, groups, alpha)
    bread = np.linalg.inv(information)
    meat = np.zeros_like(bread)
    corrected = np.zeros_like(bread)
    for group in groups:
        d, inverse, residual = _pieces(outcome, design, mean, group, alpha)
        plain = d.T @ inverse @ residual
        hat = d @ bread @ d.T @ inverse
        adjusted = d.T @ inverse @ np.linalg.solve(np.eye(group.size) - hat, residual)
        meat += np.outer(plain, plain)
        corrected += np.outer(adjusted, adjusted)
    number = len(set(clusters))
    if number <= beta.size:
        raise NotEstimable("too_few", "There are too few people for the model. Wait for more ratings.", n=number)
    return GeeFit(
        beta=beta,
        alpha=alpha,
        dispersion=dispersion,
        model=np.asarray(bread * dispersion, dtype=np.float64),
        robust=bread @ meat @ bread,
        mancl_derouen=bread @ corrected @ bread,
        df=number - beta.size,
        observations=outcome.size,
        clusters=number,
    )
