"""Other care: what people had beside the trial's treatments, by arm and occasion; described, never tested.

Of those who answered. An amount is of those who had the care, since the others were not asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from stegvis.methods.analysis import two_samples
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.other_care import SHARE, CareItem
from stegvis.methods.analysis.trial import Trial

SECTION = "other_care"


def findings(trial: Trial) -> Iterator[Finding]:
    """Every item at every occasion that the plan names, in each arm."""
    plan = trial.plan.other_care
    for item in plan.items if plan else ():
        for occasion in plan.occasions if plan else ():
            for arm in trial.arms:
                yield _described(trial, item, occasion, arm)


def finding_id(item: CareItem, occasion: str, arm: str) -> str:
    """What a finding of this section is called."""
    return f"other_care.{item.code}.{occasion}.{arm_id(arm)}"


def _described(trial: Trial, item: CareItem, occasion: str, arm: str) -> Finding:
    rows = [row for person, row in trial.scores(item, occasion).items() if trial.arm_of[person] == arm]
    values = [row.value for row in rows if row.value is not None]
    facts: dict[str, Any] = {
        "id": finding_id(item, occasion, arm),
        "section": SECTION,
        "outcome": item.code,
        "occasion": occasion,
        "n": {arm_id(arm): len(values)},
        "arms": (arm,) if arm else (),
        "sources": (trial.score_source(item, rows, [occasion]),),
    }
    if item.kind == SHARE:
        percent = {"percent": 100 * sum(values) / len(values)} if values else {}
        return Finding(method="count", numbers={"events": float(sum(values)), **percent}, **facts)
    return attempt(partial(_amounts, values), method="description", **facts)


def _amounts(values: list[float]) -> dict[str, float]:
    one = two_samples.describe(values)
    numbers = {
        "mean": one.mean,
        "median": one.median,
        "lower_quartile": one.lower_quartile,
        "upper_quartile": one.upper_quartile,
    }
    return numbers | ({"sd": one.sd} if one.n > 1 else {})
