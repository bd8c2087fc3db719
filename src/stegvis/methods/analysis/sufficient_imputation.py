"""Sufficient imputation: one linear column imputed through its sufficient statistics, for many trials at once.

When only the outcome has gaps, `imputation.norm` by arm followed by an analysis of covariance needs nothing of the imputed
values y* of an arm but W'y* and y*'y*, W being its rows of (1, covariates). Given the drawn β and σ, y* = Wβ + σε, and with
W'W = ΓΛΓ' of rank r: W'ε = ΓΛ^½ z, ε'ε = z'z + χ²(n* − r), z standard normal in r dimensions. So a few random numbers for
each imputation give exactly the distribution that drawing every value would give (a decomposition of the normal sample
as in Cochran, Proc Camb Phil Soc 1934;30:178), at a hundredth of the work. This is what simulating a plan uses; a report
on one trial imputes values, which can be looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .imputation_draws import SPARE
from .pooling import Pooled
from .refusals import NotEstimable
from .tipping import pooled_shifts

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Imputations:
    """D trials of m imputations: `effect` (D, m, 3) and `variance` (D, m, 3, 3) as in `tipping.Tipping`.

    `estimable` (D,) tells which trials have enough people in every arm; the others hold NaN.
    """

    effect: Array
    variance: Array
    df: int
    estimable: NDArray[np.bool_]

    def pooled(self, compared: ArrayLike = 0.0, reference: ArrayLike = 0.0) -> Pooled:
        """Rubin's rules at pairs of shifts (g,), for the estimable trials only: arrays (trials, g)."""
        keep = self.estimable
        return pooled_shifts(self.effect[keep], self.variance[keep], compared, reference, self.df)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over people of one kind, by trial: number (D,), W'W (D, q, q), W'y (D, q), y'y (D,)."""

    count: Array
    ww: Array
    wy: Array
    yy: Array


def impute_outcomes(
    outcome: ArrayLike, arms: Sequence[str], covariates: ArrayLike, *, arm: str, reference: str, imputations: int,
    seed: np.random.SeedSequence,
) -> Imputations:  # fmt: skip
    """Impute D outcomes (D, n; gaps NaN) by arm and analyse them, adjusted for covariates (D, n, c) or (n, c), complete.

    The random numbers belong to the whole call: the same seed and the same D give the same numbers. Raises
    NotEstimable when an arm has no one.
    """
    y, codes = np.atleast_2d(np.asarray(outcome, dtype=np.float64)), np.asarray(arms)
    order = [reference, arm, *sorted(set(arms) - {arm, reference})]
    if not {arm, reference} <= set(arms):
        raise NotEstimable("empty", "One of the two arms has no one. Wait for more participants.")
    table = np.asarray(covariates, dtype=np.float64).reshape((-1, y.shape[1], np.shape(covariates)[-1]))
    centred = np.broadcast_to(table - table.mean(axis=1, keepdims=True), (len(y), *table.shape[1:]))
    w = np.concatenate([np.ones((*y.shape, 1)), centred], axis=-1)
    seen = np.isfinite(y)
    level = np.sum(np.where(seen, y, 0.0), axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    filled = np.where(seen, y - level, 0.0)
    parts = [(_sums(w, filled, seen & (codes == a)), _sums(w, filled, ~seen & (codes == a))) for a in order]
    q = w.shape[-1]
    estimable = np.all([known.count >= q + SPARE for known, _ in parts], axis=0)
    generator = np.random.default_rng(seed)
    drawn = [_drawn(*one, estimable, imputations, generator) for one in parts]
    effect, variance = _analysed(parts, drawn, estimable)
    return Imputations(effect, variance, y.shape[1] - q - len(order) + 1, estimable)


def _sums(w: Array, y: Array, who: NDArray[np.bool_]) -> _Sums:
    chosen = np.where(who[..., None], w, 0.0)
    across = np.swapaxes(chosen, -1, -2)
    wy = (across @ y[..., None])[..., 0]
    return _Sums(who.sum(axis=1).astype(np.float64), across @ chosen, wy, np.sum(np.where(who, y, 0.0) ** 2, axis=1))


def _drawn(
    known: _Sums, gap: _Sums, estimable: NDArray[np.bool_], m: int, generator: np.random.Generator
) -> tuple[Array, Array]:
    """W'y* (D, m, q) and y*'y* (D, m) of the imputed people of an arm."""
    d, q = known.wy.shape
    information = np.where(estimable[:, None, None], known.ww, np.eye(q))
    root = np.linalg.inv(np.linalg.cholesky(information))
    half = (root @ known.wy[..., None])[..., 0]
    rest = np.maximum(known.yy - np.sum(half**2, axis=-1), 0.0)
    freedom = np.where(estimable, known.count - q, 1.0)
    sigma = np.sqrt(rest[:, None] / (2 * generator.standard_gamma(np.broadcast_to(freedom[:, None] / 2, (d, m)))))
    beta = (half[:, None] + sigma[..., None] * generator.standard_normal((d, m, q))) @ root
    values, vectors = np.linalg.eigh(gap.ww)
    there = values > 1e-10 * np.maximum(values[:, -1:], 1e-300)
    z = generator.standard_normal((d, m, q)) * there[:, None]
    u = (z * np.sqrt(np.where(there, values, 0.0))[:, None]) @ np.swapaxes(vectors, -1, -2)
    left = np.maximum(gap.count - there.sum(axis=1), 0.0)
    square = np.sum(z**2, axis=-1) + 2 * generator.standard_gamma(np.broadcast_to(left[:, None] / 2, (d, m)))
    fitted = beta @ gap.ww
    wy = fitted + sigma[..., None] * u
    yy = np.sum(beta * fitted, axis=-1) + 2 * sigma * np.sum(beta * u, axis=-1) + sigma**2 * square
    return wy, yy


def _analysed(
    parts: Sequence[tuple[_Sums, _Sums]], drawn: Sequence[tuple[Array, Array]], estimable: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Coefficients of the compared arm for (1, δ₁, δ₀), and the quadratic form of the squared error.

    The design is an indicator for each arm (reference, compared, others) and the covariates; the effect is the
    difference of the first two. Shifts are the gaps' indicators of the compared and of the reference arm.
    """
    d, m, q = drawn[0][0].shape
    arms, terms = len(parts), len(parts) + q - 1
    product, right, gram = np.zeros((d, terms, terms)), np.zeros((d, m, terms, 3)), np.zeros((d, m, 3, 3))
    for place, ((known, gap), (wy, yy)) in enumerate(zip(parts, drawn, strict=True)):
        rows = np.array([place, *range(arms, terms)])
        product[:, rows[:, None], rows] += known.ww + gap.ww
        right[:, :, rows, 0] += known.wy[:, None] + wy
        gram[:, :, 0, 0] += known.yy[:, None] + yy
        if place < 2:
            shift = 2 - place
            right[:, :, rows, shift] += gap.ww[:, None, 0]
            gram[:, :, shift, shift] += gap.count[:, None]
            gram[:, :, 0, shift] = gram[:, :, shift, 0] = wy[..., 0]
    product = np.where(estimable[:, None, None], product, np.eye(terms))
    inverse = np.linalg.inv(product)
    contrast = inverse[:, 1] - inverse[:, 0]
    effect = np.sum(contrast[:, None, :, None] * right, axis=2)
    left = gram - np.swapaxes(right, -1, -2) @ (inverse[:, None] @ right)
    people = sum(known.count + gap.count for known, gap in parts)
    scale = (contrast[:, 1] - contrast[:, 0]) / (people - terms)
    bad = ~estimable[:, None, None]
    return np.where(bad, np.nan, effect), np.where(bad[..., None], np.nan, left * scale[:, None, None, None])
