"""Step-down maxT: adjusted P values that know how outcomes move together.

Holm's adjustment takes the worst case. Outcomes of the same people are alike, and re-allocating whole people keeps that
likeness; the largest statistic over the outcomes then says how far chance reaches (Westfall & Young, Resampling-Based
Multiple Testing, 1993, algorithm 4.1; Ge, Dudoit & Speed, Test 2003;12:1, box 2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .refusals import NotEstimable
from .two_samples import Vector, vector

LEEWAY = 1e-9
"""Statistics that agree to this share are the same: the order of adding up must not decide."""


def step_down(observed: ArrayLike, draws: ArrayLike) -> Vector:
    """Adjusted two-sided P of m outcomes (m,), from statistics observed (m,) and re-allocated (B, m).

    With |t| ordered from largest, u_j = max over the jth and all smaller ones; P_j = (#{u_j ≥ |t_j|} + 1) / (B + 1),
    never falling. Every outcome's statistics come from the same B allocations, row by row.
    """
    t, chance = np.abs(vector(observed)), np.abs(np.asarray(draws, dtype=np.float64))
    if chance.ndim != 2 or chance.shape[1] != t.size:
        raise ValueError(f"the draws have to be (B, {t.size}), and are {chance.shape}")
    if not np.all(np.isfinite(chance)):
        raise NotEstimable("no_statistic", "Some re-allocation leaves an arm without values, so it has no statistic.")
    order = np.argsort(-t, kind="stable")
    reach = np.maximum.accumulate(chance[:, order[::-1]], axis=1)[:, ::-1]
    count = np.count_nonzero(reach >= t[order] * (1 - LEEWAY), axis=0)
    adjusted = np.empty(t.size)
    adjusted[order] = np.maximum.accumulate((count + 1) / (chance.shape[0] + 1))
    return adjusted
