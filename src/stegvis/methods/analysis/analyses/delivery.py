"""Delivery: how much of each treatment people had: modules finished, visits held (CONSORT 2025, intervention as delivered).

A share of those who started flatters a programme that many never opened, and a share of all who were randomised hides
how those fared who did; so both denominators are always given. In the middle of a trial some were randomised to whom the
programme has not opened yet: they stand in neither, and their number is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from stegvis.methods.analysis import two_by_two, two_samples
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.plan import Adherence
from stegvis.methods.analysis.tables import Module, Visit
from stegvis.methods.analysis.trial import Trial

RANDOMISED, STARTED = "randomised", "started"


def adherence(trial: Trial) -> Iterator[Finding]:
    """Modules and reasons for stopping in each arm that is offered the programme; nothing unless unblinded."""
    plan = trial.plan.adherence
    if plan is None or not trial.extract.has("modules"):
        return
    for arm in offered_arms(trial, plan.treatment):
        yield from _modules(trial, plan, arm)
        yield from _leavings(trial, arm)


def offered_arms(trial: Trial, treatment: str) -> list[str]:
    """The arms that are offered a treatment, and everyone together where arms are not told."""
    offered = next(one for one in trial.plan.treatments if one.code == treatment)
    return [arm for arm in trial.arms if arm in offered.arms or not arm]


def waiting_people(trial: Trial, arm: str) -> set[str]:
    """Those of an arm to whom the programme had not opened by the end of the data: they could not have used it."""
    until = trial.extract.about.data_until
    waiting = {row.participant for row in trial.extract.modules if row.offered_from > until}
    return waiting & set(trial.people_in(arm))


def reached_people(trial: Trial, arm: str) -> list[str]:
    """Those of an arm to whom the programme has opened; in the end everyone who was randomised to it."""
    waiting = waiting_people(trial, arm)
    return [person for person in trial.people_in(arm) if person not in waiting]


def modules_finished(trial: Trial, arm: str) -> dict[str, int]:
    """How many modules each person of an arm to whom the programme has opened finished, 0 included."""
    plan = trial.plan.adherence
    done = Counter(
        row.participant for row in trial.extract.modules if plan is not None and _finished(row, plan.finished_by)
    )
    return {person: done[person] for person in reached_people(trial, arm)}


def started_people(trial: Trial, arm: str) -> set[str]:
    """Who opened a module."""
    opened = {row.participant for row in trial.extract.modules if row.opened_on}
    return opened & set(trial.people_in(arm))


def _finished(row: Module, by: str) -> bool:
    return getattr(row, by) is not None


def _modules(trial: Trial, plan: Adherence, arm: str) -> Iterator[Finding]:
    people = reached_people(trial, arm)
    rows = [row for row in trial.extract.modules if row.participant in set(people)]
    started = started_people(trial, arm)
    finished = modules_finished(trial, arm)
    core = Counter(row.participant for row in rows if row.core and _finished(row, plan.finished_by))
    facts: dict[str, Any] = {
        "section": "adherence",
        "outcome": plan.treatment,
        "arms": (arm,) if arm else (),
        "level": trial.plan.methods.level,
        "sources": (source("modules", rows, f"participant randomised to {arm!r}"),),
    }
    yield Finding(
        id=f"adherence.waiting.{arm_id(arm)}",
        method="programme_not_open",
        numbers={"events": len(waiting_people(trial, arm))},
        n={arm_id(arm): len(trial.people_in(arm))},
        analysis_set=RANDOMISED,
        **facts,
    )
    reached = {
        "finished_all": {person for person in people if finished[person] >= plan.modules},
        "minimum_dose": {person for person in people if core[person] >= plan.minimum_core},
        "started": started,
    }
    for what, who in reached.items():
        for base, denominator in ((RANDOMISED, set(people)), (STARTED, started)):
            if what == "started" and base == STARTED:
                continue
            yield attempt(
                partial(two_by_two.wilson, len(who & denominator), len(denominator), trial.plan.methods.level),
                id=f"adherence.{what}.{base}.{arm_id(arm)}",
                method=f"share_of_{base}",
                n={arm_id(arm): len(denominator)},
                analysis_set=base,
                **facts,
            )
    histogram = Counter(finished.values())
    for number in range(plan.modules + 1):
        yield Finding(
            id=f"adherence.modules.{number}.{arm_id(arm)}",
            method="modules_histogram",
            numbers={"modules": number, "events": histogram[number]},
            n={arm_id(arm): len(people)},
            analysis_set=RANDOMISED,
            **facts,
        )
    for base, chosen in ((RANDOMISED, people), (STARTED, sorted(started))):
        yield described(f"adherence.finished.{base}.{arm_id(arm)}", "modules_description", base,
                         [float(finished[person]) for person in chosen], arm, facts)  # fmt: skip


def _leavings(trial: Trial, arm: str) -> Iterator[Finding]:
    """How many of those who stopped the programme, or everything, chose each reason; several may be chosen."""
    if not trial.extract.has("leavings"):
        return
    rows = [row for row in trial.extract.leavings if trial.arm_of.get(row.participant) == arm]
    people = {row.participant for row in rows}
    chosen = {(row.participant, row.reason) for row in rows if row.reason}
    silent = people - {person for person, _reason in chosen}
    counts = Counter(reason for _person, reason in chosen) + Counter({"none": len(silent)})
    for reason, number in sorted(counts.items()):
        yield Finding(
            id=f"adherence.leaving.{reason}.{arm_id(arm)}", section="adherence", method="leaving_reasons",
            arms=(arm,) if arm else (), numbers={"events": number}, n={arm_id(arm): len(people)},
            sources=(source("leavings", rows, f"participant randomised to {arm!r}"),),
        )  # fmt: skip


def described(
    identifier: str, method: str, base: str, values: Sequence[float], arm: str, facts: dict[str, Any]
) -> Finding:
    """Mean, median, quartiles and range of a number that each person has."""

    def build() -> dict[str, float]:
        one = two_samples.describe(values)
        numbers = {
            "mean": one.mean,
            "median": one.median,
            "lower_quartile": one.lower_quartile,
            "upper_quartile": one.upper_quartile,
            "minimum": one.minimum,
            "maximum": one.maximum,
        }
        return numbers | ({"sd": one.sd} if one.n > 1 else {})

    return attempt(build, id=identifier, method=method, n={arm_id(arm): len(values)}, analysis_set=base, **facts)


def visits(trial: Trial) -> Iterator[Finding]:
    """Visits held, by arm, among people all of whose visits were due by the end of the data."""
    plan = trial.plan.visits
    if plan is None or not trial.extract.has("visits"):
        return
    due = _people_whose_visits_are_due(trial, plan.planned)
    held = Counter(row.participant for row in trial.extract.visits if row.held_on)
    for arm in trial.arms:
        people = [person for person in trial.people_in(arm) if person in due]
        rows = [row for row in trial.extract.visits if row.participant in set(people)]
        facts: dict[str, Any] = {
            "section": "visits",
            "outcome": plan.treatment,
            "arms": (arm,) if arm else (),
            "level": trial.plan.methods.level,
            "n": {arm_id(arm): len(people)},
            "sources": (source("visits", rows, "participant randomised, every planned visit due"),),
        }
        for number in range(plan.planned + 1):
            if number == plan.planned:
                count = sum(held[person] >= number for person in people)
            else:
                count = sum(held[person] == number for person in people)
            percent = {"percent": 100 * count / len(people)} if people else {}
            yield Finding(
                id=f"visits.held.{number}.{arm_id(arm)}",
                method="visits_histogram",
                numbers={"events": count, **percent},
                **facts,
            )
        complete = sum(held[person] >= plan.planned for person in people)
        yield attempt(
            partial(two_by_two.wilson, complete, len(people), trial.plan.methods.level),
            id=f"visits.all.{arm_id(arm)}",
            method="share_of_randomised",
            **facts,
        )


def _people_whose_visits_are_due(trial: Trial, planned: int) -> set[str]:
    """A visit that was held is due; one that was not is due once its planned day has passed."""
    until = trial.extract.about.data_until
    due: dict[str, int] = Counter()
    for row in trial.extract.visits:
        due[row.participant] += _is_due(row, until)
    return {person for person in trial.randomised if due[person] >= planned}


def _is_due(row: Visit, until: Any) -> bool:
    return row.held_on is not None or (row.planned_on is not None and row.planned_on < until)
