"""Pattern sums: what a multivariate normal likelihood asks of the data, added up by pattern of gaps.

People with the same gaps and in the same group have the same covariance matrix, so their products are summed once; a fit
with other weights (a person left out, a bootstrap sample) is another row of sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .refusals import NotEstimable

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PatternSums:
    """Weighted sums by pattern of gaps p and fit f: people, d d', d y', y y'; and what each pattern saw."""

    count: Array
    dd: Array
    dy: Array
    yy: Array
    seen: tuple[NDArray[np.intp], ...]
    group: NDArray[np.intp]
    groups: int

    def only(self, fits: NDArray[np.bool_] | NDArray[np.intp]) -> PatternSums:
        """The sums of some of the fits."""
        return PatternSums(
            self.count[fits], self.dd[fits], self.dy[fits], self.yy[fits], self.seen, self.group, self.groups
        )  # fmt: skip


def pattern_sums(y: Array, d: Array, codes: NDArray[np.intp], weight: Array) -> PatternSums:
    """Sum outcomes (n, K; gaps NaN) and design rows (n, q) by pattern and group, for weights (F, n)."""
    seen = np.isfinite(y)
    kinds, which = np.unique(np.column_stack([codes, seen]), axis=0, return_inverse=True)
    which = which.reshape(-1)
    filled = np.where(seen, y, 0.0)
    n, q, k = len(y), d.shape[1], y.shape[1]
    member = np.zeros((len(kinds), n))
    member[which, np.arange(n)] = 1.0
    by_kind = weight[:, None, :] * member
    products = [(d[:, :, None] * d[:, None, :]), (d[:, :, None] * filled[:, None, :])]
    products.append(filled[:, :, None] * filled[:, None, :])
    dd, dy, yy = (by_kind @ one.reshape(n, -1) for one in products)
    shape = by_kind.shape[:2]
    used = tuple(np.flatnonzero(kind[1:]) for kind in kinds)
    groups = int(codes.max()) + 1
    return PatternSums(
        by_kind.sum(axis=-1), dd.reshape(*shape, q, q), dy.reshape(*shape, q, k), yy.reshape(*shape, k, k),
        used, kinds[:, 0].astype(np.intp), groups,
    )  # fmt: skip


def terms_told_apart(sums: PatternSums, people: int) -> None:
    """Refuse when at some visit, in some fit, the terms are not independent; the design is scaled to d'd = people."""
    for visit in range(sums.dy.shape[-1]):
        there = np.array([visit in seen for seen in sums.seen])
        if np.linalg.eigvalsh(sums.dd[:, there].sum(axis=1)).min() < 1e-9 * people:
            raise NotEstimable(
                "singular",
                f"At visit {visit + 1} the terms of the model cannot be told apart: an arm has no value there, or too "
                "few. Leave out the visit or a covariate in the plan.",
                visit=visit + 1,
            )
