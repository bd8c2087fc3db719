"""The procedures for many lists at once: the chance of each arm for the next person in every one of them.

For `simulation`; see `rules`, `margins` and `blocks` for the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.margins import Minimise, keys_of
from stegvis.methods.randomisation.rules import BiasedCoin, BigStick, Rule, Simple, Urn

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TIE = 1e-9


class Procedure(Protocol):
    """A method in the middle of many lists."""

    def chances(self, stratum: int) -> Floats:
        """The chance of each arm for the next person, who belongs to this stratum (lists, arms)."""

    def record(self, stratum: int, drawn: Ints) -> None:
        """What they got (lists,)."""


def procedure_of(design: Design, strata: Sequence[str], lists: int, rng: np.random.Generator) -> Procedure:
    """The procedure of a design at its beginning."""
    if design.rule is None:
        return _Blocks(design, len(strata), lists, rng)
    if isinstance(design.rule, Minimise):
        return _Minimised(design.rule, design.ratio, strata, lists)
    return _OneByOne(design.rule, design.ratio, len(strata), lists)


def scaled(counts: Ints, ratio: Sequence[int] | Ints) -> Ints:
    """x of each arm, the last axis, in whole numbers: n / r times the least common multiple of the ratio."""
    parts = [int(part) for part in ratio]
    return counts * np.array([lcm(*parts) // part for part in parts])


class _OneByOne:
    """A rule that looks at the counts of the stratum."""

    def __init__(self, rule: Rule, ratio: Sequence[int], strata: int, lists: int) -> None:
        self._counts = np.zeros((strata, lists, len(ratio)), dtype=np.int64)
        self._ratio, self._of = np.array(ratio), _CHANCES[type(rule)]
        self._rule = rule

    def chances(self, stratum: int) -> Floats:
        """As the rule says."""
        return self._of(self._rule, self._counts[stratum], self._ratio)

    def record(self, stratum: int, drawn: Ints) -> None:
        """One more in the arm."""
        self._counts[stratum, np.arange(len(drawn)), drawn] += 1


class _Minimised:
    """Pocock and Simon's rule, on the margins."""

    def __init__(self, rule: Minimise, ratio: Sequence[int], strata: Sequence[str], lists: int) -> None:
        keys = [keys_of(rule.factors, name.split("/")) for name in strata]
        rows = {key: row for row, key in enumerate(dict.fromkeys(key for each in keys for key in each))}
        self._rows = [[rows[key] for key in each] for each in keys]
        self._margins = np.zeros((len(rows), lists, len(ratio)), dtype=np.int64)
        self._rule, self._ratio = rule, np.array(ratio)

    def chances(self, stratum: int) -> Floats:
        """From the total imbalance that each arm would make."""
        own = self._margins[self._rows[stratum]]  # (factors, lists, arms)
        totals = np.stack([self._total(own, arm) for arm in range(len(self._ratio))], axis=1)
        return _preferring(totals <= totals.min(axis=1, keepdims=True) + TIE, self._ratio, float(self._rule.p))

    def _total(self, own: Ints, arm: int) -> Floats:
        x = (own + np.eye(len(self._ratio), dtype=np.int64)[arm]) / self._ratio
        spread = {
            "range": lambda: np.ptp(x, axis=2), "variance": lambda: x.var(axis=2, ddof=1),
            "sd": lambda: x.std(axis=2, ddof=1),
        }[self._rule.measure]()  # fmt: skip
        return np.asarray(np.array([float(each) for each in self._rule.weights]) @ spread, dtype=np.float64)

    def record(self, stratum: int, drawn: Ints) -> None:
        """One more at each of the person's levels."""
        for row in self._rows[stratum]:
            self._margins[row, np.arange(len(drawn)), drawn] += 1


class _Blocks:
    """Permuted blocks: what is left of the stratum's block, a new one when nothing is."""

    def __init__(self, design: Design, strata: int, lists: int, rng: np.random.Generator) -> None:
        self._left = np.zeros((strata, lists, len(design.arms)), dtype=np.int64)
        self._sizes, self._ratio, self._rng = np.array(design.block_sizes), np.array(design.ratio), rng

    def chances(self, stratum: int) -> Floats:
        """Places left of the arm / all places left."""
        left = self._left[stratum]
        empty = left.sum(axis=1) == 0
        sizes = self._rng.choice(self._sizes, size=int(empty.sum()))
        left[empty] = sizes[:, None] // self._ratio.sum() * self._ratio
        return np.asarray(left / left.sum(axis=1, keepdims=True), dtype=np.float64)

    def record(self, stratum: int, drawn: Ints) -> None:
        """One place less."""
        self._left[stratum, np.arange(len(drawn)), drawn] -= 1


def _preferring(tied: NDArray[np.bool_], ratio: Ints, p: float) -> Floats:
    """`rules.preferring` for each list (lists, arms)."""
    pi = ratio / ratio.sum()
    other, preferred = (1 - p) * pi / (1 - pi.min()), 1 - (1 - p) * (1 - pi) / (1 - pi.min())
    is_preferred = tied * pi / (tied * pi).sum(axis=1, keepdims=True)
    return np.asarray(is_preferred * preferred + (1 - is_preferred) * other, dtype=np.float64)


def _biased(rule: BiasedCoin, counts: Ints, ratio: Ints) -> Floats:
    x = scaled(counts, ratio)
    return _preferring(x == x.min(axis=1, keepdims=True), ratio, float(rule.p))


def _big_stick(rule: BigStick, counts: Ints, ratio: Ints) -> Floats:
    x = scaled(counts, ratio)
    ahead = x - x.min(axis=1, keepdims=True)
    open_ = (ahead < rule.limit * lcm(*ratio.tolist())) * ratio
    return np.asarray(open_ / open_.sum(axis=1, keepdims=True), dtype=np.float64)


def _urn(rule: Urn, counts: Ints, ratio: Ints) -> Floats:
    parts, before = int(ratio.sum()), counts.sum(axis=1, keepdims=True)
    balls = rule.alpha * parts + rule.beta * (parts - 1) * before
    own = rule.alpha * ratio + rule.beta * (ratio * before - counts)
    return np.where(balls == 0, ratio / parts, own / np.maximum(balls, 1))


_CHANCES: dict[type, Callable[..., Floats]] = {
    Simple: lambda _rule, counts, ratio: np.broadcast_to(ratio / ratio.sum(), counts.shape),
    BiasedCoin: _biased,
    BigStick: _big_stick,
    Urn: _urn,
}
