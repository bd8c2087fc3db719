"""Re-randomisation: the P value that assumes only what was really done, the allocation itself.

The outcomes stay as they are; everybody is allocated again by the trial's own procedure (its strata, block sizes and
ratio, or its minimisation in the order of arrival), and the statistic is computed anew. P is how often it lies as far
from 0 as the one observed, under the sharp null hypothesis that no one's outcome depends on the arm. Source: Fisher, The
Design of Experiments, 1935; Rosenberger & Lachin, Randomization in Clinical Trials, 2nd ed. 2016, chapter 6.

Draws come in chunks, each with a stream of its own spawned from the seed, so the P is the same to the last bit
whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stegvis.methods.randomisation.schemes import Scheme

from . import max_t
from .exact import clopper_pearson
from .ranks import midranks
from .refusals import NotEstimable
from .regression import Matrix
from .resampling import child
from .two_samples import Vector

CHUNK = 8192
EXACT_AT_MOST = 200_000
LEEWAY = 1e-9
"""Statistics that agree to this share are equally far: the order of adding up must not decide."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A statistic made of sums over the compared arm: of `columns` (people, k), by `value` from (B, k) to (B,)."""

    name: str
    columns: Matrix
    value: Callable[[Matrix], Vector]


@dataclass(frozen=True, slots=True)
class General:
    """Any statistic of an allocation: `value` from arms (B, people) to (B,)."""

    name: str
    value: Callable[[NDArray[np.bool_]], Vector]


@dataclass(frozen=True, slots=True)
class Rerandomised:
    """The statistic observed, its two-sided P, and how sure the P itself is (Clopper–Pearson; se 0 when exact)."""

    statistic: str
    scheme: str
    observed: float
    p: float
    p_low: float
    p_high: float
    monte_carlo_se: float
    draws: int
    exact: bool


def mean_difference(outcome: ArrayLike) -> Linear:
    """mean(compared) − mean(other); `outcome` (people,) of everybody allocated, nan where missing."""
    y, known = _known(outcome)
    n, total = float(known.sum()), float(y.sum())

    def value(sums: Matrix) -> Vector:
        with np.errstate(divide="ignore", invalid="ignore"):
            return sums[:, 1] / sums[:, 0] - (total - sums[:, 1]) / (n - sums[:, 0])

    return Linear("difference in means", np.column_stack([known, y]), value)


def ancova_t(outcome: ArrayLike, covariates: ArrayLike) -> Linear:
    """t of the arm in least squares on arm, intercept and `covariates` (people, k); nan in either leaves a person out.

    Without covariates it is Student's t with pooled variance.

    With M the residual maker of intercept and covariates, r = My and an allocation z: a = z'r, c = z'Mz,
    t = (a/√c) / √((r'r − a²/c)/(n − k − 2)) (Frisch & Waugh 1933; the outcome's residuals are made once, as in
    Freedman & Lane, J Bus Econ Stat 1983;1:292). The covariates do not depend on the arm, so they stay.
    Raises NotEstimable when they cannot be told apart.
    """
    raw = np.asarray(outcome, dtype=np.float64)
    x = np.asarray(covariates, dtype=np.float64).reshape(raw.size, -1)
    known = np.isfinite(raw) & np.all(np.isfinite(x), axis=1)
    n, df = int(known.sum()), int(known.sum()) - x.shape[1] - 2
    if df < 1:
        raise NotEstimable("too_few", f"The model has {x.shape[1] + 2} terms and only {n} people. Wait for more.", n=n)
    basis = _basis(x[known] - x[known].mean(axis=0)) if x.shape[1] else np.empty((n, 0))
    residual = raw[known] - raw[known].mean()
    residual = residual - basis @ (basis.T @ residual)
    square = float(residual @ residual)
    if square <= 1e-20 * max(1.0, float(np.sum(raw[known] ** 2))):
        raise NotEstimable("constant", "The covariates explain every value exactly, so there is nothing to test.")
    columns = np.zeros((raw.size, 2 + x.shape[1]))
    columns[known] = np.column_stack([np.ones(n), residual, basis])

    def value(sums: Matrix) -> Vector:
        a = sums[:, 1]
        c = sums[:, 0] - sums[:, 0] ** 2 / n - np.einsum("bk,bk->b", sums[:, 2:], sums[:, 2:])
        with np.errstate(divide="ignore", invalid="ignore"):
            t = a / np.sqrt(c) / np.sqrt(np.maximum(square - a**2 / c, 0.0) / df)
        return np.where(c > 1e-9 * n, t, np.nan)

    return Linear("t of the arm in the analysis of covariance", columns, value)


def _basis(centred: Matrix) -> Matrix:
    """Orthonormal columns of the covariates, which have to be independent of each other."""
    scale = np.linalg.norm(centred, axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(centred / scale) < centred.shape[1]:
        raise NotEstimable("singular", "Two covariates cannot be told apart. Leave one out in the plan.")
    return np.asarray(np.linalg.qr(centred / scale)[0], dtype=np.float64)


def mann_whitney_u(outcome: ArrayLike) -> Linear:
    """U/(n1 n0) − ½ from midranks; `outcome` (people,), nan where missing."""
    raw = np.asarray(outcome, dtype=np.float64)
    known = np.isfinite(raw)
    ranks, n = np.zeros(raw.size), float(known.sum())
    ranks[known] = midranks(raw[known])

    def value(sums: Matrix) -> Vector:
        n1 = sums[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            return (sums[:, 1] - n1 * (n1 + 1) / 2) / (n1 * (n - n1)) - 0.5

    return Linear("probability of superiority less ½", np.column_stack([known, ranks]), value)


def mann_whitney_z(outcome: ArrayLike) -> Linear:
    """(U − n1 n0/2) over its error with ties, as `ranks.mann_whitney` without continuity correction; nan where missing."""
    of = mann_whitney_u(outcome)
    raw = np.asarray(outcome, dtype=np.float64)
    sizes = np.unique(raw[np.isfinite(raw)], return_counts=True)[1].astype(np.float64)
    n = float(sizes.sum())
    left = n + 1 - float(np.sum(sizes**3 - sizes)) / (n * (n - 1)) if n > 1 else 0.0
    if left <= 0:
        raise NotEstimable("constant", "Every value is the same, so there is nothing to test.")

    def value(sums: Matrix) -> Vector:
        n1 = sums[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            return of.value(sums) / np.sqrt(left / (12 * n1 * (n - n1)))

    return Linear("z of Mann–Whitney", of.columns, value)


def rerandomise(
    statistic: Linear | General,
    first: Sequence[bool],
    scheme: Scheme,
    *,
    draws: int,
    seed: np.random.SeedSequence,
    threads: int = 1,
    level: float = 0.95,
    exact_at_most: int = EXACT_AT_MOST,
) -> Rerandomised:
    """Two-sided P of a statistic under the scheme; `first` is who is in the compared arm, in the order of arrival.

    With at most `exact_at_most` possible allocations P is their probability, exactly. Otherwise P = (k + 1)/(B + 1)
    (Phipson & Smyth, Stat Appl Genet Mol Biol 2010;9:39) of `draws` allocations from PCG64 streams spawned from `seed`.
    An allocation without a statistic (an arm with nobody) counts as one that lies as far. Raises NotEstimable
    when the observed allocation has none.
    """
    member = np.asarray(first, dtype=bool)
    if member.size != scheme.people:
        raise ValueError(f"the scheme is of {scheme.people} people, and {member.size} allocations were given")
    observed = float(_values(statistic, member[None, :])[0])
    if not np.isfinite(observed):
        raise NotEstimable("empty", "One of the two arms has nobody with a value, so there is nothing to test.")
    every = scheme.enumerate(exact_at_most)
    if every is not None:
        p = float(min(1.0, every[1][_far(_values(statistic, every[0]), observed)].sum()))
        return Rerandomised(statistic.name, scheme.name, observed, p, p, p, 0.0, len(every[1]), True)
    far = _count(statistic, scheme, observed, draws, seed, threads)
    p = (far + 1) / (draws + 1)
    sure = clopper_pearson(far, draws, level)
    se = float(np.sqrt(p * (1 - p) / (draws + 1)))
    return Rerandomised(statistic.name, scheme.name, observed, p, sure.low, sure.high, se, draws, False)


def statistics(
    statistics_: Sequence[Linear | General], scheme: Scheme, *, draws: int, seed: np.random.SeedSequence
) -> Matrix:
    """Several statistics of the same re-allocations (draws, m)."""
    parts = []
    for index, size in _chunks(draws):
        arms = scheme.draw(_stream(seed, index), size)
        parts.append(np.column_stack([_values(one, arms) for one in statistics_]))
    return np.vstack(parts)


def adjusted_together(
    statistics_: Sequence[Linear | General], first: Sequence[bool], scheme: Scheme, *, draws: int,
    seed: np.random.SeedSequence,
) -> Vector:  # fmt: skip
    """Two-sided P of several statistics (m,) of the same people, adjusted by the largest of them (`max_t.step_down`).

    Every statistic is of the same allocations, so that what outcomes have in common is kept. Raises NotEstimable when an
    allocation has no statistic.
    """
    observed = np.concatenate([_values(one, np.asarray(first, dtype=bool)[None, :]) for one in statistics_])
    return max_t.step_down(observed, statistics(statistics_, scheme, draws=draws, seed=seed))


def _count(
    statistic: Linear | General, scheme: Scheme, observed: float, draws: int, seed: np.random.SeedSequence, threads: int
) -> int:
    def one(chunk: tuple[int, int]) -> int:
        rng = _stream(seed, chunk[0])
        if isinstance(statistic, Linear):
            values = statistic.value(scheme.sums(rng, chunk[1], statistic.columns))
        else:
            values = statistic.value(scheme.draw(rng, chunk[1]))
        return int(np.count_nonzero(_far(values, observed)))

    chunks = list(_chunks(draws))
    if threads == 1:
        return sum(map(one, chunks))
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(one, chunks))


def _chunks(draws: int) -> list[tuple[int, int]]:
    return [(begin // CHUNK, min(CHUNK, draws - begin)) for begin in range(0, draws, CHUNK)]


def _stream(seed: np.random.SeedSequence, index: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(child(seed, index)))


def _values(statistic: Linear | General, arms: NDArray[np.bool_]) -> Vector:
    if isinstance(statistic, Linear):
        return statistic.value(arms @ statistic.columns)
    return statistic.value(arms)


def _far(values: Vector, observed: float) -> NDArray[np.bool_]:
    return ~(np.abs(values) < abs(observed) * (1 - LEEWAY))


def _known(outcome: ArrayLike) -> tuple[Vector, NDArray[np.bool_]]:
    raw = np.asarray(outcome, dtype=np.float64)
    known = np.isfinite(raw)
    return np.where(known, raw, 0.0), known
