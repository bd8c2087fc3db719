"""In batches: which planned methods can be carried out on made-up trials, each told the plan's options, and why others not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from stegvis.methods.analysis.plan import Outcome, Plan
from stegvis.methods.analysis.planned.missing_data import STEPS, STRATEGIES
from stegvis.methods.analysis.planned.specs import Analysis
from stegvis.methods.analysis.simulate import Results

from . import filled, jumped, modelled, regressions, weighted
from .views import View
from .worlds import World


def why_not(analysis: Analysis, plan: Plan, world: World) -> str:
    """The fact because of which an analysis is left out; empty where it is not."""
    if analysis.method in NOT_SIMULATED:
        return NOT_SIMULATED[analysis.method]
    if analysis.method not in METHODS:
        return "no made-up trials are known to this method"
    if analysis.method == "ancova" and "baseline" not in plan.methods.covariates:
        return "the plan does not name the baseline as a covariate"
    if analysis.method == "therapists" and not world.therapists:
        return "no therapists are supposed; say how many with --therapists"
    if analysis.options.get("model", "norm") != "norm":
        return f"filling in by {analysis.options['model']} is not done in batches; only norm is"
    return ""


NOT_SIMULATED = {
    "compliers": "nothing is supposed about what anybody received",
    "rerandomisation": "each trial would need all its draws; its level is held by the allocation itself",
}


def share_of_effect(method: str, world: World) -> float:
    """How much of the true difference a method is about: with a jump to the reference the lost have none of it.

    A copy of the reference or of its increments keeps part of what was gained before loss; with one occasion nothing was.
    """
    jumps = method == "jump_to_reference" or (method in STRATEGIES and len(world.times) == 1)
    return 1 - world.loss.compared if jumps else np.nan if method in STRATEGIES else 1.0


def carried_out(analysis: Analysis, outcome: Outcome, of: View) -> Results:
    """The analysis of one outcome in every trial of a batch."""
    return METHODS[analysis.method](of, analysis, outcome)


def helping(analysis: Analysis, outcome: str, known: tuple[str, ...]) -> tuple[int, ...]:
    """The places of the outcomes whose baseline helps an analysis; the outcome itself is there anyway."""
    named = [*analysis.options.get("auxiliaries", ()), *analysis.options.get("predictors", ())]
    return tuple(known.index(one) for one in dict.fromkeys(named) if one != outcome)


def _chain(of: View, analysis: Analysis, _: Outcome) -> Results:
    options = analysis.options
    return filled.imputation(
        of, imputations=options["imputations"], errors=options["errors"], by_arm=options["by_arm"]
    )  # fmt: skip


def _tipping(of: View, analysis: Analysis, outcome: Outcome) -> Results:
    """The estimate unshifted, with the whole grid of shifts computed as the report does."""
    options = analysis.options
    low, high = outcome.bounds
    largest = options["largest"] or (high - low) / 4
    first, second = np.meshgrid(*[np.linspace(-largest, largest, STEPS)] * 2, indexing="ij")
    found, _ = filled.shifted(
        of, first.ravel(), second.ravel(),
        imputations=options["imputations"], errors=options["errors"], by_arm=options["by_arm"],
    )  # fmt: skip
    return found


def _by_reference(of: View, analysis: Analysis, _: Outcome) -> Results:
    options = analysis.options
    return jumped.by_reference(
        of, strategy=STRATEGIES[analysis.method], variance=options["variance"], imputations=options["imputations"]
    )


def _told(call: Callable[..., Results], *keys: str) -> Callable[[View, Analysis, Outcome], Results]:
    """A method that is told these options by their names."""
    return lambda of, analysis, _: call(of, **{key: analysis.options[key] for key in keys})


METHODS: Mapping[str, Callable[[View, Analysis, Outcome], Results]] = {
    "change": _told(regressions.change, "variances"),
    "ancova": _told(regressions.ancova, "errors"),
    "interacted_ancova": _told(regressions.interacted),
    "mmrm": _told(modelled.repeated_measures, "covariance", "degrees"),
    "constrained": _told(modelled.constrained, "covariance", "degrees"),
    "therapists": _told(modelled.therapists, "residuals", "degrees"),
    "imputation": _chain,
    "tipping_point": _tipping,
    "jump_to_reference": _by_reference,
    "copy_reference": _by_reference,
    "copy_increments": _by_reference,
    "weighting": _told(weighted.weighted, "errors"),
    "lee_bounds": _told(modelled.lee),
    "worst_case": lambda of, _, outcome: modelled.worst_case(of, minimum=outcome.bounds[0], maximum=outcome.bounds[1]),
}
