"""Permutation: a comparison that assumes nothing but the random allocation itself.

Whole people are permuted between the arms, within strata, never single goals: what was allocated is a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .refusals import NotEstimable
from .two_samples import Vector, vector

CHUNK = 4096


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """The difference in means, its two-sided P, and the Monte Carlo standard error of that P."""

    n1: int
    n0: int
    estimate: float
    p: float
    monte_carlo_se: float
    draws: int
    seed: int


def permute_means(
    values: ArrayLike, first: Sequence[bool], strata: Sequence[str], *, draws: int, seed: int
) -> PermutationTest:
    """Permute who is in the first arm within each stratum, and count differences at least as far from 0.

    P = (k + 1) / (draws + 1) (Phipson & Smyth, Stat Appl Genet Mol Biol 2010;9:39). `values` are one per person.
    The numbers come from PCG64 with the plan's seed, so that the same extract gives the same P.
    """
    outcome, member = vector(values), np.asarray(first, dtype=bool)
    n1 = int(member.sum())
    if n1 == 0 or n1 == outcome.size:
        raise NotEstimable("empty", "One of the two arms has nobody here. Wait for more ratings.")
    observed = float(outcome[member].mean() - outcome[~member].mean())
    _, stratum = np.unique(np.asarray(strata), return_inverse=True)
    order = np.argsort(stratum, kind="stable")
    outcome, member, stratum = outcome[order], member[order], stratum[order]
    rng = np.random.Generator(np.random.PCG64(seed))
    far, done = 0, 0
    while done < draws:
        size = min(CHUNK, draws - done)
        far += _count_far(outcome, member, stratum, rng.random((size, outcome.size)), observed)
        done += size
    p = (far + 1) / (draws + 1)
    return PermutationTest(n1, outcome.size - n1, observed, p, float(np.sqrt(p * (1 - p) / (draws + 1))), draws, seed)


def _count_far(outcome: Vector, member: np.ndarray, stratum: np.ndarray, keys: np.ndarray, observed: float) -> int:
    """Sorting by stratum + a random key shuffles people within their strata only."""
    shuffled = outcome[np.argsort(keys + stratum, axis=1, kind="stable")]
    n1 = int(member.sum())
    sums = shuffled[:, member].sum(axis=1)
    differences = sums / n1 - (outcome.sum() - sums) / (outcome.size - n1)
    return int(np.count_nonzero(np.abs(differences) >= abs(observed) - 1e-12))
