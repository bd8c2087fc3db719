"""Filled: multiple imputation of the last occasion in many trials at once, values drawn, robust errors, shifts.

For gaps that are nested (whoever is lost stays lost) a chain of linear models needs no iteration, and what is drawn for
the last occasion depends on what was seen before: baseline, auxiliary outcomes at baseline, earlier occasions drawn in
turn, strata. That is `imputation.norm` by arm, here with a leading axis of trials; the analysis of covariance of every
filled data set and Rubin's rules are those of `imputed_ancova`, `tipping` and `pooling`. Draws are not held within the
scale's range, since made-up values are not either.
"""

from __future__ import annotations

import numpy as np

from stegvis.methods.analysis.imputation_draws import SPARE
from stegvis.methods.analysis.imputed_ancova import POWERS
from stegvis.methods.analysis.pooling import Pooled
from stegvis.methods.analysis.simulate import Results
from stegvis.methods.analysis.tipping import pooled_shifts

from .regressions import inverted
from .views import View
from .worlds import Array, Bools

AT_ONCE = 32
"""Trials whose filled values are held at one time, so that they stay near the processor."""


def imputation(of: View, *, imputations: int = 50, errors: str = "HC3", by_arm: bool = True) -> Results:
    """The pooled difference at the last occasion."""
    found, _ = shifted(of, np.zeros(1), np.zeros(1), imputations=imputations, errors=errors, by_arm=by_arm)
    return found


def shifted(
    of: View, compared: Array, reference: Array, *, imputations: int = 50, errors: str = "HC3", by_arm: bool = True
) -> tuple[Results, Array]:
    """The pooled difference without a shift, and P (B, g) with imputed values moved by each pair of shifts (g,)."""
    rng = np.random.Generator(np.random.SFC64(of.seed))
    pairs = np.concatenate([[0.0], compared]), np.concatenate([[0.0], reference])
    out = np.full((4, len(of.before)), np.nan)
    grid = np.full((len(of.before), len(compared)), np.nan)
    for begin in range(0, len(of.before), AT_ONCE):
        rows = slice(begin, begin + AT_ONCE)
        y, good = _drawn(of, rows, imputations, by_arm, rng)
        pooled, fine = _pooled(of, rows, y, good, pairs, errors)
        if pooled is None:
            continue
        places = begin + np.flatnonzero(fine)
        low, high = pooled.interval(of.level)
        p = pooled.p()
        out[:, places] = pooled.estimate[:, 0], low[:, 0], high[:, 0], p[:, 0]
        grid[places] = p[:, 1:]
    return Results(*out), grid


def _drawn(of: View, rows: slice, m: int, by_arm: bool, rng: np.random.Generator) -> tuple[Array, Bools]:
    """The last occasion (b, m, n) with every gap filled, occasion after occasion; where that could not be, not good."""
    later = of.later[rows]
    wide = np.broadcast_to(of.strata, (*later.shape[:2], of.strata.shape[1]))
    fixed = np.concatenate([np.ones((*later.shape[:2], 1)), of.before[rows][..., None], of.auxiliaries[rows], wide], 2)
    groups = (of.first, ~of.first) if by_arm else (np.ones_like(of.first),)
    good = np.ones(len(later), dtype=bool)
    made: list[Array] = []
    for t in range(later.shape[2]):
        y = later[..., t]
        filled = np.where(np.isfinite(y), y, 0.0)[:, None] * np.ones((1, m, 1))
        for group in groups:
            good &= _fill(filled, y, fixed, made, later[..., :t], group, rng)
        made.append(filled)
    return made[-1], good


def _fill(
    filled: Array, y: Array, fixed: Array, before: list[Array], seen: Array, group: Bools, rng: np.random.Generator
) -> Bools:
    """Draw the gaps of `y` in one arm: σ² = RSS/χ², β ~ N(β̂, σ²(X'X)⁻¹), y* = Xβ + σε. Gaps are nested."""
    known = np.isfinite(y) & group
    x = np.concatenate([fixed, np.nan_to_num(seen)], axis=2)
    used = np.where(known[..., None], x, 0.0)
    inverse, good = inverted(np.swapaxes(used, 1, 2) @ used)
    beta = (inverse @ (np.swapaxes(used, 1, 2) @ np.where(known, y, 0.0)[..., None]))[..., 0]
    rest = np.sum(np.where(known, y - (x @ beta[..., None])[..., 0], 0.0) ** 2, axis=1)
    freedom = known.sum(axis=1) - float(x.shape[2])
    good = good & (freedom >= SPARE)
    m = filled.shape[1]
    chi = 2 * rng.standard_gamma(np.maximum(freedom, 1.0)[:, None] / 2, size=(len(y), m))
    sigma = np.sqrt(rest[:, None] / chi)
    root = np.linalg.cholesky(np.where(good[:, None, None], inverse, np.eye(x.shape[2])))
    drawn = beta[:, None] + sigma[..., None] * (rng.standard_normal((len(y), m, x.shape[2])) @ np.swapaxes(root, 1, 2))
    mean = drawn[..., : fixed.shape[2]] @ np.swapaxes(fixed[:, group], 1, 2)
    for place, one in enumerate(before):
        mean = mean + drawn[..., fixed.shape[2] + place, None] * one[..., group]
    noise = sigma[..., None] * rng.standard_normal(mean.shape)
    gap = (~np.isfinite(y))[:, None, group]
    filled[..., group] = np.where(gap, mean + noise, filled[..., group])
    return np.asarray(good)


def _pooled(
    of: View, rows: slice, y: Array, good: Bools, shifts: tuple[Array, Array], errors: str
) -> tuple[Pooled | None, Bools]:
    """Analysis of covariance of each filled data set as a function of the shifts, and Rubin's rules at all of them."""
    covariates = of.covariates[rows]
    arm = np.broadcast_to(of.first.astype(np.float64), covariates.shape[:2])
    x = np.concatenate([np.ones_like(arm)[..., None], arm[..., None], covariates], axis=2)
    inverse, independent = inverted(np.swapaxes(x, 1, 2) @ x)
    fine = good & independent
    if not np.any(fine):
        return None, fine
    x, inverse, y = x[fine], inverse[fine], y[fine]
    solver = inverse @ np.swapaxes(x, 1, 2)
    df = x.shape[1] - x.shape[2]
    if errors == "classical":
        weights = np.broadcast_to(inverse[:, 1, 1, None] / df, x.shape[:2])
    else:
        weights = solver[:, 1] ** 2 / (1 - np.sum(x * np.swapaxes(solver, 1, 2), axis=2)) ** POWERS[errors]
    gap = ~np.isfinite(of.after[rows][fine])
    moved = np.stack([gap & of.first, gap & ~of.first], axis=1).astype(np.float64)
    parts = np.concatenate([y, moved], axis=1)
    left = parts - parts @ np.swapaxes(solver, 1, 2) @ np.swapaxes(x, 1, 2)
    effects = (parts @ solver[:, 1, :, None])[..., 0]
    m = y.shape[1]
    effect = np.stack([effects[:, :m], *(np.repeat(effects[:, m + k, None], m, axis=1) for k in (0, 1))], axis=2)
    return pooled_shifts(effect, _forms(left, weights, m), *shifts, df), fine


def _forms(left: Array, weights: Array, m: int) -> Array:
    """The quadratic form (b, m, 3, 3) of the squared error in (1, δ₁, δ₀)."""
    own, shift = left[:, :m], left[:, m:]
    weighed = shift * weights[:, None]
    form = np.empty((len(left), m, 3, 3))
    form[..., 0, 0] = (own**2 @ weights[..., None])[..., 0]
    form[..., 0, 1:] = form[..., 1:, 0] = own @ np.swapaxes(weighed, 1, 2)
    form[..., 1:, 1:] = (weighed @ np.swapaxes(shift, 1, 2))[:, None]
    return form
