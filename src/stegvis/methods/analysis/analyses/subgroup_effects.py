"""Subgroup effects: whether an effect differs between kinds of people, by the interaction and never by P within a kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stegvis.methods.analysis import subgroups
from stegvis.methods.analysis.analyses.attempts import contrast_id
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.planned.arrays import Arrays, arrays
from stegvis.methods.analysis.planned.groups import Subgroup
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.transformations import with_ratio
from stegvis.methods.analysis.trial import Trial, characteristic

SECTION = "subgroups"


def findings(trial: Trial) -> Iterator[Finding]:
    """For each planned subgroup, outcome and contrast the interaction, then the effect within each category."""
    for one in trial.plan.subgroups:
        for code in one.outcomes:
            for contrast in trial.contrasts:
                yield from _of(trial, one, code, contrast)


def subgroup_id(column: str, outcome: str, contrast: tuple[str, str], category: str = "") -> str:
    """The id of the interaction, or of the effect within a category."""
    return f"subgroups.{column}.{outcome}.{contrast_id(contrast)}" + (f".{category}" if category else "")


def _of(trial: Trial, one: Subgroup, code: str, contrast: tuple[str, str]) -> Iterator[Finding]:
    data, kinds = _known(trial, one.column, code, contrast)
    facts: dict[str, Any] = {
        "section": SECTION, "outcome": code, "arms": contrast, "occasion": trial.plan.main_occasion,
        "level": trial.plan.methods.level, "role": "exploratory", "scale": trial.plan.outcome(code).scale,
    }  # fmt: skip
    whole = subgroup_id(one.column, code, contrast)
    first = [arm == contrast[0] for arm in data.arms]
    try:
        found = subgroups.by_level(
            data.after, first, kinds, data.before, errors=trial.plan.methods.errors, level=trial.plan.methods.level
        )
    except NotEstimable as refusal:
        yield Finding(id=whole, method="interaction", refusal=refusal, **facts)
        return
    test = found.interaction
    numbers = {"statistic": test.statistic, "df": test.df1, "df2": test.df2, "p": test.p}
    n = data.count(*contrast)
    yield Finding(id=whole, method="interaction", numbers=numbers, n=n, conventions=test.method, **facts)
    for kind, effect in found.within.items():
        numbers = {
            "estimate": effect.estimate,
            "se": effect.se,
            "df": effect.df,
            "low": effect.low,
            "high": effect.high,
        }
        numbers = with_ratio(numbers, trial.plan.outcome(code).transformation)
        n = dict(zip(contrast, (effect.n["compared"], effect.n["reference"]), strict=True))
        identifier = subgroup_id(one.column, code, contrast, kind)
        yield Finding(id=identifier, method="subgroup_effect", numbers=numbers, n=n, conventions=effect.method, **facts)


def _known(trial: Trial, column: str, code: str, contrast: tuple[str, str]) -> tuple[Arrays, list[str]]:
    """The complete cases of both arms whose category is known, and the category of each."""
    of = {row.participant: characteristic(row, column) for row in trial.participants()}
    data = arrays(trial, trial.plan.outcome(code)).complete()
    chosen = [arm in contrast and of[person] != "" for person, arm in zip(data.people, data.arms, strict=True)]
    data = data.having(np.array(chosen, dtype=bool))
    return data, [of[person] for person in data.people]
