"""Schemes: a trial's procedure of allocation as something that can be done again, many times at once.

A scheme knows the people in the order in which they came (and their strata or factors), and draws allocations of all
of them: `True` is the compared arm. It serves inference by re-randomisation and the study of procedures; lists for a
trial are made by `blocks`, from a seed that is kept.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

Arms = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Scheme(ABC):
    """A procedure of allocation to two arms, for people whose order of arrival is known."""

    name: str
    people: int

    @abstractmethod
    def draw(self, rng: np.random.Generator, replicates: int) -> Arms:
        """Allocations (replicates, people), each with the probability that the procedure gives it."""

    @abstractmethod
    def enumerate(self, at_most: int) -> tuple[Arms, Numbers] | None:
        """Every possible allocation (K, people) with its probability (K,), or None when there are more than `at_most`.

        An allocation may stand there more than once; the probabilities add up to 1.
        """

    def sums(self, rng: np.random.Generator, replicates: int, columns: Numbers) -> Numbers:
        """Sums over the compared arm of each column (people, k), for many allocations: (replicates, k)."""
        return np.asarray(self.draw(rng, replicates) @ columns, dtype=np.float64)


class Sequential(Scheme):
    """A scheme that decides person by person from what was allocated before.

    `begin` gives the state of many replicates, `chance` the probability of the compared arm for the next person, and
    `record` takes what was drawn into the state.
    """

    @abstractmethod
    def begin(self, replicates: int) -> NDArray[np.int16]:
        """The state before the first person: (rows, replicates)."""

    @abstractmethod
    def chance(self, state: NDArray[np.int16], person: int) -> Numbers:
        """P(compared arm) of this person in each replicate (replicates,)."""

    @abstractmethod
    def record(self, state: NDArray[np.int16], person: int, arm: Arms) -> None:
        """Change the state by what this person got in each replicate."""

    def _transposed(self, rng: np.random.Generator, replicates: int) -> Arms:
        """Allocations (people, replicates): each person's lie side by side in memory, which is quicker to fill."""
        state = self.begin(replicates)
        arms = np.empty((self.people, replicates), dtype=bool)
        for person in range(self.people):
            np.less(rng.random(replicates), self.chance(state, person), out=arms[person])
            self.record(state, person, arms[person])
        return arms

    def draw(self, rng: np.random.Generator, replicates: int) -> Arms:
        """Allocations (replicates, people)."""
        return self._transposed(rng, replicates).T

    def sums(self, rng: np.random.Generator, replicates: int, columns: Numbers) -> Numbers:
        """Sums over the compared arm (replicates, k)."""
        return (columns.T @ self._transposed(rng, replicates).astype(np.float64)).T

    def enumerate(self, at_most: int) -> tuple[Arms, Numbers] | None:
        """All 2ⁿ allocations with their probabilities, those that cannot happen left out."""
        if 2**self.people > at_most:
            return None
        arms = (np.arange(2**self.people)[:, None] >> np.arange(self.people)) & 1 == 1
        probability = self.probability(arms)
        return arms[probability > 0], probability[probability > 0]

    def probability(self, arms: Arms) -> Numbers:
        """The probability of each allocation (K,), for `arms` (K, people)."""
        state, probability = self.begin(arms.shape[0]), np.ones(arms.shape[0])
        for person in range(self.people):
            chance = self.chance(state, person)
            probability *= np.where(arms[:, person], chance, 1 - chance)
            self.record(state, person, np.ascontiguousarray(arms[:, person]))
        return probability
