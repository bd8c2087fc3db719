"""Minimisation: allocation that balances several factors at their margins, person by person.

For each arm it is asked how uneven the factor levels of the new person would be if they went there; the arm with the
least total imbalance is preferred, with a chance below 1 so that nobody can foretell. Source: Pocock & Simon,
Biometrics 1975;31:103; Taves, Clin Pharmacol Ther 1974;15:443.

Which measure of imbalance is used changes allocations: with the margins of Pocock (Clinical Trials, 1983, section 5.3)
the range ties where the variance does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import DesignRefused
from .schemes import Arms, Numbers, Sequential

Measure = Literal["range", "variance", "sd"]
MEASURES: tuple[Measure, ...] = ("range", "variance", "sd")
TIE = 1e-9
"""Totals this near to each other, as a share of the weights, are equal: adding up weights leaves a last bit."""


def imbalance(
    counts: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    measure: Measure = "range",
    ratio: Sequence[int] | None = None,
) -> Numbers:
    """G of each arm (arms,): Σ over factors of weight × imbalance, had the new person gone to that arm.

    `counts` (factors, arms) are those in the new person's own levels. Of x_a = count_a / ratio_a the imbalance is the
    range max − min, the variance (divisor arms − 1) or its root.
    """
    n = np.asarray(counts, dtype=np.float64)
    shares = np.ones(n.shape[1]) if ratio is None else np.asarray(ratio, dtype=np.float64)
    w = np.ones(n.shape[0]) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(measure, w, shares)
    totals = []
    for arm in range(n.shape[1]):
        x = (n + np.eye(n.shape[1])[arm]) / shares
        spread = {"range": np.ptp(x, axis=1), "variance": x.var(axis=1, ddof=1), "sd": x.std(axis=1, ddof=1)}[measure]
        totals.append(float(w @ spread))
    return np.array(totals)


class Minimisation(Sequential):
    """Minimisation to two arms, replayed for people whose factors and order of arrival are known.

    `factors` (people, F): the level of each factor; `weights` (F,); `p` is the chance of the preferred arm at 1:1, and
    of the arm with the smaller share otherwise: 1 − p_a = (1 − p)(1 − π_a)/(1 − π_min), which keeps the ratio (after Han,
    Enas & McEntegart, Stat Med 2009;28:3329). On a tie the chance is the arm's share π. `ratio` is (compared, other).
    """

    def __init__(
        self,
        factors: Sequence[Sequence[str]],
        *,
        weights: ArrayLike | None = None,
        measure: Measure = "range",
        p: float = 0.8,
        ratio: tuple[int, int] = (1, 1),
    ) -> None:
        table = np.asarray(factors)
        if table.ndim != 2 or table.shape[0] == 0 or table.shape[1] == 0:
            raise DesignRefused(
                "Minimisation needs people and at least one factor: one row a person, a level a factor."
            )
        w = np.ones(table.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
        _check(measure, w, np.asarray(ratio, dtype=np.float64))
        if w.size != table.shape[1]:
            raise DesignRefused(f"There are {table.shape[1]} factors and {w.size} weights. Give one weight a factor.")
        if not 0.5 <= p <= 1:
            raise DesignRefused(f"The chance of the preferred arm lies from 0.5 to 1, and {p:g} was given. Use 0.8.")
        self.name = f"minimisation ({measure}, P = {p:g})"
        self.people = table.shape[0]
        self._rows, self._levels = _rows(table)
        self._measure, self._ratio = measure, ratio
        small = np.all(w == np.rint(w)) and w.sum() * max(ratio) < 1000  # whole numbers this small are quick and exact
        self._weights = w.astype(np.int16) if small and measure != "variance" else w
        self._tie = TIE * float(w.sum()) * max(ratio)
        self._chances = _chances(p, ratio)

    def begin(self, replicates: int) -> NDArray[np.int16]:
        """E = n1 r0 − n0 r1 of each level of each factor (levels, replicates)."""
        return np.zeros((self._levels, replicates), dtype=np.int16)

    def chance(self, state: NDArray[np.int16], person: int) -> Numbers:
        """From the sign of G(compared) − G(other): Σ w (|E + r0| − |E − r1|), or of squares for the variance."""
        one, zero = self._ratio
        gap: NDArray[np.int16] | Numbers | int = 0
        for row, weight in zip(self._rows[person], self._weights, strict=True):
            e = state[row]
            if self._measure == "variance":
                gap = gap + weight * (2.0 * (one + zero) * e + (zero**2 - one**2))
            elif one == zero == 1:
                gap = gap + weight * np.sign(e)  # |E + 1| − |E − 1| = 2 sign(E)
            else:
                gap = gap + weight * (np.abs(e + zero) - np.abs(e - one))
        total = np.asarray(gap)
        if total.dtype != np.int16:
            total = np.where(np.abs(total) <= self._tie, 0.0, total)
        return np.take(self._chances, np.sign(total).astype(np.int8) + 1)

    def record(self, state: NDArray[np.int16], person: int, arm: Arms) -> None:
        """E + r0 where the compared arm was drawn, E − r1 elsewhere."""
        one, zero = self._ratio
        step = arm.astype(np.int16) * np.int16(one + zero) - np.int16(one)
        for row in self._rows[person]:
            state[row] += step


def _rows(table: np.ndarray) -> tuple[list[list[int]], int]:
    """For each person the state's rows of their levels, and how many rows there are."""
    rows, first = [], 0
    for column in table.T:
        names, index = np.unique(column, return_inverse=True)
        rows.append(index + first)
        first += names.size
    return np.array(rows).T.tolist(), first


def _chances(p: float, ratio: tuple[int, int]) -> Numbers:
    """P(compared arm) when it is preferred, on a tie, and when the other is preferred."""
    share = ratio[0] / sum(ratio)
    least = min(share, 1 - share)
    return np.array([1 - (1 - p) * (1 - share) / (1 - least), share, (1 - p) * share / (1 - least)])


def _check(measure: str, weights: Numbers, shares: Numbers) -> None:
    if measure not in MEASURES:
        raise DesignRefused(f"“{measure}” is no measure of imbalance. Use one of {', '.join(MEASURES)}.")
    if np.any(weights < 0) or weights.sum() == 0:
        raise DesignRefused("The weights of factors are at least 0, and one is above 0. Use 1 for each.")
    if np.any(shares < 1) or np.any(shares != np.rint(shares)):
        raise DesignRefused("Each part of the ratio must be a whole number of at least 1, for example 2:1.")
