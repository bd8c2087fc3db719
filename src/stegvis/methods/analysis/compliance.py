"""Compliance: the effect among those who take the treatment when it is offered (CACE), by instrumental variables.

The allocation z is the instrument for the received treatment d: a threshold passed (0 or 1), or a dose (modules/14).
Two-stage least squares with baseline covariates W: X = (d, 1, W), Z = (z, 1, W), X̂ = Z(Z'Z)⁻¹Z'X,
β = (X̂'X̂)⁻¹X̂'y, residuals from X. Without covariates β is the ratio of the difference in outcome to that in d
(Wald, Ann Math Stat 1940;11:284; Angrist, Imbens & Rubin, JASA 1996;91:444). Errors: classical s²(X̂'X̂)⁻¹ with
s² = RSS/(n − k); HC0 (X̂'X̂)⁻¹(Σ e²x̂x̂')(X̂'X̂)⁻¹; HC1 the same times n/(n − k); all with t(n − k).

The Anderson–Rubin set (Ann Math Stat 1949;20:46) holds every effect b for which z does not predict y − bd at the
level; it keeps its coverage however weak the instrument is, and can then be two rays or everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .estimates import Estimate, wald
from .refusals import NotEstimable
from .two_samples import Vector, t_two_sided_p

Array = NDArray[np.float64]
ERRORS = ("classical", "HC0", "HC1")
WEAK = 10.0
"""The first-stage F under which an instrument is called weak (Staiger & Stock, Econometrica 1997;65:557)."""

THRESHOLD_ASSUMPTIONS = ("randomised", "no_interference", "exclusion", "nothing_under_the_threshold", "monotone")
DOSE_ASSUMPTIONS = ("randomised", "no_interference", "exclusion", "linear_in_dose", "monotone")
ASSUMPTIONS: Mapping[str, str] = {
    "randomised": "Allocation was random.",
    "no_interference": "One person's treatment does not change another's outcome.",
    "exclusion": "Being offered the treatment changes the outcome only through what is received of it.",
    "nothing_under_the_threshold": "Less than the threshold does nothing at all.",
    "linear_in_dose": "Every further part of the dose changes the outcome by the same amount.",
    "monotone": "Nobody receives more because it was not offered (certain where only the offered can receive it).",
}


@dataclass(frozen=True, slots=True)
class AndersonRubin:
    """All effects that the data do not reject: `shape` is interval (low, high); two_rays: (−∞, low] and [high, ∞);
    ray_down (−∞, high]; ray_up [low, ∞); line: every effect. `p` tests an effect of 0."""

    shape: str
    low: float
    high: float
    level: float
    p: float


@dataclass(frozen=True, slots=True)
class ComplierEffect:
    """The estimate with its Anderson–Rubin set, the first stage, and the keys of what it takes for granted."""

    estimate: Estimate
    anderson_rubin: AndersonRubin
    first_stage: float
    first_stage_f: float
    weak: bool
    assumptions: tuple[str, ...]


def complier_effect(
    outcome: ArrayLike,
    received: ArrayLike,
    assigned: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    errors: str = "HC1",
    level: float = 0.95,
    names: tuple[str, str] = ("assigned", "reference"),
) -> ComplierEffect:
    """Effect of received treatment on outcome, all (n,); `assigned` 0/1; `covariates` (n,) or (n, q).

    F of the first stage is (coefficient of z / error)², with errors of the same kind. Raises NotEstimable for an empty
    arm, when the allocation changes nothing in what was received, or for a singular design.
    """
    y, d, z, w = _checked(outcome, received, assigned, covariates)
    estimate, squared, df = complier_many(y[None], d, z, w, errors=errors)
    first, f = _first_stage(d, z, w, errors)
    n = {names[0]: int(z.sum()), names[1]: int((1 - z).sum())}
    numbers = {"first_stage": first, "first_stage_f": f}
    method = conventions(errors, adjusted=w.shape[1] > 1)
    contrast = wald(method, float(estimate[0]), float(np.sqrt(squared[0])), df, level=level, n=n, numbers=numbers)
    binary = bool(np.all((d == 0) | (d == 1)))
    assumptions = THRESHOLD_ASSUMPTIONS if binary else DOSE_ASSUMPTIONS
    return ComplierEffect(
        contrast, anderson_rubin(y, d, z, w, errors=errors, level=level), first, f, f < WEAK, assumptions
    )


def complier_many(
    outcomes: ArrayLike, received: ArrayLike, assigned: ArrayLike, covariates: ArrayLike | None = None, *, errors: str
) -> tuple[Vector, Vector, int]:
    """Estimates (S,), squared errors (S,) and n − k for completed outcomes (S, n); `covariates` may hold the constant."""
    if errors not in ERRORS:
        raise ValueError(f"known errors: {', '.join(ERRORS)}")
    ys = np.asarray(outcomes, dtype=np.float64)
    _, d, z, w = _checked(ys[0], received, assigned, covariates)
    x, instruments = np.column_stack([d, w]), np.column_stack([z, w])
    fitted = instruments @ np.linalg.lstsq(instruments, x, rcond=None)[0]
    bread = np.linalg.inv(fitted.T @ fitted)
    beta = ys @ fitted @ bread
    residual = ys - beta @ x.T
    n, k = x.shape
    row = bread[0] @ fitted.T
    if errors == "classical":
        squared = np.sum(residual**2, axis=1) / (n - k) * bread[0, 0]
    else:
        squared = residual**2 @ row**2 * (n / (n - k) if errors == "HC1" else 1.0)
    return beta[:, 0], squared, n - k


def anderson_rubin(
    outcome: ArrayLike,
    received: ArrayLike,
    assigned: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    errors: str = "HC1",
    level: float = 0.95,
) -> AndersonRubin:
    """The set {b : F(b) ≤ F_crit(1, n − k)}, F(b) the squared t of z in the regression of y − bd on z and W.

    Both sides are quadratic in b, so the set is found in closed form.
    """
    y, d, z, w = _checked(outcome, received, assigned, covariates)
    basis = np.linalg.qr(w)[0]
    y, d, z = (v - basis @ (basis.T @ v) for v in (y, d, z))
    norm = float(z @ z)
    n, k = w.shape[0], w.shape[1] + 1
    slopes = np.array([z @ y, z @ d]) / norm
    residuals = np.array([y - z * slopes[0], d - z * slopes[1]])
    if errors == "classical":
        variances = residuals @ residuals.T / (n - k) / norm
    else:
        variances = (residuals * z**2) @ residuals.T / norm**2 * (n / (n - k) if errors == "HC1" else 1.0)
    critical = float(special.stdtrit(n - k, 0.5 + level / 2)) ** 2
    # (s_y − b s_d)² − critical (v_yy − 2b v_yd + b² v_dd) ≤ 0
    a = slopes[1] ** 2 - critical * variances[1, 1]
    b = -2 * (slopes[0] * slopes[1] - critical * variances[0, 1])
    c = slopes[0] ** 2 - critical * variances[0, 0]
    shape, low, high = _quadratic_set(float(a), float(b), float(c))
    return AndersonRubin(shape, low, high, level, t_two_sided_p(float(slopes[0] / np.sqrt(variances[0, 0])), n - k))


def conventions(errors: str, *, adjusted: bool) -> str:
    """The estimator in one line, as results.json prints it."""
    means = "with baseline covariates" if adjusted else "without covariates (Wald ratio)"
    return f"two-stage least squares {means}, allocation as instrument, {errors} errors, t with n − terms df"


def _quadratic_set(a: float, b: float, c: float) -> tuple[str, float, float]:
    """{x : ax² + bx + c ≤ 0}."""
    if a == 0 and b == 0:
        return "line", -np.inf, np.inf
    if a == 0:
        return ("ray_down", -np.inf, -c / b) if b > 0 else ("ray_up", -c / b, np.inf)
    root = b * b - 4 * a * c
    if a < 0 and root <= 0:
        return "line", -np.inf, np.inf
    # for a > 0 the two-stage estimate lies in the set, so a negative root is rounding
    half = np.sqrt(max(root, 0.0))
    q = -0.5 * (b + np.copysign(half, b))
    ends = sorted((float(q / a), float(c / q) if q != 0 else 0.0))
    return ("interval" if a > 0 else "two_rays"), ends[0], ends[1]


def _first_stage(d: Array, z: Array, w: Array, errors: str) -> tuple[float, float]:
    basis = np.linalg.qr(w)[0]
    d, z = (v - basis @ (basis.T @ v) for v in (d, z))
    norm, n, k = float(z @ z), w.shape[0], w.shape[1] + 1
    slope = float(z @ d) / norm
    residual = d - z * slope
    if errors == "classical":
        variance = float(residual @ residual) / (n - k) / norm
    else:
        variance = float(residual**2 @ z**2) / norm**2 * (n / (n - k) if errors == "HC1" else 1.0)
    return slope, slope**2 / variance if variance > 1e-24 else float("inf")


def _checked(
    outcome: ArrayLike, received: ArrayLike, assigned: ArrayLike, covariates: ArrayLike | None
) -> tuple[Array, Array, Array, Array]:
    y, d, z = (np.asarray(v, dtype=np.float64).reshape(-1) for v in (outcome, received, assigned))
    further = np.ones((z.size, 1))
    if covariates is not None:
        given = np.asarray(covariates, dtype=np.float64).reshape(z.size, -1)
        further = given if np.any(np.all(given == 1, axis=0)) else np.column_stack([further, given])
    if not all(np.all(np.isfinite(v)) for v in (y, d, z, further)):
        raise ValueError("missing values must be removed or imputed before an estimator is called")
    if not np.all((z == 0) | (z == 1)):
        raise ValueError("the allocation is 0 or 1")
    if z.sum() in (0, z.size):
        raise NotEstimable("empty", "One of the two arms has nobody here. Wait for more answers.")
    design = np.column_stack([z, further])
    scale = np.linalg.norm(design, axis=0)
    if z.size <= design.shape[1]:
        raise NotEstimable("too_few", "There are too few people for the model. Wait for more answers.", n=z.size)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < design.shape[1]:
        raise NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate.")
    basis = np.linalg.qr(further)[0]
    pure, taken = (v - basis @ (basis.T @ v) for v in (z, d))
    if abs(pure @ taken) < 1e-10 * max(1.0, float(np.linalg.norm(pure) * np.linalg.norm(d))):
        raise NotEstimable(
            "no_first_stage",
            "The arms received the same, so the effect of what was received cannot be told. Look at the effect of the offer.",
        )
    return y, d, z, further
