"""Exact behaviour of a method in one stratum of two arms at 1:1: what `simulation` must agree with.

By dynamic programming over what decides the next chance: D, the difference between the arms, for rules; what is left of the
block for permuted blocks. For one block of 2b it is the closed form of Blackwell & Hodges (1957): b + 2^(2b−1)/C(2b, b) − ½
right guesses by convergence, and 2b/(b + 1) places that are certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from stegvis.methods.randomisation.rules import Rule

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Exact:
    """Over n people: E|D| at the end, the largest |D| there can be, and the shares that two guessers get right."""

    imbalance: Fraction
    largest: int
    convergence: Fraction
    knowing: Fraction
    certain: Fraction


State = tuple[int, int, int]
"""D, and how many places of each arm the block has left; (D, 0, 0) without blocks, where D and i give the counts."""


def of_rule(rule: Rule, n: int) -> Exact:
    """A rule, for n people."""
    followed = _Followed()
    states: dict[State, Fraction] = {(0, 0, 0): Fraction(1)}
    for i in range(n):
        after: dict[State, Fraction] = defaultdict(Fraction)
        for (d, _, _), weight in states.items():
            chance = chance_at(rule, d, i)
            followed.guess(d, chance, weight)
            after[d + 1, 0, 0] += weight * chance
            after[d - 1, 0, 0] += weight * (1 - chance)
        states = {state: weight for state, weight in after.items() if weight}
    return followed.ended(states, n)


def of_blocks(sizes: Sequence[int], n: int) -> Exact:
    """Permuted blocks of these sizes, equally likely, for n people."""
    followed = _Followed()
    states: dict[State, Fraction] = {(0, 0, 0): Fraction(1)}
    for _ in range(n):
        after: dict[State, Fraction] = defaultdict(Fraction)
        for (d, ones, others), weight in _begun(states, sizes).items():
            chance = Fraction(ones, ones + others)
            followed.guess(d, chance, weight)
            if ones:
                after[d + 1, ones - 1, others] += weight * chance
            if others:
                after[d - 1, ones, others - 1] += weight * (1 - chance)
        states = after
    return followed.ended(states, n)


def chance_at(rule: Rule, d: int, i: int) -> Fraction:
    """The chance of the first arm at difference d after i people."""
    first = (i + d) // 2
    return rule.chances((first, i - first), (1, 1))[0]


def _begun(states: dict[State, Fraction], sizes: Sequence[int]) -> dict[State, Fraction]:
    """The states with a new block where one has ended."""
    begun: dict[State, Fraction] = defaultdict(Fraction)
    for (d, ones, others), weight in states.items():
        if ones + others:
            begun[d, ones, others] += weight
            continue
        for size in sizes:
            begun[d, size // 2, size // 2] += weight / len(sizes)
    return begun


class _Followed:
    """The guessers on their way."""

    def __init__(self) -> None:
        self._convergence = self._knowing = self._certain = Fraction(0)
        self._largest = 0

    def guess(self, d: int, chance: Fraction, weight: Fraction) -> None:
        """Both guess the next arm, whose first has this chance."""
        lagging = HALF if d == 0 else (1 - chance if d > 0 else chance)
        self._convergence += weight * lagging
        self._knowing += weight * max(chance, 1 - chance)
        self._certain += weight * (chance in (0, 1))
        self._largest = max(self._largest, abs(d))

    def ended(self, states: dict[State, Fraction], n: int) -> Exact:
        """The shares after n people."""
        imbalance = sum((abs(d) * weight for (d, _, _), weight in states.items()), Fraction(0))
        largest = max([self._largest, *(abs(d) for d, _, _ in states)])
        return Exact(imbalance, largest, self._convergence / n, self._knowing / n, self._certain / n)
