"""Baseline: who was randomised, by arm, without P values; balance as standardised differences.

A P value for a baseline difference asks whether chance made it, and in a randomised trial nothing else can have; what
matters is how large it is (CONSORT 2025, item on baseline data; Senn, Stat Med 1994;13:1715).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from stegvis.methods.analysis import standardised, two_samples
from stegvis.methods.analysis.analyses.attempts import ALL, arm_id, attempt, contrast_id
from stegvis.methods.analysis.findings import Finding, Source, source
from stegvis.methods.analysis.plan import Characteristic, Outcome
from stegvis.methods.analysis.trial import Trial, characteristic

SECTION = "baseline"


def findings(trial: Trial) -> Iterator[Finding]:
    """Every characteristic and every outcome at baseline."""
    for one in trial.plan.characteristics:
        yield from _characteristic(trial, one)
    for outcome in trial.plan.outcomes:
        yield from _outcome(trial, outcome)


def groups(trial: Trial) -> tuple[str, ...]:
    """The arms, then everyone together (which is all there is when pooled)."""
    return (*trial.arms, ALL) if trial.contrasts else (ALL,)


def _characteristic(trial: Trial, one: Characteristic) -> Iterator[Finding]:
    rows = {row.participant: row for row in trial.participants() if characteristic(row, one.column) != ""}
    cells = {person: characteristic(row, one.column) for person, row in rows.items()}
    words = f"randomised_on present, {one.column} present"
    for group in groups(trial):
        people = [person for person in cells if group in (ALL, trial.arm_of[person])]
        chosen = (source("participants", [rows[person] for person in people], words),)
        if one.kind == "number":
            values = [float(cells[person]) for person in people]
            yield _numbers(f"baseline.{one.column}", group, values, chosen)
        else:
            counts = Counter(cells[person] for person in people)
            for category in one.categories:
                n = counts[category]
                percent = {"percent": 100 * n / len(people)} if people else {}
                yield Finding(
                    id=f"baseline.{one.column}.{category}.{group}",
                    section=SECTION,
                    method="count",
                    numbers={"events": float(n), **percent},
                    n={group: len(people)},
                    arms=() if group == ALL else (group,),
                    sources=chosen,
                )
    everything = (source("participants", rows.values(), words),)
    for contrast in trial.contrasts:
        first = [cells[person] for person in cells if trial.arm_of[person] == contrast[0]]
        second = [cells[person] for person in cells if trial.arm_of[person] == contrast[1]]
        yield attempt(
            partial(_balance, one.kind, first, second),
            id=f"baseline.{one.column}.balance.{contrast_id(contrast)}",
            section=SECTION,
            method="balance_numbers" if one.kind == "number" else "balance_categories",
            n={contrast[0]: len(first), contrast[1]: len(second)},
            arms=contrast,
            sources=everything,
        )


def _balance(kind: str, x: Sequence[Any], y: Sequence[Any]) -> dict[str, float]:
    if kind == "category":
        return {"estimate": standardised.balance_of_categories(x, y)}
    return {"estimate": standardised.balance_of_numbers([float(v) for v in x], [float(v) for v in y])}


def _outcome(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    rows = trial.scores(outcome, trial.plan.baseline)
    for group in groups(trial):
        chosen = [row for person, row in rows.items() if group in (ALL, trial.arm_of[person])]
        values = [row.value for row in chosen if row.value is not None]
        yield _numbers(
            f"baseline.{outcome.code}",
            group,
            values,
            (trial.score_source(outcome, chosen, [trial.plan.baseline]),),
            outcome=outcome.code,
        )
    for contrast in trial.contrasts:
        first, second = (
            [row.value for person, row in rows.items() if trial.arm_of[person] == arm and row.value is not None]
            for arm in contrast
        )
        yield attempt(
            partial(_balance, "number", first, second),
            id=f"baseline.{outcome.code}.balance.{contrast_id(contrast)}",
            section=SECTION,
            method="balance_numbers",
            outcome=outcome.code,
            occasion=trial.plan.baseline,
            n={contrast[0]: len(first), contrast[1]: len(second)},
            arms=contrast,
            sources=(trial.score_source(outcome, list(rows.values()), [trial.plan.baseline]),),
        )


def _numbers(
    stem: str, group: str, values: list[float], sources: tuple[Source, ...], outcome: str | None = None
) -> Finding:
    def build() -> dict[str, float]:
        described = two_samples.describe(values)
        numbers = {
            "mean": described.mean,
            "median": described.median,
            "lower_quartile": described.lower_quartile,
            "upper_quartile": described.upper_quartile,
        }
        return numbers | ({"sd": described.sd} if described.n > 1 else {})

    return attempt(
        build,
        id=f"{stem}.{arm_id(group)}",
        section=SECTION,
        method="description",
        outcome=outcome,
        n={arm_id(group): len(values)},
        arms=() if group == ALL else (group,),
        sources=sources,
    )
