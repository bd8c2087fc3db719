"""Compute: each planned analysis of each outcome and contrast as a finding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from stegvis.methods.analysis.analyses.attempts import contrast_id
from stegvis.methods.analysis.bounds import Bounds
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.plan import Outcome, Plan
from stegvis.methods.analysis.planned import by_chance, complete_cases, longitudinal, lost_and_treated, missing_data
from stegvis.methods.analysis.planned.arrays import Arrays, arrays
from stegvis.methods.analysis.planned.specs import OF_ONE_ARM, Analysis
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.rerandomisation import Rerandomised
from stegvis.methods.analysis.transformations import with_ratio
from stegvis.methods.analysis.trial import Trial

SECTION = "analyses"


@dataclass(frozen=True, slots=True)
class Task:
    """What a method is asked for: one contrast (compared arm, reference) of one outcome, in one analysis of the plan."""

    trial: Trial
    outcome: Outcome
    data: Arrays
    contrast: tuple[str, str]
    options: Mapping[str, Any]
    seed: np.random.SeedSequence

    @property
    def level(self) -> float:
        """The plan's confidence level."""
        return self.trial.plan.methods.level

    @property
    def covariates(self) -> tuple[str, ...]:
        """What the plan adjusts for."""
        return self.trial.plan.methods.covariates


Cells = list[dict[str, float]]
"""Further numbers of one analysis, such as those of a grid; each becomes a finding of its own, numbered from 1."""

SINGULAR = NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan.")

METHODS: Mapping[str, Callable[[Any], Estimate | Bounds | Rerandomised | tuple[Estimate, Cells]]] = {
    "change": complete_cases.change,
    "ancova": complete_cases.ancova,
    "interacted_ancova": longitudinal.interacted,
    "mmrm": longitudinal.repeated_measures,
    "constrained": longitudinal.constrained,
    "therapists": longitudinal.therapists_nested,
    "imputation": missing_data.imputed,
    "tipping_point": missing_data.tipped,
    "jump_to_reference": partial(missing_data.by_reference, method="jump_to_reference"),
    "copy_reference": partial(missing_data.by_reference, method="copy_reference"),
    "copy_increments": partial(missing_data.by_reference, method="copy_increments"),
    "weighting": missing_data.weighted,
    "lee_bounds": lost_and_treated.trimmed,
    "worst_case": lost_and_treated.worst_case,
    "compliers": lost_and_treated.compliers,
    "rerandomisation": by_chance.rerandomised,
}


def findings(trial: Trial) -> Iterator[Finding]:
    """Every planned analysis, in the plan's order; none when the arms are pooled."""
    known: dict[str, Arrays] = {}
    for analysis in allowed(trial):
        for code in analysis.outcomes:
            outcome = trial.plan.outcome(code)
            data = known.setdefault(code, arrays(trial, outcome))
            seed = seed_of(trial.plan, analysis.code, code)
            for contrast in trial.contrasts:
                task = Task(trial, outcome, data, contrast, analysis.options, seed)
                yield from _findings(analysis, task)


def allowed(trial: Trial) -> tuple[Analysis, ...]:
    """The analyses that may be carried out: before the lock, none about what one arm only can have."""
    everything = trial.plan.analyses
    if trial.kind == UNBLINDED:
        return everything
    return tuple(one for one in everything if one.method not in OF_ONE_ARM)


def seed_of(plan: Plan, *names: str) -> np.random.SeedSequence:
    """The plan's seed, and a stream of its own for what is named: adding an analysis moves no other's draws."""
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    return np.random.SeedSequence([plan.methods.seed, *np.frombuffer(digest, dtype=np.uint32).tolist()])


def finding_id(outcome: str, analysis: str, contrast: tuple[str, str]) -> str:
    """The id under which the result of a planned analysis stands."""
    return f"{outcome}.planned.{analysis}.{contrast_id(contrast)}"


def _findings(analysis: Analysis, task: Task) -> Iterator[Finding]:
    trial, outcome = task.trial, task.outcome
    facts: dict[str, Any] = {
        "id": finding_id(outcome.code, analysis.code, task.contrast),
        "section": SECTION,
        "method": analysis.method,
        "arms": task.contrast,
        "outcome": outcome.code,
        "occasion": trial.plan.main_occasion,
        "estimand": analysis.estimand,
        "role": analysis.role,
        "level": task.level,
        "scale": outcome.scale,
        "sources": (_source(task),),
    }
    try:
        made = METHODS[analysis.method](task)
    except (NotEstimable, np.linalg.LinAlgError) as error:
        yield Finding(refusal=error if isinstance(error, NotEstimable) else SINGULAR, **facts)
        return
    if isinstance(made, Bounds):
        yield Finding(numbers=_of_bounds(made), n=_in_order(made.lower.n, task), conventions=made.lower.method, **facts)
        return
    if isinstance(made, Rerandomised):
        counted = task.data.count(*task.contrast)
        yield Finding(numbers=_of_chance(made), n=counted, conventions=f"{made.statistic}; {made.scheme}", **facts)
        return
    found, cells = made if isinstance(made, tuple) else (made, [])
    numbers = {
        "estimate": found.estimate, "se": found.se, "df": found.df, "statistic": found.statistic, "p": found.p,
        "low": found.low, "high": found.high, **found.numbers,
    }  # fmt: skip
    numbers = with_ratio(numbers, outcome.transformation)
    n = _in_order(found.n, task)
    yield Finding(numbers=numbers, n=n, conventions=found.method, **facts)
    for place, cell in enumerate(cells, start=1):
        facts["id"] = f"{finding_id(outcome.code, analysis.code, task.contrast)}.{place}"
        yield Finding(numbers=cell, n=n, conventions=found.method, **facts)


def _in_order(n: Mapping[str, int], task: Task) -> Mapping[str, int]:
    """The numbers of the two arms, the compared one first; whatever else was counted where it is not by arm."""
    return {arm: n[arm] for arm in task.contrast} if set(task.contrast) <= set(n) else n


def _of_bounds(found: Bounds) -> dict[str, float]:
    """Bounds have no estimate: `lower` and `upper` enclose it, `low` and `high` allow for chance as well."""
    numbers = {"lower": found.lower.estimate, "upper": found.upper.estimate, "low": found.low, "high": found.high}
    return numbers | ({"trimmed": found.trimmed} if found.trimmed else {})


def _of_chance(found: Rerandomised) -> dict[str, float]:
    """A P without an estimate, and how sure it is itself."""
    numbers = {"statistic": found.observed, "p": found.p, "p_low": found.p_low, "p_high": found.p_high}
    return numbers | {"monte_carlo_se": found.monte_carlo_se, "allocations": found.draws, "exact": float(found.exact)}


def _source(task: Task) -> Any:
    occasions = [one.code for one in task.trial.plan.occasions]
    rows = [row for one in occasions for row in task.trial.scores(task.outcome, one).values()]
    return task.trial.score_source(task.outcome, rows, occasions)
