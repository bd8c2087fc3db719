"""Deviations: how many of each kind and how many people had one, what was important, and where an arm became known.

By arm only after the lock. Before it a deviation of a blinded extract is counted by dummy arm only where the system looked
for it in the same way for everybody: what somebody writes down depends on who is seen how often, and by whom.
Sources: ICH E3 (1995) section 10.2 and Questions & Answers R1 (2012), answer 7; CONSORT 2025 items 20 and 24a.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.manifest import BLINDED, UNBLINDED
from stegvis.methods.analysis.tables import ACCIDENT, BLINDING, EMERGENCY, LEARNT_BY, Deviation, Unblinding
from stegvis.methods.analysis.trial import Trial

SECTION = "deviations"
ANY = "any"
"""All kinds together."""
SYSTEM = "system"


def findings(trial: Trial) -> Iterator[Finding]:
    """Counts of each kind and of all, of everyone and by arm as far as that may be told; then of emergencies and accidents."""
    if trial.extract.has("deviations"):
        for kind in (*kinds(trial), ANY):
            yield _of_everyone(trial, kind, of_kind(trial, kind))
            for arm in arms_told(trial, kind):
                yield _of_arm(trial, kind, arm, of_kind(trial, kind))
    if trial.extract.has("unblindings"):
        for name, rows in unblindings(trial).items():
            yield _became_known(name, rows, ALL, trial.randomised)
            for arm in trial.arms if trial.kind == UNBLINDED else ():
                people = trial.people_in(arm)
                own = [row for row in rows if row.participant in set(people)]
                yield _became_known(name, own, arm, people)


def kinds(trial: Trial) -> tuple[str, ...]:
    """The kinds of which there is a deviation, by code."""
    return tuple(sorted({row.kind for row in trial.extract.deviations}))


def of_kind(trial: Trial, kind: str) -> tuple[Deviation, ...]:
    """The deviations of a kind, or of any."""
    return tuple(row for row in trial.extract.deviations if kind in (ANY, row.kind))


def arms_told(trial: Trial, kind: str) -> tuple[str, ...]:
    """The arms by which a kind is counted in this report; none where that would tell something before the lock."""
    if trial.kind == UNBLINDED:
        return trial.arms
    is_alike = all(row.found_by == SYSTEM for row in of_kind(trial, kind))
    return trial.arms if trial.kind == BLINDED and is_alike else ()


def listed(trial: Trial) -> tuple[Deviation, ...]:
    """What is listed by day: the important ones, and those of which nobody has judged yet whether they are."""
    return tuple(row for row in trial.extract.deviations if row.important is not False)


def unblindings(trial: Trial) -> dict[str, tuple[Unblinding, ...]]:
    """Emergencies, those of which no second person was told, and accidents by who learnt an arm, by name."""
    rows = trial.extract.unblindings
    emergencies = tuple(row for row in rows if row.kind == EMERGENCY)
    found = {EMERGENCY: emergencies, "untold": tuple(row for row in emergencies if row.second_told_on is None)}
    found[ACCIDENT] = tuple(row for row in rows if row.kind == ACCIDENT)
    return found | {who: tuple(row for row in found[ACCIDENT] if row.who == who) for who in LEARNT_BY}


def _of_everyone(trial: Trial, kind: str, rows: Sequence[Deviation]) -> Finding:
    """Everybody who consented, and sites as a whole; of whom an arm became known is not told before the lock."""
    numbers = {
        "events": len(rows), "important": sum(row.important is True for row in rows),
        "not_important": sum(row.important is False for row in rows),
        "not_judged": sum(row.important is None for row in rows),
    }  # fmt: skip
    if trial.kind == UNBLINDED or not any(row.kind == BLINDING for row in rows):
        numbers["affected"] = len({row.participant for row in rows if row.participant is not None})
    return Finding(
        id=f"deviations.{kind}.{ALL}", section=SECTION, method="deviations", n={ALL: len(trial.extract.participants)},
        numbers=numbers, sources=(source("deviations", rows, _filter(kind)),),
    )  # fmt: skip


def _of_arm(trial: Trial, kind: str, arm: str, rows: Sequence[Deviation]) -> Finding:
    people = set(trial.people_in(arm))
    own = [row for row in rows if row.participant in people]
    numbers = {"events": len(own), "affected": len({row.participant for row in own})}
    if trial.kind == UNBLINDED:
        numbers["important"] = sum(row.important is True for row in own)
    return Finding(
        id=f"deviations.{kind}.{arm_id(arm)}", section=SECTION, method="deviations", n={arm_id(arm): len(people)},
        arms=(arm,), numbers=numbers,
        sources=(source("deviations", own, f"{_filter(kind)}, participant randomised to {arm!r}"),),
    )  # fmt: skip


def _filter(kind: str) -> str:
    return "all rows" if kind == ANY else f"kind = {kind!r}"


def _became_known(name: str, rows: Sequence[Unblinding], group: str, people: Sequence[str]) -> Finding:
    whose = "" if group == ALL else f", participant randomised to {group!r}"
    return Finding(
        id=f"unblinding.{name}.{group}", section=SECTION, method="unblinding", n={group: len(people)},
        arms=() if group == ALL else (group,), numbers={"events": len(rows)},
        sources=(source("unblindings", rows, f"{_unblinding_filter(name)}{whose}"),),
    )  # fmt: skip


def _unblinding_filter(name: str) -> str:
    if name == "untold":
        return f"kind = {EMERGENCY!r}, second_told_on empty"
    return f"kind = {name!r}" if name in (EMERGENCY, ACCIDENT) else f"kind = {ACCIDENT!r}, who = {name!r}"
