"""Goals: counted one by one, and by the people who set them.

What counts is said in `goals_counted`; an unrated goal is missing, and a sensitivity analysis counts it as not attained.
Counting goals one by one is shown because papers do it, and is called naive because goals of one person are alike. The
comparison by person, and the one that models the likeness, stand beside. Rated goals that do not count, since they were
not yet due or were set later, are added in a sensitivity row each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from stegvis.methods.analysis import clustered, glmm_contrasts, linear_probability, permutation, two_by_two, two_samples
from stegvis.methods.analysis.analyses import goals_imputed
from stegvis.methods.analysis.analyses.attempts import ALL, arm_id, attempt, contrast_id
from stegvis.methods.analysis.analyses.goals_counted import (
    LATER,
    NOT_DUE,
    PENDING,
    RATED,
    UNRATED,
    Counted,
    every,
)
from stegvis.methods.analysis.findings import Finding, Source, source
from stegvis.methods.analysis.plan import Goals
from stegvis.methods.analysis.tables import GOAL_LEVELS
from stegvis.methods.analysis.trial import Trial

SECTION = "goals"
OBSERVED, WORST = "rated", "unrated_as_not"
OTHERS: Mapping[str, tuple[str, ...]] = {
    "with_not_due": (RATED, NOT_DUE), "with_later": (RATED, LATER), "with_both": (RATED, NOT_DUE, LATER),
}  # fmt: skip
"""The sensitivity rows, and which goals each counts if they are rated."""


def findings(trial: Trial) -> Iterator[Finding]:
    """Everything about every kind of goal that the plan names."""
    plan = trial.plan.goals
    if plan is None or not trial.extract.has("goals"):
        return
    for kind in plan.kinds:
        everything = every(trial, kind.code)
        counted = [one for one in everything if one.state in (RATED, UNRATED, PENDING)]
        yield from _counts(trial, plan, kind.code, counted)
        yield from _kept_apart(trial, kind.code, everything)
        yield from goals_imputed.findings(trial, plan, kind.code, counted)
        yield from _comparisons(trial, plan, kind.code, counted, OBSERVED)
        if any(one.state == UNRATED for one in counted):
            yield from _comparisons(trial, plan, kind.code, counted, WORST)
        yield from _with_others(trial, plan, kind.code, everything)


def _kept_apart(trial: Trial, kind: str, everything: Sequence[Counted]) -> Iterator[Finding]:
    """How many goals there are of each state, and how many people they belong to."""
    for arm in trial.arms:
        own = [one for one in everything if one.arm == arm]
        states = (RATED, UNRATED, PENDING, NOT_DUE, LATER)
        yield Finding(
            id=f"goals.{kind}.states.{arm_id(arm)}",
            section=SECTION,
            method="goal_states",
            outcome=kind,
            arms=(arm,) if arm else (),
            numbers={
                "goals": len(own),
                **{state: sum(one.state == state for one in own) for state in states},
                "not_due_rated": sum(one.state == NOT_DUE and one.level != "" for one in own),
                "later_rated": sum(one.state == LATER and one.level != "" for one in own),
            },
            n={arm_id(arm): len({one.goal.participant for one in own})},
            sources=(source("goals", [one.goal for one in own], f"kind = {kind!r}, participant randomised"),),
        )


def _with_others(trial: Trial, plan: Goals, kind: str, everything: Sequence[Counted]) -> Iterator[Finding]:
    """The comparison by goal, by person and by the model, with goals that do not count added; nothing when there are none."""
    for name, states in OTHERS.items():
        used = [one for one in everything if one.state in states and one.level]
        if len({one.state for one in used} | {RATED}) < len(states):
            continue
        used.sort(key=lambda one: (one.goal.participant, one.goal.goal))
        for contrast in trial.contrasts:
            facts = _contrast_facts(trial, plan, kind, used, contrast, name)
            found = _methods(trial, plan, used, contrast)
            for method in ("goal_difference", "person_t", "person_permutation", "goal_gee"):
                build, n = found[method]
                yield attempt(
                    build, id=f"goals.{kind}.{name}.{method}.{contrast_id(contrast)}", method=method, n=n, **facts
                )


def _sources(plan: Goals, kind: str, counted: Sequence[Counted], others: str = "") -> tuple[Source, ...]:
    words = f"kind = {kind!r}, before_allocation = yes and target_week not after the rating, participant randomised"
    if others:
        words = f"kind = {kind!r}, participant randomised, rated; {others}"
    when = f"rater = {plan.rater!r}, not corrected, newest {plan.first_day} to {plan.last_day} days after set_on"
    return (
        source("goals", [one.goal for one in counted], words),
        source("ratings", [one.rating for one in counted if one.rating], when),
    )


def _counts(trial: Trial, plan: Goals, kind: str, counted: Sequence[Counted]) -> Iterator[Finding]:
    """How many goals and people there are, how they were rated, and the share attained."""
    for arm in trial.arms:
        own = [one for one in counted if one.arm == arm]
        rated = [one for one in own if one.state == RATED]
        levels = Counter(one.level for one in rated)
        facts: dict[str, Any] = {
            "section": SECTION,
            "outcome": kind,
            "arms": (arm,) if arm else (),
            "sources": _sources(plan, kind, own),
            "level": trial.plan.methods.level,
        }
        people = {one.goal.participant for one in own}
        yield Finding(
            id=f"goals.{kind}.denominator.{arm_id(arm)}",
            method="goal_counts",
            numbers={
                "goals": len(own),
                "rated_goals": len(rated),
                "pending_goals": sum(one.state == PENDING for one in own),
                "people": len(people),
                "rated_people": len({one.goal.participant for one in rated}),
                **{f"level_{level}": levels[level] for level in GOAL_LEVELS},
            },
            n={arm_id(arm): len(people)},
            **facts,
        )
        attained = sum(one.level in plan.attained for one in rated)
        yield attempt(
            partial(two_by_two.wilson, attained, len(rated), trial.plan.methods.level),
            id=f"goals.{kind}.share.{arm_id(arm)}",
            method="goal_share",
            n={arm_id(arm): len(rated)},
            **facts,
        )
        shares = list(_share_by_person(plan, rated).values())
        yield attempt(
            partial(_mean, shares, trial.plan.methods.level),
            id=f"goals.{kind}.person_share.{arm_id(arm)}",
            method="person_share",
            n={arm_id(arm): len(shares)},
            **facts,
        )


def _mean(values: Sequence[float], level: float) -> dict[str, float]:
    described = two_samples.mean_interval(values, level)
    return {"estimate": described.estimate, "low": described.low, "high": described.high, "sd": described.sd}


def _share_by_person(plan: Goals, goals: Sequence[Counted]) -> dict[str, float]:
    """Each person's own proportion of goals attained."""
    own: dict[str, list[bool]] = defaultdict(list)
    for one in goals:
        own[one.goal.participant].append(one.level in plan.attained)
    return {person: sum(own[person]) / len(own[person]) for person in sorted(own)}


def _comparisons(trial: Trial, plan: Goals, kind: str, counted: Sequence[Counted], handling: str) -> Iterator[Finding]:
    """Naive, by person, clustered, and how alike the goals of a person are."""
    used = [one for one in counted if one.state == RATED or (handling == WORST and one.state == UNRATED)]
    used.sort(key=lambda one: (one.goal.participant, one.goal.goal))
    yield _likeness(plan, kind, used, handling)
    for contrast in trial.contrasts:
        facts = _contrast_facts(trial, plan, kind, used, contrast, handling)
        for method, (build, n) in _methods(trial, plan, used, contrast).items():
            identifier = f"goals.{kind}.{handling}.{method}.{contrast_id(contrast)}"
            yield attempt(build, id=identifier, method=method, n=n, **facts)


def _methods(
    trial: Trial, plan: Goals, used: Sequence[Counted], contrast: tuple[str, str]
) -> dict[str, tuple[Callable[[], Any], Mapping[str, int]]]:
    """What is computed for a contrast, by method, each with its own n: goals, or people."""
    level = trial.plan.methods.level
    table = _table(plan, used, contrast)
    goals_n = {contrast[0]: table[1], contrast[1]: table[3]}
    first, second, strata = _by_person(trial, plan, used, contrast)
    people_n = {contrast[0]: len(first), contrast[1]: len(second)}
    arms: dict[str, Any] = {"arm": contrast[0], "reference": contrast[1], "level": level}
    return {
        "goal_difference": (partial(_naive, table, level), goals_n),
        "goal_chi_square": (partial(two_by_two.chi_square, *table), goals_n),
        "goal_fisher": (lambda: {"p": two_by_two.fisher_exact_p(*table)}, goals_n),
        "critical_design_effect": (partial(_critical, table, level), goals_n),
        "person_t": (partial(two_samples.pooled_t, first, second, level), people_n),
        "person_permutation": (partial(_permute, trial, [*first, *second], len(first), strata), people_n),
        "goal_gee": (partial(_clustered, trial, plan, used, contrast), people_n),
        "goal_cluster_robust": (partial(linear_probability.compare, *_nested(plan, used), **arms), people_n),
        "goal_mixed": (
            partial(glmm_contrasts.compare, *_nested(plan, used), scale="risk_difference", **arms),
            people_n,
        ),
    }


def _critical(table: tuple[int, int, int, int], level: float) -> dict[str, float]:
    statistic = two_by_two.chi_square(*table).statistic
    return {"estimate": clustered.design_effect_that_undoes(statistic, level)}


def _contrast_facts(
    trial: Trial, plan: Goals, kind: str, used: Sequence[Counted], contrast: tuple[str, str], handling: str
) -> dict[str, Any]:
    return {
        "section": SECTION,
        "outcome": kind,
        "arms": contrast,
        "level": trial.plan.methods.level,
        "analysis_set": handling,
        "sources": _sources(
            plan, kind, [one for one in used if one.arm in contrast], handling if handling in OTHERS else ""
        ),
    }


def _table(plan: Goals, used: Sequence[Counted], contrast: tuple[str, str]) -> tuple[int, int, int, int]:
    """Attained and all, in the compared arm and in the reference."""
    a, c = (sum(one.arm == arm and one.level in plan.attained for one in used) for arm in contrast)
    n1, n0 = (sum(one.arm == arm for one in used) for arm in contrast)
    return a, n1, c, n0


def _naive(table: tuple[int, int, int, int], level: float) -> dict[str, float]:
    result = two_by_two.risk_difference(*table, level)
    return {
        "estimate": result.estimate,
        "low": result.low,
        "high": result.high,
        "first": result.first.estimate,
        "second": result.second.estimate,
        "first_events": table[0],
        "second_events": table[2],
    }


def _by_person(
    trial: Trial, plan: Goals, used: Sequence[Counted], contrast: tuple[str, str]
) -> tuple[list[float], list[float], list[str]]:
    """Each person's proportion in the two arms, and their strata in that order."""
    shares = _share_by_person(plan, used)
    people = [[person for person in shares if trial.arm_of[person] == arm] for arm in contrast]
    strata = [trial.strata[person] for group in people for person in group]
    first, second = ([shares[person] for person in group] for group in people)
    return first, second, strata


def _permute(trial: Trial, values: list[float], n1: int, strata: list[str]) -> permutation.PermutationTest:
    methods = trial.plan.methods
    first = [place < n1 for place in range(len(values))]
    return permutation.permute_means(values, first, strata, draws=methods.draws, seed=methods.seed)


def _nested(plan: Goals, used: Sequence[Counted]) -> tuple[list[float], list[str], list[str]]:
    """Whether each goal was attained, its arm, and whose it is."""
    attained = [float(one.level in plan.attained) for one in used]
    return attained, [one.arm for one in used], [one.goal.participant for one in used]


def _clustered(trial: Trial, plan: Goals, used: Sequence[Counted], contrast: tuple[str, str]) -> dict[str, float]:
    effect = clustered.arm_effect(
        *_nested(plan, used),
        arm=contrast[0],
        reference=contrast[1],
        level=trial.plan.methods.level,
    )
    return {
        "estimate": effect.difference,
        "low": effect.difference_low,
        "high": effect.difference_high,
        "se": effect.difference_se,
        "statistic": effect.t,
        "df": effect.df,
        "p": effect.p,
        "odds_ratio": effect.odds_ratio,
        "odds_low": effect.odds_low,
        "odds_high": effect.odds_high,
        "alpha": effect.alpha,
        "first": effect.proportion1,
        "second": effect.proportion0,
    }


def _likeness(plan: Goals, kind: str, used: Sequence[Counted], handling: str) -> Finding:
    def build() -> dict[str, float]:
        result = clustered.clustering(*_nested(plan, used))
        return {
            "estimate": result.icc,
            "design_effect": result.design_effect,
            "goals_per_person": result.mean_size,
            "weighted_goals_per_person": result.weighted_size,
            "goals": result.observations,
            "people": result.clusters,
        }

    return attempt(
        build,
        id=f"goals.{kind}.{handling}.icc",
        section=SECTION,
        method="icc",
        outcome=kind,
        analysis_set=handling,
        n={ALL: len({one.goal.participant for one in used})},
        sources=_sources(plan, kind, used),
    )
