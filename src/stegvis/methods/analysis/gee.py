"""GEE: marginal models for outcomes nested in people, with errors that hold for few people.

Model: g(μ) = Xβ, var(y) = φ v(μ), exchangeable working correlation α within a person (Liang & Zeger, Biometrika
1986;73:13). Links g: logit (odds ratio), log (ratio of proportions), identity (difference in proportions).
v(μ) = μ(1 − μ) for yes or no, 1 for a measurement. Moments as in R's `gee`: φ = Σe²/(N − p),
α = Σ_i Σ_{j<k} e_ij e_ik / ((Σ m_i(m_i − 1)/2 − p) φ), e the Pearson residuals.

With D_i = ∂μ_i/∂β, V_i the working covariance, u_i = D_i'V_i⁻¹(y_i − μ_i), G_i = D_i'V_i⁻¹D_i, B = (Σ G_i)⁻¹, and
H_ii = D_i B D_i'V_i⁻¹ the leverage of a person, the errors are B (Σ c_i c_i') B with c_i:

- LZ (Liang & Zeger 1986): u_i
- MD (Mancl & DeRouen, Biometrics 2001;57:126): D_i'V_i⁻¹(I − H_ii)⁻¹ r_i = (I − G_iB)⁻¹ u_i
- KC (Kauermann & Carroll, JASA 2001;96:1387): (I − H_ii)^−½, its principal root, so (I − G_iB)^−½ u_i
- FG (Fay & Graubard, Biometrics 2001;57:1198): diag(1 − min(¾, (G_iB)_jj))^−½ u_i
- MBN (Morel, Bokossa & Neerchal, Biom J 2003;45:395, with d = 2, r = 1): k · LZ + δ ξ C, with
  k = (N − 1)/(N − p) · K/(K − 1), δ = min(½, p/(K − p)), ξ = max(1, tr(LZ C⁻¹)/p), and C = B for yes or no (whose
  dispersion is 1), C = φB for a measurement

and `model` is φB. The forms in G_iB follow from f(D_i B E)'E' = … for any power series f, E = D_i'V_i⁻¹; they need
p × p matrices only. Inference is by t(K − p), K the number of people.

Arrays: N outcomes, K people, p terms, S data sets of the same people and design (a leading axis).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .clusters import Layout, laid_out
from .refusals import NotEstimable
from .sandwich import corrected_scores, inverse, outer_sum

Array = NDArray[np.float64]
STEPS = 100
TOLERANCE = 1e-12
EDGE = 1e-8
LINKS = ("logit", "log", "identity")
VARIANCES = ("binomial", "constant")
ERRORS = {
    "model": "model-based",
    "LZ": "Liang–Zeger",
    "MD": "Mancl–DeRouen",
    "KC": "Kauermann–Carroll",
    "FG": "Fay–Graubard",
    "MBN": "Morel–Bokossa–Neerchal",
}
FAILED = ("", "separated", "outside", "not_converged", "constant")


@dataclass(frozen=True, slots=True)
class GeeFit:
    """β (…, p), α and φ (…), people's scores u_i/1 (…, K, p) and informations G_i (…, K, p, p), B (…, p, p).

    `failed` is an index into FAILED by data set (0: converged); the numbers of one that failed are NaN.
    """

    beta: Array
    alpha: Array
    dispersion: Array
    scores: Array
    informations: Array
    bread: Array
    failed: NDArray[np.int64]
    df: int
    observations: int
    clusters: int
    variance: str

    def covariance(self, errors: str) -> Array:
        """Covariance (…, p, p) of β by one of ERRORS; LZ and MBN need no leverage, the others refuse one of 1."""
        if errors not in ERRORS:
            raise ValueError(f"unknown errors {errors!r}; known: {', '.join(ERRORS)}")
        if errors == "model":
            return self.bread * self.dispersion[..., None, None]
        if errors == "MBN":
            return self._morel()
        corrected = self.scores if errors == "LZ" else self._corrected(errors)
        return self.bread @ outer_sum(corrected) @ self.bread

    def _corrected(self, errors: str) -> Array:
        if errors == "FG":
            leverage = np.diagonal(self.informations @ self.bread[..., None, :, :], axis1=-2, axis2=-1)
            return self.scores / np.sqrt(1 - np.minimum(0.75, leverage))
        power = {"KC": -0.5, "MD": -1.0}[errors]
        return corrected_scores(self.scores, self.informations, self.bread, power)

    def _morel(self) -> Array:
        n, k, p = self.observations, self.clusters, self.beta.shape[-1]
        model = self.bread if self.variance == "binomial" else self.covariance("model")
        robust = self.covariance("LZ")
        trace = np.trace(robust @ inverse(model), axis1=-2, axis2=-1)
        share = np.maximum(1.0, trace / p) * min(0.5, p / (k - p))
        return np.asarray(robust * ((n - 1) / (n - p) * k / (k - 1)) + share[..., None, None] * model)

    @property
    def robust(self) -> Array:
        """Liang & Zeger's covariance."""
        return self.covariance("LZ")

    @property
    def mancl_derouen(self) -> Array:
        """Mancl & DeRouen's covariance."""
        return self.covariance("MD")

    @property
    def model(self) -> Array:
        """The covariance that trusts the working correlation."""
        return self.covariance("model")


def fit(
    y: ArrayLike, x: ArrayLike, clusters: Sequence[str], *, link: str = "logit", variance: str = "binomial"
) -> GeeFit:
    """Fit one data set: y (N,), x (N, p), whose columns span the constant; `clusters` (N,) says who each outcome is of.

    Raises NotEstimable when a fitted proportion runs to 0 or 1 (separation) or cannot stay between them under the
    log or identity link, when the design is singular, when there are too few people, or without convergence.
    """
    result = fit_many(np.asarray(y, dtype=np.float64)[None], x, clusters, link=link, variance=variance)
    if result.failed[0]:
        raise _refusal(FAILED[int(result.failed[0])], link)
    return GeeFit(
        result.beta[0], result.alpha[0], result.dispersion[0], result.scores[0], result.informations[0],
        result.bread[0], result.failed[0], result.df, result.observations, result.clusters, variance,
    )  # fmt: skip


def fit_many(
    y: ArrayLike, x: ArrayLike, clusters: Sequence[str], *, link: str = "logit", variance: str = "binomial"
) -> GeeFit:
    """Fit S data sets y (S, N) of the same people and design at once; one that fails gives NaN and its `failed`."""
    if link not in LINKS or variance not in VARIANCES:
        raise ValueError(f"known links: {', '.join(LINKS)}; known variances: {', '.join(VARIANCES)}")
    layout = laid_out(x, clusters)
    outcome = np.asarray(y, dtype=np.float64)[:, layout.order]
    if not np.all(np.isfinite(outcome)):
        raise ValueError("missing values must be removed or imputed before an estimator is called")
    if variance == "binomial" and not np.all((outcome == 0) | (outcome == 1)):
        raise ValueError("a yes-or-no outcome is 0 or 1")
    if layout.people <= layout.terms or outcome.shape[1] <= layout.terms:
        raise NotEstimable("too_few", "There are too few people for the model. Wait for more ratings.", n=layout.people)
    beta, failed = _solve(outcome, layout, link, variance)
    return _finish(outcome, layout, beta, failed, link, variance)


def _means(beta: Array, layout: Layout, link: str) -> tuple[Array, Array]:
    """μ (S, N) and dμ/dη (S, N)."""
    eta = beta @ layout.design.T
    if link == "logit":
        mean = special.expit(eta)
        return mean, mean * (1 - mean)
    if link == "log":
        mean = np.exp(np.minimum(eta, 50.0))
        return mean, mean
    return eta, np.ones_like(eta)


def _standardised(
    outcome: Array, layout: Layout, beta: Array, link: str, variance: str
) -> tuple[Array, Array, Array, Array]:
    """Pearson residuals e (S, N), rows z of V^−½D without correlation (S, N, p), φ (S,), α (S,)."""
    mean, slope = _means(beta, layout, link)
    root = np.sqrt(mean * (1 - mean)) if variance == "binomial" else np.ones_like(mean)
    e = (outcome - mean) / root
    dispersion = np.sum(e * e, axis=1) / (e.shape[1] - layout.terms)
    alpha = np.zeros_like(dispersion)
    pairs = float(np.sum(layout.sizes * (layout.sizes - 1)) / 2) - layout.terms
    if pairs > 0:
        products = (np.sum(layout.sums(e, axis=1) ** 2, axis=1) - np.sum(e * e, axis=1)) / 2
        alpha = np.divide(products, pairs * dispersion, out=alpha, where=dispersion > 0)
        alpha = np.clip(alpha, -1 / (layout.sizes.max() - 1) + 1e-6, 1 - 1e-6)
    return e, layout.design * (slope / root)[..., None], dispersion, alpha


def _solve(outcome: Array, layout: Layout, link: str, variance: str) -> tuple[Array, NDArray[np.int64]]:
    """Fisher scoring with α and φ anew in every step, all data sets at once, each until its own steps vanish."""
    beta, failed = _start(outcome, layout, link, variance)
    active = np.flatnonzero(failed == 0)
    for _ in range(STEPS):
        if active.size == 0:
            break
        e, z, _, alpha = _standardised(outcome[active], layout, beta[active], link, variance)
        score, information = _totals(e, z, alpha, layout)
        size = np.sqrt(np.diagonal(information, axis1=1, axis2=2))
        sound = np.linalg.eigvalsh(information / (size[:, :, None] * size[:, None, :]))[:, 0] > 1e-13
        failed[active[~sound]] = FAILED.index("not_converged")
        active, score, information = active[sound], score[sound], information[sound]
        step = np.asarray(np.linalg.solve(information, score[..., None])[..., 0], dtype=np.float64)
        moved, state = _step(beta[active], step, layout, link, variance)
        beta[active] = moved
        failed[active] = state
        small = np.max(np.abs(step), axis=1) < TOLERANCE * (1 + np.max(np.abs(moved), axis=1))
        active = active[(state == 0) & ~small]
    failed[active] = FAILED.index("not_converged")
    return beta, failed


def _start(outcome: Array, layout: Layout, link: str, variance: str) -> tuple[Array, NDArray[np.int64]]:
    """The overall mean for everybody; a data set in which nothing varies has failed already."""
    mean = outcome.mean(axis=1)
    code = "separated" if variance == "binomial" else "constant"
    failed = np.where(np.ptp(outcome, axis=1) == 0, FAILED.index(code), 0).astype(np.int64)
    inside = np.clip(mean, 1e-3, 1 - 1e-3) if variance == "binomial" else mean
    if link == "log" and np.any(inside <= 0):
        raise ValueError("the log link needs a positive mean")
    level = {"logit": special.logit, "log": np.log, "identity": np.asarray}[link](inside)
    constant = np.linalg.lstsq(layout.design, np.ones(layout.design.shape[0]), rcond=None)[0]
    return np.asarray(level)[:, None] * constant, failed


def _step(beta: Array, step: Array, layout: Layout, link: str, variance: str) -> tuple[Array, NDArray[np.int64]]:
    """β + step, halved up to twelve times where proportions would leave 0 to 1; and which data sets have failed."""
    factor = np.ones(beta.shape[0])
    for _ in range(13):
        moved = beta + factor[:, None] * step
        mean, _ = _means(moved, layout, link)
        if variance != "binomial":
            return moved, np.where(np.isfinite(moved).all(axis=1), 0, 3).astype(np.int64)
        out = np.any((mean <= 0) | (mean >= 1), axis=1) if link != "logit" else np.zeros(beta.shape[0], dtype=bool)
        if not np.any(out):
            break
        factor = np.where(out, factor / 2, factor)
    low, high = np.any(mean < EDGE, axis=1), np.any(mean > 1 - EDGE, axis=1)
    # the logit reaches 0 and 1 only in infinity; the other links would pass 1, and the identity 0 too
    passed = {"logit": out, "log": out | high, "identity": out | high | low}[link]
    separated = np.where(low | high, FAILED.index("separated"), 0)
    return moved, np.where(passed, FAILED.index("outside"), separated).astype(np.int64)


def _totals(e: Array, z: Array, alpha: Array, layout: Layout) -> tuple[Array, Array]:
    """Σ u_i (S, p) and Σ G_i (S, p, p); the inverse of R_i is (I − a_i 11')/(1 − α), a_i = α/(1 + (m_i − 1)α)."""
    shrink = alpha[:, None] / (1 + (layout.sizes - 1) * alpha[:, None])
    z_sums, e_sums = layout.sums(z, axis=1), layout.sums(e, axis=1)
    turned = np.swapaxes(z, 1, 2)
    turned_sums = np.swapaxes(z_sums * shrink[..., None], 1, 2)
    score = (turned @ e[..., None] - turned_sums @ e_sums[..., None])[..., 0]
    information = turned @ z - turned_sums @ z_sums
    return score / (1 - alpha)[:, None], information / (1 - alpha)[:, None, None]


def _finish(outcome: Array, layout: Layout, beta: Array, failed: NDArray[np.int64], link: str, variance: str) -> GeeFit:
    wrong = failed != 0
    with np.errstate(invalid="ignore", divide="ignore"):
        e, z, dispersion, alpha = _standardised(outcome, layout, beta, link, variance)
        shrink = alpha[:, None] / (1 + (layout.sizes - 1) * alpha[:, None])
        z_sums, e_sums = layout.sums(z, axis=1), layout.sums(e, axis=1)
        scores = layout.sums(z * e[..., None], axis=1) - z_sums * (shrink * e_sums)[..., None]
        squares = layout.sums(z[..., :, None] * z[..., None, :], axis=1)
        informations = squares - shrink[..., None, None] * z_sums[..., :, None] * z_sums[..., None, :]
        scores, informations = scores / (1 - alpha)[:, None, None], informations / (1 - alpha)[:, None, None, None]
    for array in (beta, alpha, dispersion, scores, informations):
        array[wrong] = np.nan
    bread = inverse(informations.sum(axis=1))
    people, total = layout.people, layout.design.shape[0]
    return GeeFit(
        beta, alpha, dispersion, scores, informations, bread, failed, people - layout.terms, total, people, variance
    )


def _refusal(code: str, link: str) -> NotEstimable:
    sentences = {
        "separated": "In one arm everyone or no one has the outcome, so the odds ratio runs to infinity. "
        "Look at the counts and at the comparison by person.",
        "outside": f"With the {link} link a fitted proportion leaves the range from 0 to 1. "
        "Use the logit link, or leave out a covariate.",
        "constant": "Every value is the same, so there is nothing to compare.",
        "not_converged": f"The model did not converge in {STEPS} steps, so it gives no number. "
        "Compare people instead of goals.",
    }
    return NotEstimable(code, sentences[code])
