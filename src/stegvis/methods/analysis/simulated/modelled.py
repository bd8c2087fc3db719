"""Modelled: mixed models of many trials at once, and weighting and bounds one trial after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stegvis.methods.analysis import bounds, mmrm, nested, small_sample, visit_model, weighting
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.simulate import Results

from .views import COMPARED, REFERENCE, View, results

DEGREES = {
    "kenward_roger": small_sample.KENWARD_ROGER_LINEAR,
    "satterthwaite": small_sample.SATTERTHWAITE,
    "normal": small_sample.LARGE_SAMPLE,
}


def repeated_measures(of: View, *, covariance: str = "unstructured", degrees: str = "kenward_roger") -> Results:
    """MMRM over the occasions after baseline."""
    occasions = [str(place) for place in range(of.later.shape[2])]
    seen = np.isfinite(of.later).any(axis=2)
    model = visit_model.visit_means(of.arms, occasions, of.covariates, reference=REFERENCE, counted=seen)
    return _fitted(of, of.later, model, covariance, degrees)


def constrained(of: View, *, covariance: str = "unstructured", degrees: str = "kenward_roger") -> Results:
    """The constrained longitudinal model: the baseline an outcome too, common to both arms."""
    y = np.concatenate([of.before[..., None], of.later], axis=2)
    occasions = [str(place) for place in range(y.shape[2])]
    model = visit_model.constrained_means(of.arms, occasions, of.strata, reference=REFERENCE)
    return _fitted(of, y, model, covariance, degrees)


def _fitted(of: View, y: np.ndarray, model: visit_model.VisitModel, covariance: str, degrees: str) -> Results:
    fit = mmrm.fit_many(y, model.design, covariance=covariance)
    row = model.contrast(COMPARED, REFERENCE, model.occasions[-1])
    found = fit.contrasts(row, DEGREES[degrees])
    return results(found.estimate[:, 0], found.se[:, 0], found.df[:, 0], of.level)


def therapists(of: View, *, residuals: str = "own", degrees: str = "kenward_roger", negative: bool = False) -> Results:
    """The last occasion with therapists in the compared arm."""
    if not any(of.therapist):
        raise NotEstimable("no_therapists", "Nobody has a therapist. Suppose some with --therapists.")
    arm = np.broadcast_to(of.first.astype(np.float64), of.before.shape)
    design = np.concatenate([np.ones_like(arm)[..., None], arm[..., None], of.covariates], axis=2)
    fit = nested.fit_many(
        of.after, design, of.therapist, equal_residuals=residuals == "equal", negative=negative
    )  # fmt: skip
    found = fit.contrasts(np.eye(design.shape[2])[1], DEGREES[degrees])
    return results(found.estimate[:, 0], found.se[:, 0], found.df[:, 0], of.level)


WEIGHTED = {"stacked": "stacked, n/(n − p)", "jackknife": "jackknife"}


def weighted(of: View, *, errors: str = "jackknife") -> Results:
    """Inverse-probability weighting by arm, the covariates and the auxiliary outcomes at baseline."""
    covariates = of.covariates
    predictors = np.concatenate([covariates, of.auxiliaries], axis=2)

    def one(trial: int) -> Estimate:
        return weighting.weighted_ancova(
            of.after[trial], of.arms, covariates[trial], predictors[trial],
            arm=COMPARED, reference=REFERENCE, errors=WEIGHTED[errors], level=of.level,
        )  # fmt: skip

    return _each(of, lambda trial: _four(one(trial)))


def lee(of: View) -> Results:
    """Lee's bounds of the difference in change: P 0 where the interval leaves nought out, 1 where it holds it."""
    assigned = of.first.astype(np.float64)
    y = of.after - of.before
    return _each(of, lambda trial: _bounded(bounds.lee(y[trial], assigned, level=of.level)))


def worst_case(of: View, *, minimum: float, maximum: float) -> Results:
    """Manski's bounds; values beyond the scale, which made-up ones may have, count as its end."""
    assigned = of.first.astype(np.float64)
    y = np.clip(of.after, minimum, maximum)
    return _each(
        of,
        lambda trial: _bounded(bounds.manski(y[trial], assigned, minimum=minimum, maximum=maximum, level=of.level)),
    )


Four = tuple[float, float, float, float]


def _four(found: Estimate) -> Four:
    return found.estimate, found.low, found.high, found.p


def _bounded(found: bounds.Bounds) -> Four:
    """The middle of the bounds, the interval of both, and whether that leaves 0 out as P 0 or 1."""
    middle = (found.lower.estimate + found.upper.estimate) / 2
    return middle, found.low, found.high, float(found.low <= 0 <= found.high)


def _each(of: View, one: Callable[[int], Four]) -> Results:
    found = np.full((4, len(of.before)), np.nan)
    for trial in range(len(of.before)):
        try:
            found[:, trial] = one(trial)
        except NotEstimable:
            continue
    return Results(*found)
