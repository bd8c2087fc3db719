"""Rank sums of many trials at once, with what their ties take from the variance.

Each value becomes a whole number whose last bit is the arm: small ones (16 bits) where the values themselves are whole and
small, as scores are, and otherwise the 64 bits of the value. Sorting these is quicker than sorting places, and equal values
then stand side by side, the reference arm's first. With r the number of equal values that follow one, a group of t has
Σ r(r + 1)/2 = (t³ − t)/6; and mean ranks lie half a place below these for each pair of equal values of different arms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .regression import Matrix
from .two_samples import Vector

Bits = NDArray[np.signedinteger]

SMALL = 16_000
"""Whole numbers up to here are sorted in 16 bits."""
MOST = 300
"""With more people than this the places of the missing have no room beside small whole numbers."""


def rank_sums(values: Matrix, known: NDArray[np.bool_], member: NDArray[np.bool_]) -> tuple[Vector, Vector]:
    """Rank sum of the compared arm, and Σ(t³ − t) over ties, of each trial (B,).

    `values` (B, n) count where `known`; `member` (n,) is the compared arm.
    """
    arm = known & member
    keys, whole = _keys(values, known, arm)
    keys.sort(axis=1)
    sums, ties, neighbours = _sums(np.ascontiguousarray(keys.T))
    if not whole:
        _set_right(sums, ties, neighbours, values, known, arm)
    return sums, ties


def _keys(values: Matrix, known: NDArray[np.bool_], arm: NDArray[np.bool_]) -> tuple[Bits, bool]:
    """The values as whole numbers with the arm in the last bit, the missing above all; and whether nothing was lost.

    The bits of a negative number are turned, so that they are in order as whole numbers.
    """
    with np.errstate(invalid="ignore"):
        small = values.astype(np.int16)
    is_small = values.shape[1] <= MOST and small.max() <= SMALL and small.min() >= -SMALL
    if is_small and np.all((small.astype(np.float64) == values) | ~known):
        small *= 2
        return _missing_last(small, known, arm), True
    bits = (values + 0.0).view(np.int64)  # + 0 makes −0 the same as 0
    bits ^= (bits >> 63) & np.iinfo(np.int64).max
    bits &= -2
    return _missing_last(bits, known, arm), False


def _missing_last(keys: Bits, known: NDArray[np.bool_], arm: NDArray[np.bool_]) -> Bits:
    """The keys with the arm in their last bit; of the missing each has a key of its own, above all others."""
    above = np.iinfo(keys.dtype).max - 1 - 2 * np.arange(keys.shape[1], dtype=keys.dtype)
    chosen = -known.astype(keys.dtype)  # all bits where known: quicker than choosing
    keys &= chosen
    keys |= ~chosen & above
    keys |= arm
    return keys


def _sums(keys: Bits) -> tuple[Vector, Vector, Vector]:
    """Rank sums and ties of sorted keys (n, B), and how many values are the same as the one before."""
    people = keys.shape[0]
    few = people <= np.iinfo(np.uint8).max
    counts, real = np.dtype(np.uint8 if few else np.int32), np.dtype(np.float32 if few else np.float64)  # exact in both
    values, turned, ones = keys >> 1, keys ^ 1, np.ones(people, dtype=real)
    following, pairs = np.zeros(keys.shape, dtype=counts), np.zeros(keys.shape, dtype=counts)
    neighbours = np.zeros(keys.shape[1])
    for lag in range(1, people):
        same = values[lag:] == values[:-lag]
        if not same.any():
            break
        following[:-lag] += same.view(np.uint8)
        pairs[:-lag] += (turned[:-lag] == keys[lag:]).view(np.uint8)
        if lag == 1:
            neighbours = (ones[1:] @ same.astype(real)).astype(np.float64)
    equal = following.astype(real)
    ties = 3.0 * (ones @ (equal * (equal + 1))).astype(np.float64)
    below = (ones @ pairs.astype(real)).astype(np.float64) / 2
    ranks = (np.arange(1, people + 1, dtype=real) @ (keys & 1).astype(real)).astype(np.float64)
    return ranks - below, ties, neighbours


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
