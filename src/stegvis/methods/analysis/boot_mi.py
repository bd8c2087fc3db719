"""Boot-MI: chained equations inside the bootstrap, for an error that is right when the two models disagree.

Rubin's rules assume that the imputation model and the analysis go together; where they do not (auxiliary variables,
shifted or reference-based imputation, unequal variances) they may be too wide or too narrow. Here people are drawn
again within their arm, each sample is imputed a few times, and the variance components of the estimates give the error
(von Hippel & Bartlett, Stat Sci 2021;36:400).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimates import Estimate
from .imputation import Column, impute
from .pooling import boot_mi
from .resampling import bootstrap_counts, bootstrap_rows, children

Array = NDArray[np.float64]
Analysis = Callable[[Array, NDArray[np.intp]], Array]
"""Estimates (M,) of filled tables (M, n, p) of the people with these row numbers (n,)."""


def boot_mi_effect(
    values: ArrayLike, columns: Sequence[Column], analyse: Analysis, *, arms: Sequence[str], n: Mapping[str, int],
    bootstraps: int, seed: np.random.SeedSequence, imputations: int = 2, iterations: int = 10, by_arm: bool = True,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """Impute (as `imputation.impute`) and analyse `bootstraps` samples of people, drawn within each arm.

    Each sample has a random stream of its own. Raises NotEstimable when a sample cannot be imputed, which happens where
    few people have an answer: it is not replaced by another sample.
    """
    table, codes = np.asarray(values, dtype=np.float64), np.asarray(arms)
    estimates = np.empty((bootstraps, imputations))
    drawn, filled = children(seed, 2)
    counts = bootstrap_counts(arms, bootstraps, drawn)
    for place, one in enumerate(children(filled, bootstraps)):
        rows = bootstrap_rows(counts[place])
        own = codes[rows].tolist() if by_arm else None
        made = impute(table[rows], columns, imputations=imputations, seed=one, iterations=iterations, arms=own)
        estimates[place] = analyse(made.values, rows)
    return boot_mi(estimates, n=n, level=level, method="chained equations")
