"""Responding: how many improved by so much, with who is missing counted in four ways, and at every threshold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, get_args

import numpy as np

from stegvis.methods.analysis import responders, two_by_two
from stegvis.methods.analysis.analyses.attempts import contrast_id
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.plan import LOWER
from stegvis.methods.analysis.planned.arrays import Arrays, arrays
from stegvis.methods.analysis.planned.groups import PERCENT, Responder
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import Trial

SECTION = "responders"
RULES: tuple[responders.Missing, ...] = get_args(responders.Missing)
STEPS = 21
"""Thresholds of a cumulative curve: from the worst change there is to the best, in twentieths of the scale."""


def findings(trial: Trial) -> Iterator[Finding]:
    """Each definition by each rule for the missing, and the curve of each outcome; none when the arms are pooled."""
    for contrast in trial.contrasts:
        for one in trial.plan.responders:
            yield from _by_definition(trial, one, contrast)
        for outcome in dict.fromkeys(one.outcome for one in trial.plan.responders):
            yield from _curve(trial, outcome, contrast)


def responder_id(code: str, rule: str, contrast: tuple[str, str]) -> str:
    """The id of a definition's result by one rule for who is missing."""
    return f"responders.{code}.{rule.replace('-', '_')}.{contrast_id(contrast)}"


def curve_id(outcome: str, contrast: tuple[str, str], place: int) -> str:
    """The id of one threshold of a cumulative curve."""
    return f"responders.curve.{outcome}.{contrast_id(contrast)}.{place}"


def _by_definition(trial: Trial, one: Responder, contrast: tuple[str, str]) -> Iterator[Finding]:
    data, first = _of_contrast(trial, one.outcome, contrast)
    lower = trial.plan.outcome(one.outcome).better == LOWER
    rule_of = responders.by_percentage if one.by == PERCENT else responders.by_points
    for rule in RULES:
        facts = _facts(trial, one.outcome, contrast) | {"id": responder_id(one.code, rule, contrast)}
        try:
            responded = rule_of(data.before, data.after, one.at_least, lower_is_better=lower)
            made = responders.responder_difference(responded, first, missing=rule, level=trial.plan.methods.level)
        except NotEstimable as refusal:
            yield Finding(refusal=refusal, **facts)
            continue
        n = dict(zip(contrast, (made.n["compared"], made.n["reference"]), strict=True))
        a, c = int(made.numbers["events1"]), int(made.numbers["events0"])
        gap = two_by_two.risk_difference(a, n[contrast[0]], c, n[contrast[1]], trial.plan.methods.level)
        numbers = {"estimate": made.estimate, "low": made.low, "high": made.high, "se": made.se, "p": made.p}
        numbers |= {"statistic": made.statistic, **made.numbers, **_needed(gap)}
        yield Finding(numbers=numbers, n=n, conventions=made.method, **facts)


def _needed(gap: two_by_two.RiskDifference) -> dict[str, float]:
    """The number needed to treat and its limits, as far as there are any; negative for harm."""
    found = two_by_two.number_needed(gap, good=True)
    numbers: dict[str, float | None] = {
        "needed": found.estimate if found.benefits or found.estimate is None else -found.estimate,
        "needed_nearest": found.nearest, "needed_farthest": found.farthest,
        "needed_benefit": found.benefit, "needed_harm": found.harm,
    }  # fmt: skip
    return {name: float(value) for name, value in numbers.items() if value is not None}


def _curve(trial: Trial, code: str, contrast: tuple[str, str]) -> Iterator[Finding]:
    outcome = trial.plan.outcome(code)
    data, first = _of_contrast(trial, code, contrast)
    improved = responders.improvement(data.before, data.after, lower_is_better=outcome.better == LOWER)
    span = outcome.maximum - outcome.minimum
    make = partial(
        responders.cumulative_curve, improved, first, thresholds=np.linspace(-span / 2, span / 2, STEPS),
        level=trial.plan.methods.level,
    )  # fmt: skip
    facts = _facts(trial, code, contrast) | {"method": "responder_curve"}
    try:
        curve = make()
    except NotEstimable as refusal:
        yield Finding(refusal=refusal, id=curve_id(code, contrast, 0), **facts)
        return
    for place, threshold in enumerate(curve.thresholds):
        numbers = {"threshold": float(threshold), "first": float(curve.first[place])}
        numbers |= {"second": float(curve.second[place]), "estimate": float(curve.difference[place])}
        numbers |= {"low": float(curve.low[place]), "high": float(curve.high[place])}
        n = {contrast[0]: curve.n1, contrast[1]: curve.n0}
        yield Finding(id=curve_id(code, contrast, place), numbers=numbers, n=n, **facts)


def _of_contrast(trial: Trial, outcome: str, contrast: tuple[str, str]) -> tuple[Arrays, list[bool]]:
    """Everyone randomised to either arm, and who of them is in the compared one."""
    data = arrays(trial, trial.plan.outcome(outcome).measured)
    data = data.having(np.isin(np.array(data.arms), contrast))
    return data, [arm == contrast[0] for arm in data.arms]


def _facts(trial: Trial, code: str, contrast: tuple[str, str]) -> dict[str, Any]:
    outcome, plan = trial.plan.outcome(code), trial.plan
    rows = [row for one in (plan.baseline, plan.main_occasion) for row in trial.scores(outcome, one).values()]
    return {
        "section": SECTION, "method": "responder_difference", "outcome": code, "arms": contrast,
        "occasion": plan.main_occasion, "level": plan.methods.level,
        "sources": (trial.score_source(outcome, rows, [plan.baseline, plan.main_occasion]),),
    }  # fmt: skip
