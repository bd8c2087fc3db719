"""Rules: the chance of each arm for the next person, exactly, for any number of arms in any ratio.

These make a live trial's allocations one by one: lists of simple randomisation, coins and urns beforehand, minimisation at
the moment. Chances are fractions, so that the same history and the same random number give the same arm on every computer
and with every release of every library. The quick two-armed versions for re-randomisation are in `coins` and
`minimisation`; a test holds the two together.

Notation: n_a allocated to arm a before (in the person's stratum), r_a the arm's part of the ratio, S = Σ r, π_a = r_a / S,
x_a = n_a / r_a, i = Σ n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Protocol

from stegvis.methods.randomisation.errors import DesignRefused

NUMBER_BITS = 64
Chances = tuple[Fraction, ...]


class Rule(Protocol):
    """What decides between arms when a person comes, from how many each arm has in the person's stratum."""

    method: ClassVar[str]

    def chances(self, counts: Sequence[int], ratio: Sequence[int]) -> Chances:
        """The chance of each arm (arms,), which add up to 1."""


@dataclass(frozen=True, slots=True)
class Simple:
    """P_a = π_a, whatever went before."""

    method: ClassVar[str] = "simple"

    def chances(self, counts: Sequence[int], ratio: Sequence[int]) -> Chances:
        """The shares of the ratio."""
        return shares(ratio)


@dataclass(frozen=True, slots=True)
class BiasedCoin:
    """Efron's coin (Biometrika 1971;58:403): the arm with the least x_a is preferred with chance p; see `preferring`."""

    p: Fraction = Fraction(2, 3)
    method: ClassVar[str] = "biased_coin"

    def __post_init__(self) -> None:
        check_preference(self.p)

    def chances(self, counts: Sequence[int], ratio: Sequence[int]) -> Chances:
        """p, ½ or 1 − p in two arms at 1:1."""
        x = [Fraction(n, r) for n, r in zip(counts, ratio, strict=True)]
        return preferring(least(x), ratio, self.p)


@dataclass(frozen=True, slots=True)
class BigStick:
    """π_a among the arms that are less than `limit` ahead of the last one in x (two arms: Soares & Wu, 1983;12:2017)."""

    limit: int = 3
    method: ClassVar[str] = "big_stick"

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise DesignRefused("The limit of the big stick is a whole number of at least 1, for example 3.")

    def chances(self, counts: Sequence[int], ratio: Sequence[int]) -> Chances:
        """Nought for an arm that is `limit` ahead."""
        x = [Fraction(n, r) for n, r in zip(counts, ratio, strict=True)]
        open_ = [
            share if each - min(x) < self.limit else Fraction(0) for share, each in zip(shares(ratio), x, strict=True)
        ]
        return tuple(each / sum(open_) for each in open_)


@dataclass(frozen=True, slots=True)
class Urn:
    """Wei's urn UD(α, β) (Ann Stat 1978;6:92): α balls of each arm; a draw adds β balls of every other arm.

    P_a = (α r_a + β (r_a i − n_a)) / (α S + β (S − 1) i): an arm with r parts of the ratio counts as r arms of Wei's, so
    that the ratio is kept. An empty urn gives π.
    """

    alpha: int = 0
    beta: int = 1
    method: ClassVar[str] = "urn"

    def __post_init__(self) -> None:
        if self.alpha < 0 or self.beta < 0 or self.alpha + self.beta == 0:
            raise DesignRefused("The balls of the urn are at least 0, and not both 0; for example alpha = 0, beta = 1.")

    def chances(self, counts: Sequence[int], ratio: Sequence[int]) -> Chances:
        """By the balls in the urn."""
        parts, before = sum(ratio), sum(counts)
        balls = self.alpha * parts + self.beta * (parts - 1) * before
        if balls == 0:
            return shares(ratio)
        own = (self.alpha * r + self.beta * (r * before - n) for n, r in zip(counts, ratio, strict=True))
        return tuple(Fraction(each, balls) for each in own)


def shares(ratio: Sequence[int]) -> Chances:
    """π of each arm."""
    return tuple(Fraction(part, sum(ratio)) for part in ratio)


def least(values: Sequence[Fraction]) -> list[int]:
    """Which of the arms have the smallest value."""
    return [arm for arm, value in enumerate(values) if value == min(values)]


def preferring(tied: Sequence[int], ratio: Sequence[int], p: Fraction) -> Chances:
    """The chance of each arm when those of `tied` are equally good: one of them, by its share, is preferred.

    Beside a preferred arm b, another has (1 − p) π_a / (1 − π_min), and b the rest, so that the arm with the smallest
    share is preferred with p; this keeps the ratio (Han, Enas & McEntegart, Stat Med 2009;28:3329). With all arms tied
    it gives π.
    """
    pi = shares(ratio)
    other = [(1 - p) * share / (1 - min(pi)) for share in pi]
    among = sum((pi[arm] for arm in tied), Fraction(0))
    chances = []
    for arm, share in enumerate(pi):
        is_preferred = share / among if arm in tied else Fraction(0)
        preferred = 1 - (1 - p) * (1 - share) / (1 - min(pi))
        chances.append(is_preferred * preferred + (1 - is_preferred) * other[arm])
    return tuple(chances)


def pick(chances: Sequence[Fraction], number: int) -> int:
    """The arm at `number` / 2^64 of the arms laid end to end by their chances; `number` is from 0 to 2^64 − 1."""
    if not 0 <= number < 2**NUMBER_BITS:
        raise ValueError(f"A random number has {NUMBER_BITS} bits.")
    at, end = Fraction(number, 2**NUMBER_BITS), Fraction(0)
    for arm, chance in enumerate(chances):
        end += chance
        if at < end:
            return arm
    raise ValueError("The chances of the arms do not add up to 1.")


def check_preference(p: Fraction) -> None:
    """Refuse a chance of the preferred arm that is below ½ or above 1."""
    if not Fraction(1, 2) <= p <= 1:
        raise DesignRefused(
            f"The chance of the preferred arm lies from 1/2 to 1, and {p} was given. Use for example 4/5."
        )
