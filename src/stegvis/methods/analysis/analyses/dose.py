"""Dose: what people did with the programme, summed over days, and what was arranged with them.

Each number stands once of everyone allocated to whom the programme has opened, and once of those who started it: a sum
over those who started says what the programme takes, a sum over all what an offer of it amounts to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from stegvis.methods.analysis import two_by_two
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt
from stegvis.methods.analysis.analyses.delivery import (
    RANDOMISED,
    STARTED,
    described,
    offered_arms,
    reached_people,
    started_people,
)
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.tables import HOLD, PACE, PAUSE, Arrangement, Day
from stegvis.methods.analysis.trial import Trial

DOSE = (
    "days", "minutes_visible", "parts_opened", "parts_finished", "parts_full", "parts_short", "worksheets",
    "practice_days", "messages",
)  # fmt: skip
"""What is summed over a person's days, in the order in which it is reported."""
ARRANGED = ("slower", "paused", "held", "asked_again")
"""What happened to a person at least once: a slower pace or the core alone, a pause, a hold, a part asked for again."""


def findings(trial: Trial) -> Iterator[Finding]:
    """Sums over days and shares of people with an arrangement, by arm that is offered the programme, when unblinded."""
    plan = trial.plan.adherence
    if plan is None or not trial.extract.has("days"):
        return
    for arm in offered_arms(trial, plan.treatment):
        yield from _days(trial, arm)
        if trial.extract.has("arrangements") and trial.extract.has("replies"):
            yield from _arranged(trial, arm)


def bases(trial: Trial, arm: str) -> Mapping[str, list[str]]:
    """Both denominators: everyone to whom the programme has opened, and those of them who started."""
    return {RANDOMISED: reached_people(trial, arm), STARTED: sorted(started_people(trial, arm))}


def _days(trial: Trial, arm: str) -> Iterator[Finding]:
    rows = [row for row in trial.extract.days if trial.arm_of.get(row.participant) == arm]
    facts = _facts(arm, "days", rows)
    for what, totals in _totals(rows).items():
        for base, people in bases(trial, arm).items():
            yield described(f"dose.{what}.{base}.{arm_id(arm)}", f"{what}_description", base,
                            [totals[person] for person in people], arm, facts)  # fmt: skip


def _totals(rows: Sequence[Day]) -> dict[str, dict[str, float]]:
    """By measure and person the sum over all days; 0 for whoever has no day."""
    totals: dict[str, Any] = {name: defaultdict(float) for name in DOSE}
    for row in rows:
        short = row.parts_short + row.parts_low_energy
        of_day = (
            1, row.minutes_visible, row.parts_opened, row.parts_full + short, row.parts_full, short, row.worksheets_kept,
            row.practised, row.messages_sent,
        )  # fmt: skip
        for name, number in zip(DOSE, of_day, strict=True):
            totals[name][row.participant] += number
    return totals


def _arranged(trial: Trial, arm: str) -> Iterator[Finding]:
    """The share of people with each arrangement, and how many days each person's pauses and holds took."""
    rows = [row for row in trial.extract.arrangements if trial.arm_of.get(row.participant) == arm]
    replies = [row for row in trial.extract.replies if trial.arm_of.get(row.participant) == arm]
    facts = _facts(arm, "arrangements", rows)
    who = {
        "slower": {row.participant for row in rows if row.kind == PACE and row.slower},
        "paused": {row.participant for row in rows if row.kind == PAUSE},
        "held": {row.participant for row in rows if row.kind == HOLD},
        "asked_again": {row.participant for row in replies if row.asks_again},
    }
    from_replies = _facts(arm, "replies", replies)
    for what, people in who.items():
        for base, everyone in bases(trial, arm).items():
            yield attempt(
                partial(two_by_two.wilson, len(people & set(everyone)), len(everyone), trial.plan.methods.level),
                id=f"dose.{what}.{base}.{arm_id(arm)}", method=f"share_of_{base}", n={arm_id(arm): len(everyone)},
                analysis_set=base, level=trial.plan.methods.level,
                **(from_replies if what == "asked_again" else facts),
            )  # fmt: skip
    for kind in (PAUSE, HOLD):
        days = _days_of(trial, rows, kind)
        for base, everyone in bases(trial, arm).items():
            values = [float(days[person]) for person in everyone if person in days]
            yield described(f"dose.days_of_{kind}.{base}.{arm_id(arm)}", f"days_of_{kind}", base, values, arm, facts)


def _days_of(trial: Trial, rows: Sequence[Arrangement], kind: str) -> Counter[str]:
    """By person with any: the days in pauses, or under a hold, both ends included, up to the last day of the data."""
    until, found = trial.extract.about.data_until, Counter[str]()
    for row in rows:
        if row.kind == kind and row.from_on <= until:
            found[row.participant] += (min(row.until_on or until, until) - row.from_on).days + 1
    return found


def _facts(arm: str, table: str, rows: Sequence[Any]) -> dict[str, Any]:
    return {
        "section": "dose",
        "arms": (arm,) if arm else (),
        "sources": (source(table, rows, f"participant randomised to {arm!r}"),),
    }
