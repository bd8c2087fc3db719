"""MMRM: mixed model for repeated measures, y_i ~ N(X_i β, Σ(θ)) by REML, with people who missed occasions kept.

Whoever was measured at least once is in the likelihood with what was measured, which is valid when data are missing at
random given what the model holds (Mallinckrodt et al., Drug Inf J 2008;42:303). `fit_many` fits many data sets of one
layout at once, as simulation and imputation need; `fit` fits one, and raises where there is no number.

Designs with means and contrasts come from `visit_model`, structures from `covariances`, errors and degrees of freedom
from `small_sample`; a fit that did not reach its optimum gives nothing (`reml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from . import small_sample
from .covariances import structure
from .crossproducts import Array, Cells, Index, cells_of_people
from .estimates import Estimate, wald
from .refusals import NotEstimable
from .regression import ordinary
from .reml import FINE, Codes, Optimum, maximise, refusal
from .repeated import Repeated
from .restricted import cholesky
from .small_sample import KENWARD_ROGER_LINEAR, Contrasts, JointTest, Precision

WORDS = {
    small_sample.SATTERTHWAITE: "Satterthwaite df",
    small_sample.KENWARD_ROGER: "Kenward–Roger errors and df (with second derivatives in SAS's parameters)",
    small_sample.KENWARD_ROGER_LINEAR: "Kenward–Roger errors and df in the linear (SAS) form",
    small_sample.LARGE_SAMPLE: "normal approximation",
}


@dataclass(frozen=True, slots=True)
class ManyFits:
    """REML fits of B data sets; where `state` (B,) is not FINE every number is nan.

    `beta` (B, p); `covariance` (B, p, p) of β̂, without small-sample correction; `theta` (B, Q); `sigma` (B, G, T, T);
    `deviance` −2ℓ_R (B,), with X as given and (n − p) log 2π, as SAS and R print it.
    """

    beta: Array
    covariance: Array
    theta: Array
    sigma: Array
    deviance: Array
    state: Codes
    _cells: Cells
    _optimum: Optimum
    _turn: Array
    _unit: Array
    _shift: Array

    def precision(self, method: str = KENWARD_ROGER_LINEAR, information: str = "observed") -> Precision:
        """What `contrasts` needs; make it once for several rows."""
        return small_sample.precision(self._cells, self._optimum, method, information)

    def contrasts(
        self,
        rows: ArrayLike,
        method: str = KENWARD_ROGER_LINEAR,
        information: str = "observed",
        precision: Precision | None = None,
    ) -> Contrasts:
        """Contrasts `rows` (r, p) of every data set: estimates, errors, degrees of freedom (B, r)."""
        of = precision or self.precision(method, information)
        turned = np.atleast_2d(np.asarray(rows, dtype=np.float64)) @ self._turn
        found = small_sample.contrasts(self._optimum.point.beta, of, turned)
        lost = (self.state != FINE)[:, None]
        unit = self._unit[:, None]
        estimate = found.estimate * unit + turned @ self._shift
        return Contrasts(*(np.where(lost, np.nan, one) for one in (estimate, found.se * unit, found.df)))


def fit_many(
    outcome: ArrayLike, design: ArrayLike, *, covariance: str = "unstructured", groups: ArrayLike | None = None
) -> ManyFits:
    """Fit `outcome` (B, N, T), nan where nothing was measured, on `design` (N, T, p) or (B, N, T, p).

    `groups` (N,) counts from 0 and gives each group its own covariance matrix. Nothing is raised for a data set that
    cannot be fitted: see `state`. The same batch gives the same digits whatever the number of threads.
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(design, dtype=np.float64)
    block = np.zeros(y.shape[1], dtype=np.intp) if groups is None else np.asarray(groups, dtype=np.intp)
    turn = _preconditioner(x, np.isfinite(y))
    turned = x @ turn
    shift = _common_shift(turned, y)
    residual = y - turned @ shift
    unit = _units(residual)
    cells = cells_of_people(residual / unit[:, None, None], turned, block)
    model = Repeated(structure(covariance), y.shape[2], int(block.max()) + 1)
    optimum = maximise(cells, model, model.start(cells))
    return _in_units(cells, model, optimum, turn, unit, shift)


def _units(y: Array) -> Array:
    """The spread of each data set, so that iterations do not see the unit of the outcome."""
    seen = np.isfinite(y)
    number = np.maximum(seen.sum(axis=(1, 2)), 1)
    mean = np.where(seen, y, 0).sum(axis=(1, 2)) / number
    squares = (np.where(seen, y - mean[:, None, None], 0) ** 2).sum(axis=(1, 2)) / number
    return np.asarray(np.where(squares > 0, np.sqrt(squares), 1))


def _common_shift(turned: Array, y: Array) -> Array:
    """Coefficients (p,) near all data sets' own, taken off before fitting so that a far origin costs no digits."""
    seen = np.isfinite(y)
    if turned.ndim == 4:
        turned, y, seen = turned[0], y[:1], seen[:1]
    number = seen.sum(axis=0)
    mean = np.where(seen, y, 0).sum(axis=0) / np.maximum(number, 1)
    return np.asarray(turned[number > 0].T @ mean[number > 0])


def _preconditioner(x: Array, seen: Array) -> Array:
    """R⁻¹ (p, p) that makes the columns of XR⁻¹ about orthonormal: exactly for one design, by the first of several.

    Only accuracy depends on it; where columns depend on each other it makes them of unit length.
    """
    rows = x[seen.any(axis=0)] if x.ndim == 3 else x[0][seen[0]]
    length = np.linalg.norm(rows, axis=0)
    length = np.where(length > 0, length, 1)
    root, good = cholesky((rows / length).T @ (rows / length))
    return np.linalg.inv(root).T / length[:, None] if good else np.diag(1 / length)


def _in_units(cells: Cells, model: Repeated, optimum: Optimum, turn: Array, unit: Array, shift: Array) -> ManyFits:
    point, p = optimum.point, cells.columns
    scales = np.tile(model.structure.scales(model.occasions), model.groups)
    squared = unit[:, None] ** 2
    sigma = model.derivatives(point.theta)[0] * squared[:, :, None, None]
    _, log_turn = np.linalg.slogdet(turn)
    deviance = point.value + (cells.observations - p) * np.log(unit**2) - 2 * log_turn

    def kept(values: Array) -> Array:
        lost = (optimum.state != FINE).reshape(-1, *[1] * (values.ndim - 1))
        return np.where(lost, np.nan, values)

    return ManyFits(
        kept((point.beta * unit[:, None] + shift) @ turn.T),
        kept(turn @ point.phi @ turn.T * squared[:, :, None]),
        kept(point.theta * squared**scales),
        kept(sigma),
        kept(deviance),
        optimum.state,
        cells,
        optimum,
        turn,
        unit,
        shift,
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """One MMRM. `sigma` (G, T, T), `theta` by name, `people` with a measurement and `observations` counted.

    AIC and BIC count covariance parameters only, and BIC takes log(people), as SAS does under REML.
    """

    beta: Array
    covariance: Array
    sigma: Array
    theta: Mapping[str, float]
    deviance: float
    people: int
    observations: int
    structure: str
    _many: ManyFits

    @property
    def aic(self) -> float:
        """−2ℓ_R + 2 · number of covariance parameters."""
        return self.deviance + 2 * len(self.theta)

    @property
    def bic(self) -> float:
        """−2ℓ_R + log(people) · number of covariance parameters."""
        return self.deviance + float(np.log(self.people)) * len(self.theta)

    def estimate(
        self,
        row: ArrayLike,
        *,
        n: Mapping[str, int],
        method: str = KENWARD_ROGER_LINEAR,
        information: str = "observed",
        level: float = 0.95,
        title: str = "MMRM",
    ) -> Estimate:
        """One contrast `row` (p,) with its t interval; the covariance parameters are among its numbers."""
        found = self._many.contrasts(row, method, information)
        words = f"{title}, REML, {self.structure.replace('_', ' ')} covariance; {WORDS[method]}"
        if method != small_sample.LARGE_SAMPLE:
            words += f"; {information} information"
        numbers = {"observations": float(self.observations), "minus_two_log_likelihood": self.deviance} | dict(
            self.theta
        )
        return wald(
            words,
            *(float(one[0, 0]) for one in (found.estimate, found.se, found.df)),
            level=level,
            n=n,
            numbers=numbers,
        )

    def joint(self, rows: ArrayLike, *, method: str = KENWARD_ROGER_LINEAR, information: str = "observed") -> JointTest:
        """All `rows` (ℓ, p) are zero: F by Fai & Cornelius (Satterthwaite) or Kenward & Roger."""
        turned = np.atleast_2d(np.asarray(rows, dtype=np.float64)) @ self._many._turn
        if np.linalg.matrix_rank(turned) < len(turned):
            raise ValueError("the contrasts of a joint test must be linearly independent")
        of = self._many.precision(method, information)
        beta = self._many._optimum.point.beta + self._many._shift / self._many._unit[:, None]
        if method == small_sample.LARGE_SAMPLE:
            raise ValueError("a joint test needs degrees of freedom")
        of_f = small_sample.satterthwaite_f if method == small_sample.SATTERTHWAITE else small_sample.kenward_roger_f
        f, df2 = of_f(beta, of, turned)
        return JointTest(np.array([f]), len(turned), np.array([df2]), special.fdtrc(len(turned), df2, np.array([f])))


def fit(
    outcome: ArrayLike, design: ArrayLike, *, covariance: str = "unstructured", groups: ArrayLike | None = None
) -> Fit:
    """Fit `outcome` (N, T), nan where nothing was measured, on `design` (N, T, p); `groups` as in `fit_many`.

    Raises NotEstimable when nobody was measured, an occasion is empty, all values are the same, two occasions were
    never measured in the same person (unstructured), the design explains every value, a term cannot be estimated, or
    the fit has no proper optimum.
    """
    y = np.asarray(outcome, dtype=np.float64)
    block = np.zeros(len(y), dtype=np.intp) if groups is None else np.asarray(groups, dtype=np.intp)
    refuse_what_cannot_be_fitted(y, covariance, block)
    x = np.asarray(design, dtype=np.float64)
    ordinary(y.reshape(-1), x.reshape(-1, x.shape[-1]))
    many = fit_many(y[None], x, covariance=covariance, groups=block)
    if many.state[0] != FINE:
        raise refusal(int(many.state[0]), "a covariate")
    seen = np.isfinite(y)
    labels = structure(covariance).labels(y.shape[1])
    groups_found = len(many.theta[0]) // len(labels)
    names = labels if groups_found == 1 else [f"{one}_group_{g + 1}" for g in range(groups_found) for one in labels]
    return Fit(
        many.beta[0],
        many.covariance[0],
        many.sigma[0],
        dict(zip(names, map(float, many.theta[0]), strict=True)),
        float(many.deviance[0]),
        int(seen.any(axis=1).sum()),
        int(seen.sum()),
        covariance,
        many,
    )


def refuse_what_cannot_be_fitted(y: Array, covariance: str, block: Index) -> None:
    """The refusals that can be said before any iteration, each with its fact."""
    seen = np.isfinite(y)
    if not seen.size or not seen.any(axis=0).all():
        raise NotEstimable("empty", "On one occasion nobody was measured. Leave the occasion out in the plan, or wait.")
    values = y[seen]
    if np.ptp(values) == 0:
        raise NotEstimable(
            "constant", "Every value is the same, so there is no spread to compare. Look at the distribution."
        )
    together = [seen[block == g].T.astype(np.int64) @ seen[block == g].astype(np.int64) for g in np.unique(block)]
    if covariance == "unstructured" and any((one == 0).any() for one in together):
        raise NotEstimable(
            "never_together",
            "Two occasions were never measured in the same person, so how they go together cannot be estimated. "
            "Choose a covariance structure with fewer parameters in the plan.",
        )
