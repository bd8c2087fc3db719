"""Rank sums of many trials at once, with what their ties take from the variance.

Each value becomes a whole number whose last bit is the arm: small ones (16 bits) where the values themselves are whole and
small, as scores are, and otherwise the 64 bits of the value. Sorting these is quicker than sorting places, and equal values
then stand side by side, the reference arm's first. A group of t equal values has t − k pairs at a distance of k places, and
Σ k(t − k) = (t³ − t)/6; mean ranks lie half a place below these for each pair of equal values of different arms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .regression import Matrix
from .two_samples import Vector

Bits = NDArray[np.signedinteger]

SMALL = 16_000
"""Whole numbers up to here are sorted in 16 bits."""
MOST = 300
"""With more people than this the places of the missing have no room beside small whole numbers."""
FEWER = 8
"""When so many times fewer trials than before still have equal values, the others are left alone."""


def rank_sums(values: Matrix, known: NDArray[np.bool_], member: NDArray[np.bool_]) -> tuple[Vector, Vector]:
    """Rank sum of the compared arm, and Σ(t³ − t) over ties, of each trial (B,).

    `values` (B, n) count where `known`; `member` (n,) is the compared arm.
    """
    small = small_whole(values)
    if small is not None and np.array_equal(small.known & known, known) and _fit(small.values, known):
        return whole_rank_sums(small.values, known, member)
    keys = _keys(values, known, member)
    keys.sort(axis=1)
    sums, ties, neighbours = _sums(np.ascontiguousarray(keys.T))
    _set_right(sums, ties, neighbours, values, known, known & member)
    return sums, ties


def whole_rank_sums(
    values: NDArray[np.int16], known: NDArray[np.bool_], member: NDArray[np.bool_]
) -> tuple[Vector, Vector]:
    """The same of whole numbers from −SMALL to SMALL, of at most MOST people; a missing value may be any of them."""
    keys = _missing_last(values * np.int16(2), known, member)
    keys.sort(axis=1)
    most = np.count_nonzero(keys.min(axis=0) <= 2 * SMALL + 1)  # behind these every trial has only missing ones
    sums, ties, _ = _sums(np.ascontiguousarray(keys[:, :most].T))
    return sums, ties


@dataclass(frozen=True, slots=True)
class Small:
    """Values (B, n) as whole numbers, where they are `known`; what is not known is any number."""

    values: NDArray[np.int16]
    known: NDArray[np.bool_]


def small_whole(values: Matrix) -> Small | None:
    """The values in 16 bits, when every one that is there is a whole number of that size and there is room beside them."""
    if values.shape[1] > MOST or (len(values) > 1 and small_whole(values[:1]) is None):  # one trial tells it mostly
        return None
    with np.errstate(invalid="ignore"):
        small = values.astype(np.int16)
    known = small == values
    if np.count_nonzero(known) != np.count_nonzero(np.isfinite(values)):
        return None
    return Small(small, known)


def _fit(small: NDArray[np.int16], known: NDArray[np.bool_]) -> bool:
    """Whether the doubled values leave room above for those that are missing."""
    there = small & -known.astype(np.int16)
    return bool(there.max(initial=0) <= SMALL and there.min(initial=0) >= -SMALL)


def _keys(values: Matrix, known: NDArray[np.bool_], member: NDArray[np.bool_]) -> Bits:
    """The bits of the values with the arm in the last one, the missing above all.

    The bits of a negative number are turned, so that they are in order as whole numbers.
    """
    bits = (values + 0.0).view(np.int64)  # + 0 makes −0 the same as 0
    bits ^= (bits >> 63) & np.iinfo(np.int64).max
    bits &= -2
    return _missing_last(bits, known, member)


def _missing_last(keys: Bits, known: NDArray[np.bool_], member: NDArray[np.bool_]) -> Bits:
    """The keys with the arm in their last bit; of the missing each has a key of its own, above all others."""
    above = np.iinfo(keys.dtype).max - 1 - 2 * np.arange(keys.shape[1], dtype=keys.dtype)
    keys += member.astype(keys.dtype)
    keys ^= above
    keys &= -known.astype(keys.dtype)  # all bits where known, and none elsewhere: quicker than choosing
    keys ^= above
    return keys


def _sums(keys: Bits) -> tuple[Vector, Vector, Vector]:
    """Rank sums and ties of sorted keys (n, B), and how many values are the same as the one before."""
    people, trials = keys.shape
    few = people <= np.iinfo(np.uint8).max
    count, real = (np.uint8, np.float32) if few else (np.int64, np.float64)  # exact in both
    sums = (np.arange(1, people + 1, dtype=real) @ (keys & 1).astype(real)).astype(np.float64)
    ties, pairs, neighbours = np.zeros(trials), np.zeros(trials), np.zeros(trials)
    values, turned, tied = keys >> 1, keys ^ 1, None
    for lag in range(1, people):
        same = _in_columns(values[lag:] == values[:-lag], count)
        left = np.count_nonzero(same)
        if not left:
            break
        crossed = _in_columns(turned[:-lag] == keys[lag:], count)
        if lag == 1:
            neighbours += same
        if tied is None:
            ties += lag * same.astype(np.float64)
            pairs += crossed
        else:
            ties[tied] += lag * same.astype(np.float64)
            pairs[tied] += crossed
        if FEWER * left < same.size:
            still = np.flatnonzero(same)
            keys, values, turned = (np.take(one, still, axis=1) for one in (keys, values, turned))
            tied = still if tied is None else tied[still]
    return sums - pairs / 2, 6 * ties, neighbours


def _in_columns(found: NDArray[np.bool_], count: type) -> NDArray[np.integer]:
    """How many of each column of (k, B) were found."""
    return np.asarray(np.add.reduce(found.view(np.uint8), axis=0, dtype=count))


def _set_right(
    sums: Vector,
    ties: Vector,
    neighbours: Vector,
    values: Matrix,
    known: NDArray[np.bool_],
    arm: NDArray[np.bool_],
) -> None:
    """Rank again by their whole values the trials in which the last bit alone told two values apart."""
    tied = np.flatnonzero(neighbours)
    whole = np.sort(np.where(known[tied], values[tied], np.nan), axis=1)
    truly = np.count_nonzero(whole[:, 1:] == whole[:, :-1], axis=1)
    for row in tied[truly < neighbours[tied]]:
        of_row, in_arm = values[row, known[row]], arm[row, known[row]]
        _, place, size = np.unique(of_row, return_inverse=True, return_counts=True)
        middle = np.cumsum(size) - (size - 1) / 2
        sums[row], ties[row] = middle[place] @ in_arm, float(np.sum(size.astype(np.float64) ** 3 - size))
