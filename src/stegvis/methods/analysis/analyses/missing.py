"""Missing: who has no value, by arm and by pattern, and how they differed at baseline from those who have.

Nothing is filled in here. The table says how much rests on an assumption: the more, and the more unequal by arm or by
baseline, the less the complete cases may stand for everyone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis import missingness, standardised, two_by_two, two_samples
from stegvis.methods.analysis.analyses.attempts import ALL, arm_id, attempt, contrast_id, numbers_of
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.flow import NOT_YET
from stegvis.methods.analysis.plan import PRIMARY, Outcome
from stegvis.methods.analysis.trial import Trial, characteristic

Array = NDArray[np.float64]
SECTION = "missing"
YES, NO, OPEN = "1", "0", "–"


def findings(trial: Trial) -> Iterator[Finding]:
    """Counts by outcome and arm, patterns over occasions, baseline by whether there is a value, and what goes with that."""
    for outcome in trial.plan.outcomes:
        yield from _by_outcome(trial, outcome)
    yield from _patterns(trial)
    for outcome in trial.plan.of_kind(PRIMARY):
        yield from _baseline_of_missing(trial, outcome)
        yield from _predictors(trial, outcome)


def due_people(trial: Trial) -> set[str]:
    """Everyone who has answered or whose window has closed: only they can be missing."""
    return {person for person, fate in trial.fates.items() if fate != NOT_YET}


def _by_outcome(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    complete, due = set(trial.pairs(outcome).people), due_people(trial)
    rows = trial.pairs(outcome).rows
    facts: dict[str, Any] = {
        "section": SECTION,
        "outcome": outcome.code,
        "occasion": trial.plan.main_occasion,
        "level": trial.plan.methods.level,
        "sources": (
            source("participants", [row for row in trial.participants() if row.participant in due], "window closed"),
            trial.score_source(outcome, list(rows), [trial.plan.baseline, trial.plan.main_occasion]),
        ),
    }
    tables = {}
    for arm in trial.arms:
        people = set(trial.people_in(arm)) & due
        tables[arm] = (len(people - complete), len(people))
        yield attempt(
            partial(two_by_two.wilson, *tables[arm], trial.plan.methods.level),
            id=f"missing.{outcome.code}.{arm_id(arm)}",
            method="missing_share",
            n={arm_id(arm): len(people)},
            arms=(arm,) if arm else (),
            **facts,
        )
    for contrast in trial.contrasts:
        (a, n1), (c, n0) = tables[contrast[0]], tables[contrast[1]]
        yield attempt(
            partial(_difference, (a, n1, c, n0), trial.plan.methods.level),
            id=f"missing.{outcome.code}.difference.{contrast_id(contrast)}",
            method="missing_difference",
            n={contrast[0]: n1, contrast[1]: n0},
            arms=contrast,
            **facts,
        )


def _difference(table: tuple[int, int, int, int], level: float) -> dict[str, float]:
    result = two_by_two.risk_difference(*table, level)
    return {"estimate": result.estimate, "low": result.low, "high": result.high}


def patterns(trial: Trial) -> dict[str, Counter[str]]:
    """By arm: how many people have which pattern over the occasions (1 answered, 0 not, – not yet closed)."""
    rows = {(row.participant, row.occasion): row for row in trial.extract.occasions}
    until = trial.extract.about.data_until
    counts: dict[str, Counter[str]] = {arm: Counter() for arm in trial.arms}
    for person in trial.randomised:
        marks = []
        for occasion in trial.plan.occasions:
            row = rows.get((person, occasion.code))
            answered = row is not None and row.submitted_on is not None
            closed = row is not None and row.closes_on < until
            marks.append(YES if answered else NO if closed else OPEN)
        counts[trial.arm_of[person]]["".join(marks)] += 1
    return counts


def _patterns(trial: Trial) -> Iterator[Finding]:
    counts = patterns(trial)
    every = sorted({pattern for found in counts.values() for pattern in found}, reverse=True)
    for pattern in every:
        for arm in trial.arms:
            yield Finding(
                id=f"missing.pattern.{pattern}.{arm_id(arm)}",
                section=SECTION,
                method="missing_pattern",
                numbers={"events": counts[arm][pattern]},
                n={arm_id(arm): len(trial.people_in(arm))},
                arms=(arm,) if arm else (),
                sources=(
                    source(
                        "occasions",
                        [row for row in trial.extract.occasions if trial.arm_of.get(row.participant) == arm],
                        "participant randomised",
                    ),
                ),
            )


def _baseline_of_missing(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    """Baseline of those without a value at the main occasion against those with one, all arms together."""
    first = trial.scores(outcome, trial.plan.baseline)
    with_value = set(trial.pairs(outcome).people)
    due = due_people(trial)
    groups = {
        "present": [row for person, row in first.items() if person in with_value],
        "absent": [row for person, row in first.items() if person not in with_value and person in due],
    }
    facts: dict[str, Any] = {
        "section": SECTION,
        "outcome": outcome.code,
        "occasion": trial.plan.baseline,
        "level": trial.plan.methods.level,
    }
    values = {name: [row.value for row in rows if row.value is not None] for name, rows in groups.items()}
    for name, rows in groups.items():
        yield attempt(
            partial(_description, values[name]),
            id=f"missing.{outcome.code}.baseline.{name}",
            method="description",
            n={ALL: len(rows)},
            sources=(trial.score_source(outcome, rows, [trial.plan.baseline]),),
            **facts,
        )
    yield attempt(
        lambda: {"estimate": standardised.balance_of_numbers(values["absent"], values["present"])},
        id=f"missing.{outcome.code}.baseline.balance",
        method="balance_missing",
        n={ALL: sum(map(len, groups.values()))},
        sources=(trial.score_source(outcome, [r for rows in groups.values() for r in rows], [trial.plan.baseline]),),
        **facts,
    )


def predictors(trial: Trial) -> dict[str, dict[str, float]]:
    """What could go with being lost, by name and person: the arms compared, numbers at baseline, primary outcomes there."""
    found: dict[str, dict[str, float]] = {}
    for arm in sorted({contrast[0] for contrast in trial.contrasts}):
        found[f"arm.{arm}"] = {person: float(trial.arm_of[person] == arm) for person in trial.randomised}
    for one in trial.plan.characteristics:
        if one.kind == "number":
            cells = {row.participant: characteristic(row, one.column) for row in trial.participants()}
            found[f"column.{one.column}"] = {person: float(cell) for person, cell in cells.items() if cell != ""}
    for outcome in trial.plan.of_kind(PRIMARY):
        scores = trial.scores(outcome, trial.plan.baseline)
        found[f"outcome.{outcome.code}"] = {
            person: score.value for person, score in scores.items() if score.value is not None
        }
    return found


def _predictors(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    """Odds ratios of having no value, each adjusted for the others: arms as such, numbers per standard deviation."""
    kept, due = set(trial.pairs(outcome).people), due_people(trial)
    columns = predictors(trial)
    people = [person for person in trial.randomised if person in due and all(person in one for one in columns.values())]
    lost = np.array([person not in kept for person in people], dtype=np.float64)
    table = np.array([[column[person] for column in columns.values()] for person in people]).reshape(
        len(people), len(columns)
    )
    for place, name in enumerate(columns):
        if not name.startswith("arm."):
            table[:, place] = in_deviations(table[:, place])
    facts: dict[str, Any] = {
        "section": SECTION,
        "outcome": outcome.code,
        "occasion": trial.plan.baseline,
        "level": trial.plan.methods.level,
        "method": "loss_predictor",
        "n": {"lost": int(lost.sum()), "kept": int(lost.size - lost.sum())},
        "sources": (source("participants", trial.participants(), "window closed, every predictor known"),),
    }
    for name in columns:
        build = partial(_odds, lost, table, tuple(columns), name, trial.plan.methods.level)
        yield attempt(build, id=f"missing.{outcome.code}.predictor.{name}", **facts)


def in_deviations(values: Array) -> Array:
    """Values as standard deviations from their mean; all nought where they do not vary."""
    if values.size < 2:
        return np.zeros_like(values)
    return (values - values.mean()) / (float(values.std(ddof=1)) or 1.0)


def _odds(lost: Array, table: Array, names: tuple[str, ...], name: str, level: float) -> dict[str, float]:
    found = missingness.predictors_of_loss(lost, table, names, level=level)[name]
    return dict(numbers_of(found)) | dict(found.numbers)


def _description(values: list[float]) -> dict[str, float]:
    one = two_samples.describe(values)
    return {"mean": one.mean} | ({"sd": one.sd} if one.n > 1 else {})
