"""Subgroups: whether the effect differs between kinds of people, which is not whether it is significant in one of them.

Model, by least squares: y = intercept + arm + moderator + arm × moderator + covariates, on the additive scale, with
heteroscedasticity-consistent errors. What is tested is the interaction; the effects within levels are for a forest plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .estimates import Estimate, wald
from .refusals import NotEstimable
from .regression import LeastSquares, Matrix, covariance, least_squares
from .two_samples import Vector, t_critical, vector


@dataclass(frozen=True, slots=True)
class JointTest:
    """Wald's test of several coefficients: F with two degrees of freedom."""

    method: str
    statistic: float
    df1: int
    df2: int
    p: float


@dataclass(frozen=True, slots=True)
class Subgroups:
    """The effect within each level, by its name, and the test that they are all the same."""

    within: dict[str, Estimate]
    interaction: JointTest


@dataclass(frozen=True, slots=True)
class Moderated:
    """The effect along a continuous moderator: the slope of the effect, and where it is significant.

    `boundaries` are the values of the moderator at which the interval of the effect touches 0 (none, one or two), and
    `significant` says for the stretches below, between and above them whether it leaves 0 out.
    """

    slope: Estimate
    effect_at_zero: float
    boundaries: tuple[float, ...]
    significant: tuple[bool, ...]
    df: int
    level: float
    _effect: Vector
    _covariance: Matrix

    def at(self, value: float) -> Estimate:
        """The effect at one value of the moderator, with its pointwise interval."""
        contrast = np.array([1.0, value])
        se = float(np.sqrt(contrast @ self._covariance @ contrast))
        return wald(
            self.slope.method, float(contrast @ self._effect), se, self.df, level=self.level, n=dict(self.slope.n)
        )


def by_level(
    outcome: ArrayLike,
    first: Sequence[bool],
    moderator: Sequence[str],
    covariates: ArrayLike | None = None,
    *,
    errors: str = "HC3",
    level: float = 0.95,
) -> Subgroups:
    """Effects within the levels of a moderator (n,), and the interaction: F(levels − 1, n − p).

    One model for all: each level has its own intercept and its own effect; `covariates` (n, k) act alike in all.
    Raises NotEstimable when a level lacks people in an arm, and as `least_squares`.
    """
    z, kinds = np.asarray(first, dtype=bool), np.asarray(moderator)
    names = np.unique(kinds)
    if names.size < 2:
        raise NotEstimable("one_level", "Everyone is of the same kind, so there is no subgroup to compare with.")
    _check_levels(z, kinds, names)
    inside = (kinds[:, None] == names).astype(np.float64)
    design = np.column_stack([inside * z[:, None], inside, _covariates(covariates, z.size)])
    fit, spread = _fitted(outcome, design, errors)
    method = f"effect within level, least squares with interaction, {errors}, t(n − p)"
    within = {}
    for index, name in enumerate(names):
        n = {"compared": int(np.sum(z & (kinds == name))), "reference": int(np.sum(~z & (kinds == name)))}
        se = float(np.sqrt(spread[index, index]))
        within[str(name)] = wald(method, float(fit.beta[index]), se, fit.df, level=level, n=n)
    contrast = np.zeros((names.size - 1, design.shape[1]))
    contrast[:, 0], contrast[:, 1 : names.size] = -1.0, np.eye(names.size - 1)
    return Subgroups(within, _joint(fit, spread, contrast, errors))


def interaction(
    outcome: ArrayLike,
    first: Sequence[bool],
    moderator: Sequence[str],
    *,
    of: str,
    against: str,
    covariates: ArrayLike | None = None,
    errors: str = "HC3",
    level: float = 0.95,
) -> Estimate:
    """The effect in level `of` less the effect in level `against`, from the model of `by_level`."""
    z, kinds = np.asarray(first, dtype=bool), np.asarray(moderator)
    names = np.unique(kinds)
    if of not in names or against not in names:
        raise NotEstimable("empty", "Nobody is of one of the two kinds, so their effects cannot be compared.")
    _check_levels(z, kinds, names)
    inside = (kinds[:, None] == names).astype(np.float64)
    design = np.column_stack([inside * z[:, None], inside, _covariates(covariates, z.size)])
    fit, spread = _fitted(outcome, design, errors)
    contrast = np.zeros(design.shape[1])
    contrast[: names.size] = (names == of).astype(float) - (names == against).astype(float)
    n = {name: int(np.sum(kinds == name)) for name in (of, against)}
    method = f"difference between effects (interaction), least squares, {errors}, t(n − p)"
    se = float(np.sqrt(contrast @ spread @ contrast))
    return wald(method, float(contrast @ fit.beta), se, fit.df, level=level, n=n)


def along(
    outcome: ArrayLike,
    first: Sequence[bool],
    moderator: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    errors: str = "HC3",
    level: float = 0.95,
) -> Moderated:
    """The effect b1 + b3 m along a continuous moderator m (n,), with the region of Johnson & Neyman.

    Boundaries solve (b1 + b3 m)² = t²(v11 + 2 m v13 + m² v33) (Johnson & Neyman, Stat Res Mem 1936;1:57; Bauer &
    Curran, Multivar Behav Res 2005;40:373). They hold value by value, not for all values at once.
    """
    z, m = np.asarray(first, dtype=bool), vector(moderator)
    if min(int(z.sum()), int((~z).sum())) == 0:
        raise NotEstimable("empty", "One of the two arms has nobody with these values. Wait for more answers.")
    shift = float(m.mean())
    centred = m - shift
    design = np.column_stack([z, z * centred, np.ones(m.size), centred, _covariates(covariates, m.size)])
    fit, spread = _fitted(outcome, design, errors)
    back = np.array([[1.0, -shift], [0.0, 1.0]])
    effect, v = back @ fit.beta[:2], back @ spread[:2, :2] @ back.T
    method = f"arm × moderator per unit, least squares, {errors}, t(n − p)"
    n = {"compared": int(z.sum()), "reference": int((~z).sum())}
    slope = wald(method, float(effect[1]), float(np.sqrt(v[1, 1])), fit.df, level=level, n=n)
    boundaries = tuple(one + shift for one in _boundaries(fit.beta[:2], spread[:2, :2], t_critical(level, fit.df)))
    result = Moderated(slope, float(effect[0]), boundaries, (), fit.df, level, effect, v)
    significant = tuple(result.at(probe).p < 1 - level for probe in _between(boundaries, shift))
    return Moderated(slope, float(effect[0]), boundaries, significant, fit.df, level, effect, v)


def _between(boundaries: tuple[float, ...], anywhere: float) -> list[float]:
    """A value in each stretch: below the first boundary, between two, above the last."""
    if not boundaries:
        return [anywhere]
    inner = [(a + b) / 2 for a, b in pairwise(boundaries)]
    return [boundaries[0] - 1, *inner, boundaries[-1] + 1]


def _boundaries(b: Vector, v: Matrix, critical: float) -> tuple[float, ...]:
    """Real roots of the quadratic, in order."""
    square = b[1] ** 2 - critical**2 * v[1, 1]
    linear = 2 * (b[0] * b[1] - critical**2 * v[0, 1])
    constant = b[0] ** 2 - critical**2 * v[0, 0]
    if abs(square) < 1e-14 * (b[1] ** 2 + critical**2 * v[1, 1]):
        return (float(-constant / linear),) if linear else ()
    inside = linear**2 - 4 * square * constant
    if inside < 0:
        return ()
    q = -0.5 * (linear + np.copysign(np.sqrt(inside), linear))  # the form that loses no digits
    return tuple(sorted({float(q / square), float(constant / q) if q else 0.0}))


def _fitted(outcome: ArrayLike, design: Matrix, errors: str) -> tuple[LeastSquares, Matrix]:
    y = vector(outcome)
    fit = least_squares(y, design)
    if float(fit.residuals @ fit.residuals) <= 1e-20 * max(1.0, float(y @ y)):
        raise NotEstimable("constant", "The model explains every value exactly, so its error cannot be estimated.")
    return fit, covariance(fit, design, errors)


def _joint(fit: LeastSquares, spread: Matrix, contrast: Matrix, errors: str) -> JointTest:
    gap = contrast @ fit.beta
    df1 = contrast.shape[0]
    statistic = float(gap @ np.linalg.solve(contrast @ spread @ contrast.T, gap)) / df1
    method = f"Wald F of the interaction, {errors}"
    return JointTest(method, statistic, df1, fit.df, float(special.fdtrc(df1, fit.df, statistic)))


def _check_levels(z: np.ndarray, kinds: np.ndarray, names: np.ndarray) -> None:
    for name in names:
        if len(set(z[kinds == name])) < 2:
            raise NotEstimable(
                "empty",
                "One kind of people is in one arm only, so the effect in it cannot be estimated. Join it with another "
                "in the plan.",
            )


def _covariates(covariates: ArrayLike | None, n: int) -> Matrix:
    if covariates is None:
        return np.empty((n, 0))
    x = np.asarray(covariates, dtype=np.float64).reshape(n, -1)
    return np.asarray(x - x.mean(axis=0), dtype=np.float64)
