"""Whole plan: every planned analysis of every made-up trial, with the plan's multiplicity, before anyone is unblinded.

Trials are made up twice, without any effect and with the smallest that matters (`supposed`). What comes out is each
analysis' share of rejections, its coverage, and what the plan as a whole concludes: how often any primary outcome, and how
often each of them, is found, by the P that the plan corrects and by its main analyses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from stegvis.methods.analysis import multiplicity
from stegvis.methods.analysis.plan import PRIMARY, Plan
from stegvis.methods.analysis.planned.specs import MAIN, Analysis
from stegvis.methods.analysis.resampling import child
from stegvis.methods.analysis.simulate import Results

from . import goals_at_once, in_batches, regressions, streams
from .supposed import Supposed
from .tally import Tally, tally
from .views import View, view
from .worlds import Array, Batch, World, make

NONE, EFFECT = "none", "effect"
Key = tuple[str, str]
ANY, ALL = "any primary outcome", "all primary outcomes"
CORRECTED, MAINLY = "the plan's P", "main analyses"
GOALS = "goals"
Parts = dict[str, list[dict[Key, Results]]]
"""Of each world, chunk by chunk, the results of each analysis of each outcome."""


@dataclass(frozen=True, slots=True)
class Line:
    """One analysis of one outcome, or one conclusion: without an effect, and with the one that matters."""

    what: str
    of: str
    role: str
    null: Tally
    effect: Tally


@dataclass(frozen=True, slots=True)
class Simulation:
    """What comes out: analyses, conclusions, and what was left out with the reason."""

    trials: int
    lines: tuple[Line, ...]
    conclusions: tuple[Line, ...]
    left_out: tuple[tuple[str, str], ...]


def simulate_plan(
    plan: Plan, supposed: Supposed, *, trials: int, seed: int | None = None, workers: int = 1,
    executor: Executor | None = None,
) -> Simulation:  # fmt: skip
    """Carry the plan out on `trials` made-up trials of each kind; the seed is the plan's unless another is given."""
    sizes = streams.sizes(trials)
    chosen = plan.methods.seed if seed is None else seed
    found = parts(plan, supposed, range(len(sizes)), sizes, seed=chosen, workers=workers, executor=executor)
    return gathered(plan, supposed, found, trials=trials)


def parts(
    plan: Plan, supposed: Supposed, places: range, sizes: Sequence[int], *, seed: int, workers: int = 1,
    executor: Executor | None = None,
) -> Parts:  # fmt: skip
    """Both worlds' results of the chunks in `places`, of which each has as many trials as `sizes` says."""
    found: Parts = {}
    chosen = [sizes[place] for place in places]
    for number, (name, world) in enumerate(((NONE, supposed.null), (EFFECT, supposed.effect))):
        job = partial(_chunk, plan, world, np.random.SeedSequence([seed, number]), places.start)
        found[name] = streams.run(job, chosen, workers=workers, executor=executor)
    return found


def gathered(plan: Plan, supposed: Supposed, found: Parts, *, trials: int) -> Simulation:
    """What the results of all chunks come to."""
    lines = tuple(_lines(plan, supposed, found))
    conclusions = tuple(_conclusions(plan, supposed, found))
    return Simulation(trials, lines, conclusions, tuple(_left_out(plan, supposed.null)))


def simulated(plan: Plan, world: World) -> tuple[Analysis, ...]:
    """The planned analyses that are carried out."""
    return tuple(one for one in plan.analyses if not in_batches.why_not(one, plan, world))


def analysed(plan: Plan, world: World, batch: Batch, seed: np.random.SeedSequence) -> dict[Key, Results]:
    """Everything about every trial of a batch: a whole report's numbers, by analysis and outcome."""
    found: dict[Key, Results] = {}
    level, adjust = plan.methods.level, plan.methods.covariates
    outcomes = tuple(world.outcomes)
    for analysis in simulated(plan, world):
        for code in analysis.outcomes:
            others = in_batches.helping(analysis, code, outcomes)
            of = view(
                batch, outcomes.index(code), _named(seed, analysis.code, code), level=level, adjust=adjust,
                auxiliaries=others,
            )  # fmt: skip
            found[analysis.code, code] = in_batches.carried_out(analysis, plan.outcome(code), of)
    for outcome in plan.of_kind(PRIMARY):
        of = view(batch, outcomes.index(outcome.code), seed, level=level, adjust=adjust)
        found[CORRECTED, outcome.code] = _corrected(plan, of)
    for kind in batch.goals:
        counts = goals_at_once.counts(batch, kind)
        for name, method in goals_at_once.METHODS.items():
            found[f"{GOALS}.{name}", kind] = method(counts, level)
    return found


def _chunk(
    plan: Plan, world: World, seed: np.random.SeedSequence, begin: int, offset: int, size: int
) -> dict[Key, Results]:
    place = begin + offset
    batch = make(world, size, np.random.Generator(np.random.SFC64(child(seed, place, 0))))
    return analysed(plan, world, batch, child(seed, place, 1))


def _named(seed: np.random.SeedSequence, *names: str) -> np.random.SeedSequence:
    """A stream of its own for what is named: adding an analysis moves no other's draws."""
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    return child(seed, int.from_bytes(digest[:4], "big"))


def _corrected(plan: Plan, of: View) -> Results:
    """The analysis whose P the plan corrects for several primary outcomes; ranks without continuity correction."""
    if plan.methods.multiplicity_p == "ancova":
        return regressions.ancova(of, errors=plan.methods.errors)
    found = regressions.change(of)
    if plan.methods.multiplicity_p == "pooled_t":
        return found
    return Results(found.estimate, found.low, found.high, regressions.mann_whitney(of))


def _lines(plan: Plan, supposed: Supposed, found: Parts) -> Iterator[Line]:
    worlds = {NONE: supposed.null, EFFECT: supposed.effect}
    roles = {one.code: one.role for one in plan.analyses}
    methods = {one.code: one.method for one in plan.analyses}

    def of_key(key: Key, name: str) -> Tally:
        truth = _truth(worlds[name], key, methods.get(key[0], ""))
        made = tally([part[key] for part in found[name]], truth, 1 - plan.methods.level)
        return made if np.isfinite(truth) else replace(made, coverage=np.nan, coverage_se=np.nan)

    for key in found[NONE][0]:
        yield Line(*key, roles.get(key[0], ""), of_key(key, NONE), of_key(key, EFFECT))


def _truth(world: World, key: Key, method: str) -> float:
    """The difference that an analysis is about; nan where no formula tells it."""
    if key[0].startswith(f"{GOALS}."):
        return world.goals[key[1]].compared - world.goals[key[1]].reference
    difference = world.outcomes[key[1]].difference
    return difference * in_batches.share_of_effect(method, world) if difference else 0.0


def _conclusions(plan: Plan, supposed: Supposed, found: Parts) -> Iterator[Line]:
    primaries = [one.code for one in plan.of_kind(PRIMARY)]
    families = {CORRECTED: [(CORRECTED, code) for code in primaries]}
    main = [one for one in simulated(plan, supposed.null) if one.role == MAIN]
    if main:
        families[MAINLY] = [(one.code, code) for one in main for code in one.outcomes if code in primaries]
    for name, keys in families.items():
        if not keys:
            continue
        adjusted = {world: _adjusted(plan, found[world], keys) for world in (NONE, EFFECT)}
        for what, of in ((ANY, lambda p: p.min(axis=1)), (ALL, lambda p: p.max(axis=1))):
            pair = (_tally_of(of(adjusted[world]), plan) for world in (NONE, EFFECT))
            yield Line(what, name, _rule(plan), *pair)


def _adjusted(plan: Plan, parts: Sequence[dict[Key, Results]], keys: Sequence[Key]) -> Array:
    """P of a family (trials, tests), adjusted as the plan says; a test that gave no number does not reject."""
    p = np.column_stack([np.concatenate([part[key].p for part in parts]) for key in keys])
    known = np.where(np.isfinite(p), np.clip(p, 0.0, 1.0), 1.0)
    graph = plan.methods.procedure([code for _, code in keys])
    return multiplicity.adjusted(known, _rule(plan), graph)


def _rule(plan: Plan) -> str:
    """The plan's procedure; Holm's in place of re-allocating every made-up trial."""
    return multiplicity.HOLM if plan.methods.multiplicity == multiplicity.MAX_T else plan.methods.multiplicity


def _tally_of(p: Array, plan: Plan) -> Tally:
    nothing = np.full(p.shape, np.nan)
    return tally([Results(nothing, nothing, nothing, p)], 0.0, 1 - plan.methods.level)


def _left_out(plan: Plan, world: World) -> Iterator[tuple[str, str]]:
    for one in plan.analyses:
        if why := in_batches.why_not(one, plan, world):
            yield one.code, why
    for kind in plan.goals.kinds if plan.goals else ():
        if kind.code not in world.goals:
            yield f"goals ({kind.code})", "the plan has no published shares to suppose"
    if plan.methods.multiplicity == multiplicity.MAX_T:
        yield multiplicity.MAX_T, "each trial would need all its draws; Holm's correction stands in for it"
    if world.goals:
        yield "goals by permutation and by the mixed model", "they take too long for each of so many trials"
