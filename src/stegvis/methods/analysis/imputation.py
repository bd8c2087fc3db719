"""Imputation: gaps filled many times by chained equations, arm by arm.

Each incomplete column is drawn from a model of it given the others, in turn, until the chain has settled (van Buuren &
Groothuis-Oudshoorn, J Stat Softw 2011;45(3), the algorithm of R's `mice`). Separate chains for each arm let every
relation differ between the arms, so an effect that differs between people is not imputed away. Where gaps are nested
(whoever misses a column misses the next ones too) and all linear, each column is drawn once from the fuller ones,
which needs no iteration (Rubin 1987, section 5.4).

All m imputations run together along the first axis. Ordered and yes-or-no columns predict the others by their codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from . import imputation_draws as draws
from .refusals import NotEstimable
from .resampling import children

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

METHODS = ("norm", "pmm", "logistic", "ordinal")


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is filled: `norm`, `pmm` (with so many donors), `logistic` (0 and 1), `ordinal` (levels as seen).

    Values of `norm` beyond `low` and `high` are set to the bound, in the chain too, and counted.
    """

    name: str
    method: str = "norm"
    donors: int = 5
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True, slots=True)
class Chain:
    """What happened in one arm: mean and SD of the drawn values, (iterations, columns, m), NaN for full columns.

    `nested` tells that no iteration was needed; `bounded` how many draws of each column were set to a bound at the end.
    """

    arm: str
    means: Array
    sds: Array
    nested: bool
    bounded: dict[str, int]

    def r_hat(self) -> Array:
        """Gelman & Rubin's potential scale reduction of the means, by column: √((n − 1)/n + B/(nW)).

        Over the second half of the iterations (Stat Sci 1992;7:457); near 1 when the m chains have mixed. NaN where
        nothing was drawn or no iteration was needed.
        """
        half = self.means[len(self.means) // 2 :]
        n = len(half)
        if self.nested or n < 2:
            return np.full(self.means.shape[1], np.nan)
        within = half.var(axis=0, ddof=1).mean(axis=-1)
        between = half.mean(axis=0).var(axis=-1, ddof=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.sqrt((n - 1) / n + between / within))


@dataclass(frozen=True, slots=True)
class Imputed:
    """The filled tables (m, n, p), which cells were filled (n, p), and a chain for each arm."""

    values: Array
    missing: Mask
    columns: tuple[Column, ...]
    chains: tuple[Chain, ...] = field(default=())

    def column(self, name: str) -> Array:
        """One column of every imputation, (m, n)."""
        return self.values[:, :, [one.name for one in self.columns].index(name)]


def impute(
    values: ArrayLike,
    columns: Sequence[Column],
    *,
    imputations: int,
    seed: np.random.SeedSequence,
    iterations: int = 10,
    arms: Sequence[str] | None = None,
) -> Imputed:
    """Fill the gaps (NaN) of a table (n, p) `imputations` times; with `arms`, each arm by itself.

    The same seed, table and order of rows give the same numbers; each arm has a stream of its own, arms in
    alphabetical order. Raises NotEstimable, naming the columns, when a column is all missing or constant in an arm,
    when its predictors are collinear, or when there are too few people for its model.
    """
    table = np.asarray(values, dtype=np.float64)
    _sensible(table, columns, imputations, iterations)
    codes = np.asarray([""] * len(table) if arms is None else list(arms))
    names = sorted(set(codes.tolist()))
    filled = np.empty((imputations, *table.shape))
    chains = []
    for arm, own in zip(names, children(seed, len(names)), strict=True):
        rows = np.flatnonzero(codes == arm)
        filled[:, rows], chain = _chain(arm, table[rows], columns, imputations, iterations, np.random.default_rng(own))
        chains.append(chain)
    return Imputed(filled, np.isnan(table), tuple(columns), tuple(chains))


def _sensible(table: Array, columns: Sequence[Column], m: int, iterations: int) -> None:
    if table.ndim != 2 or table.shape[1] != len(columns) or m < 1 or iterations < 1:
        raise ValueError("one column for each column of the table, at least 1 imputation and 1 iteration")
    if np.any(np.isinf(table)):
        raise ValueError("gaps are NaN; infinite values are a programming error")
    unknown = sorted({one.method for one in columns} - set(METHODS))
    if unknown:
        raise ValueError(f"unknown method {unknown}; known: {', '.join(METHODS)}")


def _chain(
    arm: str, table: Array, columns: Sequence[Column], m: int, iterations: int, generator: np.random.Generator
) -> tuple[Array, Chain]:
    missing = np.isnan(table)
    order = [int(j) for j in np.argsort(missing.sum(axis=0), kind="stable") if missing[:, j].any()]
    for j in order:
        _fillable(table[:, j], columns[j], arm)
    nested = _nested(missing, order, columns)
    rounds = 1 if nested else iterations
    state = np.repeat(table[None], m, axis=0)
    predictors = _predictors(order, table.shape[1], nested)
    for j in order:
        _told_apart(table, j, predictors[j], columns, arm)
        gaps = missing[:, j]
        state[:, gaps, j] = generator.choice(table[~gaps, j], size=(m, int(gaps.sum())))
    means, sds = np.full((2, rounds, table.shape[1], m), np.nan)
    bounded: dict[str, int] = {}
    scaling = _scaling(table)
    for step in range(rounds):
        for j in order:
            drawn, outside = _drawn(state, missing, j, predictors[j], columns[j], scaling, generator)
            state[:, missing[:, j], j] = drawn
            bounded[columns[j].name] = outside
            means[step, j], sds[step, j] = drawn.mean(axis=1), drawn.std(axis=1)
    return state, Chain(arm, means, sds, nested, bounded)


def _nested(missing: Mask, order: list[int], columns: Sequence[Column]) -> bool:
    """Whether one pass is enough: a single incomplete column, or nested gaps that are all filled by `norm`.

    Only linear models keep their form whether later columns are given or not; the other methods are iterated.
    """
    one_inside_the_next = all(np.all(missing[:, early] <= missing[:, late]) for early, late in pairwise(order))
    return len(order) < 2 or (one_inside_the_next and all(columns[j].method == "norm" for j in order))


def _predictors(order: list[int], width: int, nested: bool) -> dict[int, list[int]]:
    """The columns that each incomplete column is drawn from: all others, or where gaps are nested the fuller ones."""
    full = [j for j in range(width) if j not in order]
    if nested:
        return {j: full + order[:place] for place, j in enumerate(order)}
    return {j: [other for other in range(width) if other != j] for j in order}


def _scaling(table: Array) -> tuple[Array, Array]:
    centre, spread = np.nanmean(table, axis=0), np.nanstd(table, axis=0)
    return centre, np.where(spread > 0, spread, 1.0)


def _drawn(
    state: Array, missing: Mask, j: int, predictors: list[int], column: Column, scaling: tuple[Array, Array],
    generator: np.random.Generator,
) -> tuple[Array, int]:  # fmt: skip
    gaps = missing[:, j]
    source = state if missing[:, predictors].any() else state[:1]
    design = np.empty((len(source), len(missing), len(predictors) + 1))
    design[..., 0] = 1.0
    design[..., 1:] = (source[:, :, predictors] - scaling[0][predictors]) / scaling[1][predictors]
    y, x, x_gap, m = state[0, ~gaps, j], design[:, ~gaps], design[:, gaps], len(state)
    if column.method == "pmm":
        return draws.pmm(y, x, x_gap, m, generator, column.donors), 0
    if column.method == "logistic":
        return draws.logistic(y, x, x_gap, m, generator), 0
    if column.method == "ordinal":
        return draws.ordinal(y, x, x_gap, m, generator), 0
    drawn = draws.norm(y, x, x_gap, m, generator)
    bounded = np.clip(drawn, column.low, column.high)
    return bounded, int(np.sum(bounded != drawn))


def _fillable(values: Array, column: Column, arm: str) -> None:
    known = values[np.isfinite(values)]
    if not known.size:
        raise NotEstimable(
            "all_missing",
            f"No one in one of the arms has a value of {column.name}, so nothing there says what it could have been. "
            "Leave the column out of the plan, or impute all arms together.",
            column=column.name,
            arm=arm,
        )
    if np.all(known == known[0]):
        raise NotEstimable(
            "constant",
            f"Everyone who answered in one of the arms has the same value of {column.name}, so its spread is not "
            "known. Leave the column out of the plan, or impute all arms together.",
            column=column.name,
            arm=arm,
        )
    if column.method == "logistic" and not np.all(np.isin(known, (0, 1))):
        raise ValueError(f"{column.name} is imputed as yes or no and has other values than 0 and 1")


def _told_apart(table: Array, j: int, predictors: list[int], columns: Sequence[Column], arm: str) -> None:
    """Refuse predictors of which one is a constant or a combination of the others, among people with all of them."""
    rows = np.isfinite(table[:, j]) & np.isfinite(table[:, predictors]).all(axis=1)
    enough = len(predictors) + 1 + draws.SPARE
    if rows.sum() < enough:
        rows = np.isfinite(table[:, j])
    if rows.sum() < enough or not predictors:
        return
    found = np.where(
        np.isfinite(table[rows][:, predictors]), table[rows][:, predictors], np.nanmean(table, axis=0)[predictors]
    )
    scaled = (found - found.mean(axis=0)) / np.where(found.std(axis=0) > 0, found.std(axis=0), 1.0)
    _, triangle, pivot = linalg.qr(scaled, mode="economic", pivoting=True)
    size = np.abs(np.diagonal(triangle))
    poor = [predictors[k] for k, one in zip(pivot, size, strict=False) if one < 1e-8 * max(1.0, float(size[0]))]
    if poor:
        names = ", ".join(sorted(columns[one].name for one in poor))
        raise NotEstimable(
            "collinear",
            f"In one of the arms {columns[j].name} cannot be imputed, because {names} is a constant or a combination "
            "of the other columns there. Leave it out of the plan, or impute all arms together.",
            column=columns[j].name,
            predictors=names,
            arm=arm,
        )
