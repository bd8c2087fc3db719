"""Exploring: what an effect may go through, and what goes with improving. Exploratory, and said to be in the report.

Complete cases of both arms. Mediation is of the change in another outcome to the same occasion (`mediation`), adjusted for
both baselines; what goes with improvement is a linear model of the outcome on its baseline, the arm, and other numbers at
baseline, each per standard deviation, with HC3 errors. Neither is protected by the randomisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis import mediation, regression
from stegvis.methods.analysis.analyses.attempts import attempt, contrast_id, numbers_of
from stegvis.methods.analysis.analyses.missing import in_deviations, predictors
from stegvis.methods.analysis.estimates import wald
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.plan import PRIMARY, Outcome
from stegvis.methods.analysis.planned.arrays import arrays
from stegvis.methods.analysis.planned.compute import seed_of
from stegvis.methods.analysis.planned.groups import Mediator
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import Trial

Array = NDArray[np.float64]
SECTION = "exploring"


def findings(trial: Trial) -> Iterator[Finding]:
    """Each planned mediator of each of its outcomes, and what goes with improving in each primary outcome."""
    for contrast in trial.contrasts:
        facts: dict[str, Any] = {
            "section": SECTION, "arms": contrast, "occasion": trial.plan.main_occasion, "role": "exploratory",
            "level": trial.plan.methods.level,
        }  # fmt: skip
        for one in trial.plan.mediators:
            for code in one.outcomes:
                people, *columns = _columns(trial, one, code, contrast)
                build = partial(_mediated, trial, columns, (one.outcome, code))
                n = {arm: sum(trial.arm_of[person] == arm for person in people) for arm in contrast}
                identifier = mediation_id(one.outcome, code, contrast)
                yield attempt(
                    build,
                    id=identifier,
                    method="mediation",
                    outcome=code,
                    n=n,
                    scale=trial.plan.outcome(code).scale,
                    **facts,
                )
        for outcome in trial.plan.of_kind(PRIMARY):
            yield from _goes_with(trial, outcome, contrast, facts)


def mediation_id(mediator: str, outcome: str, contrast: tuple[str, str]) -> str:
    """The id of what goes through a mediator."""
    return f"exploring.{outcome}.through.{mediator}.{contrast_id(contrast)}"


def improvement_id(name: str, outcome: str, contrast: tuple[str, str]) -> str:
    """The id of what a factor at baseline goes with."""
    return f"exploring.{outcome}.factor.{name}.{contrast_id(contrast)}"


def _columns(
    trial: Trial, one: Mediator, code: str, contrast: tuple[str, str]
) -> tuple[tuple[str, ...], Array, Array, Array, Array]:
    """Who has all four values; the outcome, the mediator's change, the arm and both baselines of each."""
    outcome, mediator = (arrays(trial, trial.plan.outcome(each)) for each in (code, one.outcome))
    values = (outcome.before, outcome.after, mediator.before, mediator.after)
    chosen = np.isin(np.array(outcome.arms), contrast) & np.all(np.isfinite(np.stack(values)), axis=0)
    before, after, mediator_before, mediator_after = (each[chosen] for each in values)
    assigned = np.array([float(arm == contrast[0]) for arm in outcome.having(chosen).arms])
    people = outcome.having(chosen).people
    return people, after, mediator_after - mediator_before, assigned, np.column_stack([before, mediator_before])


def _mediated(trial: Trial, columns: list[Array], names: tuple[str, str]) -> dict[str, float]:
    after, change, assigned, baselines = columns
    seed, level = seed_of(trial.plan, "mediation", *names), trial.plan.methods.level
    found = mediation.mediate(after, change, assigned, baselines, seed=seed, level=level)
    numbers = {"a": found.paths["a"], "b": found.paths["b"], "draws": float(found.draws)}
    for name, effect in (("indirect", "indirect1"), ("direct", "direct0"), ("total", "total")):
        one = found.effects[effect]
        numbers |= {name: one.estimate, f"{name}_low": one.low, f"{name}_high": one.high}
    return numbers | {"rho": mediation.sensitivity(after, change, assigned, baselines).rho_at_zero}


def _goes_with(trial: Trial, outcome: Outcome, contrast: tuple[str, str], facts: dict[str, Any]) -> Iterator[Finding]:
    data = arrays(trial, outcome)
    known = {
        name: values for name, values in predictors(trial).items()
        if not name.startswith("arm.") and name != f"outcome.{outcome.code}"
    }  # fmt: skip
    chosen = np.array([
        arm in contrast and all(person in values for values in known.values())
        for person, arm in zip(data.people, data.arms, strict=True)
    ])  # fmt: skip
    kept = data.having(chosen).complete()
    n = kept.count(*contrast)
    arm = np.array([float(one == contrast[0]) for one in kept.arms])
    factors = {name: np.array([values[person] for person in kept.people]) for name, values in known.items()}
    columns = [np.ones(arm.size), arm, in_deviations(kept.before), *map(in_deviations, factors.values())]
    names = ["baseline", *factors]
    for place, name in enumerate(names, start=2):
        build = partial(_slope, kept.after, np.column_stack(columns), place, trial.plan.methods.level, n)
        identifier = improvement_id(name, outcome.code, contrast)
        yield attempt(
            build, id=identifier, method="improvement_factor", outcome=outcome.code, n=n, scale=outcome.scale, **facts
        )


def _slope(y: Array, x: Array, place: int, level: float, n: dict[str, int]) -> dict[str, float]:
    if y.size == 0:
        raise NotEstimable("empty", "Nobody here has both values. Wait for more answers.")
    fit = regression.least_squares(y, x)
    error = float(np.sqrt(regression.covariance(fit, x, "HC3")[place, place]))
    return dict(numbers_of(wald("HC3", float(fit.beta[place]), error, float(fit.df), level=level, n=n)))
