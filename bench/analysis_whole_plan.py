"""Whole plan: how long one made-up trial takes when everything that a report computes is computed, on one processor.

`full_report`: 129 people, 36 per cent lost, five outcomes, each by multiple imputation (m = 50, HC3) with the 9 × 9 grid of
shifts, MMRM with Kenward–Roger errors, jump to reference with its jackknife and analysis of covariance, and two kinds of
goals by person, by GEE and by the cluster-robust model. The aim is 100 a second on the machine, that is, with two
processors, 20 milliseconds. Nothing in R does the same.

`whole_plan`: the example trial's own plan, as `stegvis simulate` carries it out, five therapists supposed; and what of it
takes longest. Made-up trials are included in both.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench.analysis_figures import Figures, processor_milliseconds
from stegvis.methods.analysis.plan import Plan
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.analysis.simulate import Results
from stegvis.methods.analysis.simulated import filled, goals_at_once, jumped, modelled, regressions, views, worlds
from stegvis.methods.analysis.simulated.supposed import Given, suppose
from stegvis.methods.analysis.simulated.whole_plan import analysed

TRIALS = 64
PLAN = Path(__file__).parents[1] / "studies" / "cwp" / "sap.toml"
WORLD = worlds.World(
    outcomes={name: worlds.OutcomeWorld(20, 50) for name in ("pain", "places", "stress", "health", "fatigue")},
    goals={"main": worlds.GoalWorld(0.28, 0.28, 1.6), "intermediate": worlds.GoalWorld(0.45, 0.45, 2.2)},
    loss=worlds.Loss(0.36, 0.36, "MAR", (0.5, 0.5)),
)
SHIFTS = [one.ravel() for one in np.meshgrid(*[np.linspace(-25, 25, 9)] * 2)]


def full_report() -> list[Figures]:
    """One trial with five outcomes and two kinds of goals."""
    ours = processor_milliseconds(_reports) / TRIALS
    what = f"one trial, five outcomes, all analyses ({1000 / ours:.0f} a second on a processor)"
    return [Figures("full_report", what, ours, None, "", None, 0.0)]


def _reports() -> list[Results]:
    seed = np.random.SeedSequence(129)
    batch = worlds.make(WORLD, TRIALS, np.random.Generator(np.random.SFC64(seed)))
    found = []
    for place in range(len(WORLD.outcomes)):
        of = views.view(batch, place, seed)
        found.append(filled.shifted(of, *SHIFTS)[0])
        found += [method(of) for method in (modelled.repeated_measures, jumped.by_reference, regressions.ancova)]
    for kind in WORLD.goals:
        counts = goals_at_once.counts(batch, kind)
        found += [method(counts, 0.95) for method in goals_at_once.METHODS.values()]
    return found


def whole_plan() -> list[Figures]:
    """One trial under the example's plan, whole, and without what takes longest."""
    plan = read_plan(PLAN)
    quick = replace(plan, analyses=tuple(one for one in plan.analyses if one.method != "weighting"))
    found = []
    for words, chosen, therapists in (
        ("all that can be simulated", plan, 5),
        ("without therapists", plan, 0),
        ("without therapists and weights", quick, 0),
    ):
        world = suppose(plan, Given(therapists=therapists)).null
        ours = processor_milliseconds(partial(_analysed, chosen, world), best_of=2) / TRIALS
        what = f"one trial under the example's plan, {words} ({1000 / ours:.0f} a second on a processor)"
        found.append(Figures("whole_plan", what, ours, None, "", None, 0.0))
    return found


def _analysed(plan: Plan, world: worlds.World) -> object:
    seed = np.random.SeedSequence(129)
    batch = worlds.make(world, TRIALS, np.random.Generator(np.random.SFC64(seed)))
    return analysed(plan, world, batch, seed)
