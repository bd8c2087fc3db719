"""Worlds: what is supposed about a trial, and trials made up under it: outcomes over time, loss, therapists, goals.

Outcome o of a person at occasion t is normal. Any two of a person's values correlate by r_time (other occasion) times
r_outcomes (other outcome). The compared arm's mean is moved by the outcome's difference at the last occasion, and by its
share of the time before that. Who is lost is lost from some occasion on, with every outcome and every goal. Values are
neither rounded nor cut to a scale's range.

A goal is attained with its person's own probability, drawn from a beta distribution with the arm's mean p and precision
(1 − ρ)/ρ, so that two goals of one person correlate by exactly ρ (Prentice, JASA 1986;81:321). A person has 1 + Bin(2, q)
goals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from stegvis.methods.analysis.simulate import MECHANISMS, intercept

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Loss:
    """Shares lost at the end in the compared arm and the reference, and on what loss depends, by arm.

    MCAR: on nothing. MAR: logit P = a + slope × baseline of the first outcome in SD. MNAR: the same on that outcome at the
    end about its arm's mean. `slopes` are of the compared arm and the reference; a is chosen so that the share is as said.
    """

    compared: float = 0.0
    reference: float = 0.0
    mechanism: str = "MCAR"
    slopes: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if self.mechanism not in MECHANISMS:
            raise ValueError(f"unknown mechanism {self.mechanism!r}; known: {', '.join(MECHANISMS)}")
        if not (0 <= self.compared < 1 and 0 <= self.reference < 1):
            raise ValueError("a share lost is from 0 to below 1")


@dataclass(frozen=True, slots=True)
class OutcomeWorld:
    """An outcome: its SD, mean at baseline and true difference at the last occasion."""

    sd: float = 1.0
    mean: float = 0.0
    difference: float = 0.0


@dataclass(frozen=True, slots=True)
class GoalWorld:
    """A kind of goal: true proportions attained, goals a person on average (1 to 3), and how alike one person's are."""

    compared: float
    reference: float
    per_person: float = 1.6
    icc: float = 0.35

    def __post_init__(self) -> None:
        if not (0 < self.compared < 1 and 0 < self.reference < 1 and 1 <= self.per_person <= 3 and 0 < self.icc < 1):
            raise ValueError("proportions and the correlation lie between 0 and 1, goals a person from 1 to 3")


@dataclass(frozen=True, slots=True)
class World:
    """A whole trial as it is supposed to be. `times` are the occasions after baseline as shares of the time to the last."""

    n1: int = 64
    n0: int = 65
    outcomes: Mapping[str, OutcomeWorld] = field(default_factory=lambda: {"outcome": OutcomeWorld()})
    goals: Mapping[str, GoalWorld] = field(default_factory=dict)
    times: tuple[float, ...] = (1.0,)
    correlation: float = 0.5
    between: float = 0.5
    strata: int = 4
    strata_sd: float = 0.2
    loss: Loss = Loss()
    therapists: int = 0
    therapist_icc: float = 0.0


@dataclass(frozen=True, slots=True)
class GoalBatch:
    """Rated goals of one trial: attained (G,) 0 or 1, and whose (G,), as places among the people."""

    attained: Array
    person: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Batch:
    """B trials of n people: `values` (B, n, O, 1 + T), nan where lost; who is compared, stratum and therapist (n,)."""

    values: Array
    first: Bools
    stratum: NDArray[np.intp]
    therapist: tuple[str, ...]
    goals: Mapping[str, tuple[GoalBatch, ...]]


def make(world: World, trials: int, rng: np.random.Generator) -> Batch:
    """Make `trials` trials up. People of the compared arm come first; strata and therapists go round in turn."""
    n, times, count = world.n1 + world.n0, len(world.times), len(world.outcomes)
    first = np.arange(n) < world.n1
    order = np.where(first, np.arange(n), np.arange(n) - world.n1)
    stratum = (order % world.strata).astype(np.intp)
    treats = order // world.strata % max(world.therapists, 1)  # every therapist sees people of every stratum
    root = np.linalg.cholesky(np.kron(_alike(count, world.between), _alike(times + 1, world.correlation)))
    z = (rng.standard_normal((trials, n, len(root))) @ root.T).reshape(trials, n, count, times + 1)
    if world.therapists:
        shared = rng.standard_normal((trials, world.therapists, count, 1))[:, treats]
        icc, mine = world.therapist_icc, first[:, None, None]
        z[..., 1:] = np.where(mine, np.sqrt(1 - icc) * z[..., 1:] + np.sqrt(icc) * shared, z[..., 1:])
    gone = _gone(world, z, first, rng)
    z = z + world.strata_sd * rng.standard_normal((trials, world.strata))[:, stratum, None, None]
    values = _scaled(world, z, first)
    values[..., 1:] = np.where(gone[:, :, None, :], np.nan, values[..., 1:])
    therapist = tuple(f"T{k}" if mine and world.therapists else "" for k, mine in zip(treats, first, strict=True))
    goals = {name: _goals(one, first, ~gone[..., -1], rng) for name, one in world.goals.items()}
    return Batch(values, first, stratum, therapist, goals)


def _alike(size: int, correlation: float) -> Array:
    return np.full((size, size), correlation) + (1 - correlation) * np.eye(size)


def _scaled(world: World, z: Array, first: Bools) -> Array:
    ones = list(world.outcomes.values())
    sd, mean, move = (np.array([getattr(one, name) for one in ones]) for name in ("sd", "mean", "difference"))
    growth = np.array([0.0, *world.times])
    return np.asarray(
        mean[:, None] + sd[:, None] * z + first[:, None, None] * (move[:, None] * growth), dtype=np.float64
    )


def _gone(world: World, z: Array, first: Bools, rng: np.random.Generator) -> Bools:
    """Who is lost by each occasion after baseline (B, n, T); loss goes evenly with time."""
    loss = world.loss
    share = np.where(first, loss.compared, loss.reference)
    chance = np.broadcast_to(share, z.shape[:2])
    if loss.mechanism != "MCAR":
        on = z[:, :, 0, 0] if loss.mechanism == "MAR" else z[:, :, 0, -1]
        pairs = zip((loss.compared, loss.reference), loss.slopes, strict=True)
        start = np.where(first, *(intercept(one, slope) for one, slope in pairs))
        chance = special.expit(start + np.where(first, *loss.slopes) * on)
    return np.asarray(rng.random(z.shape[:2])[..., None] < chance[..., None] * np.array(world.times))


def _goals(goal: GoalWorld, first: Bools, rated: Bools, rng: np.random.Generator) -> tuple[GoalBatch, ...]:
    """The goals of everybody who was not lost, trial by trial."""
    precision = (1 - goal.icc) / goal.icc
    p = np.where(first, goal.compared, goal.reference)
    own = rng.beta(p * precision, (1 - p) * precision, size=rated.shape)
    number = 1 + rng.binomial(2, (goal.per_person - 1) / 2, size=rated.shape)
    made = []
    for trial in range(len(rated)):
        person = np.repeat(np.flatnonzero(rated[trial]), number[trial][rated[trial]])
        made.append(GoalBatch((rng.random(person.size) < own[trial][person]).astype(np.float64), person))
    return tuple(made)
