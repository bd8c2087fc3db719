"""Outcomes: for each outcome a description by arm and occasion, and each planned comparison of the change.

Change is follow-up − baseline, and a difference is compared arm − reference, whichever direction is better: the sign is
never turned round. Descriptions are of the outcome as it was measured, comparisons on the scale that the plan gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from stegvis.methods.analysis import multiplicity, ranks, regression, standardised, two_samples
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt, contrast_id
from stegvis.methods.analysis.findings import Finding, Source
from stegvis.methods.analysis.plan import PRIMARY, Outcome
from stegvis.methods.analysis.planned.arrays import arrays
from stegvis.methods.analysis.planned.by_chance import adjusted_together
from stegvis.methods.analysis.planned.compute import Task, seed_of
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.transformations import with_ratio
from stegvis.methods.analysis.trial import Pairs, Trial

STANDARDISED = ("cohen_d", "hedges_g", "superiority")
"""Estimates that are no difference in the outcome's own unit."""
EXACT_UP_TO = 60
"""The exact Mann–Whitney P is computed too when no more people than this are compared."""


def findings(trial: Trial) -> Iterator[Finding]:
    """Everything about every outcome, primary ones first, then the correction for several primaries."""
    made = []
    for outcome in trial.plan.outcomes:
        for finding in _of_outcome(trial, outcome):
            made.append(finding)
            yield finding
    yield from _multiplicity(trial, made)


def _of_outcome(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    measured, pairs = trial.pairs(outcome.measured), trial.pairs(outcome)
    for occasion in trial.plan.occasions:
        rows = trial.scores(outcome, occasion.code)
        for arm in trial.arms:
            chosen = [row for person, row in rows.items() if trial.arm_of[person] == arm]
            values = [row.value for row in chosen if row.value is not None]
            facts = _facts(trial, outcome, (arm,) if arm else (), "all_with_value")
            facts["sources"] = (trial.score_source(outcome, chosen, [occasion.code]),)
            yield _describe(trial, f"{outcome.code}.{occasion.code}", occasion.code, arm, values, facts)
    whole = trial.score_source(outcome, pairs.rows, [trial.plan.baseline, trial.plan.main_occasion])
    for arm in trial.arms:
        facts = _facts(trial, outcome, (arm,) if arm else (), "complete")
        rows_of_arm = [row for row in pairs.rows if trial.arm_of[row.participant] == arm]
        occasions = [trial.plan.baseline, trial.plan.main_occasion]
        facts["sources"] = (trial.score_source(outcome, rows_of_arm, occasions),)
        yield _describe(trial, f"{outcome.code}.change", trial.plan.main_occasion, arm, measured.change_in(arm), facts)
    for contrast in trial.contrasts:
        yield from _compare(trial, outcome, pairs, contrast, whole)


def _facts(trial: Trial, outcome: Outcome, arms: tuple[str, ...], analysis_set: str) -> dict[str, Any]:
    estimand = trial.plan.estimand_of(outcome.code)
    return {
        "section": outcome.kind,
        "outcome": outcome.code,
        "arms": arms,
        "analysis_set": analysis_set,
        "estimand": estimand.code if estimand else None,
        "level": trial.plan.methods.level,
    }


def _describe(
    trial: Trial, stem: str, occasion: str, arm: str, values: Sequence[float], facts: dict[str, Any]
) -> Finding:
    """Mean, SD, median, quartiles, and the mean's own interval when there are two values."""

    def build() -> dict[str, float]:
        described = two_samples.describe(values)
        numbers = {
            "mean": described.mean,
            "median": described.median,
            "lower_quartile": described.lower_quartile,
            "upper_quartile": described.upper_quartile,
            "minimum": described.minimum,
            "maximum": described.maximum,
        }
        if described.n > 1:
            interval = two_samples.mean_interval(values, trial.plan.methods.level)
            numbers |= {"sd": described.sd, "estimate": interval.estimate, "low": interval.low, "high": interval.high}
        return numbers

    name = "change_description" if stem.endswith(".change") else "description"
    return attempt(
        build, id=f"{stem}.{arm_id(arm)}", method=name, occasion=occasion, n={arm_id(arm): len(values)}, **facts
    )


def _compare(
    trial: Trial, outcome: Outcome, pairs: Pairs, contrast: tuple[str, str], whole: Source
) -> Iterator[Finding]:
    methods = trial.plan.methods
    arm, reference = contrast
    x, y = pairs.change_in(arm), pairs.change_in(reference)
    facts = _facts(trial, outcome, contrast, "complete") | {
        "occasion": trial.plan.main_occasion,
        "n": {arm: len(x), reference: len(y)},
        "sources": (whole,),
        "scale": outcome.scale,
    }
    stem, end = f"{outcome.code}.change", contrast_id(contrast)

    def one(method: str, build: Any) -> Finding:
        made = attempt(build, id=f"{stem}.{method}.{end}", method=method, **facts)
        is_ratio = made.refusal is None and method not in STANDARDISED
        return replace(made, numbers=with_ratio(made.numbers, outcome.transformation)) if is_ratio else made

    yield one("pooled_t", lambda: two_samples.pooled_t(x, y, methods.level))
    yield one("welch_t", lambda: two_samples.welch_t(x, y, methods.level))
    yield one("cohen_d", lambda: _effect(x, y, methods.level, "d"))
    yield one("hedges_g", lambda: _effect(x, y, methods.level, "g"))
    continuity = methods.continuity
    yield one(
        "mann_whitney_continuity" if continuity else "mann_whitney",
        lambda: ranks.mann_whitney(x, y, continuity=continuity),
    )
    if len(x) + len(y) <= EXACT_UP_TO:
        yield one("mann_whitney_exact", lambda: ranks.mann_whitney_exact(x, y))
    yield one("hodges_lehmann", lambda: ranks.hodges_lehmann(x, y, methods.level))
    yield one("superiority", lambda: ranks.probability_of_superiority(x, y, methods.level))
    for errors in ("classical", "HC2", "HC3"):
        yield one(f"ancova_{errors.lower()}", partial(_ancova, trial, pairs, contrast, errors))


def _effect(x: Sequence[float], y: Sequence[float], level: float, which: str) -> dict[str, float]:
    result = standardised.standardised_difference(x, y, level)
    if which == "d":
        return {"estimate": result.d, "low": result.d_low, "high": result.d_high, "df": result.df}
    return {"estimate": result.g, "low": result.g_low, "high": result.g_high, "df": result.df, "j": result.j}


def _ancova(trial: Trial, pairs: Pairs, contrast: tuple[str, str], errors: str) -> regression.AdjustedDifference:
    """The covariates are the plan's; a covariate it does not name is held constant."""
    covariates = trial.plan.methods.covariates
    if "baseline" not in covariates:
        raise NotEstimable("not_planned", "The plan does not name the baseline as a covariate, so there is no ANCOVA.")
    strata = pairs.strata if "stratum" in covariates else ("",) * len(pairs.people)
    return regression.ancova(
        pairs.follow_up,
        pairs.baseline,
        pairs.arms,
        strata,
        arm=contrast[0],
        reference=contrast[1],
        errors=errors,
        level=trial.plan.methods.level,
    )


def p_method(trial: Trial) -> str:
    """The method whose P the plan corrects for several primaries."""
    methods = trial.plan.methods
    if methods.multiplicity_p == "ancova":
        return f"ancova_{methods.errors.lower()}"
    if methods.multiplicity_p == "mann_whitney" and methods.continuity:
        return "mann_whitney_continuity"
    return methods.multiplicity_p


def _multiplicity(trial: Trial, made: Sequence[Finding]) -> Iterator[Finding]:
    """P over the primary outcomes and contrasts by the plan's procedure; a test that gave no P rejects nothing."""
    methods = trial.plan.methods
    if methods.multiplicity in multiplicity.NOT_ADJUSTED:
        return
    chosen = [one for one in made if one.section == PRIMARY and one.method == p_method(trial)]
    try:
        together, refusal = _adjusted(trial, chosen), None
    except NotEstimable as why_not:
        together, refusal = [1.0] * len(chosen), why_not
    for finding, adjusted in zip(chosen, together, strict=True):
        if finding.refusal:
            continue
        numbers = {"p": adjusted, "unadjusted_p": finding["p"], "tests": float(len(chosen))}
        yield Finding(
            id=f"{finding.outcome}.{methods.multiplicity}.{contrast_id((finding.arms[0], finding.arms[1]))}",
            section=PRIMARY,
            method=methods.multiplicity,
            numbers={} if refusal else numbers,
            refusal=refusal,
            n=finding.n,
            arms=finding.arms,
            outcome=finding.outcome,
            occasion=finding.occasion,
            analysis_set=finding.analysis_set,
            estimand=finding.estimand,
            sources=finding.sources,
        )


def _adjusted(trial: Trial, chosen: Sequence[Finding]) -> list[float]:
    """The adjusted P of each test."""
    methods = trial.plan.methods
    if not chosen:
        return []
    if methods.multiplicity != multiplicity.MAX_T:
        graph = methods.procedure([one.outcome or "" for one in chosen])
        p = [1.0 if one.refusal else one["p"] for one in chosen]
        return [float(one) for one in multiplicity.adjusted(p, methods.multiplicity, graph)]
    tested = [one for one in chosen if one.refusal is None]
    seed = seed_of(trial.plan, multiplicity.MAX_T)
    tasks = []
    for one in tested:
        outcome = trial.plan.outcome(one.outcome or "")
        tasks.append(Task(trial, outcome, arrays(trial, outcome), (one.arms[0], one.arms[1]), {}, seed))
    found = dict(zip((one.id for one in tested), adjusted_together(tasks).tolist() if tasks else [], strict=True))
    return [found.get(one.id, 1.0) for one in chosen]
