"""Cluster-robust: errors of a linear model that hold when people (or answers) of one cluster are alike.

With residuals e_i and rows X_i of cluster i, M = (X'X)⁻¹ and H = XMX' (Liang & Zeger, Biometrika 1986;73:13):

    CR0   M Σ_i X_i' e_i e_i' X_i M
    CR1   CR0 times J/(J − 1), J clusters
    CR2   M Σ_i X_i' A_i e_i e_i' A_i X_i M,  A_i = (I − H_ii)^(−½), the symmetric (Moore–Penrose) root

CR2 is unbiased when the errors are independent with one variance (Bell & McCaffrey, Surv Methodol 2002;28:169). Its
degrees of freedom match two moments under that same model: with g_i = (I − H)_i' A_i X_i M c, df = (Σ g_i'g_i)² /
Σ_ij (g_i'g_j)² (Pustejovsky & Tipton, J Bus Econ Stat 2018;36:672). CR0 and CR1 take t(J − 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .adjusted_means import refuse_a_perfect_fit
from .estimates import Estimate, wald
from .refusals import NotEstimable
from .regression import LeastSquares, Matrix, least_squares
from .two_samples import Vector

KINDS = ("CR0", "CR1", "CR2")
NO_ROOM = 1e-10


@dataclass(frozen=True, slots=True)
class ClusterRobust:
    """An ordinary least-squares fit with the covariance (p, p) of its coefficients by clusters."""

    fit: LeastSquares
    covariance: Matrix
    kind: str
    clusters: int
    _design: Matrix
    _groups: tuple[NDArray[np.intp], ...]
    _roots: tuple[Matrix, ...]

    def degrees_of_freedom(self, row: ArrayLike) -> float:
        """Satterthwaite's df of the contrast `row` (p,) for CR2, clusters − 1 otherwise."""
        if self.kind != "CR2":
            return float(self.clusters - 1)
        turned = self.fit.bread @ np.asarray(row, dtype=np.float64)
        vectors = np.zeros((len(self._groups), len(self._design)))
        for place, (group, root) in enumerate(zip(self._groups, self._roots, strict=True)):
            weights = root @ (self._design[group] @ turned)
            vectors[place, group] = weights
            vectors[place] -= self._design @ (self.fit.bread @ (self._design[group].T @ weights))
        products = vectors @ vectors.T
        return float(np.trace(products) ** 2 / np.sum(products**2))

    def estimate(self, row: ArrayLike, *, n: Mapping[str, int], level: float = 0.95) -> Estimate:
        """One contrast `row` (p,) with its t interval."""
        c = np.asarray(row, dtype=np.float64)
        df = self.degrees_of_freedom(c)
        words = f"Linear model, {self.kind} errors by cluster, " + (
            "Satterthwaite df (Bell & McCaffrey)" if self.kind == "CR2" else "t(clusters − 1)"
        )
        numbers = {"clusters": float(self.clusters), "observations": float(len(self._design))}
        se = float(np.sqrt(c @ self.covariance @ c))
        return wald(words, float(c @ self.fit.beta), se, df, level=level, n=n, numbers=numbers)


def cluster_robust(outcome: ArrayLike, design: ArrayLike, clusters: Sequence[str], kind: str = "CR2") -> ClusterRobust:
    """Fit `outcome` (n,) on `design` (n, p) with errors by `clusters` (n,); somebody alone is a cluster of one.

    Refused with as few clusters as terms, for a singular design, and when the model explains every value.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of cluster-robust error {kind!r}; known: {', '.join(KINDS)}")
    x = np.asarray(design, dtype=np.float64)
    fit = least_squares(outcome, x)
    refuse_a_perfect_fit(fit)
    groups = _groups(clusters)
    if len(groups) <= x.shape[1]:
        raise NotEstimable(
            "few_clusters",
            f"The model has {x.shape[1]} terms and only {len(groups)} clusters, so their errors cannot be estimated. "
            "Leave out a covariate in the plan, or wait for more clusters.",
            clusters=len(groups),
        )
    roots = tuple(_root(x[group], fit.bread) if kind == "CR2" else np.eye(group.size) for group in groups)
    scores = np.array([x[group].T @ (root @ fit.residuals[group]) for group, root in zip(groups, roots, strict=True)])
    factor = len(groups) / (len(groups) - 1) if kind == "CR1" else 1.0
    spread = factor * fit.bread @ scores.T @ scores @ fit.bread
    return ClusterRobust(fit, spread, kind, len(groups), x, groups, roots)


def _groups(clusters: Sequence[str]) -> tuple[NDArray[np.intp], ...]:
    _, inverse = np.unique(np.asarray(clusters), return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    return tuple(np.split(order, np.flatnonzero(np.diff(inverse[order])) + 1))


def _root(rows: Matrix, bread: Matrix) -> Matrix:
    """(I − H_ii)^(−½), with zeros where the cluster alone decides a direction."""
    values, turn = np.linalg.eigh(np.eye(len(rows)) - rows @ bread @ rows.T)
    inverse: Vector = np.where(values > NO_ROOM, 1 / np.sqrt(np.maximum(values, NO_ROOM)), 0.0)
    return (turn * inverse) @ turn.T
