"""Randomisation test: any statistic, over every or many ways in which people could have been allocated.

People are the units, whatever the statistic is made of: a person's goals move together. Allocations are those that
keep the number of people in each arm of each stratum (site); `permutation` has the same for a mean of people's values,
and re-randomisation by the trial's own procedure is another matter. P counts the allocations whose statistic is at
least as far from 0 as the observed one (Fisher 1935; Edgington & Onghena, Randomization Tests, 4th ed., ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from math import comb, prod

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .refusals import NotEstimable

Members = NDArray[np.bool_]
Array = NDArray[np.float64]
Statistic = Callable[[Members], Array]
CHUNK = 2048
EXACT_UP_TO = 100_000
NEAR = 1e-12


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """The statistic, its two-sided P, and how exact P is.

    `exact`: all allocations were counted, so P has no Monte Carlo error. Otherwise P = (k + 1)/(draws + 1), with its
    standard error and a Clopper–Pearson interval at `level` for what all allocations would give.
    """

    statistic: float
    p: float
    exact: bool
    allocations: int
    monte_carlo_se: float
    p_low: float
    p_high: float
    level: float
    n1: int
    n0: int


def randomisation_test(
    statistic: Statistic,
    first: Sequence[bool],
    strata: Sequence[str],
    *,
    draws: int,
    seed: int | SeedSequence,
    exact_up_to: int = EXACT_UP_TO,
    level: float = 0.95,
) -> RandomisationTest:
    """Test that the allocation made no difference to anybody.

    `first` (K,) says who is in the compared arm, `strata` (K,) within what; `statistic` takes allocations (B, K) and
    gives (B,) values. With at most `exact_up_to` possible allocations all are counted; otherwise `draws` are made,
    each block of 2048 from a stream of its own, so that the number of threads does not matter.
    Raises NotEstimable when an arm is empty or the statistic is not a number for the observed allocation.
    """
    member = np.asarray(first, dtype=np.bool_)
    if member.all() or not member.any():
        raise NotEstimable("empty", "One of the two arms has nobody here. Wait for more ratings.")
    observed = float(statistic(member[None])[0])
    if not np.isfinite(observed):
        raise NotEstimable("no_statistic", "The statistic cannot be computed for the allocation as it was.")
    groups = [np.flatnonzero(np.asarray(strata) == one) for one in sorted(set(strata))]
    possible = prod(comb(group.size, int(member[group].sum())) for group in groups)
    counts = int(member.sum()), int((~member).sum())
    if possible <= exact_up_to:
        far, done = _count_far(statistic, _every(member, groups), observed)
        return RandomisationTest(observed, far / done, True, done, 0.0, far / done, far / done, level, *counts)
    far, done = _count_far(statistic, _drawn(member, groups, draws, seed), observed)
    p = (far + 1) / (done + 1)
    low, high = clopper_pearson(far, done, level)
    error = float(np.sqrt(p * (1 - p) / (done + 1)))
    return RandomisationTest(observed, p, False, done, error, low, high, level, *counts)


def _count_far(statistic: Statistic, blocks: Iterator[Members], observed: float) -> tuple[int, int]:
    """How many allocations lie at least as far from 0 as the observed one, and how many there were."""
    far, done = 0, 0
    for block in blocks:
        values = statistic(block)
        if not np.all(np.isfinite(values)):
            raise NotEstimable(
                "no_statistic",
                "For some allocations the statistic cannot be computed, so they cannot be counted. Choose another one.",
            )
        far += int(np.count_nonzero(np.abs(values) >= abs(observed) - NEAR * max(1.0, abs(observed))))
        done += block.shape[0]
    return far, done


def goal_difference(attained: ArrayLike, goals: ArrayLike) -> Statistic:
    """Attained goals of all goals, compared arm − other: the sums of an arm's people, (K,) attained of (K,) rated."""
    done, number = np.asarray(attained, dtype=np.float64), np.asarray(goals, dtype=np.float64)

    def statistic(member: Members) -> Array:
        one, all_one = member @ done, member @ number
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(one / all_one - (done.sum() - one) / (number.sum() - all_one))

    return statistic


def studentised_goal_difference(attained: ArrayLike, goals: ArrayLike) -> Statistic:
    """`goal_difference` divided by its error with people as clusters, √Σ_arms Σ_i(a_i − p n_i)²/(Σn_i)².

    Dividing keeps the test close to its level also where only the spread differs between arms (Janssen, Stat Probab
    Lett 1997;36:9). An allocation without any spread in both arms
    has no such statistic, which the test refuses.
    """
    done, number = np.asarray(attained, dtype=np.float64), np.asarray(goals, dtype=np.float64)
    difference = goal_difference(done, number)
    squares = np.stack([done * done, done * number, number * number], axis=1)

    def statistic(member: Members) -> Array:
        variance = np.zeros(member.shape[0])
        for side in (member, ~member):
            a, n = side @ done, side @ number
            with np.errstate(invalid="ignore", divide="ignore"):
                p = a / n
                aa, an, nn = (side @ squares).T
                variance += (aa - 2 * p * an + p * p * nn) / n**2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(difference(member) / np.sqrt(np.maximum(variance, 0.0)))

    return statistic


def mean_difference(values: ArrayLike) -> Statistic:
    """The mean of people's values (K,), compared arm − other, such as each person's share of attained goals."""
    outcome = np.asarray(values, dtype=np.float64)
    return goal_difference(outcome, np.ones_like(outcome))


def clopper_pearson(events: int, trials: int, level: float) -> tuple[float, float]:
    """Exact limits of a proportion by quantiles of the beta distribution (Clopper & Pearson, Biometrika 1934;26:404)."""
    tail = (1 - level) / 2
    low = float(special.betaincinv(events, trials - events + 1, tail)) if events else 0.0
    high = float(special.betaincinv(events + 1, trials - events, 1 - tail)) if events < trials else 1.0
    return low, high


def _every(member: Members, groups: list[NDArray[np.int64]]) -> Iterator[Members]:
    choices = [combinations(group.tolist(), int(member[group].sum())) for group in groups]
    allocations = product(*choices)
    while some := list(islice(allocations, CHUNK)):
        block = np.zeros((len(some), member.size), dtype=np.bool_)
        for row, chosen in zip(block, some, strict=True):
            row[[person for part in chosen for person in part]] = True
        yield block


def _drawn(member: Members, groups: list[NDArray[np.int64]], draws: int, seed: int | SeedSequence) -> Iterator[Members]:
    """People with the smallest random keys of a stratum are its compared arm."""
    root = seed if isinstance(seed, SeedSequence) else SeedSequence(seed)
    starts = range(0, draws, CHUNK)
    for number, start in enumerate(starts):
        stream = SeedSequence(root.entropy, spawn_key=(*root.spawn_key, number))
        keys = np.random.Generator(np.random.PCG64(stream)).random((min(CHUNK, draws - start), member.size))
        block = np.zeros(keys.shape, dtype=np.bool_)
        for group in groups:
            count = int(member[group].sum())
            if count:
                smallest = np.argpartition(keys[:, group], count - 1, axis=1)[:, :count]
                np.put_along_axis(block, group[smallest], True, axis=1)
        yield block
