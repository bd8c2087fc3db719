"""Resampling: independent random streams from one seed, and bootstrap samples of people within their arms.

`SeedSequence.spawn` counts its children, so a second call with the same seed would give other numbers; the children
here depend on nothing but the seed and their place, so an analysis can be repeated in any order and in parts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def child(seed: np.random.SeedSequence, *place: int) -> np.random.SeedSequence:
    """The child in a place, numbered as `seed.spawn` numbers them: it depends on the seed and the place only."""
    return np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *place), pool_size=seed.pool_size)


def children(seed: np.random.SeedSequence, count: int) -> list[np.random.SeedSequence]:
    """The first `count` children of a seed, the same ones every time it is asked."""
    return [child(seed, place) for place in range(count)]


def bootstrap_counts(arms: Sequence[str], samples: int, seed: np.random.SeedSequence) -> NDArray[np.float64]:
    """How often each person is drawn: (samples, n), as many from each arm as it has people.

    Arms are taken in alphabetical order from one stream.
    """
    generator = np.random.default_rng(seed)
    codes = np.asarray(arms)
    counts = np.zeros((samples, len(codes)))
    for arm in sorted(set(arms)):
        people = np.flatnonzero(codes == arm)
        counts[:, people] = generator.multinomial(people.size, np.full(people.size, 1 / people.size), size=samples)
    return counts


def bootstrap_rows(counts: NDArray[np.float64]) -> NDArray[np.intp]:
    """The row numbers of one sample (n,), each as often as its count says, in the order of the table."""
    return np.repeat(np.arange(counts.size), counts.astype(np.intp))
