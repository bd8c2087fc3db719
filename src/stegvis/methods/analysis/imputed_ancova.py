"""Imputed ANCOVA: the analysis of covariance of every imputed data set at once, pooled by Rubin's rules.

The model and errors are those of `regression.ancova`; covariates may themselves have been imputed, and then have an axis
for the imputations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimates import Estimate
from .pooling import pool
from .refusals import NotEstimable

Array = NDArray[np.float64]

POWERS = {"classical": 0, "HC2": 1, "HC3": 2}


def pooled_ancova(
    outcome: ArrayLike, arms: Sequence[str], covariates: ArrayLike, *, arm: str, reference: str,
    errors: str = "classical", level: float = 0.95, method: str = "multiple imputation",
) -> Estimate:  # fmt: skip
    """`arm` − `reference` in imputed outcomes (m, n), adjusted for covariates (n, c) or (m, n, c).

    Complete-data degrees of freedom n − p. `method` names the imputation. Raises NotEstimable when an arm has no one,
    when the design is singular in any imputed data set, or when the pooled error cannot be computed.
    """
    y, codes = np.atleast_2d(np.asarray(outcome, dtype=np.float64)), np.asarray(arms)
    if not np.any(codes == arm) or not np.any(codes == reference):
        raise NotEstimable("empty", "One of the two arms has no one. Wait for more participants.")
    others = [one for one in sorted(set(arms)) if one != reference]
    table = np.asarray(covariates, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    design = _design(codes, others, table)
    effects, variances = effects_of(y, design, 1 + others.index(arm), errors)
    n = {one: int(np.sum(codes == one)) for one in (arm, reference)}
    name = f"{method}, analysis of covariance, {errors} errors"
    df = design.shape[-2] - design.shape[-1]
    return pool(effects, variances, df_complete=df, n=n, level=level, method=name)


def _design(codes: NDArray[np.str_], others: Sequence[str], covariates: Array) -> Array:
    table = covariates - covariates.mean(axis=-2, keepdims=True)
    fixed = np.column_stack([np.ones(len(codes)), *((codes == one).astype(np.float64) for one in others)])
    return np.concatenate([np.broadcast_to(fixed, (*table.shape[:-1], fixed.shape[-1])), table], axis=-1)


def effects_of(outcome: Array, design: Array, index: int, errors: str) -> tuple[Array, Array]:
    """One coefficient of each regression of y (…, n) on x (n, p) or (…, n, p), and its squared error: arrays (…,).

    Errors classical, HC2 or HC3 as in `regression.covariance`.
    """
    if errors not in POWERS:
        raise ValueError(f"unknown kind of standard error {errors!r}; known: {', '.join(POWERS)}")
    n, p = design.shape[-2:]
    if n <= p or not _has_rank(design):
        raise NotEstimable(
            "singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan."
        )
    inverse = np.linalg.inv(np.swapaxes(design, -1, -2) @ design)
    solver = inverse @ np.swapaxes(design, -1, -2)
    beta = (solver @ outcome[..., None])[..., 0]
    fitted = (design @ beta[..., None])[..., 0]
    squares = (outcome - fitted) ** 2
    if errors == "classical":
        return beta[..., index], np.sum(squares, axis=-1) / (n - p) * inverse[..., index, index]
    room = 1 - np.sum(design * np.swapaxes(solver, -1, -2), axis=-1)
    if np.any(room < 1e-10):
        raise NotEstimable(
            "leverage", "One person alone decides a term of the model (leverage 1). Use classical errors."
        )
    return beta[..., index], np.sum(squares * solver[..., index, :] ** 2 / room ** POWERS[errors], axis=-1)


def _has_rank(design: Array) -> bool:
    """Whether the columns are independent: no eigenvalue of their correlations about zero below 1e-12."""
    size = np.linalg.norm(design, axis=-2, keepdims=True)
    if np.any(size == 0):
        return False
    scaled = design / size
    return bool(np.linalg.eigvalsh(np.swapaxes(scaled, -1, -2) @ scaled).min() > 1e-12)
