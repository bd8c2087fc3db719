"""Linear probability: the difference in proportions between arms, with errors that respect people.

Model: y = Xβ + ε by ordinary least squares on 0/1 outcomes, so that the coefficient of arm is the difference in the
proportions of outcomes (adjusted when there are covariates). Errors CR2: Bell & McCaffrey, Surv Methodol 2002;28:169,
in the form of Pustejovsky & Tipton, J Bus Econ Stat 2018;36:672, working model of independence: residuals of a person
times (I − H_ii)^−½. Degrees of freedom by Satterthwaite, ν = (Σ_i P_ii)² / Σ_ij P_ij², with
P_ij = w_i'G_iw_i [i = j] − (G_iw_i)'B(G_jw_j), w_i = (I − BG_i)^−½ Bc, G_i = X_i'X_i, B = (X'X)⁻¹, c the contrast.

These are the errors of `cluster_robust`, with p × p matrices and for many data sets of the same people at once; unlike
there, a person who alone decides a term is refused, because an arm of one person would seem to have no error.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .clusters import Layout, contrast_design, laid_out, person_counts
from .estimates import Estimate, wald
from .refusals import NotEstimable
from .sandwich import corrected_scores, outer_sum
from .two_samples import Vector

Array = NDArray[np.float64]
CONVENTIONS = "linear probability model, CR2 errors by person, Satterthwaite degrees of freedom (independence)"
POOLED = "difference in proportions that takes every goal for independent, z with the pooled variance"


def compare(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Difference `arm` − `reference` in the proportion of outcomes y (N,), each 0 or 1; all arms stay in the model.

    `n` counts people by arm and outcomes as "<arm>.goals". Raises NotEstimable for an empty arm, a singular design,
    a person who alone decides a term, or outcomes that do not vary within any arm.
    """
    outcome = np.asarray(y, dtype=np.float64)
    estimate, squared, df = compare_many(
        outcome[None], arms, clusters, arm=arm, reference=reference, covariates=covariates
    )
    if not squared[0] > 1e-20:
        raise NotEstimable("constant", "Everybody in an arm has the same rating, so the error cannot be estimated.")
    n = person_counts(arms, clusters, (arm, reference))
    return wald(CONVENTIONS, float(estimate[0]), float(np.sqrt(squared[0])), df, level=level, n=n)


def compare_many(
    y: ArrayLike,
    arms: Sequence[str],
    clusters: Sequence[str],
    *,
    arm: str,
    reference: str,
    covariates: ArrayLike | None = None,
) -> tuple[Vector, Vector, float]:
    """Estimates (S,), squared errors (S,), and the degrees of freedom (of the design alone) for outcomes y (S, N)."""
    design, index = contrast_design(arms, arm, reference, covariates)
    layout = laid_out(design, clusters)
    if layout.people <= layout.terms:
        raise NotEstimable("too_few", "There are too few people for the model. Wait for more ratings.", n=layout.people)
    outcome = np.asarray(y, dtype=np.float64)[:, layout.order]
    if not np.all(np.isfinite(outcome)):
        raise ValueError("missing values must be removed or imputed before an estimator is called")
    bread = np.asarray(np.linalg.inv(layout.design.T @ layout.design), dtype=np.float64)
    beta = outcome @ layout.design @ bread
    residual = outcome - beta @ layout.design.T
    informations = layout.sums(layout.design[:, :, None] * layout.design[:, None, :], axis=0)
    scores = layout.sums(layout.design * residual[..., None], axis=1)
    shape = (scores.shape[0], *informations.shape)
    breads = np.broadcast_to(bread, (scores.shape[0], *bread.shape))
    corrected = corrected_scores(scores, np.broadcast_to(informations, shape), breads, -0.5)
    covariance = bread @ outer_sum(corrected) @ bread
    return beta[:, index], covariance[:, index, index], satterthwaite(layout, informations, bread, index)


def satterthwaite(layout: Layout, informations: Array, bread: Array, index: int) -> float:
    """Degrees of freedom of the CR2 error of one coefficient (Pustejovsky & Tipton 2018, section 3.2)."""
    # (I − BG)^−½ B c = B (I − GB)^−½ c, so the same power of the people's matrices serves
    unit = np.broadcast_to(np.eye(layout.terms)[index], (1, layout.people, layout.terms))
    weights = (corrected_scores(unit, informations[None], bread[None], -0.5) @ bread)[0]
    pulled = (informations @ weights[..., None])[..., 0]
    diagonal = np.sum(pulled * weights, axis=1)
    products = np.diag(diagonal) - pulled @ bread @ pulled.T
    return float(np.trace(products) ** 2 / np.sum(products**2))


def independent(y: ArrayLike, arms: Sequence[str], *, arm: str, reference: str, level: float = 0.95) -> Estimate:
    """z = (p1 − p0)/√(p(1 − p)(1/n1 + 1/n0)), whose square is Pearson's χ²: what counting goals as people gives."""
    outcome, allocated = np.asarray(y, dtype=np.float64), np.asarray(arms)
    one, zero = outcome[allocated == arm], outcome[allocated == reference]
    if one.size == 0 or zero.size == 0:
        raise NotEstimable("empty", "One of the two arms has no rated goal. Wait for more ratings.")
    together = (one.sum() + zero.sum()) / (one.size + zero.size)
    variance = together * (1 - together) * (1 / one.size + 1 / zero.size)
    n = {f"{arm}.goals": one.size, f"{reference}.goals": zero.size}
    return wald(POOLED, float(one.mean() - zero.mean()), float(np.sqrt(variance)), np.inf, level=level, n=n)
