"""Tally: what an analysis did over many made-up trials, each figure with its Monte Carlo error.

Monte Carlo errors as in Morris, White & Crowther, Stat Med 2019;38:2074, table 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stegvis.methods.analysis.simulate import Results


@dataclass(frozen=True, slots=True)
class Tally:
    """Over `trials`, of which `refused` gave no number: a refused trial does not reject, and is left out of the others.

    `rejected` is type I error where the truth is nought, and power elsewhere. nan where a method has no interval.
    """

    trials: int
    refused: int
    rejected: float
    rejected_se: float
    coverage: float
    coverage_se: float
    bias: float
    bias_se: float
    width: float
    width_se: float


def tally(parts: Sequence[Results], truth: float, alpha: float = 0.05) -> Tally:
    """Put the chunks of one analysis together."""
    estimate, low, high, p = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("estimate", "low", "high", "p")
    )
    known = np.isfinite(p)
    rejected = known & (np.where(known, p, 1.0) < alpha)
    inside = known & np.isfinite(low)
    coverage = _share((low[inside] <= truth) & (truth <= high[inside]))
    bias, width = _mean(estimate[known & np.isfinite(estimate)] - truth), _mean((high - low)[inside])
    return Tally(p.size, int(p.size - known.sum()), *_share(rejected), *coverage, *bias, *width)


def _share(hits: np.ndarray) -> tuple[float, float]:
    if not hits.size:
        return np.nan, np.nan
    share = float(hits.mean())
    return share, float(np.sqrt(share * (1 - share) / hits.size))


def _mean(values: np.ndarray) -> tuple[float, float]:
    if values.size < 2:
        return np.nan, np.nan
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))
