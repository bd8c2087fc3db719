"""Many data sets at once: the published comparison (t interval, Mann–Whitney, analysis of covariance) of thousands of trials.

Simulation asks the same three questions of every made-up trial. Here a leading axis holds the trials: outcomes (B, n), nan
where missing, of people whose arms are the same in all. The formulas are those of `two_samples.pooled_t`,
`ranks.mann_whitney` and `regression.ancova` with classical errors; a trial in which one of them would refuse has nan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .regression import Matrix
from .two_samples import Vector, t_critical

ROWS = 256
"""Trials worked on at a time, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Differences:
    """compared − reference of each trial, with its error, df, t, P and interval (B,)."""

    estimate: Vector
    se: Vector
    df: Vector
    t: Vector
    p: Vector
    low: Vector
    high: Vector


@dataclass(frozen=True, slots=True)
class RankTests:
    """U, z and two-sided P of each trial (B,)."""

    u: Vector
    z: Vector
    p: Vector


@dataclass(frozen=True, slots=True)
class Sums:
    """Of each trial and, in the second column, of its compared arm (B, 2): people, values about the centre; squares (B,)."""

    n: Matrix
    values: Matrix
    squares: Vector


def pooled_t_many(outcome: ArrayLike, first: ArrayLike, level: float = 0.95) -> Differences:
    """Student's t with pooled variance of every trial."""
    y, member = _arrays(outcome, first)
    parts = [_t_sums(y[rows], member) for rows in _blocks(y)]
    estimate, square, df = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _differences(estimate, np.sqrt(square), df, level)


def ancova_many(outcome: ArrayLike, baseline: ArrayLike, first: ArrayLike, level: float = 0.95) -> Differences:
    """Analysis of covariance of every trial on its baseline (B, n), people with an outcome only, t(n − 3).

    With C the centred cross products of baseline x, arm z and outcome y, and the baseline swept out
    (C_zy.x = C_zy − C_xz C_xy/C_xx): b = C_zy.x/C_zz.x, s² = (C_yy.x − b C_zy.x)/(n − 3).
    """
    y, member = _arrays(outcome, first)
    x = np.broadcast_to(np.asarray(baseline, dtype=np.float64), y.shape)
    parts = [_ancova_sums(y[rows], x[rows], member) for rows in _blocks(y)]
    estimate, square, df = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _differences(estimate, np.sqrt(square), df, level)


def mann_whitney_many(outcome: ArrayLike, first: ArrayLike) -> RankTests:
    """Mann–Whitney of every trial by the normal approximation with tie-corrected variance, no continuity correction.

    Values are sorted with the arm written into the last bit of their mantissa, which is quicker than sorting places.
    Where that bit alone told two values apart, the trial is sorted again by its whole values.
    """
    y, member = _arrays(outcome, first)
    parts = [_rank_sums(y[rows], member) for rows in _blocks(y)]
    rank_sum, ties, n, n1 = (np.concatenate(column) for column in zip(*parts, strict=True))
    n0 = n - n1
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = n1 * n0 / 12 * (n + 1 - ties / (n * (n - 1)))
        u = rank_sum - n1 * (n1 + 1) / 2
        z = np.where((n1 > 1) & (n0 > 1) & (variance > 0), (u - n1 * n0 / 2) / np.sqrt(variance), np.nan)
    return RankTests(u, z, np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64))


def published_many(
    outcome: ArrayLike, baseline: ArrayLike, first: ArrayLike, level: float = 0.95
) -> tuple[Differences, RankTests, Differences]:
    """The published comparison of every trial: t interval and Mann–Whitney of change, and analysis of covariance.

    As `pooled_t_many` and `mann_whitney_many` of outcome − baseline and `ancova_many`, with their sums made once: the
    squares of change are Σy² + Σx² − 2Σxy about the centres.
    """
    y, member = _arrays(outcome, first)
    x = np.broadcast_to(np.asarray(baseline, dtype=np.float64), y.shape)
    columns, parts = _columns(member), []
    for rows in _blocks(y):
        known = np.isfinite(y[rows]) & np.isfinite(x[rows])
        values_y, of_y = _sums(y[rows], known, columns)
        values_x, of_x = _sums(x[rows], known, columns)
        products = np.einsum("bi,bi->b", values_x, values_y)
        squares = of_y.squares + of_x.squares - 2 * products
        change = Sums(of_y.n, of_y.values - of_x.values, squares)
        parts.append((*_t_from(change), *_ancova_from(of_y, of_x, products)))
    t = [np.concatenate([part[k] for part in parts]) for k in range(3)]
    covariance = [np.concatenate([part[k] for part in parts]) for k in range(3, 6)]
    return (
        _differences(t[0], np.sqrt(t[1]), t[2], level),
        mann_whitney_many(y - x, member),
        _differences(covariance[0], np.sqrt(covariance[1]), covariance[2], level),
    )


def _arrays(outcome: ArrayLike, first: ArrayLike) -> tuple[Matrix, NDArray[np.bool_]]:
    y = np.atleast_2d(np.asarray(outcome, dtype=np.float64))
    member = np.asarray(first, dtype=bool)
    if member.shape != y.shape[1:]:
        raise ValueError(f"the trials have {y.shape[1]} people, and {member.size} arms were given")
    return y, member


def _blocks(y: Matrix) -> list[slice]:
    return [slice(begin, begin + ROWS) for begin in range(0, y.shape[0], ROWS)]


def _sums(y: Matrix, known: NDArray[np.bool_], columns: Matrix) -> tuple[Matrix, Sums]:
    """The values about a common centre, 0 where missing, and their sums. The centre keeps digits, nothing else."""
    some = y[0][known[0]]
    centre = float(some.mean()) if some.size else 0.0
    values = np.where(known, y - centre, 0.0)
    n = known.astype(np.float64) @ columns
    return values, Sums(n, values @ columns, np.einsum("bi,bi->b", values, values))


def _columns(member: NDArray[np.bool_]) -> Matrix:
    return np.column_stack([np.ones(member.size), member])


def _t_sums(y: Matrix, member: NDArray[np.bool_]) -> tuple[Vector, Vector, Vector]:
    """Difference, squared error and df."""
    return _t_from(_sums(y, np.isfinite(y), _columns(member))[1])


def _t_from(s: Sums) -> tuple[Vector, Vector, Vector]:
    n1, s1 = s.n[:, 1], s.values[:, 1]
    n0, s0 = s.n[:, 0] - n1, s.values[:, 0] - s1
    with np.errstate(divide="ignore", invalid="ignore"):
        within = s.squares - s1**2 / n1 - s0**2 / n0
        df = n1 + n0 - 2
        square = within / df * (1 / n1 + 1 / n0)
        usable = (n1 > 1) & (n0 > 1) & (within > 1e-13 * s.squares)
        return s1 / n1 - s0 / n0, np.where(usable, square, np.nan), df


def _ancova_sums(y: Matrix, x: Matrix, member: NDArray[np.bool_]) -> tuple[Vector, Vector, Vector]:
    """Coefficient of the arm, squared error and df."""
    known, columns = np.isfinite(y) & np.isfinite(x), _columns(member)
    values_y, of_y = _sums(y, known, columns)
    values_x, of_x = _sums(x, known, columns)
    return _ancova_from(of_y, of_x, np.einsum("bi,bi->b", values_x, values_y))


def _ancova_from(of_y: Sums, of_x: Sums, products: Vector) -> tuple[Vector, Vector, Vector]:
    n, n1 = of_y.n[:, 0], of_y.n[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = n1 / n
        xx = of_x.squares - of_x.values[:, 0] ** 2 / n
        yy = of_y.squares - of_y.values[:, 0] ** 2 / n
        xy = products - of_x.values[:, 0] * of_y.values[:, 0] / n
        zx, zy = (one.values[:, 1] - share * one.values[:, 0] for one in (of_x, of_y))
        zz = n1 - n1 * share - zx**2 / xx
        zy = zy - zx * xy / xx
        left = yy - xy**2 / xx - zy**2 / zz
        usable = (xx > 1e-12 * of_x.squares) & (zz > 1e-9 * n) & (n > 3) & (left > 1e-13 * yy)
        return zy / zz, np.where(usable, left / (n - 3) / zz, np.nan), n - 3


def _rank_sums(y: Matrix, member: NDArray[np.bool_]) -> tuple[Vector, Vector, Vector, Vector]:
    """Rank sum of the compared arm, Σ(t³ − t) over ties, people, and people of the compared arm."""
    known = np.isfinite(y)
    values = np.where(known, y, np.inf)
    bits = values.view(np.int64)
    odd = bool(np.any(bits & 1))
    arm = known & member
    bits &= -2
    bits |= arm
    values.sort(axis=1)
    compared = bits & 1
    bits &= -2
    new = np.ones(y.shape, dtype=bool)
    np.not_equal(values[:, 1:], values[:, :-1], out=new[:, 1:])
    n, n1 = known.sum(axis=1).astype(np.float64), arm.sum(axis=1).astype(np.float64)
    ranks = np.asarray(compared @ np.arange(1.0, y.shape[1] + 1), dtype=np.float64)
    ties = np.zeros(y.shape[0])
    tied = np.flatnonzero(np.count_nonzero(new, axis=1) < np.minimum(n + 1, y.shape[1]))
    if tied.size:
        if odd:
            _sort_again(y, known, arm, tied, new, compared)
        ranks[tied], ties[tied] = _with_ties(new[tied], compared[tied])
    missing = y.shape[1] - n
    return ranks, np.where(ties > 0, ties - (missing**3 - missing), 0.0), n, n1


def _sort_again(
    y: Matrix,
    known: NDArray[np.bool_],
    arm: NDArray[np.bool_],
    tied: NDArray[np.int64],
    new: NDArray[np.bool_],
    compared: NDArray[np.int64],
) -> None:
    """Set right what the last bit hid: trials that have more distinct values than they seemed to have."""
    whole = np.sort(np.where(known[tied], y[tied], np.inf), axis=1)
    distinct = 1 + np.count_nonzero(whole[:, 1:] != whole[:, :-1], axis=1)
    for row in tied[distinct != np.count_nonzero(new[tied], axis=1)]:
        values = np.where(known[row], y[row], np.inf)
        order = np.argsort(values, kind="stable")
        compared[row] = arm[row, order]
        new[row, 1:] = values[order][1:] != values[order][:-1]


def _with_ties(new: NDArray[np.bool_], compared: NDArray[np.int64]) -> tuple[Vector, Vector]:
    """Rank sums by midranks, and Σ(t³ − t); `new` (B, n) says where a group of equal sorted values begins."""
    count = new.shape[1]
    begin = np.flatnonzero(new)
    size = np.diff(begin, append=new.size)
    midrank = begin % count + (size + 1) / 2
    rows = np.concatenate([[0], np.cumsum(np.count_nonzero(new, axis=1))[:-1]])
    in_arm = np.add.reduceat(compared.ravel(), begin)
    cubes = size.astype(np.float64) * (size.astype(np.float64) ** 2 - 1)
    return np.add.reduceat(in_arm * midrank, rows), np.add.reduceat(cubes, rows)


def _differences(estimate: Vector, se: Vector, df: Vector, level: float) -> Differences:
    usable = np.isfinite(se) & (se > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(usable, estimate / se, np.nan)
    degrees = np.where(usable, df, 1.0)
    kinds, which = np.unique(degrees, return_inverse=True)
    half = np.array([t_critical(level, one) for one in kinds])[which] * se
    p = 2 * special.stdtr(degrees, -np.abs(t))
    estimate = np.where(usable, estimate, np.nan)
    return Differences(estimate, se, df, t, np.asarray(p), estimate - half, estimate + half)
