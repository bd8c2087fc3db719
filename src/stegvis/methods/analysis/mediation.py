"""Mediation (exploratory): how much of an effect may go through a change in a mediator, such as stress or activity.

Linear models, T the allocation, M the mediator, Y the outcome, X baseline covariates:
M = α₀ + aT + α'X + ε_M,  Y = β₀ + cT + bM [+ hTM] + β'X + ε_Y.
Indirect effect in arm t: δ(t) = a(b + ht), the product of coefficients; direct effect ζ(t) = c + hE[M(t)], E[M(t)] at
the mean of X; total = δ(1) + ζ(0) = δ(0) + ζ(1) (VanderWeele, Explanation in Causal Inference 2015, ch. 2; Imai,
Keele & Yamamoto, Stat Sci 2010;25:51). Intervals are percentiles of a bootstrap of people.

These are effects only if nothing unmeasured drives both mediator and outcome, which randomising T does not give: hence
exploratory. How strong such a thing would have to be is told by ρ, the correlation of the errors of both models
(their Theorem 4, without interaction): with Y = T and X alone having error e₁ (SD σ₁), M having e₂ (σ₂),
ρ̃ = corr(e₁, e₂): δ(ρ) = a σ₁/σ₂ · {ρ̃ − ρ√((1 − ρ̃²)/(1 − ρ²))}, which is 0 at ρ = ρ̃.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from .refusals import NotEstimable
from .resampling import bootstrap_counts, child

Array = NDArray[np.float64]
CHUNK = 256
RHO = tuple(k / 10 for k in range(-9, 10))
EFFECTS = ("indirect1", "indirect0", "direct1", "direct0", "total")


@dataclass(frozen=True, slots=True)
class Mediated:
    """One effect with the percentile interval of the bootstrap and its standard deviation there."""

    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mediation:
    """The effects by name (EFFECTS; 1 and 0 are the arms), the paths a, b, c, and that all of it is exploratory."""

    effects: dict[str, Mediated]
    paths: dict[str, float]
    method: str
    role: str
    n: int
    draws: int
    level: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """δ(ρ) (R,) over ρ (R,), the ρ at which it is 0, and the product R²_M R²_Y of unexplained variances there (ρ²)."""

    rho: Array
    indirect: Array
    rho_at_zero: float
    r_squared_product: float


def mediate(
    outcome: ArrayLike,
    mediator: ArrayLike,
    assigned: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    interaction: bool = False,
    draws: int = 2000,
    seed: int | SeedSequence = 1,
    level: float = 0.95,
) -> Mediation:
    """Effects through and beside the mediator, all arrays (n,), covariates (n, q), `assigned` 0/1.

    People are drawn within their arms, in blocks with a stream each, so that threads do not matter. Raises NotEstimable
    for an empty arm, a mediator that does not vary, a singular design, or more than 1% of singular bootstrap samples.
    """
    y, m, t, x = _checked(outcome, mediator, assigned, covariates)
    paths = _paths(y, m, t, x, np.ones((1, t.size)), interaction)
    point = _effects(paths)
    drawn = _bootstrap(y, m, t, x, interaction, draws, seed)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=1)
    effects = {
        name: Mediated(float(point[name][0]), float(drawn[k].std(ddof=1)), float(low[k]), float(high[k]))
        for k, name in enumerate(EFFECTS)
    }
    model = "linear mediation models" + (" with interaction of arm and mediator" if interaction else "")
    return Mediation(
        effects=effects,
        paths={name: float(paths[name][0]) for name in ("a", "b", "c", "h")},
        method=f"{model}, percentile bootstrap of people within arms ({drawn.shape[1]} samples)",
        role="exploratory",
        n=t.size,
        draws=drawn.shape[1],
        level=level,
    )


def _bootstrap(
    y: Array, m: Array, t: Array, x: Array, interaction: bool, draws: int, seed: int | SeedSequence
) -> Array:
    """EFFECTS (5, B) of the bootstrap samples that can be fitted."""
    blocks = (_effects(_paths(y, m, t, x, block, interaction)) for block in _resamples(t, draws, seed))
    drawn = np.concatenate([np.stack([block[name] for name in EFFECTS]) for block in blocks], axis=1)
    good = np.isfinite(drawn).all(axis=0)
    if good.mean() < 0.99:
        raise NotEstimable(
            "singular", "Too many bootstrap samples cannot be fitted. Leave out a covariate, or wait for more answers."
        )
    return drawn[:, good]


def sensitivity(
    outcome: ArrayLike,
    mediator: ArrayLike,
    assigned: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    rho: ArrayLike = RHO,
) -> Sensitivity:
    """The indirect effect if the errors of mediator and outcome correlated by ρ; the models without interaction."""
    y, m, t, x = _checked(outcome, mediator, assigned, covariates)
    design = np.column_stack([t, x])
    coefficients = np.linalg.lstsq(design, np.column_stack([y, m]), rcond=None)[0]
    e1, e2 = (np.column_stack([y, m]) - design @ coefficients).T
    s1, s2 = float(np.sqrt(e1 @ e1)), float(np.sqrt(e2 @ e2))
    if s1 < 1e-12 or s2 < 1e-12:
        raise NotEstimable("constant", "A model explains every value exactly, so its errors cannot correlate.")
    r = float(e1 @ e2) / (s1 * s2)
    grid = np.asarray(rho, dtype=np.float64)
    if np.any(np.abs(grid) >= 1):
        raise ValueError("a correlation lies between −1 and 1")
    indirect = coefficients[0, 1] * s1 / s2 * (r - grid * np.sqrt((1 - r * r) / (1 - grid**2)))
    return Sensitivity(grid, indirect, r, r * r)


def _paths(y: Array, m: Array, t: Array, x: Array, weights: Array, interaction: bool) -> dict[str, Array]:
    """a, b, c, h and E[M(0)], E[M(1)] for each row of weights (B, n): how often each person was drawn."""
    first = _fit(np.column_stack([t, x]), m, weights)
    further = [t * m] if interaction else []
    second = _fit(np.column_stack([t, m, *further, x]), y, weights)
    mean_x = weights @ x / weights.sum(axis=1, keepdims=True)
    m0 = np.sum(mean_x * first[:, 1:], axis=1)
    h = second[:, 2] if interaction else np.zeros(weights.shape[0])
    return {"a": first[:, 0], "b": second[:, 1], "c": second[:, 0], "h": h, "m0": m0}


def _effects(paths: dict[str, Array]) -> dict[str, Array]:
    a, b, c, h, m0 = (paths[name] for name in ("a", "b", "c", "h", "m0"))
    effects = {"indirect1": a * (b + h), "indirect0": a * b, "direct1": c + h * (m0 + a), "direct0": c + h * m0}
    return effects | {"total": effects["indirect1"] + effects["direct0"]}


def _fit(design: Array, response: Array, weights: Array) -> Array:
    """Weighted least squares for each row of weights; NaN where a sample is singular."""
    scale = np.sqrt(np.mean(design**2, axis=0))
    scaled = design / scale
    p = design.shape[1]
    products = (scaled[:, :, None] * scaled[:, None, :]).reshape(scaled.shape[0], -1)
    matrix = (weights @ products).reshape(-1, p, p)
    right = weights @ (scaled * response[:, None])
    smallest = np.linalg.eigvalsh(matrix)[:, 0]
    good = smallest > 1e-10 * weights.sum(axis=1)
    safe = np.where(good[:, None, None], matrix, np.eye(p))
    return np.where(good[:, None], np.linalg.solve(safe, right[..., None])[..., 0] / scale, np.nan)


def _resamples(t: Array, draws: int, seed: int | SeedSequence) -> Iterator[Array]:
    root = seed if isinstance(seed, SeedSequence) else SeedSequence(seed)
    arms = [str(int(one)) for one in t]
    for number, start in enumerate(range(0, draws, CHUNK)):
        yield bootstrap_counts(arms, min(CHUNK, draws - start), child(root, number))


def _checked(
    outcome: ArrayLike, mediator: ArrayLike, assigned: ArrayLike, covariates: ArrayLike | None
) -> tuple[Array, Array, Array, Array]:
    """y, m, t (n,), and the constant with the covariates (n, 1 + q), centred so that the constant is the mean."""
    y, m, t = (np.asarray(v, dtype=np.float64).reshape(-1) for v in (outcome, mediator, assigned))
    if t.size == 0:
        raise NotEstimable("empty", "Nobody here has all four values. Wait for more answers.")
    x = np.ones((t.size, 1))
    if covariates is not None:
        given = np.asarray(covariates, dtype=np.float64).reshape(t.size, -1)
        x = np.column_stack([x, given - given.mean(axis=0)])
    if not all(np.all(np.isfinite(v)) for v in (y, m, t, x)):
        raise ValueError("missing values must be removed or imputed before an estimator is called")
    if not np.all((t == 0) | (t == 1)):
        raise ValueError("the allocation is 0 or 1")
    if t.sum() in (0, t.size):
        raise NotEstimable("empty", "One of the two arms has nobody here. Wait for more answers.")
    if np.ptp(m) == 0 or np.ptp(y) == 0:
        raise NotEstimable(
            "constant", "The mediator or the outcome is the same for everybody, so nothing can go through it."
        )
    design = np.column_stack([t, m, x])
    scale = np.linalg.norm(design, axis=0)
    if t.size <= design.shape[1] + 1:
        raise NotEstimable("too_few", "There are too few people for the model. Wait for more answers.", n=t.size)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < design.shape[1]:
        raise NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate.")
    return y, m, t, x
