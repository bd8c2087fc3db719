"""Goals: comparisons of goals nested in people, in made-up trials, as the report makes them.

All are differences in proportions, on which the truth is known: `naive` (Pearson's test, Newcombe's interval), `gee`
(Mancl–DeRouen), `cluster_robust` (CR2), `person_t`, `permutation`, `mixed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis import (
    clustered,
    glmm_contrasts,
    linear_probability,
    permutation,
    two_by_two,
    two_samples,
)
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.simulate import Results

from .views import COMPARED, REFERENCE
from .worlds import Array, Batch, Bools, GoalBatch

Four = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rated:
    """The rated goals of one trial, as the estimators take them, and what the plan says of level and draws."""

    goals: GoalBatch
    first: Bools
    stratum: NDArray[np.intp]
    level: float
    draws: int
    seed: int

    @property
    def arms(self) -> list[str]:
        """The arm of each goal."""
        return [COMPARED if one else REFERENCE for one in self.first[self.goals.person]]

    @property
    def people(self) -> list[str]:
        """Whose each goal is."""
        return [f"{one:06d}" for one in self.goals.person]

    def shares(self) -> tuple[Array, Bools, list[str]]:
        """Each rated person's own proportion, whether compared, and stratum."""
        who, place = np.unique(self.goals.person, return_inverse=True)
        own = np.bincount(place, self.goals.attained) / np.bincount(place)
        return own, self.first[who], [str(one) for one in self.stratum[who]]

    def table(self) -> tuple[int, int, int, int]:
        """Attained and all goals of the compared arm and of the reference."""
        mine = self.first[self.goals.person]
        counts = [(int(self.goals.attained[who].sum()), int(who.sum())) for who in (mine, ~mine)]
        return (*counts[0], *counts[1])


def naive(of: Rated) -> Four:
    """Goals counted as if each were a person."""
    table = of.table()
    found = two_by_two.risk_difference(*table, of.level)
    return found.estimate, found.low, found.high, two_by_two.chi_square(*table).p


def gee(of: Rated) -> Four:
    """GEE with exchangeable working correlation and Mancl–DeRouen errors."""
    found = clustered.arm_effect(
        of.goals.attained, of.arms, of.people, arm=COMPARED, reference=REFERENCE, level=of.level
    )
    return found.difference, found.difference_low, found.difference_high, found.p


def cluster_robust(of: Rated) -> Four:
    """Linear probability model with CR2 errors and Satterthwaite df."""
    found = linear_probability.compare(
        of.goals.attained, of.arms, of.people, arm=COMPARED, reference=REFERENCE, level=of.level
    )
    return found.estimate, found.low, found.high, found.p


def person_t(of: Rated) -> Four:
    """People's own proportions by Student's t."""
    own, first, _ = of.shares()
    found = two_samples.pooled_t(own[first], own[~first], of.level)
    return found.estimate, found.low, found.high, found.p


def permuted(of: Rated) -> Four:
    """People permuted within strata; it gives no interval."""
    own, first, stratum = of.shares()
    found = permutation.permute_means(own, first.tolist(), stratum, draws=of.draws, seed=of.seed)
    return found.estimate, np.nan, np.nan, found.p


def mixed(of: Rated) -> Four:
    """Logistic model with a random intercept by person, as a marginal difference."""
    found = glmm_contrasts.compare(
        of.goals.attained,
        of.arms,
        of.people,
        arm=COMPARED,
        reference=REFERENCE,
        scale="risk_difference",
        level=of.level,
    )
    return found.estimate, found.low, found.high, found.p


METHODS: Mapping[str, Callable[[Rated], Four]] = {
    "naive": naive, "gee": gee, "cluster_robust": cluster_robust, "person_t": person_t, "permutation": permuted,
    "mixed": mixed,
}  # fmt: skip


def compare(batch: Batch, kind: str, method: str, *, level: float = 0.95, draws: int = 999, seed: int = 1) -> Results:
    """One method on one kind of goal in every trial of the batch."""
    found = np.full((4, len(batch.goals[kind])), np.nan)
    for trial, goals in enumerate(batch.goals[kind]):
        try:
            found[:, trial] = METHODS[method](Rated(goals, batch.first, batch.stratum, level, draws, seed + trial))
        except NotEstimable:
            continue
    return Results(*found)
