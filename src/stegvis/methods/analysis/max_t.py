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


def two_sample_t(outcomes: ArrayLike, arms: ArrayLike) -> np.ndarray:
    """Student's t of every outcome under every allocation (B, m); `outcomes` (n, m) with nan missing, `arms` (B, n).

    Pooled variance; who is missing on an outcome is left out of it under every allocation.
    """
    y, z = np.asarray(outcomes, dtype=np.float64), np.asarray(arms, dtype=np.float64)
    known = np.isfinite(y)
    centred = np.where(known, y - np.nanmean(y, axis=0), 0.0)
    n, n1 = known.sum(axis=0), z @ known.astype(np.float64)
    n0 = n - n1
    s1 = z @ centred
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.sum(centred**2, axis=0) - s1**2 / n1 - s1**2 / n0  # the sum over both arms is 0
        return (s1 / n1 + s1 / n0) / np.sqrt(within / (n - 2) * (1 / n1 + 1 / n0))
