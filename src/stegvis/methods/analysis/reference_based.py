"""Reference-based imputation: what if people went on as the reference arm after an intercurrent event?

A multivariate normal model for the visits (`multivariate_normal.reml`: every arm and covariate has its own effect at
every visit) is changed, person by person, from the first visit after the event on, and the gaps are filled from what it
then expects given that person's own values. Strategies (Carpenter, Roger & Kenward, J Biopharm Stat 2013;23:1352):

MAR   nothing changes (missing at random);
JR    jump to reference: the means of the reference arm from the event on;
CR    copy reference: the means of the reference arm at every visit;
CIR   copy increments in reference: from the last mean before the event, the reference arm's changes;
LMCF  last mean carried forward: the last mean before the event.

With a covariance by arm, JR and CIR keep the own covariance before the event and take the reference arm's regression of
later visits on earlier ones; CR takes the reference arm's whole covariance. Values observed after the event stay in the
analysis but are left out of the model unless the strategy is MAR. Terms and defaults are those of R's `rbmi`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .multivariate_normal import NormalFit, reml
from .refusals import NotEstimable

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

STRATEGIES = ("MAR", "JR", "CR", "CIR", "LMCF")


@dataclass(frozen=True, slots=True)
class Visits:
    """A trial with K visits after baseline.

    `outcome` (n, K), gaps NaN; `arms` n codes; `covariates` (n, c), complete; `event` (n,) the index of the first visit
    after the intercurrent event, K for none; `strategies` n names; `centre` (c,) is taken from the covariates, for
    better digits. `by_arm` gives each arm its own covariance.
    """

    outcome: Array
    arms: tuple[str, ...]
    covariates: Array
    event: Codes
    strategies: tuple[str, ...]
    reference: str
    centre: Array
    by_arm: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        """The arms, the reference first."""
        return (self.reference, *(arm for arm in sorted(set(self.arms)) if arm != self.reference))

    @property
    def codes(self) -> Codes:
        """The place of each person's arm in `order`."""
        place = {arm: index for index, arm in enumerate(self.order)}
        return np.array([place[arm] for arm in self.arms], dtype=np.intp)

    @property
    def design(self) -> Array:
        """Intercept, an indicator for each arm but the reference, the covariates less `centre`: (n, q)."""
        indicators = (self.codes[:, None] == np.arange(1, len(self.order))).astype(np.float64)
        return np.column_stack([np.ones(len(self.arms)), indicators, self.covariates - self.centre])

    @property
    def modelled(self) -> Array:
        """The outcome as the model sees it: nothing after an event that is not handled as missing at random."""
        later = np.arange(self.outcome.shape[1]) >= self.event[:, None]
        changed = np.array([one != "MAR" for one in self.strategies])
        return np.where(later & changed[:, None], np.nan, self.outcome)

    def under(self, strategy: str | Sequence[str]) -> Visits:
        """The same trial with another strategy, for everyone or person by person."""
        return replace(self, strategies=_strategies(strategy, len(self.arms)))

    def people(self, rows: Codes) -> Visits:
        """Some of the people, in this order and as often as they are named."""
        return replace(
            self,
            outcome=self.outcome[rows],
            arms=tuple(self.arms[row] for row in rows),
            covariates=self.covariates[rows],
            event=self.event[rows],
            strategies=tuple(self.strategies[row] for row in rows),
        )


def visits(
    outcome: ArrayLike,
    arms: Sequence[str],
    covariates: ArrayLike,
    *,
    reference: str,
    strategy: str | Sequence[str] = "MAR",
    event: ArrayLike | None = None,
    by_arm: bool = False,
) -> Visits:
    """Check and gather. Without `event`, it is the first visit of a gap that lasts to the end (dropout).

    Raises NotEstimable when an arm has no one, a covariate has a gap, a person carries a last mean forward that does
    not exist, or nobody is in the reference arm; ValueError for shapes and strategies that do not exist.
    """
    y, table = np.asarray(outcome, dtype=np.float64), np.asarray(covariates, dtype=np.float64)
    table = table.reshape(len(y), -1)
    if y.ndim != 2 or len(arms) != len(y):
        raise ValueError("one row for each person, one column for each visit, one arm for each row")
    if not np.all(np.isfinite(table)):
        raise NotEstimable(
            "covariate_gap", "A covariate has gaps, and only the outcome is imputed here. Impute it first."
        )
    if reference not in arms or len(set(arms)) < 2:
        raise NotEstimable("empty", "One of the two arms has no one. Wait for more participants.")
    first = dropout(y) if event is None else np.asarray(event, dtype=np.intp)
    made = Visits(y, tuple(arms), table, first, _strategies(strategy, len(y)), reference, table.mean(axis=0), by_arm)
    carried = np.array([one == "LMCF" for one in made.strategies])
    if np.any(carried & (first == 0)):
        raise NotEstimable(
            "no_last_mean",
            "For someone whose event came before the first visit there is no last mean to carry forward. "
            "Choose another strategy in the plan.",
        )
    return made


def dropout(outcome: ArrayLike) -> Codes:
    """The index of the first visit after which nothing was observed any more; K when the last visit was."""
    seen = np.isfinite(np.asarray(outcome, dtype=np.float64))
    k = seen.shape[1]
    return np.asarray(np.where(seen.any(axis=1), k - np.argmax(seen[:, ::-1], axis=1), 0), dtype=np.intp)


def _strategies(strategy: str | Sequence[str], n: int) -> tuple[str, ...]:
    names = (strategy,) * n if isinstance(strategy, str) else tuple(strategy)
    unknown = sorted(set(names) - set(STRATEGIES))
    if unknown or len(names) != n:
        raise ValueError(f"unknown strategy {unknown}; known: {', '.join(STRATEGIES)}, one for each person")
    return names


def fit(
    trial: Visits, weights: ArrayLike, start: Array | None = None, *, near: bool = False, tolerance: float = 1e-9
) -> NormalFit:
    """The model of the visits with F sets of weights (F, n); the rest as in `reml`."""
    groups = trial.codes if trial.by_arm else np.zeros(len(trial.arms), dtype=np.intp)
    return reml(trial.modelled, trial.design, groups, weights, start, near=near, tolerance=tolerance)


def impute(trial: Visits, model: NormalFit, noise: np.random.Generator | None = None) -> Array:
    """Fill the gaps under each of the F fits: (F, n, K). With `noise`, add a draw from the conditional distribution.

    E(gap | observed) = μ_gap + Σ_go Σ_oo⁻¹ (y_o − μ_o) and Σ_gg − Σ_go Σ_oo⁻¹ Σ_og, with the μ and Σ of the strategy.
    """
    filled = np.broadcast_to(trial.outcome, (len(model.beta), *trial.outcome.shape)).copy()
    design = trial.design
    as_reference = design.copy()
    as_reference[:, 1 : len(trial.order)] = 0.0
    for people in _alike(trial):
        one = people[0]
        own, other = design[people] @ model.beta, as_reference[people] @ model.beta
        covariance = _pair(trial, model, int(trial.codes[one]))
        mean, sigma = joint(trial.strategies[one], own, other, *covariance, first=int(trial.event[one]))
        gap = np.flatnonzero(np.isnan(trial.outcome[one]))
        seen = np.flatnonzero(np.isfinite(trial.outcome[one]))
        known = trial.outcome[people][:, seen]
        value, rest = _conditional(mean, sigma, gap, seen, known)
        if noise is not None:
            root = np.linalg.cholesky(rest)
            value = value + noise.standard_normal(value.shape) @ np.swapaxes(root, -1, -2)
        filled[:, people[:, None], gap] = value
    return filled


def _alike(trial: Visits) -> list[Codes]:
    """People with gaps, grouped by arm, strategy, event and which visits are missing; in a fixed order."""
    seen = np.isfinite(trial.outcome)
    grouped: dict[tuple[object, ...], list[int]] = {}
    for person in np.flatnonzero(~seen.all(axis=1)):
        key = (trial.codes[person], trial.strategies[person], trial.event[person], *seen[person])
        grouped.setdefault(key, []).append(int(person))
    return [np.array(people, dtype=np.intp) for people in grouped.values()]


def _pair(trial: Visits, model: NormalFit, code: int) -> tuple[Array, Array]:
    reference = model.sigma[:, 0]
    return (model.sigma[:, code] if trial.by_arm and code else reference), reference


def joint(
    strategy: str, own: Array, other: Array, own_sigma: Array, other_sigma: Array, *, first: int
) -> tuple[Array, Array]:
    """Mean (F, people, K) and covariance (F, K, K) of a strategy, `first` being the first visit after the event.

    Without a visit before the event JR and CIR are CR, as in `rbmi`; someone without an event is MAR.
    """
    k = own.shape[-1]
    if strategy == "MAR" or first >= k:
        return own, own_sigma
    if strategy == "CR" or first == 0:
        return other, other_sigma
    before, after = own[..., :first], other[..., first:]
    last = own[..., first - 1 : first]
    if strategy == "LMCF":
        return np.concatenate([before, np.broadcast_to(last, after.shape)], axis=-1), own_sigma
    if strategy == "CIR":
        after = last + after - other[..., first - 1 : first]
    return np.concatenate([before, after], axis=-1), _joined(own_sigma, other_sigma, first)


def _joined(own: Array, other: Array, first: int) -> Array:
    """Own covariance before, the reference's regression of later on earlier visits after; Carpenter et al. 2013, A.1."""
    if own is other:
        return own
    early, late = slice(0, first), slice(first, None)
    slope = np.swapaxes(np.linalg.solve(other[:, early, early], other[:, early, late]), -1, -2)
    made = own.copy()
    made[:, late, early] = slope @ own[:, early, early]
    made[:, early, late] = np.swapaxes(made[:, late, early], -1, -2)
    difference = other[:, early, early] - own[:, early, early]
    made[:, late, late] = other[:, late, late] - slope @ difference @ np.swapaxes(slope, -1, -2)
    return made


def _conditional(mean: Array, sigma: Array, gap: Codes, seen: Codes, known: Array) -> tuple[Array, Array]:
    rest = sigma[:, gap[:, None], gap]
    if not seen.size:
        return mean[..., gap], rest
    across = sigma[:, seen[:, None], gap]
    slope = np.linalg.solve(sigma[:, seen[:, None], seen], across)
    return mean[..., gap] + (known - mean[..., seen]) @ slope, rest - np.swapaxes(across, -1, -2) @ slope
