"""Many data sets at once: the published comparison (t interval, Mann–Whitney, analysis of covariance) of thousands of trials.

Simulation asks the same three questions of every made-up trial. Here a leading axis holds the trials: outcomes (B, n), nan
where missing, of people whose arms are the same in all. The formulas are those of `two_samples.pooled_t`,
`ranks.mann_whitney` and `regression.ancova` with classical errors; a trial in which one of them would refuse has nan.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .rank_sums import SMALL, rank_sums, small_whole, whole_rank_sums
from .regression import Matrix
from .student import two_sided_p
from .two_samples import Vector

ROWS = 2048
"""Trials worked on at a time: enough that calls cost little, and few enough to stay near the processor."""
WHOLE = SMALL // 4
"""Whole numbers up to here are added up as such: about a centre, and subtracted from each other, they are still small."""
EXACT_IN_32_BITS = 2**24
"""Whole numbers below this are exact in a 32-bit number, and so are sums that stay below it."""


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

    How the ranks are summed, see `rank_sums`.
    """
    y, member = _arrays(outcome, first)
    parts = []
    for rows in _blocks(y):
        there = _There(np.isfinite(y[rows]), member)
        parts.append((*rank_sums(y[rows], there.known, member), there.n))
    return _rank_tests(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def published_many(
    outcome: ArrayLike, baseline: ArrayLike, first: ArrayLike, level: float = 0.95, *, threads: int = 1
) -> tuple[Differences, RankTests, Differences]:
    """The published comparison of every trial: t interval and Mann–Whitney of change, and analysis of covariance.

    As `pooled_t_many` and `mann_whitney_many` of outcome − baseline and `ancova_many`, with their sums made once: the
    squares of change are Σy² + Σx² − 2Σxy about the centres. Any number of threads gives the same bits.
    """
    y, member = _arrays(outcome, first)
    x = np.broadcast_to(np.asarray(baseline, dtype=np.float64), y.shape)

    def block(rows: slice) -> _Needed:
        return _needed_of_scores(y[rows], x[rows], member) or _needed(y[rows], x[rows], member)

    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(block, _blocks(y)))
    else:
        parts = [block(rows) for rows in _blocks(y)]
    n, y1, yy, x1, xx, xy, ranks, ties = (np.concatenate(column) for column in zip(*parts, strict=True))
    of_y, of_x = Sums(n, y1, yy), Sums(n, x1, xx)
    of_t = _t_from(Sums(n, y1 - x1, yy + xx - 2 * xy))
    of_covariance = _ancova_from(of_y, of_x, xy)
    return (
        _differences(of_t[0], np.sqrt(of_t[1]), of_t[2], level),
        _rank_tests(ranks, ties, n),
        _differences(of_covariance[0], np.sqrt(of_covariance[1]), of_covariance[2], level),
    )


class _Needed(NamedTuple):
    """What the three comparisons need of some trials: people and sums (b, 2) as in `Sums`, squares and products, ranks."""

    n: Matrix
    y1: Matrix
    yy: Vector
    x1: Matrix
    xx: Vector
    xy: Vector
    ranks: Vector
    ties: Vector


def _needed(y: Matrix, x: Matrix, member: NDArray[np.bool_]) -> _Needed:
    change = y - x
    there = _There(np.isfinite(change), member)
    ranks = rank_sums(change, there.known, member)
    values_y, of_y = _sums(y, there, change)
    values_x, of_x = _sums(x, there)
    xy = np.vecdot(values_x, values_y)
    return _Needed(there.n, of_y.values, of_y.squares, of_x.values, of_x.squares, xy, *ranks)


def _needed_of_scores(y: Matrix, x: Matrix, member: NDArray[np.bool_]) -> _Needed | None:
    """The same of scores, which are small whole numbers: every sum is then exact, in fewer bits. None of others."""
    of_y = small_whole(y)
    of_x = small_whole(x) if of_y else None
    if of_y is None or of_x is None:
        return None
    there = _There(of_y.known & of_x.known, member)
    bits, reach = -there.known.astype(np.int16), 0
    for values in (of_y.values, of_x.values):
        values &= bits
        if max(int(values.max()), -int(values.min())) > WHOLE:
            return None
        some = values[0][there.known[0]]
        values -= np.int16(some.mean() if some.size else 0)
        values &= bits
        reach = max(reach, int(values.max()), -int(values.min()))
    exact = np.dtype(np.float32 if reach**2 * member.size < EXACT_IN_32_BITS else np.float64)
    columns = there.columns.astype(exact)
    small_y, small_x = (one.values.astype(exact) for one in (of_y, of_x))
    y1, x1 = (np.asarray(one @ columns, dtype=np.float64) for one in (small_y, small_x))
    pairs = ((small_y, small_y), (small_x, small_x), (small_x, small_y))
    yy, xx, xy = (np.asarray(np.vecdot(*pair), dtype=np.float64) for pair in pairs)
    ranks, ties = whole_rank_sums(of_y.values - of_x.values, there.known, member)
    return _Needed(there.n, y1, yy, x1, xx, xy, ranks, ties)


def _arrays(outcome: ArrayLike, first: ArrayLike) -> tuple[Matrix, NDArray[np.bool_]]:
    y = np.atleast_2d(np.asarray(outcome, dtype=np.float64))
    member = np.asarray(first, dtype=bool)
    if member.shape != y.shape[1:]:
        raise ValueError(f"the trials have {y.shape[1]} people, and {member.size} arms were given")
    return y, member


def _blocks(y: Matrix) -> list[slice]:
    return [slice(begin, begin + ROWS) for begin in range(0, y.shape[0], ROWS)]


class _There:
    """Who of each trial counts: `known` (B, n), and `n`, all and those of the compared arm (B, 2)."""

    def __init__(self, known: NDArray[np.bool_], member: NDArray[np.bool_]) -> None:
        self.known = known
        self.columns = np.column_stack([np.ones(member.size), member])
        self.n: Matrix = (known.astype(np.float32) @ self.columns.astype(np.float32)).astype(np.float64)

    @cached_property
    def bits(self) -> NDArray[np.int64]:
        """All bits of a number where known and none elsewhere: quicker than choosing."""
        return -self.known.astype(np.int64)


def _sums(y: Matrix, there: _There, room: Matrix | None = None) -> tuple[Matrix, Sums]:
    """The values about a common centre, 0 where missing, and their sums. The centre keeps digits, nothing else.

    They are written into `room`, where there is one: memory that is asked for anew costs more than the sums do.
    """
    some = y[0][there.known[0]]
    centre = float(some.mean()) if some.size else 0.0
    values = np.subtract(y, centre, out=None if room is None else room[: len(y)])
    bits = values.view(np.int64)
    bits &= there.bits
    return values, Sums(there.n, values @ there.columns, np.vecdot(values, values))


def _t_sums(y: Matrix, member: NDArray[np.bool_]) -> tuple[Vector, Vector, Vector]:
    """Difference, squared error and df."""
    return _t_from(_sums(y, _There(np.isfinite(y), member))[1])


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
    there = _There(np.isfinite(y) & np.isfinite(x), member)
    values_y, of_y = _sums(y, there)
    values_x, of_x = _sums(x, there)
    return _ancova_from(of_y, of_x, np.vecdot(values_x, values_y))


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
        varies = (xx > 1e-12 * of_x.squares) & (yy > 1e-12 * of_y.squares)
        usable = varies & (zz > 1e-9 * n) & (n > 3) & (left > 1e-13 * yy)
        return zy / zz, np.where(usable, left / (n - 3) / zz, np.nan), n - 3


def _rank_tests(rank_sum: Vector, ties: Vector, people: Matrix) -> RankTests:
    n, n1 = people[:, 0], people[:, 1]
    n0 = n - n1
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = n1 * n0 / 12 * (n + 1 - ties / (n * (n - 1)))
        u = rank_sum - n1 * (n1 + 1) / 2
        z = np.where((n1 > 1) & (n0 > 1) & (variance > 0), (u - n1 * n0 / 2) / np.sqrt(variance), np.nan)
    return RankTests(u, z, np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64))


def _differences(estimate: Vector, se: Vector, df: Vector, level: float) -> Differences:
    usable = np.isfinite(se) & (se > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(usable, estimate / se, np.nan)
    degrees = np.where(usable, df, 1.0)
    whole = degrees.astype(np.int64)
    seen = np.flatnonzero(np.bincount(whole))
    critical = np.zeros(int(whole.max(initial=0)) + 1)
    critical[seen] = special.stdtrit(seen.astype(np.float64), 0.5 + level / 2)
    half = critical[whole] * se
    estimate = np.where(usable, estimate, np.nan)
    return Differences(estimate, se, df, t, two_sided_p(t, degrees), estimate - half, estimate + half)
