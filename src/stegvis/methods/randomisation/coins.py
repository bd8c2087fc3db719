"""Coins: allocation one by one with a coin that may lean towards the arm that lags.

Notation: D is how many more the compared arm has than the other, i how many were allocated before, both within the
person's stratum. Each coin gives P(compared arm | D, i) at a ratio of 1:1. How far D wanders and how well the next
allocation can be guessed pull against each other: Rosenberger & Lachin, Randomization in Clinical Trials, 2nd ed. 2016,
chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import DesignRefused
from .schemes import Arms, Numbers, Sequential


class Coin(Protocol):
    """A rule for one stratum."""

    @property
    def name(self) -> str:
        """What it is called in the field."""

    def chance(self, d: NDArray[np.int16], i: int) -> Numbers:
        """P(compared arm) for differences `d` (…,) after `i` people."""


@dataclass(frozen=True, slots=True)
class Simple:
    """The same chance for everyone, whatever went before: P = share."""

    share: float = 0.5
    name: str = "simple randomisation"

    def __post_init__(self) -> None:
        _between(self.share, 0, 1, "The share of the compared arm", "0.5")

    def chance(self, d: NDArray[np.int16], i: int) -> Numbers:
        """`share`."""
        return np.full(d.shape, self.share)


@dataclass(frozen=True, slots=True)
class Efron:
    """The biased coin: ½ at D = 0, else p to the arm that lags (Efron, Biometrika 1971;58:403; p = ⅔ there)."""

    p: float = 2 / 3
    name: str = "Efron's biased coin"

    def __post_init__(self) -> None:
        _between(self.p, 0.5, 1, "The chance of the arm that lags", "0.667")

    def chance(self, d: NDArray[np.int16], i: int) -> Numbers:
        """p, ½ or 1 − p."""
        leans = np.array([self.p, 0.5, 1 - self.p])
        return leans[np.sign(d) + 1]


@dataclass(frozen=True, slots=True)
class BigStick:
    """A fair coin until |D| reaches the limit, then the other arm (Soares & Wu, Commun Stat 1983;12:2017)."""

    limit: int = 3
    name: str = "big stick"

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise DesignRefused("The limit of the big stick is a whole number of at least 1, for example 3.")

    def chance(self, d: NDArray[np.int16], i: int) -> Numbers:
        """1, ½ or 0."""
        return np.where(np.abs(d) < self.limit, 0.5, (d < 0).astype(np.float64))


@dataclass(frozen=True, slots=True)
class WeiUrn:
    """Wei's urn UD(α, β): α balls of each arm, and after each draw β balls of the other arm (Ann Stat 1978;6:92).

    P = (α + β n0)/(2α + β i) = ½ − βD/(2(2α + βi)); UD(0, 1) begins with a fair coin.
    """

    alpha: float = 0.0
    beta: float = 1.0
    name: str = "Wei's urn"

    def __post_init__(self) -> None:
        if self.alpha < 0 or self.beta < 0 or self.alpha + self.beta <= 0:
            raise DesignRefused("The balls of Wei's urn are at least 0, and not both 0; for example α = 0 and β = 1.")

    def chance(self, d: NDArray[np.int16], i: int) -> Numbers:
        """½ when the urn is empty."""
        balls = 2 * self.alpha + self.beta * i
        if balls == 0:
            return np.full(d.shape, 0.5)
        return np.asarray(0.5 - self.beta * d / (2 * balls), dtype=np.float64)


class CoinScheme(Sequential):
    """A coin thrown person by person, apart in each stratum; `strata` are the people's, in their order of arrival."""

    def __init__(self, coin: Coin, strata: Sequence[str]) -> None:
        names, self._stratum = np.unique(np.asarray(strata), return_inverse=True)
        self._coin, self._strata, self.people = coin, names.size, len(strata)
        self._before = [int(np.count_nonzero(self._stratum[:i] == self._stratum[i])) for i in range(self.people)]
        self.name = coin.name

    def begin(self, replicates: int) -> NDArray[np.int16]:
        """D of each stratum (strata, replicates)."""
        return np.zeros((self._strata, replicates), dtype=np.int16)

    def chance(self, state: NDArray[np.int16], person: int) -> Numbers:
        """As the coin says, from D in the person's stratum."""
        return self._coin.chance(state[self._stratum[person]], self._before[person])

    def record(self, state: NDArray[np.int16], person: int, arm: Arms) -> None:
        """D + 1 or D − 1."""
        state[self._stratum[person]] += 2 * arm.astype(np.int16) - 1


def _between(value: float, low: float, high: float, what: str, example: str) -> None:
    if not low <= value <= high:
        raise DesignRefused(
            f"{what} lies from {low:g} to {high:g}, and {value:g} was given. Use for example {example}."
        )
