"""The scheme of permuted blocks: the trial's lists drawn again, as `blocks` would draw them.

Sums over the compared arm are all that the usual statistics need, so each order of a block's content is added up once,
for every place at which a block could begin, and a replicate only looks up one row a block. That is what makes 100,000
re-randomisations of a trial quicker than one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb, lcm

import numpy as np
from numpy.typing import NDArray

from .design import Design
from .errors import DesignRefused
from .schemes import Arms, Numbers, Scheme

MOST_ROWS = 2_000_000
"""Largest table of sums; beyond it (blocks of 20 and more) people are drawn one by one."""


class BlockScheme(Scheme):
    """Permuted blocks of random size within strata; `strata` are the people's, in their order of arrival.

    `ratio` is (compared, other); each block's size is one of `sizes` with equal probability, as in `blocks`.
    """

    def __init__(self, strata: Sequence[str], *, sizes: Sequence[int], ratio: tuple[int, int] = (1, 1)) -> None:
        codes = tuple(dict.fromkeys(strata))  # anybody's names of strata: only the design has to be one of ours
        checked = Design(("compared", "other"), ratio, tuple(sizes), tuple(map(str, range(len(codes)))), 1)
        self.name = f"permuted blocks of {', '.join(map(str, checked.block_sizes))}, {len(codes)} strata"
        self.people = len(strata)
        self._sizes, self._shares = checked.block_sizes, ratio
        self._members = [np.flatnonzero(np.asarray(strata) == code) for code in codes]

    @classmethod
    def of(cls, design: Design, strata: Sequence[str], compared: str) -> BlockScheme:
        """The scheme of a list's design with two arms; raises DesignRefused for more."""
        if len(design.arms) != 2 or compared not in design.arms:
            raise DesignRefused("Re-randomisation is between two arms; the list has others. Compare two-armed lists.")
        first = design.arms.index(compared)
        return cls(strata, sizes=design.block_sizes, ratio=(design.ratio[first], design.ratio[1 - first]))

    def draw(self, rng: np.random.Generator, replicates: int) -> Arms:
        """Each place from what is left of its block: P(compared) = its places left / all places left."""
        arms = np.empty((self.people, replicates), dtype=bool)
        sizes = np.array(self._sizes, dtype=np.int64)
        for members in self._members:
            ones = left = np.zeros(replicates, dtype=np.int64)
            for person in members:
                new = left == 0
                drawn = sizes[(rng.random(replicates) * sizes.size).astype(np.int64)]
                left = np.where(new, drawn, left)
                ones = np.where(new, drawn * self._shares[0] // sum(self._shares), ones)
                arms[person] = rng.random(replicates) * left < ones
                ones, left = ones - arms[person], left - 1
        return arms.T

    def sums(self, rng: np.random.Generator, replicates: int, columns: Numbers) -> Numbers:
        """Sums over the compared arm (replicates, k), by one row of a table a block."""
        kinds = self._kinds()
        if kinds * (self.people + len(self._members)) > MOST_ROWS:
            return super().sums(rng, replicates, columns)
        total = np.zeros((replicates, columns.shape[1]))
        for members in self._members:
            table, after = self._table(columns[members], kinds)
            first: NDArray[np.int64] | np.int64 = np.int64(0)  # one for all as long as every block is as long
            for _ in range(0, members.size, self._sizes[0]):
                row = first + rng.integers(0, kinds, replicates, dtype=np.uint32)
                total += np.take(table, row, axis=0)
                first = after[first] if len(self._sizes) == 1 else np.take(after, row)
        return total

    def _kinds(self) -> int:
        """Into how many equally likely kinds blocks fall, counting an order of a size as often as needed."""
        return len(self._sizes) * lcm(*(self._number(size) for size in self._sizes))

    def _table(self, columns: Numbers, kinds: int) -> tuple[Numbers, NDArray[np.int64]]:
        """Sums of a block of every kind begun at every place, (places + 1) × kinds rows, and the first row of what follows.

        A block that runs over the last place counts as far as it goes; after the last place there is nothing more.
        """
        n, each = columns.shape[0], kinds // len(self._sizes)
        padded = np.vstack([columns, np.zeros((self._sizes[-1], columns.shape[1]))])
        table = np.zeros((n + 1, len(self._sizes), each, columns.shape[1]))
        after = np.full((n + 1, len(self._sizes), each), n * kinds, dtype=np.int64)
        for which, size in enumerate(self._sizes):
            orders = np.repeat(self._orders(size), each // self._number(size), axis=0).astype(np.float64)
            for start in range(n):
                table[start, which] = orders @ padded[start : start + size]
                after[start, which] = min(start + size, n) * kinds
        return table.reshape(-1, columns.shape[1]), after.ravel()

    def enumerate(self, at_most: int) -> tuple[Arms, Numbers] | None:
        """Every combination of sizes and orders, stratum by stratum."""
        arms, probability = np.zeros((1, self.people), dtype=bool), np.ones(1)
        for members in self._members:
            found = self._enumerate_stratum(len(members), at_most)
            if found is None or len(found[1]) * len(probability) > at_most:
                return None
            rows = np.repeat(arms, len(found[1]), axis=0)
            rows[:, members] = np.tile(found[0], (len(probability), 1))
            arms, probability = rows, np.repeat(probability, len(found[1])) * np.tile(found[1], len(probability))
        return arms, probability

    def _enumerate_stratum(self, n: int, at_most: int) -> tuple[Arms, Numbers] | None:
        done: list[tuple[Arms, Numbers]] = []
        open_ = [(np.zeros((1, 0), dtype=bool), np.ones(1))]
        while open_:
            begun, chance = open_.pop()
            if begun.shape[1] >= n:
                done.append((begun[:, :n], chance))
                continue
            for size in self._sizes:
                if self._number(size) * len(chance) > at_most:
                    return None
                orders = self._orders(size)
                longer = np.hstack([np.repeat(begun, len(orders), axis=0), np.tile(orders, (len(chance), 1))])
                open_.append((longer, np.repeat(chance, len(orders)) / (len(orders) * len(self._sizes))))
            if sum(len(weights) for _, weights in done + open_) > at_most:
                return None
        return np.vstack([rows for rows, _ in done]), np.concatenate([weights for _, weights in done])

    def _number(self, size: int) -> int:
        """How many orders the content of a block has."""
        return comb(size, size * self._shares[0] // sum(self._shares))

    def _orders(self, size: int) -> Arms:
        """Every order of a block's content (orders, size)."""
        ones = size * self._shares[0] // sum(self._shares)
        orders = np.zeros((self._number(size), size), dtype=bool)
        for row, places in enumerate(combinations(range(size), ones)):
            orders[row, list(places)] = True
        return orders
