"""Jumped: jump to reference with its jackknife in many trials at once, and other reference-based analyses one by one.

With one occasion after baseline everything is linear: a fit without one person differs from the whole fit by
β₋ᵢ = β − (X'X)⁻¹xᵢeᵢ/(1 − hᵢ), and so does the analysis of the filled data, so that the 1 + n fits of `conditional_mean_effect`
cost a few small products. With one occasion, copying the reference or its increments is the same as jumping to it.
"""

from __future__ import annotations

import numpy as np

from stegvis.methods.analysis import reference_based, reference_based_effects
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.resampling import children
from stegvis.methods.analysis.simulate import Results

from .regressions import inverted
from .views import COMPARED, REFERENCE, View, results
from .worlds import Array

NEAR = 1e-4
"""Where the refits of a jackknife may stop; the error moves by less than one part in 10,000."""


def by_reference(of: View, *, strategy: str = "JR", variance: str = "jackknife", imputations: int = 50) -> Results:
    """The compared arm goes on as the reference from where it was lost (`reference_based_effects`)."""
    if of.later.shape[2] == 1 and variance == "jackknife":
        return _at_once(of)
    seeds = children(of.seed, len(of.before))
    covariates = of.covariates
    found = np.full((4, len(of.before)), np.nan)
    for trial, seed in enumerate(seeds):
        try:
            visits = reference_based.visits(
                of.later[trial], of.arms, covariates[trial], reference=REFERENCE, strategy=strategy
            )
            if variance == "rubin":
                one = reference_based_effects.approximate_bayes_effect(
                    visits, arm=COMPARED, imputations=imputations, seed=seed, level=of.level
                )
            else:
                refits = reference_based_effects.jackknife(visits, tolerance=NEAR)
                one = reference_based_effects.conditional_mean_effect(refits, arm=COMPARED, level=of.level)
        except NotEstimable:
            continue
        found[:, trial] = one.estimate, one.low, one.high, one.p
    return Results(*found)


def _at_once(of: View) -> Results:
    y, covariates = of.after, of.covariates
    arm = np.broadcast_to(of.first.astype(np.float64), y.shape)
    x = np.concatenate([np.ones_like(arm)[..., None], arm[..., None], covariates], axis=2)
    known = np.isfinite(y)
    seen, lost = np.where(known[..., None], x, 0.0), np.where(known[..., None], 0.0, x)
    jumps = lost.copy()
    jumps[..., 1] = 0.0  # the mean of whoever is lost is the reference's
    values = np.where(known, y, 0.0)
    inverse, good = inverted(np.swapaxes(seen, 1, 2) @ seen)
    right = (np.swapaxes(seen, 1, 2) @ values[..., None])[..., 0]
    beta = (inverse @ right[..., None])[..., 0]
    turned = seen @ inverse
    left = np.where(known, values - (seen @ beta[..., None])[..., 0], 0.0)
    without = beta[:, None] - turned * (left / _room(turned, seen, known))[..., None]
    crossed = np.swapaxes(lost, 1, 2) @ jumps
    whole = right + (crossed @ beta[..., None])[..., 0]
    own = values + np.sum(jumps * without, axis=2)
    rights = right[:, None] + without @ np.swapaxes(crossed, 1, 2) - x * own[..., None]
    full, fine = inverted(np.swapaxes(x, 1, 2) @ x)
    towards = x @ full
    room = np.maximum(1 - np.sum(towards * x, axis=2), 1e-10)
    mixed = np.sum(towards * rights, axis=2)
    effects = (rights @ full[:, :, 1, None])[..., 0] + towards[..., 1] * mixed / room
    effect = np.sum(full[:, 1] * whole, axis=1)
    n = y.shape[1]
    se = np.sqrt((n - 1) / n * np.sum((effects - effects.mean(axis=1, keepdims=True)) ** 2, axis=1))
    keep = good & fine
    return results(np.where(keep, effect, np.nan), np.where(keep, se, np.nan), np.inf, of.level)


def _room(turned: Array, seen: Array, known: Array) -> Array:
    """1 − leverage of everybody who was seen, 1 for the others."""
    return np.where(known, np.maximum(1 - np.sum(turned * seen, axis=2), 1e-10), 1.0)
