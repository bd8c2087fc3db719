"""Minimisation at the moment: the arm of the next person, from the margins of those before and a number made beforehand.

The list that is sealed holds random numbers, not arms. Who comes with which factors decides what a number means, so that
nobody, not even who made the list, knows an arm before the person is there; and since the numbers were fixed before
anybody came, each allocation can be computed again afterwards and must come out the same.

Source: Pocock & Simon, Biometrics 1975;31:103; for unequal ratios see `rules.preferring`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import ClassVar

from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.minimisation import MEASURES, Measure
from stegvis.methods.randomisation.rules import Chances, check_preference, least, pick, preferring

Margins = Mapping[str, tuple[int, ...]]
"""By `factor=level`: how many of each arm were allocated, in the order of the arms."""

ROOT_DIGITS = 10**12
"""The root of a variance is cut off after so many decimal places, in whole numbers, so that it is the same everywhere."""


@dataclass(frozen=True, slots=True)
class Minimise:
    """Pocock and Simon's rule: `factors` with their `weights`, the measure of imbalance, the chance of the best arm."""

    factors: tuple[str, ...]
    weights: tuple[Fraction, ...] = ()
    measure: Measure = "range"
    p: Fraction = Fraction(4, 5)
    method: ClassVar[str] = "minimisation"

    def __post_init__(self) -> None:
        if not self.factors or len(set(self.factors)) < len(self.factors):
            raise DesignRefused("Minimisation needs at least one factor, each named once, for example site.")
        if not self.weights:
            object.__setattr__(self, "weights", (Fraction(1),) * len(self.factors))
        if len(self.weights) != len(self.factors):
            raise DesignRefused(
                f"There are {len(self.factors)} factors and {len(self.weights)} weights. Give one weight a factor."
            )
        if min(self.weights) < 0 or sum(self.weights) == 0:
            raise DesignRefused("The weights of factors are at least 0, and one is above 0. Use 1 for each.")
        if self.measure not in MEASURES:
            raise DesignRefused(f"“{self.measure}” is no measure of imbalance. Use one of {', '.join(MEASURES)}.")
        check_preference(self.p)

    def chances(self, margins: Margins, levels: Sequence[str], ratio: Sequence[int]) -> Chances:
        """The chance of each arm (arms,) for a person with these `levels`, one of each factor."""
        nobody = (0,) * len(ratio)
        own = [margins.get(key, nobody) for key in keys_of(self.factors, levels)]
        totals = [self._imbalance(own, arm, ratio) for arm in range(len(ratio))]
        return preferring(least(totals), ratio, self.p)

    def arm(self, margins: Margins, levels: Sequence[str], ratio: Sequence[int], number: int) -> int:
        """Which arm a person with these levels gets at a place that holds `number`."""
        return pick(self.chances(margins, levels, ratio), number)

    def _imbalance(self, own: Iterable[Sequence[int]], new: int, ratio: Sequence[int]) -> Fraction:
        """Σ weight × imbalance of x_a = n_a / r_a over the person's levels, had they gone to the arm `new`."""
        total = Fraction(0)
        for weight, counts in zip(self.weights, own, strict=True):
            x = [Fraction(n + (arm == new), r) for arm, (n, r) in enumerate(zip(counts, ratio, strict=True))]
            total += weight * _spread(x, self.measure)
        return total


def keys_of(factors: Sequence[str], levels: Sequence[str]) -> tuple[str, ...]:
    """How a person's levels are named in the margins."""
    return tuple(f"{factor}={level}" for factor, level in zip(factors, levels, strict=True))


def counted(margins: Margins, keys: Iterable[str], arm: int, arms: int) -> dict[str, tuple[int, ...]]:
    """The margins with one more person in an arm."""
    after = dict(margins)
    for key in keys:
        before = after.get(key, (0,) * arms)
        after[key] = tuple(n + (each == arm) for each, n in enumerate(before))
    return after


def _spread(x: Sequence[Fraction], measure: Measure) -> Fraction:
    """max − min, the variance (divisor arms − 1), or its root."""
    if measure == "range":
        return max(x) - min(x)
    mean = sum(x, Fraction(0)) / len(x)
    variance = sum(((each - mean) ** 2 for each in x), Fraction(0)) / (len(x) - 1)
    if measure == "variance":
        return variance
    return Fraction(isqrt(variance.numerator * ROOT_DIGITS**2 // variance.denominator), ROOT_DIGITS)
