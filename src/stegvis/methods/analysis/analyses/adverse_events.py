"""Harms: events and people by arm as randomised and as treated, how seriously and how related, in how much time.

What was solicited was asked of everybody alike, and only that is compared between arms; the rest is counted. An event
counts from randomisation to the end of the plan's days, of the data, or of the person's part in the trial, whichever comes
first. Source: CONSORT Harms 2022 (Junqueira et al., BMJ 2023;381:e073725).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from stegvis.methods.analysis import harms
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt, contrast_id
from stegvis.methods.analysis.findings import Finding, Source, source
from stegvis.methods.analysis.harm_tables import RELATED, AdverseEvent
from stegvis.methods.analysis.harms_plan import Harms, Watched
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.responders import reliable_change, standard_error_of_measurement
from stegvis.methods.analysis.trial import Trial

SECTION = "harms"
YEAR = 365.25
"""Days of a person-year."""
TREATED, UNTREATED = "treated", "untreated"

Kind = Callable[[AdverseEvent], bool]


@dataclass(frozen=True, slots=True)
class Group:
    """Some people with the name under which they are counted: an arm, or those who had a treatment."""

    name: str
    people: tuple[str, ...]
    arms: tuple[str, ...]


def findings(trial: Trial) -> Iterator[Finding]:
    """Every count by arm, the comparisons of what was solicited, deteriorations, and the counts as treated."""
    plan = trial.plan.harms
    if plan is None or not trial.extract.has("adverse_events"):
        return
    start = _randomised_on(trial)
    until = _until(trial, start, plan.days)
    counted = tuple(
        row
        for row in trial.extract.adverse_events
        if row.participant in until and start[row.participant] <= row.day <= until[row.participant]
    )
    groups = [Group(arm_id(arm), trial.people_in(arm), (arm,) if arm else ()) for arm in trial.arms]
    for group in groups + _as_treated(trial, plan):
        yield from _of_group(trial, group, counted, until)
        yield _asked(trial, group, plan.days)
    for first, reference in trial.contrasts:
        yield from _compared(trial, counted, (first, reference), until)
    for watched in plan.deterioration:
        yield from _deteriorated(trial, watched)


def kinds(trial: Trial) -> dict[str, Kind]:
    """What is counted, by name. A relation to a treatment of some arms is no count before the lock."""
    found: dict[str, Kind] = {
        "all": lambda row: True,  # noqa: ARG005
        "solicited": lambda row: row.how == "solicited",
        "unasked": lambda row: row.how == "unasked",
        "unexpected": lambda row: row.expected is False,
        "severe": lambda row: row.severity == "severe",
        "serious": lambda row: row.serious is True,
        "fatal": lambda row: row.course == "fatal",
        "stopped": lambda row: row.measure == "stopped",
        "disputed": lambda row: (
            None not in (row.serious_first, row.serious_second) and row.serious_first != row.serious_second
        ),
    }
    about = trial.extract.about
    told = [one.code for one in trial.plan.treatments if about.kind == UNBLINDED or one.code in about.shared_treatments]
    for to in (*told, "procedures"):
        if to in AdverseEvent.__dataclass_fields__:
            found[f"related_{to}"] = partial(_is_related, to)
    return found


def _is_related(to: str, row: AdverseEvent) -> bool:
    return getattr(row, to) in RELATED


def _randomised_on(trial: Trial) -> dict[str, dt.date]:
    return {row.participant: row.randomised_on for row in trial.extract.participants if row.randomised_on}


def _until(trial: Trial, start: Mapping[str, dt.date], days: int) -> dict[str, dt.date]:
    """The last day on which an event counts, of each person randomised on the day that `start` says."""
    until = {
        person: min(day + dt.timedelta(days=days), trial.extract.about.data_until) for person, day in start.items()
    }
    for event in trial.extract.events:
        if event.event == "withdrew" and event.reason == "everything" and event.person in until:
            until[event.person] = min(until[event.person], event.on)
    return until


def _years(people: Sequence[str], start: Mapping[str, dt.date], until: Mapping[str, dt.date]) -> list[float]:
    """For how long each of some people was followed, in years."""
    return [max((until[one] - start[one]).days, 0) / YEAR for one in people]


def _as_treated(trial: Trial, plan: Harms) -> list[Group]:
    """Who opened a module of the treatment that tells it, and who did not, whatever the arm; only where that may be known."""
    if not plan.treatment or not trial.extract.has("modules") or trial.extract.about.kind != UNBLINDED:
        return []
    opened = {row.participant for row in trial.extract.modules if row.opened_on}
    return [
        Group(TREATED, tuple(one for one in trial.randomised if one in opened), ()),
        Group(UNTREATED, tuple(one for one in trial.randomised if one not in opened), ()),
    ]


def _of_group(
    trial: Trial, group: Group, counted: Sequence[AdverseEvent], until: Mapping[str, dt.date]
) -> Iterator[Finding]:
    people, level = set(group.people), trial.plan.methods.level
    time = _years(group.people, _randomised_on(trial), until)
    for name, is_so in kinds(trial).items():
        rows = [row for row in counted if row.participant in people and is_so(row)]
        yield attempt(
            partial(_numbers, rows, group.people, time, level),
            id=f"harms.{name}.{group.name}", section=SECTION, method="harms_counts", n={group.name: len(people)},
            arms=group.arms, level=level, sources=(_rows(rows, f"{name}, of {group.name}"),),
        )  # fmt: skip


def _numbers(
    rows: Sequence[AdverseEvent], people: Sequence[str], time: Sequence[float], level: float
) -> dict[str, float]:
    found = harms.by_arm([row.participant for row in rows], people, time, level)
    return {
        "events": found.events, "affected": found.affected, "estimate": found.proportion.estimate,
        "low": found.proportion.low, "high": found.proportion.high, "person_years": found.person_time,
        "rate": found.rate.estimate, "rate_low": found.rate.low, "rate_high": found.rate.high,
    }  # fmt: skip


def _rows(rows: Sequence[AdverseEvent], what: str) -> Source:
    return source("adverse_events", rows, f"{what}, counted from randomisation to the end of the plan's days")


def _asked(trial: Trial, group: Group, days: int) -> Finding:
    """How often the question was asked after randomisation, answered, and answered with yes."""
    start, people = _randomised_on(trial), set(group.people)
    rows = [
        row
        for row in trial.extract.adverse_event_reports
        if row.participant in people and 0 <= (row.asked_on - start[row.participant]).days <= days
    ]
    return Finding(
        id=f"harms.asked.{group.name}", section=SECTION, method="count", n={group.name: len(people)}, arms=group.arms,
        numbers={
            "asked": len(rows), "answered": sum(row.answered_on is not None for row in rows),
            "yes": sum(row.said is True for row in rows),
        },
        sources=(source("adverse_event_reports", rows, f"asked after randomisation, of {group.name}"),),
    )  # fmt: skip


def _compared(
    trial: Trial, counted: Sequence[AdverseEvent], contrast: tuple[str, str], until: Mapping[str, dt.date]
) -> Iterator[Finding]:
    """People with an event and the rate of events, compared in what was solicited; unasked events are refused."""
    level, start = trial.plan.methods.level, _randomised_on(trial)
    for name in ("solicited", "unasked"):
        rows = [row for row in counted if kinds(trial)[name](row)]
        by_arm = {arm: [row for row in rows if trial.arm_of[row.participant] == arm] for arm in contrast}
        facts: dict[str, Any] = {
            "section": SECTION, "arms": contrast, "level": level, "sources": (_rows(rows, name),),
            "n": {arm_id(arm): len(trial.people_in(arm)) for arm in contrast},
        }  # fmt: skip
        affected = {arm: len({row.participant for row in by_arm[arm]}) for arm in contrast}
        first, reference = contrast
        yield attempt(
            partial(
                harms.between_arms, affected[first], len(trial.people_in(first)), affected[reference],
                len(trial.people_in(reference)), asked_identically=name == "solicited", level=level,
            ),
            id=f"harms.difference.{name}.{contrast_id(contrast)}", method="harms_difference", **facts,
        )  # fmt: skip
        if name == "solicited":
            time = {arm: sum(_years(trial.people_in(arm), start, until)) for arm in contrast}
            yield attempt(
                partial(
                    harms.rate_ratio, len(by_arm[first]), time[first], len(by_arm[reference]), time[reference], level
                ),
                id=f"harms.rate_ratio.{contrast_id(contrast)}", method="harms_rate_ratio", **facts,
            )  # fmt: skip


def _deteriorated(trial: Trial, watched: Watched) -> Iterator[Finding]:
    """Who became reliably worse, of those with both values, by arm and compared (Jacobson & Truax 1991)."""
    outcome, level = trial.plan.outcome(watched.outcome).measured, trial.plan.methods.level
    pairs = trial.pairs(outcome)
    error = standard_error_of_measurement(watched.sd, watched.reliability)
    change = reliable_change(
        pairs.baseline, pairs.follow_up, error, lower_is_better=outcome.better == "lower", level=0.95
    )
    counts = {
        arm: [bool(worse) for worse, own in zip(change.worse, pairs.arms, strict=True) if own == arm]
        for arm in trial.arms
    }
    where = (trial.score_source(outcome, pairs.rows, [trial.plan.baseline, trial.plan.main_occasion]),)
    facts: dict[str, Any] = {"section": SECTION, "outcome": outcome.code, "sources": where}
    for arm, worse in counts.items():
        yield Finding(
            id=f"harms.deterioration.{outcome.code}.{arm_id(arm)}", method="reliable_deterioration", n={arm_id(arm): len(worse)},
            numbers={"events": sum(worse), "smallest": change.smallest}, arms=(arm,) if arm else (), **facts,
        )  # fmt: skip
    for first, reference in trial.contrasts:
        a, b = counts[first], counts[reference]
        yield attempt(
            partial(harms.between_arms, sum(a), len(a), sum(b), len(b), asked_identically=True, level=level),
            id=f"harms.deterioration.{outcome.code}.{contrast_id((first, reference))}", method="harms_difference",
            n={arm_id(first): len(a), arm_id(reference): len(b)}, arms=(first, reference), level=level, **facts,
        )  # fmt: skip
