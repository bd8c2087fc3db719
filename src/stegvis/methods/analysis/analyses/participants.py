"""Participants: the numbers of the flow as findings."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.flow import ArmFlow
from stegvis.methods.analysis.trial import Trial

SECTION = "flow"


def findings(trial: Trial) -> Iterator[Finding]:
    """Everyone before randomisation, and each arm after it."""
    if not trial.extract.about.of_a_table:
        yield _before_randomisation(trial)
    for arm in trial.flow.arms:
        yield _after_randomisation(trial, arm)


def _before_randomisation(trial: Trial) -> Finding:
    flow = trial.flow
    events = (source("events", trial.extract.events, "all rows"),)
    return Finding(
        id="flow.people",
        section=SECTION,
        method="flow",
        numbers={
            "screened": flow.screened,
            **{f"excluded_{code or 'unnamed'}": n for code, n in flow.excluded},
            **{f"declined_{code or 'unnamed'}": n for code, n in flow.declined},
            "being_screened": flow.being_screened,
            "consented": flow.consented,
            **{f"left_{code or 'unnamed'}": n for code, n in flow.left},
            "waiting": flow.waiting,
            "randomised": flow.randomised,
        },
        n={ALL: flow.screened},
        sources=events,
    )


def _after_randomisation(trial: Trial, arm: ArmFlow) -> Finding:
    people = set(trial.people_in(arm.arm))
    numbers = {"allocated": arm.allocated, **arm.fates}
    for one in arm.received:
        numbers |= {f"started_{one.treatment}": one.received, f"stopped_{one.treatment}": one.stopped}
    return Finding(
            id=f"flow.{arm_id(arm.arm)}",
            section=SECTION,
            method="flow",
            numbers=numbers | {f"analysed_{code}": n for code, n in arm.analysed.items()},
            n={arm_id(arm.arm): arm.allocated},
            arms=(arm.arm,) if arm.arm else (),
            occasion=trial.plan.main_occasion,
            sources=(
                source("events", [row for row in trial.extract.events if row.person in people], "person randomised"),
                source("occasions", [row for row in trial.extract.occasions if row.participant in people],
                       "participant randomised"),
            ),
        )  # fmt: skip
