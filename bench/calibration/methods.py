"""Methods: what is tried in each family of scenarios, what each takes for granted, and on how large a share of the trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.calibration.scenarios import CONTINUOUS, GOALS, THERAPISTS, Scenario
from stegvis.methods.analysis.simulate import Results
from stegvis.methods.analysis.simulated import filled, goals, jumped, modelled, regressions
from stegvis.methods.analysis.simulated.views import View
from stegvis.methods.analysis.simulated.worlds import Batch


@dataclass(frozen=True, slots=True)
class Method:
    """One interval: how it is computed from a batch, and the truth it is about, which the strategy may change."""

    title: str
    note: str
    compute: Callable[[View, Batch], Results]
    slow: bool = False
    truth: Callable[[Scenario], float] = lambda scenario: scenario.truth


def of_view(call: Callable[[View], Results]) -> Callable[[View, Batch], Results]:
    """A method that needs the outcome only."""
    return lambda view, _: call(view)


def of_goals(name: str) -> Callable[[View, Batch], Results]:
    """A comparison of goals."""
    return lambda view, batch: goals.compare(batch, "goal", name, seed=int(view.seed.generate_state(1)[0]))


def ranks(view: View, _: Batch) -> Results:
    """P only."""
    p = regressions.mann_whitney(view)
    nothing = np.full(p.shape, np.nan)
    return Results(nothing, nothing, nothing, p)


def after_jump(scenario: Scenario) -> float:
    """Whoever is lost has no effect any more: the difference times the share of the compared arm that stays."""
    return scenario.truth * (1 - scenario.world.loss.compared)


MAR = "Right when loss depends on what was measured before."
COMPLETE = "Complete cases. Right when loss depends on nothing, or on what the model holds, alike in both arms."
THEY = "Right when loss depends on nothing. Known to fail when people of a therapist are alike."

METHODS: Mapping[str, Mapping[str, Method]] = {
    CONTINUOUS: {
        "t": Method("Change, pooled t", COMPLETE, of_view(regressions.change)),
        "welch": Method("Change, Welch", COMPLETE, of_view(partial(regressions.change, variances="welch"))),
        "ranks": Method("Change, Mann–Whitney (P only)", COMPLETE, ranks),
        "classical": Method("ANCOVA, classical errors", COMPLETE, of_view(partial(regressions.ancova, errors="classical"))),
        "hc2": Method("ANCOVA, HC2", COMPLETE, of_view(partial(regressions.ancova, errors="HC2"))),
        "hc3": Method("ANCOVA, HC3", COMPLETE, of_view(regressions.ancova)),
        "lin": Method("Lin's interacted ANCOVA, HC2", COMPLETE, of_view(regressions.interacted)),
        "mmrm": Method("MMRM, Kenward–Roger", MAR, of_view(modelled.repeated_measures)),
        "satterthwaite": Method(
            "MMRM, Satterthwaite", MAR, of_view(partial(modelled.repeated_measures, degrees="satterthwaite"))
        ),
        "normal": Method(
            "MMRM, normal approximation", f"{MAR} Known to be too narrow in small trials.",
            of_view(partial(modelled.repeated_measures, degrees="normal")),
        ),
        "clda": Method("Constrained longitudinal model, Kenward–Roger", MAR, of_view(modelled.constrained)),
        "mi": Method("Multiple imputation by arm, m = 50, ANCOVA, HC3", MAR, of_view(filled.imputation)),
        "mi_classical": Method(
            "Multiple imputation by arm, m = 50, ANCOVA, classical errors", MAR,
            of_view(partial(filled.imputation, errors="classical")),
        ),
        "mi_no_arm": Method(
            "Multiple imputation that does not know the arm, m = 50, HC3",
            "Known to fail: an effect that the imputation does not know of is diluted.",
            of_view(partial(filled.imputation, by_arm=False)),
        ),
        "stacked": Method("Inverse-probability weighting, stacked", MAR, of_view(partial(modelled.weighted, errors="stacked"))),
        "ipw": Method("Inverse-probability weighting, jackknife", MAR, of_view(modelled.weighted), slow=True),
        "jump": Method(
            "Jump to reference, jackknife",
            "About another difference: whoever leaves the compared arm has no effect from then on. The frequentist error.",
            of_view(jumped.by_reference), slow=True, truth=after_jump,
        ),
        "jump_rubin": Method(
            "Jump to reference, Rubin's rules, m = 50",
            "The same difference with the information-anchored error; known to be conservative as a frequentist one.",
            of_view(partial(jumped.by_reference, variance="rubin")), slow=True, truth=after_jump,
        ),
        "lee": Method(
            "Lee's bounds of change",
            "Bounds. Right when being in one arm can only make people stay; known to be wide.", of_view(modelled.lee),
        ),
        "worst": Method(
            "Worst-case bounds (Manski)", "Right whatever is missing; known to be so wide that they hardly ever say anything.",
            of_view(partial(modelled.worst_case, minimum=0, maximum=100)),
        ),
    },
    THERAPISTS: {
        "hc3": Method("ANCOVA that ignores therapists, HC3", THEY, of_view(regressions.ancova)),
        "nested": Method(
            "Partially nested model, Kenward–Roger", "Allows for therapists; the variance between them is at least nought.",
            of_view(modelled.therapists), slow=True,
        ),
        "nested_satterthwaite": Method(
            "Partially nested model, Satterthwaite", "The same with Satterthwaite's degrees of freedom.",
            of_view(partial(modelled.therapists, degrees="satterthwaite")), slow=True,
        ),
        "nested_negative": Method(
            "Partially nested model, Kenward–Roger, variance may be negative",
            "Allows for therapists; the variance between them may be below nought. Often has no optimum to be found.",
            of_view(partial(modelled.therapists, negative=True)), slow=True,
        ),
    },
    GOALS: {
        "naive": Method(
            "Goals counted one by one (χ², Newcombe)", "Known to fail when goals of a person are alike.", of_goals("naive")
        ),
        "gee": Method("GEE, Mancl–DeRouen, t", "Allows for likeness.", of_goals("gee")),
        "cr2": Method("Linear probability model, CR2, Satterthwaite", "Allows for likeness.", of_goals("cluster_robust")),
        "person": Method("People's own proportions, t", "Each person counts once.", of_goals("person_t")),
        "permutation": Method("People permuted, 999 draws (P only)", "Allocation alone.", of_goals("permutation")),
        "mixed": Method(
            "Random-intercept logistic model", "Likelihood with a normal random intercept; too optimistic with few people.",
            of_goals("mixed"), slow=True,
        ),
    },
}  # fmt: skip
