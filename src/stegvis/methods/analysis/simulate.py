"""Power by simulation: the analysis itself, on trials made up under a model, with people lost as in life.

Trials are made in chunks, each from a stream of its own spawned from the seed, and put together in order: any number of
processes gives the same numbers. An analysis takes a whole chunk at once and gives one estimate, interval and P a trial.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from .many import ancova_many
from .refusals import NotEstimable
from .regression import Matrix
from .resampling import child
from .two_samples import Vector

CHUNK = 256
CHUNKS_A_TIME = 16
Mechanism = Literal["MCAR", "MAR", "MNAR"]
MECHANISMS: tuple[Mechanism, ...] = ("MCAR", "MAR", "MNAR")


@dataclass(frozen=True, slots=True)
class Attrition:
    """Shares lost in the compared arm and the reference, and on what the loss depends.

    MCAR: on nothing. MAR: logit P = a + `slope` × baseline in SD. MNAR: the same on the outcome in SD about its arm's mean.
    A positive slope loses those with high values; a is chosen so that the share lost is as said.
    """

    compared: float = 0.0
    reference: float = 0.0
    mechanism: Mechanism = "MCAR"
    slope: float = 0.0

    def __post_init__(self) -> None:
        if self.mechanism not in MECHANISMS:
            raise ValueError(f"unknown mechanism {self.mechanism!r}; known: {', '.join(MECHANISMS)}")
        if not (0 <= self.compared < 1 and 0 <= self.reference < 1):
            raise ValueError("a share lost is from 0 to below 1")


@dataclass(frozen=True, slots=True)
class Model:
    """A normal baseline and outcome: n by arm, the true difference, SD, their correlation, and who is lost.

    With `size` people a therapist and `icc` above 0 the compared arm is nested in therapists (in all, its SD stays).
    """

    n1: int
    n0: int
    difference: float
    sd: float = 1.0
    correlation: float = 0.5
    attrition: Attrition = Attrition()
    icc: float = 0.0
    size: int = 1


@dataclass(frozen=True, slots=True)
class Trials:
    """Many trials: baseline and outcome (B, n), nan where lost; who is in the compared arm (n,); therapist, 0 for none (n,)."""

    baseline: Matrix
    outcome: Matrix
    first: NDArray[np.bool_]
    therapist: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Results:
    """What an analysis found in each trial (B,): nan where it refused."""

    estimate: Vector
    low: Vector
    high: Vector
    p: Vector


@dataclass(frozen=True, slots=True)
class Simulated:
    """Over all trials: the share that rejected, with its Monte Carlo error, bias, coverage, mean SE, and refusals.

    A trial that refused counts as one that did not reject.
    """

    trials: int
    refused: int
    rejected: float
    rejected_se: float
    bias: float
    coverage: float
    coverage_se: float


Analysis = Callable[[Trials], Results]


def simulate(
    model: Model,
    analysis: Analysis,
    *,
    trials: int,
    seed: np.random.SeedSequence,
    alpha: float = 0.05,
    workers: int = 1,
    executor: Executor | None = None,
) -> Simulated:
    """Make `trials` trials, analyse each, and say how often P < alpha and how often the interval holds the truth.

    With `workers` above 1 chunks go to that many processes, or to the `executor` given (anything with `map`, such as a
    cluster's); `analysis` has to be a function of a module then.
    """
    if trials < 1:
        raise ValueError("at least one trial has to be made")
    sizes = [min(CHUNK, trials - begin) for begin in range(0, trials, CHUNK)]
    job = partial(_chunk, model, analysis, seed)
    if executor is not None:
        parts = list(executor.map(job, range(len(sizes)), sizes))
    elif workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            parts = list(pool.map(job, range(len(sizes)), sizes, chunksize=CHUNKS_A_TIME))
    else:
        parts = [job(index, size) for index, size in enumerate(sizes)]
    return summary(parts, model.difference, alpha)


def summary(parts: list[Results], truth: float, alpha: float) -> Simulated:
    """Put the chunks together."""
    estimate, low, high, p = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("estimate", "low", "high", "p")
    )
    known = np.isfinite(p)
    if not np.any(known):
        raise NotEstimable("all_refused", "The analysis refused every simulated trial. Simulate a larger trial.")
    share = float(np.mean(known & (np.nan_to_num(p, nan=1.0) < alpha)))
    held = float(np.mean((low[known] <= truth) & (truth <= high[known])))
    count = int(known.sum())
    return Simulated(
        trials=p.size,
        refused=p.size - count,
        rejected=share,
        rejected_se=float(np.sqrt(share * (1 - share) / p.size)),
        bias=float(np.mean(estimate[known]) - truth),
        coverage=held,
        coverage_se=float(np.sqrt(held * (1 - held) / count)),
    )


def make(model: Model, trials: int, rng: np.random.Generator) -> Trials:
    """Make trials of a model up: (B, n) normal values, then take away who is lost."""
    n = model.n1 + model.n0
    first = np.arange(n) < model.n1
    start = rng.standard_normal((trials, n))
    values = rng.standard_normal((trials, n))
    therapist = np.where(first, 1 + np.arange(n) // model.size, 0)
    if model.icc > 0:
        shared = rng.standard_normal((trials, int(therapist.max()) + 1))[:, therapist]
        values = np.where(first, np.sqrt(1 - model.icc) * values + np.sqrt(model.icc) * shared, values)
    values *= np.sqrt(1 - model.correlation**2)
    values += model.correlation * start
    lost = _lost(model.attrition, start, values, first, rng)
    if model.sd != 1:
        start *= model.sd
        values *= model.sd
    values += model.difference * first
    np.copyto(values, np.nan, where=lost)
    return Trials(start, values, first, therapist)


def ancova(trials: Trials, level: float = 0.95) -> Results:
    """Analysis of covariance on the baseline, complete cases, of all trials at once; classical errors, t(n − 3)."""
    found = ancova_many(trials.outcome, trials.baseline, trials.first, level)
    return Results(found.estimate, found.low, found.high, found.p)


def one_by_one(
    analysis: Callable[[Vector, Vector, NDArray[np.bool_]], tuple[float, float, float, float]], trials: Trials
) -> Results:
    """Any analysis of one trial (baseline, outcome with nan, first) → (estimate, low, high, P), applied to each.

    Bind it with functools.partial; what raises NotEstimable is counted as refused.
    """
    found = np.full((trials.outcome.shape[0], 4), np.nan)
    for row, (baseline, outcome) in enumerate(zip(trials.baseline, trials.outcome, strict=True)):
        try:
            found[row] = analysis(baseline, outcome, trials.first)
        except NotEstimable:
            continue
    return Results(*found.T)


def _chunk(model: Model, analysis: Analysis, seed: np.random.SeedSequence, index: int, size: int) -> Results:
    return analysis(make(model, size, np.random.Generator(np.random.SFC64(child(seed, index)))))


def _lost(
    attrition: Attrition, start: Matrix, standard: Matrix, first: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    shares = np.where(first, attrition.compared, attrition.reference)
    if attrition.mechanism == "MCAR" or attrition.slope == 0:
        return np.asarray(rng.random(start.shape) < shares)
    on = start if attrition.mechanism == "MAR" else standard
    intercepts = np.where(
        first, *(intercept(share, attrition.slope) for share in (attrition.compared, attrition.reference))
    )
    return np.asarray(rng.random(start.shape) < special.expit(intercepts + attrition.slope * on))


def intercept(share: float, slope: float) -> float:
    """a with E expit(a + slope × Z) = share for a standard normal Z, by Gauss–Hermite quadrature; −inf for a share of 0."""
    if share == 0:
        return -np.inf
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    reach = 40 + 10 * abs(slope)
    return float(optimize.brentq(lambda a: weights @ special.expit(a + slope * nodes) - share, -reach, reach))
