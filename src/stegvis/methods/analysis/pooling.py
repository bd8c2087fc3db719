"""Pooling: one estimate from the estimates of many imputed data sets.

Rubin's rules (Rubin 1987, Multiple Imputation for Nonresponse in Surveys, ch. 3). With estimates q_k and squared
errors u_k of m imputed data sets: q̄ their mean, Ū the mean of u_k (error within), B the variance of q_k with divisor
m − 1 (error between), T = Ū + (1 + 1/m) B. Then r = (1 + 1/m) B / Ū is the relative increase of the variance,
λ = (1 + 1/m) B / T the share of it that is due to the gaps, and the degrees of freedom are those of Barnard & Rubin,
Biometrika 1999;86:948. The fraction of missing information is (r + 2/(ν + 3))/(r + 1), as in R's `mice`.

Everything works on leading axes: the imputations lie along the last axis, and each number of the other axes is one
analysis (a point of a grid, an outcome, a simulated trial).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .estimates import Estimate, wald
from .refusals import NotEstimable

Array = NDArray[np.float64]

RUBIN = "Rubin's rules, Barnard–Rubin degrees of freedom"


@dataclass(frozen=True, slots=True)
class Pooled:
    """Rubin's rules for each analysis: arrays of the shape that the estimates had without their last axis.

    `within`, `between` and `total` are variances, `increase` is r, `share` is λ, `fmi` the fraction of missing
    information, `mc_error` = √(B/m) the Monte Carlo error of the estimate.
    """

    imputations: int
    estimate: Array
    se: Array
    df: Array
    within: Array
    between: Array
    total: Array
    increase: Array
    share: Array
    fmi: Array
    mc_error: Array

    def p(self, null: float = 0.0) -> Array:
        """Two-sided P of (estimate − null) / se on t(df); NaN where the error is zero."""
        with np.errstate(invalid="ignore", divide="ignore"):
            statistic = np.where(self.se > 0, np.abs(self.estimate - null) / self.se, np.nan)
        return np.asarray(2 * special.stdtr(self.df, -statistic))

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """estimate ± t(df) · se."""
        half = special.stdtrit(self.df, 0.5 + level / 2) * self.se
        return self.estimate - half, self.estimate + half


def rubin(estimates: ArrayLike, variances: ArrayLike, df_complete: float = np.inf) -> Pooled:
    """Pool (…, m) estimates and their squared errors; `df_complete` is what complete data would have.

    Raises NotEstimable for fewer than 2 imputations, or when a value is missing or an error is not positive: an
    analysis that failed in one imputed data set is not passed over.
    """
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    m = q.shape[-1]
    if m < 2:
        raise NotEstimable(
            "too_few_imputations", "Pooling needs at least 2 imputations. Ask for more in the plan.", m=m
        )
    if not (np.all(np.isfinite(q)) and np.all(np.isfinite(u)) and np.all(u > 0)):
        raise NotEstimable(
            "failed_imputation",
            "The analysis gave no number in at least one imputed data set, so the pooled one would be wrong. "
            "Simplify the model of the analysis.",
        )
    return combined(m, q.mean(axis=-1), u.mean(axis=-1), q.var(axis=-1, ddof=1), df_complete)


def combined(m: int, estimate: Array, within: Array, between: Array, df_complete: float) -> Pooled:
    """Rubin's rules from what they need: mean estimate, errors within (mean of squares) and between (variance)."""
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    df = barnard_rubin(m, share, df_complete)
    increase = (1 + 1 / m) * between / within
    fmi = (increase + 2 / (df + 3)) / (increase + 1)
    error = np.sqrt(between / m)
    return Pooled(m, estimate, np.sqrt(total), df, within, between, total, increase, share, fmi, error)


def barnard_rubin(m: int, share: ArrayLike, df_complete: float = np.inf) -> Array:
    """ν = 1/(1/ν_m + 1/ν_obs), ν_m = (m − 1)/λ², ν_obs = (ν_c + 1)/(ν_c + 3) · ν_c (1 − λ); Barnard & Rubin 1999.

    Infinite `df_complete` leaves Rubin's 1987 degrees of freedom; λ = 0 (nothing was missing) leaves ν_obs.
    """
    part = np.asarray(share, dtype=np.float64)
    with np.errstate(divide="ignore"):
        reciprocal = part**2 / (m - 1)
        if np.isfinite(df_complete):
            observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - part)
            reciprocal = reciprocal + 1 / observed
        return np.asarray(1 / reciprocal)


def pool(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    df_complete: float,
    n: Mapping[str, int],
    level: float = 0.95,
    method: str = "",
) -> Estimate:
    """One analysis of m imputed data sets as an Estimate; its numbers tell what the imputations cost.

    `imputations`, `between`, `within`, `increase`, `fmi`, and the Monte Carlo errors `mc_estimate`, `mc_se`, `mc_p`
    (jackknife over imputations; White, Royston & Wood, Stat Med 2011;30:377, section 7).
    """
    pooled = rubin(np.reshape(estimates, -1), np.reshape(variances, -1), df_complete)
    numbers = {
        "imputations": float(pooled.imputations),
        "between": float(pooled.between),
        "within": float(pooled.within),
        "increase": float(pooled.increase),
        "fmi": float(pooled.fmi),
        **monte_carlo_errors(estimates, variances, df_complete),
    }
    name = f"{method}; {RUBIN}" if method else RUBIN
    return wald(name, float(pooled.estimate), float(pooled.se), float(pooled.df), level=level, n=n, numbers=numbers)


def monte_carlo_errors(estimates: ArrayLike, variances: ArrayLike, df_complete: float = np.inf) -> dict[str, float]:
    """How far estimate, SE and P would move with other imputations: √((m − 1)/m Σ (θ₋k − θ̄)²), leaving out each k.

    For the estimate this is exactly √(B/m). Fewer than 3 imputations have no such error: nothing is returned.
    """
    q, u = np.reshape(np.asarray(estimates, float), -1), np.reshape(np.asarray(variances, float), -1)
    m = q.size
    if m < 3:
        return {}
    away = q - q.mean()
    between = np.maximum(0.0, (np.sum(away**2) - m / (m - 1) * away**2) / (m - 2))
    left = combined(m - 1, q.mean() - away / (m - 1), (u.sum() - u) / (m - 1), between, df_complete)

    def error(values: Array) -> float:
        return float(np.sqrt((m - 1) / m * np.sum((values - values.mean()) ** 2)))

    return {"mc_estimate": error(left.estimate), "mc_se": error(left.se), "mc_p": error(left.p())}


def imputations_needed(fmi: float, imputations: int, cv: float = 0.05, confidence: float = 0.95) -> int:
    """How many imputations make the SE replicable to `cv` (its coefficient of variation over repeated imputation).

    Two stages (von Hippel, Sociol Methods Res 2020;49:699): a pilot of m imputations gives the fraction of missing
    information γ, whose upper confidence limit is expit(logit γ + z √(2/m)); then 1 + ½ (γ_upper / cv)², rounded up.
    """
    if not 0 < fmi < 1:
        raise NotEstimable(
            "no_missing_information",
            "Nothing is missing (or everything is), so no number of imputations can be recommended.",
        )
    upper = special.expit(special.logit(fmi) + special.ndtri(0.5 + confidence / 2) * np.sqrt(2 / imputations))
    return int(np.ceil(1 + 0.5 * (upper / cv) ** 2))


def boot_mi(estimates: ArrayLike, *, n: Mapping[str, int], level: float = 0.95, method: str = "") -> Estimate:
    """Pool the estimates (B, M) of M imputations in each of B bootstrap samples; no errors within are needed.

    One-way analysis of variance (von Hippel & Bartlett, Stat Sci 2021;36:400): MSB and MSW, σ²_b = (MSB − MSW)/M,
    variance (1 + 1/B) σ²_b + MSW/(BM), degrees of freedom by Satterthwaite:
    variance² / [((B + 1)/(BM))² MSB²/(B − 1) + MSW²/(B M² (M − 1))], at least 3. Right also when the imputation model
    and the analysis do not agree, as in reference-based imputation. Raises NotEstimable when B < 2 or M < 2, when a
    value is missing, or when the bootstrap samples differ less than their imputations do.
    """
    q = np.asarray(estimates, dtype=np.float64)
    b, m = q.shape
    if b < 2 or m < 2 or not np.all(np.isfinite(q)):
        raise NotEstimable(
            "too_few_bootstraps",
            "This error needs at least 2 imputations in each of at least 2 bootstrap samples, all with a number. "
            "Ask for more in the plan.",
        )
    means = q.mean(axis=1)
    between = m * float(np.var(means, ddof=1))
    within = float(np.sum((q - means[:, None]) ** 2) / (b * (m - 1)))
    component = (between - within) / m
    if component <= 0:
        raise NotEstimable(
            "no_between",
            "The bootstrap samples differ no more than their imputations do, so their error cannot be told apart. "
            "Ask for more bootstrap samples in the plan.",
        )
    variance = (1 + 1 / b) * component + within / (b * m)
    spread = ((b + 1) / (b * m)) ** 2 * between**2 / (b - 1) + within**2 / (b * m**2 * (m - 1))
    name = f"{method}; bootstrap then multiple imputation" if method else "bootstrap then multiple imputation"
    numbers = {"bootstraps": float(b), "imputations": float(m), "between": component, "within": within}
    df = max(3.0, variance**2 / spread)
    return wald(name, float(q.mean()), float(np.sqrt(variance)), df, level=level, n=n, numbers=numbers)


@dataclass(frozen=True, slots=True)
class PooledF:
    """A joint Wald test over imputations: F on (df1, df2), its P, and the average relative increase of variance."""

    f: float
    df1: int
    df2: float
    p: float
    increase: float


def pooled_f(estimates: ArrayLike, covariances: ArrayLike, df_complete: float = np.inf) -> PooledF:
    """Test that all k coefficients are zero, D₁ of Li, Raghunathan & Rubin, J Am Stat Assoc 1991;86:1065.

    `estimates` (m, k), `covariances` (m, k, k). D₁ = q̄'Ū⁻¹q̄ / (k (1 + r₁)), r₁ = (1 + 1/m) tr(B Ū⁻¹)/k;
    denominator df of Reiter, Biometrika 2007;94:502 for finite `df_complete`, of Li et al. otherwise.
    """
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(covariances, dtype=np.float64)
    m, k = q.shape
    if m < 2 or k * (m - 1) <= 4:
        raise NotEstimable("too_few_imputations", "The joint test needs more imputations than these.", m=m)
    inverse = np.linalg.inv(u.mean(axis=0))
    between = np.atleast_2d(np.cov(q, rowvar=False))
    increase = float((1 + 1 / m) * np.trace(between @ inverse) / k)
    centre = q.mean(axis=0)
    f = float(centre @ inverse @ centre / (k * (1 + increase)))
    df2 = _reiter(k, m, increase, df_complete) if np.isfinite(df_complete) else _li(k, m, increase)
    return PooledF(f, k, df2, float(special.fdtrc(k, df2, f)), increase)


def _li(k: int, m: int, r: float) -> float:
    t = k * (m - 1)
    return 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2


def _reiter(k: int, m: int, r: float, df_complete: float) -> float:
    t = k * (m - 1)
    a = r * t / (t - 2)
    known = df_complete * (df_complete + 1) / (df_complete + 3)
    two, four, one = known - 2 * (1 + a), known - 4 * (1 + a), 1 + a
    terms = (
        a**2 * two / (one**2 * four)
        + 8 * a**2 * two / (one * four**2)
        + 4 * a**2 / (one * four)
        + 4 * a**2 / (four * two)
        + 16 * a**2 * two / four**3
        + 8 * a**2 / four**2
    )
    return 4 + 1 / (1 / four + terms / (t - 4))
