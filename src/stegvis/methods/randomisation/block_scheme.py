"""The scheme of permuted blocks: the trial's lists drawn again, as `blocks` would draw them.

Sums over the compared arm are all that the usual statistics need, so each order of a block's content is added up once,
for every place at which a block could begin, and a replicate only looks up one row a block. That is what makes 100,000
re-randomisations of a trial quicker than one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

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
        orders = [self._number(size) for size in self._sizes]
        if sum(orders) * (self.people + len(self._members)) > MOST_ROWS:
            return super().sums(rng, replicates, columns)
        total = np.zeros((replicates, columns.shape[1]))
        for members in self._members:
            self._add(total, rng, columns[members], np.array(orders, dtype=np.float64))
        return total

    def _add(self, total: Numbers, rng: np.random.Generator, columns: Numbers, orders: Numbers) -> None:
        table, base = self._table(columns)
        sizes, n = np.array(self._sizes, dtype=np.int64), columns.shape[0]
        begin: NDArray[np.int64] = np.zeros(total.shape[0], dtype=np.int64)
        if sizes.size == 1:
            for start in range(0, n, self._sizes[0]):
                place: Numbers = np.asarray(rng.random(total.shape[0]) * orders[0])
                row = place.astype(np.int64) + base[0, start]
                total += np.take(table, row, axis=0)
            return
        for _ in range(0, n, self._sizes[0]):
            u: Numbers = np.asarray(rng.random(total.shape[0]) * sizes.size)
            which = u.astype(np.int64)
            row = ((u - which) * orders[which]).astype(np.int64) + base[which, begin]
            total += np.take(table, row, axis=0)
            begin = np.minimum(begin + sizes[which], n)

    def _table(self, columns: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
        """Sums of every order of every size begun at every place, and where each begins; at the end there is nothing."""
        n = columns.shape[0]
        padded = np.vstack([columns, np.zeros((self._sizes[-1], columns.shape[1]))])
        parts, base, rows = [], np.zeros((len(self._sizes), n + 1), dtype=np.int64), 0
        for which, size in enumerate(self._sizes):
            orders = self._orders(size).astype(np.float64)
            for start in range(n + 1):
                parts.append(
                    orders @ padded[start : start + size] if start < n else np.zeros((len(orders), padded.shape[1]))
                )
                base[which, start] = rows
                rows += len(orders)
        return np.vstack(parts), base

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
