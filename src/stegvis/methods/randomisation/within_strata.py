"""The scheme of what came out: as many people in each arm of each stratum as there were, in any order.

Whoever does not know, or must not tell, the sizes of the blocks re-randomises by this scheme. It conditions on the
numbers by stratum and arm, which tell nothing of the effect (Rosenberger & Lachin, Randomization in Clinical Trials,
2nd ed., section 6.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, prod

import numpy as np

from .schemes import Arms, Numbers, Scheme


class WithinStrata(Scheme):
    """Every allocation with the same number of `first` in each of the `strata` is equally likely."""

    def __init__(self, strata: Sequence[str], first: Sequence[bool]) -> None:
        codes, member = np.asarray(strata), np.asarray(first, dtype=bool)
        self.people = member.size
        self._members = [np.flatnonzero(codes == code) for code in dict.fromkeys(strata)]
        self._ones = [int(member[place].sum()) for place in self._members]
        self.name = f"any order within strata, numbers as they were, {len(self._members)} strata"

    def draw(self, rng: np.random.Generator, replicates: int) -> Arms:
        """Allocations (replicates, people): in each stratum those of the smallest random numbers."""
        arms = np.zeros((replicates, self.people), dtype=bool)
        for members, ones in zip(self._members, self._ones, strict=True):
            order = np.argsort(rng.random((replicates, members.size)), axis=1)
            np.put_along_axis(arms, members[order[:, :ones]], values=True, axis=1)
        return arms

    def enumerate(self, at_most: int) -> tuple[Arms, Numbers] | None:
        """Every choice in every stratum, all equally likely."""
        count = prod(comb(members.size, ones) for members, ones in zip(self._members, self._ones, strict=True))
        if count > at_most:
            return None
        arms = np.zeros((count, self.people), dtype=bool)
        choices = (combinations(members, ones) for members, ones in zip(self._members, self._ones, strict=True))
        for place, chosen in enumerate(product(*choices)):
            arms[place, [person for one in chosen for person in one]] = True
        return arms, np.full(count, 1 / count)
