"""Nested: a comparison in which one arm's people are treated in clusters (by therapist) and the others' are not.

Model (Roberts & Roberts, Clin Trials 2005;2:152; Candlish et al., BMC Med Res Methodol 2018;18:105, heteroscedastic
partially nested): y = Xβ + z u_j + ε, z = 1 in a cluster and 0 outside, u_j ~ N(0, σ_u²) the therapist, ε ~ N(0, σ_1²)
in a cluster and N(0, σ_0²) outside; `equal_residuals` makes σ_1² = σ_0². REML as in `restricted`, errors and degrees of
freedom as in `small_sample`.

V is a sum of commuting projections: outside clusters with the variance σ_0², within clusters with σ_1², and between
clusters of m people with σ_1² + mσ_u². So each is a cell of one occasion, and any number of data sets is fitted at once.

Where the likelihood is largest at σ_u² = 0, the estimate is 0 and θ is the residual variances alone, as in SAS: the
intra-cluster correlation is 0 and the design effect 1, and both are reported. `negative=True` lets σ_u² be below zero
as long as every variance is positive (SAS: NOBOUND); with four to six clusters that has no optimum in 9 to 25 trials of a
hundred (docs/calibration.md), so it is no default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import small_sample
from .crossproducts import Array, Cells, triangle
from .estimates import Estimate, wald
from .refusals import NotEstimable
from .regression import ordinary
from .reml import FINE, Codes, Optimum, maximise, refusal
from .restricted import at, collected, gradient_and_observed
from .small_sample import KENWARD_ROGER_LINEAR, SATTERTHWAITE, Contrasts

WORDS = {
    SATTERTHWAITE: "Satterthwaite df",
    KENWARD_ROGER_LINEAR: "Kenward–Roger errors and df",
    small_sample.LARGE_SAMPLE: "normal approximation",
}


@dataclass(frozen=True, slots=True)
class Nesting:
    """The variances of the cells: `slopes` (C, Q), how each grows with σ_0², σ_1² (or one σ²) and σ_u²."""

    slopes: Array

    @property
    def size(self) -> int:
        """Number of variance parameters."""
        return int(self.slopes.shape[1])

    def derivatives(self, theta: Array) -> tuple[Array, Array, Array | None]:
        """Variances (B, C, 1, 1) and their constant derivatives (B, C, Q, 1, 1)."""
        variances = theta @ self.slopes.T
        jacobian = np.broadcast_to(self.slopes, (len(theta), *self.slopes.shape))
        return variances[..., None, None], jacobian[..., None, None], None

    def is_inside(self, theta: Array) -> NDArray[np.bool_]:
        """Every θ that makes all variances positive is allowed."""
        return np.ones(len(theta), dtype=bool)

    def without_clusters(self) -> Nesting:
        """The same model with σ_u² = 0."""
        return Nesting(self.slopes[:, :-1])


@dataclass(frozen=True, slots=True)
class ManyNested:
    """Partially nested fits of B data sets; where `state` (B,) is not FINE every number is nan.

    `beta` (B, p); `residuals` (B, 2) σ_0² and σ_1²; `cluster` σ_u² (B,); `icc`, `design_effect` (B,); `at_zero` (B,)
    where σ_u² was estimated at 0; `deviance` −2ℓ_R (B,).
    """

    beta: Array
    residuals: Array
    cluster: Array
    icc: Array
    design_effect: Array
    at_zero: NDArray[np.bool_]
    deviance: Array
    state: Codes
    _cells: Cells
    _reduced: Optimum
    _whole: Optimum

    def contrasts(
        self, rows: ArrayLike, method: str = KENWARD_ROGER_LINEAR, information: str = "observed"
    ) -> Contrasts:
        """Contrasts `rows` (r, p) of every data set: estimates, errors, degrees of freedom (B, r)."""
        turned = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        found = []
        for optimum in (self._reduced, self._whole):
            of = small_sample.precision(self._cells, optimum, method, information)
            found.append(small_sample.contrasts(optimum.point.beta, of, turned))
        lost = (self.state != FINE)[:, None]
        names = ("estimate", "se", "df")
        picked = [np.where(self.at_zero[:, None], *(getattr(one, name) for one in found)) for name in names]
        return Contrasts(*(np.where(lost, np.nan, one) for one in picked))


def fit_many(
    outcome: ArrayLike,
    design: ArrayLike,
    clusters: Sequence[str],
    *,
    equal_residuals: bool = False,
    negative: bool = False,
) -> ManyNested:
    """Fit `outcome` (B, n), nan where missing, on `design` (n, p) or (B, n, p).

    `clusters` (n,) names everybody's cluster, "" outside any. Nothing is raised for a data set that cannot be fitted.
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(design, dtype=np.float64)
    cells, slopes, mean_size = _cells(y, x, clusters)
    if equal_residuals:
        slopes = np.column_stack([slopes[:, 0] + slopes[:, 1], slopes[:, 2]])
    model = Nesting(slopes)
    spread = np.array([np.nanvar(one) if np.isfinite(one).any() else 1.0 for one in y])
    start = np.where(spread > 0, spread, 1.0)[:, None] * np.ones(model.size - 1)
    reduced = maximise(cells, model.without_clusters(), start)
    whole = maximise(cells, model, np.column_stack([0.9 * start, 0.1 * start[:, 0]]))
    at_zero = (_falls_from_zero(cells, model, reduced) | (whole.point.theta[:, -1] <= 0)) & (not negative)
    return _gathered(cells, reduced, whole, at_zero, mean_size, equal_residuals=equal_residuals)


def _cells(y: Array, x: Array, clusters: Sequence[str]) -> tuple[Cells, Array, Array]:
    """Cross products of the projections, their variances' slopes (C, 3), and Σm²/Σm of each data set."""
    seen = np.isfinite(y)
    z = np.concatenate([np.broadcast_to(x, (*y.shape, x.shape[-1])), np.where(seen, y, 0.0)[..., None]], axis=2)
    z = z * seen[..., None]
    names = sorted({one for one in clusters if one})
    member = np.array([[one == name for name in names] for one in clusters], dtype=np.float64)
    sizes = seen.astype(np.float64) @ member
    totals = np.matmul(member.T, z)
    inside = member.sum(axis=1)
    squares = [np.matmul((z * keep[:, None]).swapaxes(1, 2), z) for keep in (1 - inside, inside)]
    present = np.unique(sizes[sizes > 0]).astype(int)
    between, counts = [], []
    for size in present:
        own = (sizes == size).astype(np.float64)
        between.append(np.matmul((totals * own[..., None] / size).swapaxes(1, 2), totals))
        counts.append(own.sum(axis=1))
    people = [(seen * keep).sum(axis=1) for keep in (1 - inside, inside)]
    number = np.stack([people[0], people[1] - np.sum(counts, axis=0), *counts], axis=1)
    sums = np.stack([squares[0], squares[1] - np.sum(between, axis=0), *between], axis=1)
    rows, columns, _ = triangle(z.shape[-1])
    slopes = np.array([[1, 0, 0], [0, 1, 0], *([0, 1, size] for size in present)], dtype=np.float64)
    cells = Cells(
        sums[..., rows, columns],
        number,
        np.ones((len(slopes), 1), dtype=bool),
        np.arange(len(slopes), dtype=np.intp),
        int(x.shape[-1]),
    )
    return cells, slopes, (sizes**2).sum(axis=1) / np.maximum(sizes.sum(axis=1), 1)


def _falls_from_zero(cells: Cells, model: Nesting, reduced: Optimum) -> NDArray[np.bool_]:
    """Whether, at σ_u² = 0, a little of it would make the data less likely."""
    zero = np.column_stack([reduced.point.theta, np.zeros(len(reduced.state))])
    point = at(cells, model, zero)
    gradient, _ = gradient_and_observed(cells, point, collected(cells, point))
    return np.asarray(gradient[:, -1] >= 0)


def _gathered(
    cells: Cells,
    reduced: Optimum,
    whole: Optimum,
    at_zero: NDArray[np.bool_],
    mean_size: Array,
    *,
    equal_residuals: bool,
) -> ManyNested:
    state = np.where(at_zero, reduced.state, whole.state)
    lost = state != FINE
    padded = np.column_stack([reduced.point.theta, np.zeros(len(state))])
    theta = np.where(lost[:, None], np.nan, np.where(at_zero[:, None], padded, whole.point.theta))
    residuals = theta[:, [0, 0]] if equal_residuals else theta[:, :2]
    icc = theta[:, -1] / (theta[:, -1] + residuals[:, 1])
    beta = np.where(at_zero[:, None], reduced.point.beta, whole.point.beta)
    return ManyNested(
        np.where(lost[:, None], np.nan, beta),
        residuals,
        theta[:, -1],
        icc,
        1 + (mean_size - 1) * icc,
        at_zero,
        np.where(lost, np.nan, np.where(at_zero, reduced.point.value, whole.point.value)),
        state,
        cells,
        reduced,
        whole,
    )


def partially_nested(
    outcome: ArrayLike,
    design: ArrayLike,
    clusters: Sequence[str],
    row: ArrayLike,
    *,
    n: Mapping[str, int],
    equal_residuals: bool = False,
    negative: bool = False,
    method: str = KENWARD_ROGER_LINEAR,
    information: str = "observed",
    level: float = 0.95,
) -> Estimate:
    """One contrast `row` (p,) of the partially nested model for `outcome` (n,), with variances, ICC and design effect.

    Raises NotEstimable without two clusters, without a cluster of two people, with nobody outside a cluster, and where
    the fit gives no number.
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(design, dtype=np.float64)
    refuse_what_is_not_nested(y, clusters)
    length = np.linalg.norm(x, axis=0)
    length = np.where(length > 0, length, 1)
    near, residual = ordinary(y, x / length)
    unit = float(np.nanstd(residual))
    many = fit_many(residual[None] / unit, x / length, clusters, equal_residuals=equal_residuals, negative=negative)
    if many.state[0] != FINE:
        raise refusal(int(many.state[0]), "a covariate")
    turned = np.asarray(row, dtype=np.float64) / length
    found = many.contrasts(turned, method, information)
    estimate, se, df = (float(one[0, 0]) for one in (found.estimate, found.se, found.df))
    words = "Partially nested model, REML, clusters inside one arm only, residual variance "
    words += "common to all" if equal_residuals else "of its own in the clusters"
    words += f"; {WORDS[method]}" + ("" if method == small_sample.LARGE_SAMPLE else f"; {information} information")
    numbers = _numbers(many, unit, np.log(length), clusters, y)
    return wald(words, estimate * unit + float(turned @ near), se * unit, df, level=level, n=n, numbers=numbers)


def _numbers(many: ManyNested, unit: float, log_length: Array, clusters: Sequence[str], y: Array) -> dict[str, float]:
    used = [one for one, value in zip(clusters, y, strict=True) if one and np.isfinite(value)]
    observations, p = int(np.isfinite(y).sum()), len(log_length)
    deviance = many.deviance[0] + (observations - p) * np.log(unit**2) + 2 * log_length.sum()
    return {
        "residual_variance_outside": float(many.residuals[0, 0]) * unit**2,
        "residual_variance_inside": float(many.residuals[0, 1]) * unit**2,
        "cluster_variance": float(many.cluster[0]) * unit**2,
        "icc": float(many.icc[0]),
        "design_effect": float(many.design_effect[0]),
        "at_zero": float(many.at_zero[0]),
        "clusters": float(len(set(used))),
        "observations": float(observations),
        "minus_two_log_likelihood": float(deviance),
    }


def refuse_what_is_not_nested(y: Array, clusters: Sequence[str]) -> None:
    """The refusals that can be said before any iteration, each with its fact."""
    used = [one for one, value in zip(clusters, y, strict=True) if np.isfinite(value)]
    inside = [one for one in used if one]
    if len(set(inside)) < 2 or len(set(inside)) == len(inside):
        raise NotEstimable(
            "few_clusters",
            f"There are {len(inside)} people in {len(set(inside))} clusters, and how alike people of one cluster are needs "
            "at least two clusters and one with two people. Wait for more answers, or compare without clusters.",
        )
    if len(inside) == len(used):
        raise NotEstimable(
            "all_nested",
            "Nobody is outside a cluster, so this is no partially nested trial. Use cluster-robust errors.",
        )
    if np.ptp(y[np.isfinite(y)]) == 0:
        raise NotEstimable("constant", "Every value is the same, so there is no spread. Look at the distribution.")
