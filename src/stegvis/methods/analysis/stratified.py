"""Stratified tables: a yes-or-no outcome in two arms, compared within strata and put together.

Notation of stratum k: a of n1 in the compared arm, c of n0 in the reference, N = n1 + n0. A stratum in which one arm has
nobody tells nothing of the difference and weighs nothing, as the formulas have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .estimates import Estimate, wald
from .refusals import NotEstimable
from .two_by_two import ChiSquare, Ratio
from .two_samples import Vector, vector


@dataclass(frozen=True, slots=True)
class Strata:
    """The tables of all strata: events and people of both arms, each (K,)."""

    a: Vector
    n1: Vector
    c: Vector
    n0: Vector

    @property
    def total(self) -> Vector:
        """N of each stratum."""
        return self.n1 + self.n0


def strata(outcome: ArrayLike, first: Sequence[bool], stratum: Sequence[str]) -> Strata:
    """Count the tables from one row per person: `outcome` 0 or 1 (n,), `first` whether in the compared arm.

    Raises NotEstimable when no stratum has people of both arms.
    """
    y, member = vector(outcome), np.asarray(first, dtype=bool)
    if not np.all((y == 0) | (y == 1)):
        raise ValueError("a yes-or-no outcome is 0 or 1")
    names, index = np.unique(np.asarray(stratum), return_inverse=True)

    def count(chosen: np.ndarray) -> Vector:
        return np.bincount(index[chosen], minlength=names.size).astype(np.float64)

    return tables(count(member & (y == 1)), count(member), count(~member & (y == 1)), count(~member))


def tables(a: ArrayLike, n1: ArrayLike, c: ArrayLike, n0: ArrayLike) -> Strata:
    """The tables from their counts, each (K,); strata with one arm only are left out."""
    columns = [vector(column) for column in (a, n1, c, n0)]
    if np.any(columns[0] > columns[1]) or np.any(columns[2] > columns[3]) or any(np.any(one < 0) for one in columns):
        raise ValueError("a stratum has more events than people")
    both = (columns[1] > 0) & (columns[3] > 0)
    if not np.any(both):
        raise NotEstimable(
            "no_stratum",
            "No stratum has people of both arms, so nothing can be compared within strata. Compare without strata.",
        )
    return Strata(*(column[both] for column in columns))


def cochran_mantel_haenszel(table: Strata, *, continuity: bool = False) -> ChiSquare:
    """(|Σ(a − E)| − ½)² / ΣV with one df; the ½ only with `continuity` (R's mantelhaen.test has it, SAS does not).

    E = n1(a + c)/N, V = n1 n0 (a + c)(N − a − c) / (N²(N − 1)). Source: Mantel & Haenszel, J Natl Cancer Inst
    1959;22:719.
    """
    events, total = table.a + table.c, table.total
    variance = float(np.sum(table.n1 * table.n0 * events * (total - events) / (total**2 * (total - 1))))
    if variance == 0:
        raise NotEstimable("constant", "Within every stratum everyone has the same answer, so nothing can be tested.")
    gap = abs(float(np.sum(table.a - table.n1 * events / total)))
    if continuity:
        gap = max(gap - 0.5, 0.0)
    statistic = gap**2 / variance
    return ChiSquare(statistic, 1, float(special.chdtrc(1, statistic)), continuity)


def common_difference(table: Strata, level: float = 0.95) -> Estimate:
    """The Mantel–Haenszel risk difference with Sato's variance, which holds for few large and for many small strata.

    RD = Σ(a n0 − c n1)/N / Σ n1 n0/N; var = (RD ΣP + ΣQ) / (Σ n1 n0/N)²,
    P = (n1² c − n0² a + n1 n0 (n0 − n1)/2)/N², Q = (a(n0 − c) + c(n1 − a))/(2N).
    Source: Sato, Greenland & Robins, Biometrics 1989;45:1323.
    """
    a, n1, c, n0, total = table.a, table.n1, table.c, table.n0, table.total
    weight = float(np.sum(n1 * n0 / total))
    difference = float(np.sum((a * n0 - c * n1) / total)) / weight
    p = float(np.sum((n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / total**2))
    q = float(np.sum((a * (n0 - c) + c * (n1 - a)) / (2 * total)))
    return wald(
        "Mantel–Haenszel risk difference, Sato's variance, normal",
        difference,
        float(np.sqrt(max(difference * p + q, 0.0))) / weight,
        float("inf"),
        level=level,
        n={"compared": int(n1.sum()), "reference": int(n0.sum()), "strata": int(a.size)},
    )


def common_odds_ratio(table: Strata, level: float = 0.95) -> Ratio:
    """The Mantel–Haenszel odds ratio Σ R / Σ S with the variance of Robins, Breslow & Greenland (Biometrics 1986;42:311).

    R = a d/N, S = b c/N, P = (a + d)/N, Q = (b + c)/N with b = n1 − a, d = n0 − c;
    var(ln OR) = ΣPR/(2(ΣR)²) + Σ(PS + QR)/(2 ΣR ΣS) + ΣQS/(2(ΣS)²).
    """
    b, d = table.n1 - table.a, table.n0 - table.c
    r, s = table.a * d / table.total, b * table.c / table.total
    if r.sum() == 0 or s.sum() == 0:
        raise NotEstimable("empty_cell", "The odds ratio over strata runs to 0 or to infinity. Use the difference.")
    p, q = (table.a + d) / table.total, (b + table.c) / table.total
    variance = np.sum(p * r) / (2 * r.sum() ** 2) + np.sum(p * s + q * r) / (2 * r.sum() * s.sum())
    variance += np.sum(q * s) / (2 * s.sum() ** 2)
    estimate = float(r.sum() / s.sum())
    factor = float(np.exp(special.ndtri(0.5 + level / 2) * np.sqrt(variance)))
    return Ratio(estimate, estimate / factor, estimate * factor, level)
