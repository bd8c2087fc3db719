"""GLMM: logistic regression with a random intercept for each person, by adaptive Gauss–Hermite quadrature.

Model: logit P(y_ij = 1 | b_i) = x_ij'β + σ b_i, b_i ~ N(0, 1). A person's likelihood is the integral of
exp(h_i(b)), h_i(b) = Σ_j [y η − log(1 + e^η)] − b²/2, over b, taken at nodes placed about the mode of h_i and scaled by
its curvature there (Pinheiro & Bates, J Comput Graph Stat 1995;4:12; Pinheiro & Chao 2006;15:58). What is maximised is
the quadrature itself, as in R's `glmer`, so its gradient includes how the nodes move; steps divide it by Louis'
information (JRSS B 1982;44:226) until they vanish, and the observed information is differenced from the gradient.
`quadrature_error` says by how much the log-likelihood changes with twice the nodes; beyond 0.1 there is no number.
The coefficient is an effect within people of equal b, farther from 0 than the marginal one of a GEE.

Where the likelihood is highest at σ = 0 the model is ordinary logistic regression, and says so by its name.

Arrays: N outcomes, K people, Q nodes, p terms, S data sets of the same people and design (a leading axis); θ = (β, σ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .clusters import Layout, laid_out
from .quadrature import likelihood, weighted_square
from .refusals import NotEstimable

Array = NDArray[np.float64]
NODES = 25
STEPS = 200
TOLERANCE = 1e-10
EDGE = 1e-8
LARGEST_SD = 50.0
HALVINGS = 30
AT_ONCE = 60_000
"""Outcomes × nodes × data sets that are worked on together, so that their arrays stay in the cache."""
FAILED = ("", "separated", "not_converged", "few_nodes")
LARGEST_ERROR = 0.1
"""The quadrature error of the log-likelihood beyond which its maximum is not trusted."""
LOGISTIC_VARIANCE = np.pi**2 / 3


@dataclass(frozen=True, slots=True)
class GlmmFit:
    """β (…, p), σ (…), the covariance (…, p + 1, p + 1) of (β, σ), log-likelihood; at σ = 0 its row and column are 0.

    `failed` is an index into FAILED by data set (0: converged); the numbers of one that failed are NaN.
    """

    beta: Array
    sd: Array
    covariance: Array
    log_likelihood: Array
    quadrature_error: Array
    failed: NDArray[np.int64]
    nodes: int

    @property
    def icc(self) -> Array:
        """σ²/(σ² + π²/3), on the scale of the latent logistic variable."""
        return np.asarray(self.sd**2 / (self.sd**2 + LOGISTIC_VARIANCE))


def fit(y: ArrayLike, x: ArrayLike, clusters: Sequence[str], *, nodes: int = NODES) -> GlmmFit:
    """Fit y (N,) of 0 and 1 on x (N, p) with people `clusters` (N,).

    Raises NotEstimable for separation, when nobody has two outcomes, when no person's outcomes differ among
    themselves (σ would be infinite), for a singular design, for too few nodes, and without convergence.
    """
    outcome = np.asarray(y, dtype=np.float64)
    result = fit_many(outcome[None], x, clusters, nodes=nodes)
    _refuse_all_alike(outcome, clusters)
    if result.failed[0]:
        raise _refusal(FAILED[int(result.failed[0])])
    return GlmmFit(
        result.beta[0], result.sd[0], result.covariance[0], result.log_likelihood[0], result.quadrature_error[0],
        result.failed[0], nodes,
    )  # fmt: skip


def fit_many(y: ArrayLike, x: ArrayLike, clusters: Sequence[str], *, nodes: int = NODES) -> GlmmFit:
    """Fit S data sets y (S, N) of the same people and design; one that fails gives NaN and its `failed`."""
    layout = laid_out(x, clusters)
    outcome = np.asarray(y, dtype=np.float64)[:, layout.order]
    if not np.all((outcome == 0) | (outcome == 1)):
        raise ValueError("a yes-or-no outcome is 0 or 1, and missing values must be removed")
    if layout.sizes.max() < 2:
        raise NotEstimable("no_cluster", "No person has two rated goals, so nothing can be said of their likeness.")
    together = max(1, AT_ONCE // (outcome.shape[1] * nodes))
    parts = [_fit_block(outcome[k : k + together], layout, nodes) for k in range(0, outcome.shape[0], together)]
    beta, sd, covariance, value, error, failed = (np.concatenate(part) for part in zip(*parts, strict=True))
    return GlmmFit(beta, sd, covariance, value, error, failed, nodes)


def _fit_block(
    outcome: Array, layout: Layout, nodes: int
) -> tuple[Array, Array, Array, Array, Array, NDArray[np.int64]]:
    """β, σ, covariance, log-likelihood, quadrature error and failure of a block of data sets."""
    pooled, information, at_pooled, failed = _logistic(outcome, layout)
    count, p = pooled.shape
    theta, value = np.column_stack([pooled, np.zeros(count)]), at_pooled.copy()
    covariance, error = np.zeros((count, p + 1, p + 1)), np.zeros(count)
    sound = np.flatnonzero(failed == 0)
    covariance[sound, :p, :p] = np.linalg.inv(information[sound])
    at_zero = _curvature_at_zero(outcome, layout, pooled) <= 0
    mixed = _newton(outcome[sound], layout, np.column_stack([pooled[sound], np.ones(sound.size)]), nodes)
    better = mixed.converged & (mixed.value > at_pooled[sound])
    chosen = sound[better]
    theta[chosen], covariance[chosen] = mixed.theta[better], mixed.covariance[better]
    value[chosen], error[chosen] = mixed.value[better], mixed.error[better]
    failed[sound[~better & ~at_zero[sound]]] = FAILED.index("not_converged")
    failed[error > LARGEST_ERROR] = FAILED.index("few_nodes")
    for array in (theta, covariance, value, error):
        array[failed != 0] = np.nan
    return theta[:, :-1], theta[:, -1], covariance, value, error, failed


@dataclass(frozen=True, slots=True)
class _Maximum:
    """Where the steps ended for each data set, and whether that is a maximum with σ > 0."""

    theta: Array
    covariance: Array
    value: Array
    error: Array
    converged: NDArray[np.bool_]


def _logistic(outcome: Array, layout: Layout) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """Ordinary logistic regressions: β (S, p), information (S, p, p), log-likelihood (S,), and which are separated."""
    x, count = layout.design, outcome.shape[0]
    beta, information = np.zeros((count, layout.terms)), np.zeros((count, layout.terms, layout.terms))
    failed = np.full(count, FAILED.index("separated"), dtype=np.int64)
    active = np.arange(count)
    for _ in range(STEPS):
        mean = special.expit(beta[active] @ x.T)
        inside = np.all((mean > EDGE) & (mean < 1 - EDGE), axis=1)
        active, mean = active[inside], mean[inside]
        if active.size == 0:
            break
        information[active] = weighted_square(x, mean * (1 - mean))
        step = np.linalg.solve(information[active], ((outcome[active] - mean) @ x)[..., None])[..., 0]
        beta[active] += step
        done = np.max(np.abs(step), axis=1) < TOLERANCE * (1 + np.max(np.abs(beta[active]), axis=1))
        failed[active[done]] = 0
        active = active[~done]
    eta = beta @ x.T
    return beta, information, np.sum(outcome * eta - np.logaddexp(0, eta), axis=1), failed


def _curvature_at_zero(outcome: Array, layout: Layout, beta: Array) -> Array:
    """∂²ℓ/∂σ² at σ = 0: Σ_i [(Σ_j r_ij)² − Σ_j μ_ij(1 − μ_ij)]; positive means that σ = 0 is not the maximum."""
    mean = special.expit(beta @ layout.design.T)
    return np.asarray(np.sum(layout.sums(outcome - mean, axis=1) ** 2, axis=1) - np.sum(mean * (1 - mean), axis=1))


def _newton(outcome: Array, layout: Layout, start: Array, nodes: int) -> _Maximum:
    """Newton's method in θ for every data set, with halved steps, each until its own steps vanish."""
    rule = np.polynomial.hermite.hermgauss(nodes)
    theta, converged = start.copy(), np.zeros(start.shape[0], dtype=np.bool_)
    value, score, information = likelihood(outcome, layout, theta, rule)
    active = np.arange(start.shape[0])
    for _ in range(STEPS):
        if active.size == 0:
            break
        step = _ascent(score[active], information[active])
        step = _moved(outcome, layout, rule, (theta, value, score, information), active, step)
        small = np.max(np.abs(step), axis=1) < TOLERANCE * (1 + np.max(np.abs(theta[active]), axis=1))
        sd = np.abs(theta[active, -1])
        lost = ~np.isfinite(value[active]) | ~((sd > 1e-5) & (sd < LARGEST_SD))
        converged[active[small & ~lost]] = True
        active = active[~small & ~lost]
    return _maximum(outcome, layout, theta, value, converged, nodes)


def _moved(
    outcome: Array,
    layout: Layout,
    rule: tuple[Array, Array],
    state: tuple[Array, Array, Array, Array],
    active: NDArray[np.int64],
    step: Array,
) -> Array:
    """Move the active data sets, halving the steps that do not climb; the steps taken. Changes `state` in place."""
    theta, value, score, information = state
    waiting = np.arange(active.size)
    for halving in range(HALVINGS):
        at = active[waiting]
        found, slope, bend = likelihood(outcome[at], layout, theta[at] + step[waiting], rule)
        # the comparison allows for rounding where the steps are tiny already
        climbs = found >= value[at] - 1e-9 * (1 + np.abs(value[at]))
        if halving == HALVINGS - 1:
            climbs[:] = True
        taken, good = waiting[climbs], at[climbs]
        theta[good] += step[taken]
        value[good], score[good], information[good] = found[climbs], slope[climbs], bend[climbs]
        waiting = waiting[~climbs]
        step[waiting] /= 2
        if waiting.size == 0:
            break
    return step


def _maximum(
    outcome: Array, layout: Layout, theta: Array, value: Array, converged: NDArray[np.bool_], nodes: int
) -> _Maximum:
    count, width = theta.shape
    covariance, error = np.zeros((count, width, width)), np.zeros(count)
    at = np.flatnonzero(converged)
    information = _observed_information(outcome[at], layout, theta[at], np.polynomial.hermite.hermgauss(nodes))
    positive = np.all(np.linalg.eigvalsh(information) > 0, axis=1)
    converged[at[~positive]] = False
    at, information = at[positive], information[positive]
    sign = np.ones((at.size, width))
    sign[:, -1] = np.sign(theta[at, -1])
    covariance[at] = np.linalg.inv(information) * sign[:, :, None] * sign[:, None, :]
    finer, _, _ = likelihood(outcome[at], layout, theta[at], np.polynomial.hermite.hermgauss(2 * nodes))
    error[at] = np.abs(finer - value[at])
    theta[:, -1] = np.abs(theta[:, -1])
    return _Maximum(theta, covariance, value, error, converged)


def _observed_information(outcome: Array, layout: Layout, theta: Array, rule: tuple[Array, Array]) -> Array:
    """Minus the derivative of the gradient by a five-point difference, whose error is of the order of 1e-12."""
    width = theta.shape[1]
    columns = np.empty((theta.shape[0], width, width))
    for place in range(width):
        unit = np.zeros(width)
        unit[place] = 1e-3
        slopes = [likelihood(outcome, layout, theta + k * unit, rule)[1] for k in (-2, -1, 1, 2)]
        columns[:, place] = (slopes[0] - 8 * slopes[1] + 8 * slopes[2] - slopes[3]) / 12e-3
    return -(columns + np.swapaxes(columns, 1, 2)) / 2


def _ascent(score: Array, information: Array) -> Array:
    """Newton's steps, with negative curvature turned round so that they go uphill, and none longer than 5."""
    values, vectors = np.linalg.eigh(information)
    values = np.abs(values)
    values = np.maximum(values, 1e-8 * values.max(axis=1, keepdims=True))
    turned = (np.swapaxes(vectors, 1, 2) @ score[..., None])[..., 0] / values
    step = (vectors @ turned[..., None])[..., 0]
    longest = np.maximum(np.max(np.abs(step), axis=1, keepdims=True), 1e-300)
    return np.asarray(step * np.minimum(1.0, 5.0 / longest))


def _refuse_all_alike(outcome: Array, clusters: Sequence[str]) -> None:
    of: dict[str, set[float]] = {}
    for person, value in zip(clusters, outcome, strict=True):
        of.setdefault(person, set()).add(float(value))
    if all(len(values) == 1 for values in of.values()) and np.ptp(outcome) > 0:
        raise NotEstimable(
            "all_alike",
            "The goals of each person are rated all alike, so that the spread between people has no end. "
            "Compare people instead of goals.",
        )


def _refusal(code: str) -> NotEstimable:
    sentences = {
        "separated": "In one arm, or at one value of a covariate, everyone or no one has the outcome, so the odds ratio "
        "runs to infinity. Look at the counts and at the comparison by person.",
        "not_converged": "The model did not converge, so it gives no number: nearly everybody's goals may be rated all "
        "alike, or the nodes are too few. Compare people instead of goals, or ask for more nodes.",
        "few_nodes": "People differ so much that the quadrature has too few nodes, so the model gives no number. "
        "Ask for more nodes, such as 100.",
    }
    return NotEstimable(code, sentences[code])
