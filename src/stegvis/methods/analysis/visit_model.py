"""Visit model: the design of a longitudinal comparison of arms, and the rows that pick its means and contrasts.

Two mean models for the outcome of person i in arm a on occasion t, with person-level covariates x (baseline, strata):

- `visit_means` (MMRM): μ_t + α_at + x_i'γ_t, an effect of arm on every occasion; the reference arm has α = 0. A
  covariate's slope may differ by occasion (γ_t) or be common.
- `constrained_means` (cLDA; Liang & Zeger, Sankhyā B 2000;62:134): the first occasion is the baseline measurement and
  an outcome like the others, with α = 0 for every arm, because randomisation makes the arms alike there.

Covariates are centred at their mean over the people counted, so the mean of an arm on an occasion (least-squares mean)
is μ_t + α_at: averaged over the covariates that were observed, each person once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .crossproducts import Array
from .refusals import NotEstimable


@dataclass(frozen=True, slots=True)
class VisitModel:
    """A design (N, T, p), or (B, N, T, p) when the covariates differ by data set, and what its columns are.

    `arms` begins with the reference; `columns[arm][t]` is the place of α_at, or −1 where there is none.
    """

    design: Array
    names: tuple[str, ...]
    arms: tuple[str, ...]
    occasions: tuple[str, ...]
    columns: dict[str, tuple[int, ...]]

    def mean(self, arm: str, occasion: str) -> Array:
        """The row (p,) of the least-squares mean of an arm on an occasion."""
        row = np.zeros(len(self.names))
        t = self.occasions.index(occasion)
        row[t] = 1
        if self.columns[arm][t] >= 0:
            row[self.columns[arm][t]] = 1
        return row

    def contrast(self, arm: str, reference: str, occasion: str) -> Array:
        """The row (p,) of the difference `arm` − `reference` on an occasion."""
        for one in (arm, reference):
            if one not in self.columns:
                raise NotEstimable("empty", "One of the two arms has nobody with a measurement. Wait for more answers.")
        row = self.mean(arm, occasion) - self.mean(reference, occasion)
        if not row.any():
            raise ValueError(f"on {occasion} the model has no difference between arms: it is the common baseline")
        return row

    def mean_contrast(self, arm: str, reference: str, occasions: Sequence[str]) -> Array:
        """The row (p,) of the difference averaged over several occasions."""
        return np.asarray(np.mean([self.contrast(arm, reference, one) for one in occasions], axis=0))


def wide(
    outcome: ArrayLike, people: Sequence[str], occasions: Sequence[str], order: Sequence[str]
) -> tuple[Array, tuple[str, ...]]:
    """Long rows as y (N, T), nan where there is none, and the people in the order in which they first come.

    `order` names the T occasions in time; rows of other occasions are left out. Two rows of one person on one occasion
    are refused: which of the two counts is not for a model to decide.
    """
    values = np.asarray(outcome, dtype=np.float64)
    person = {name: place for place, name in enumerate(dict.fromkeys(people))}
    time = {name: place for place, name in enumerate(order)}
    y = np.full((len(person), len(time)), np.nan)
    taken = np.zeros(y.shape, dtype=bool)
    for value, who, when in zip(values, people, occasions, strict=True):
        if when not in time:
            continue
        place = person[who], time[when]
        if taken[place]:
            raise NotEstimable(
                "duplicate", "A person has two values on the same occasion. Keep the one that counts in the data."
            )
        taken[place], y[place] = True, value
    return y, tuple(person)


def indicators(levels: Sequence[str]) -> tuple[Array, tuple[str, ...]]:
    """One column (N, levels − 1) for every level of a stratum but the first, and their names."""
    further = sorted(set(levels))[1:]
    columns = [[float(level == one) for level in levels] for one in further]
    return np.asarray(columns, dtype=np.float64).reshape(len(further), len(levels)).T, tuple(further)


def visit_means(
    arms: Sequence[str],
    occasions: Sequence[str],
    covariates: ArrayLike,
    *,
    reference: str,
    by_occasion: Sequence[bool] | bool = True,
    names: Sequence[str] = (),
    counted: ArrayLike | None = None,
) -> VisitModel:
    """The MMRM's design for people in `arms` (N,) with `covariates` (N, k) or (B, N, k), k possibly 0.

    `by_occasion` says for each covariate whether its slope differs by occasion; `counted` (N,) or (B, N) which people
    the covariates are averaged over (all by default; give those who have a measurement).
    """
    return _model(arms, occasions, covariates, reference, by_occasion, names, counted, first=0)


def constrained_means(
    arms: Sequence[str],
    occasions: Sequence[str],
    covariates: ArrayLike,
    *,
    reference: str,
    by_occasion: Sequence[bool] | bool = True,
    names: Sequence[str] = (),
    counted: ArrayLike | None = None,
) -> VisitModel:
    """The constrained longitudinal design: as `visit_means`, but the first occasion is the baseline, common to all arms.

    The baseline measurement must not be among the covariates as well; strata may be.
    """
    if len(occasions) < 2:
        raise ValueError("a constrained model needs the baseline and at least one later occasion")
    return _model(arms, occasions, covariates, reference, by_occasion, names, counted, first=1)


def _model(
    arms: Sequence[str],
    occasions: Sequence[str],
    covariates: ArrayLike,
    reference: str,
    by_occasion: Sequence[bool] | bool,
    names: Sequence[str],
    counted: ArrayLike | None,
    *,
    first: int,
) -> VisitModel:
    x = _centred(np.asarray(covariates, dtype=np.float64), counted)
    times, k = len(occasions), x.shape[-1]
    compared = tuple(arm for arm in sorted(set(arms)) if arm != reference)
    if reference not in arms or not compared:
        raise NotEstimable("empty", "One of the two arms has nobody with a measurement. Wait for more answers.")
    each = (by_occasion,) * k if isinstance(by_occasion, bool) else tuple(by_occasion)
    titles = tuple(names) or tuple(f"covariate {j + 1}" for j in range(k))
    unit = np.eye(times)
    pieces, labels, columns = (
        [np.broadcast_to(unit, (len(arms), times, times))],
        [f"mean at {o}" for o in occasions],
        {},
    )
    columns[reference] = (-1,) * times
    for arm in compared:
        belongs = np.array([one == arm for one in arms], dtype=np.float64)
        columns[arm] = (-1,) * first + tuple(len(labels) + t for t in range(times - first))
        pieces.append(belongs[:, None, None] * unit[:, first:])
        labels += [f"{arm} at {o}" for o in occasions[first:]]
    for j in range(k):
        shape = unit if each[j] else np.ones((times, 1))
        pieces.append(x[..., :, None, None, j] * shape)
        labels += [f"{titles[j]} at {o}" for o in occasions] if each[j] else [titles[j]]
    return VisitModel(_joined(pieces), tuple(labels), (reference, *compared), tuple(occasions), columns)


def _centred(x: Array, counted: ArrayLike | None) -> Array:
    if not np.all(np.isfinite(x)):
        raise NotEstimable(
            "covariate_missing",
            "A covariate is missing for somebody, so the model cannot use them. Impute it, or leave it out in the plan.",
        )
    if x.shape[-1] == 0 or x.shape[-2] == 0:
        return x
    weights: NDArray[np.float64] = np.ones(x.shape[:-1]) if counted is None else np.asarray(counted, dtype=np.float64)
    total = np.broadcast_to(weights, x.shape[:-1])[..., None]
    return x - (x * total).sum(axis=-2, keepdims=True) / total.sum(axis=-2, keepdims=True)


def _joined(pieces: Sequence[Array]) -> Array:
    leading = np.broadcast_shapes(*(piece.shape[:-1] for piece in pieces))
    return np.concatenate([np.broadcast_to(piece, (*leading, piece.shape[-1])) for piece in pieces], axis=-1)
