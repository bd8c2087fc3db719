"""Clusters: how outcomes lie in people, in a form that sums by person without a loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .refusals import NotEstimable

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """N outcomes of K people, sorted by person: `order` sorts the rows as given, `starts` is where each person begins.

    `design` (N, p) is sorted already; `sizes` (K,) counts each person's outcomes.
    """

    design: Array
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: Array

    @property
    def people(self) -> int:
        return self.starts.size

    @property
    def terms(self) -> int:
        return self.design.shape[1]

    @property
    def owner(self) -> NDArray[np.int64]:
        """Which person (0 … K − 1) each sorted outcome is of."""
        return np.repeat(np.arange(self.people), self.sizes.astype(np.int64))

    def sums(self, values: Array, axis: int) -> Array:
        """Sums by person along the axis of the (sorted) outcomes."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=axis))


def laid_out(x: ArrayLike, clusters: Sequence[str]) -> Layout:
    """Sort a design (N, p) by person. Raises NotEstimable without rows or when its columns are not independent."""
    design = np.asarray(x, dtype=np.float64)
    if design.shape[0] != len(clusters):
        raise ValueError(f"the design has {design.shape[0]} rows, and {len(clusters)} people are named")
    if design.shape[0] == 0:
        raise NotEstimable("empty", "No goal has been rated. Wait for more ratings.")
    if not np.all(np.isfinite(design)):
        raise ValueError("missing values must be removed before an estimator is called")
    scale = np.linalg.norm(design, axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < design.shape[1]:
        raise NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate.")
    inverse = np.unique(np.asarray(clusters), return_inverse=True)[1].reshape(-1)
    order = np.argsort(inverse, kind="stable")
    starts = np.flatnonzero(np.diff(inverse[order], prepend=-1))
    sizes = np.diff(starts, append=order.size).astype(np.float64)
    return Layout(design[order], order, starts, sizes)


def contrast_design(
    arms: Sequence[str], arm: str, reference: str, covariates: ArrayLike | None = None
) -> tuple[Array, int]:
    """Intercept, an indicator for every arm but the reference, and the covariates; and the column of `arm`.

    Covariates (N,) or (N, q) are centred, which changes the intercept only. Raises NotEstimable for an empty arm.
    """
    if arm not in arms or reference not in arms:
        raise NotEstimable("empty", "One of the two arms has no rated goal. Wait for more ratings.")
    compared = [one for one in sorted(set(arms)) if one != reference]
    columns = [np.ones(len(arms))]
    columns += [np.array([one == other for one in arms], dtype=np.float64) for other in compared]
    if covariates is not None:
        further = np.asarray(covariates, dtype=np.float64).reshape(len(arms), -1)
        columns += list((further - further.mean(axis=0)).T)
    return np.column_stack(columns), 1 + compared.index(arm)


def person_counts(arms: Sequence[str], clusters: Sequence[str], shown: Sequence[str]) -> Mapping[str, int]:
    """Both units: people by arm, and outcomes by arm as "<arm>.goals". Refuses a person in two arms."""
    of = dict(zip(clusters, arms, strict=True))
    if any(of[person] != arm for person, arm in zip(clusters, arms, strict=True)):
        raise NotEstimable("two_arms", "A person stands in two arms. Mend the table of allocations.")
    people = {arm: sum(one == arm for one in of.values()) for arm in shown}
    return people | {f"{arm}.goals": sum(one == arm for one in arms) for arm in shown}
