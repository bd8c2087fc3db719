"""Summary: what a trial is, on one screen, so that its author can see whether the files say what was meant."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stegvis.methods.study.anatomy import walk
from stegvis.methods.study.folder import Study
from stegvis.methods.study.measurement import Outcome, Scheduled
from stegvis.methods.study.problems import key_of
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.tables import THE_WHOLE_TABLE, Table, Wording

LANGUAGE = "en"
"""The command line speaks English; a trial without English is shown in its first language."""


def summary(study: Study) -> dict[str, Any]:
    """What the trial is, as JSON: arms, sites, strata, schedule, outcomes, what is assumed, and hashes."""
    protocol = study.protocol
    return {
        "trial": protocol.trial.code,
        "title": protocol.trial.title.root,
        "version": {"number": protocol.version.number, "effective_from": protocol.version.effective_from.isoformat()},
        "sha256": study.sha256,
        "languages": list(protocol.trial.languages),
        "planned_n": protocol.trial.planned_n,
        "arms": [{"code": arm.code, "ratio": arm.ratio, "treatments": list(arm.treatments)} for arm in protocol.arms],
        "sites": [site.code for site in protocol.sites],
        "strata": list(protocol.strata),
        "schedule": [dict(zip(_COLUMNS, row, strict=True)) for row in _schedule_rows(protocol)],
        "outcomes": [{"code": outcome.code, "kind": outcome.kind} for outcome in protocol.outcomes],
        "assumed": [dataclasses.asdict(assumption) for assumption in assumptions(protocol)],
        "fictitious": list(protocol.fictitious),
        "instruments": [{"code": one.code, "version": one.version, "sha256": one.sha256} for one in study.instruments],
        "texts": [
            {"code": one.code, "version": one.version, "language": one.language, "sha256": one.sha256}
            for one in study.texts
        ],
    }


@dataclass(frozen=True)
class Assumption:
    """A default of ours in one table: the table's key, which of its keys (all when empty), and the reason."""

    table: str
    keys: tuple[str, ...]
    why: str

    def __str__(self) -> str:
        keys = f" ({', '.join(self.keys)})" if self.keys else ""
        return f"{self.table}{keys}: {self.why}"


def assumptions(protocol: Protocol, language: str = LANGUAGE) -> list[Assumption]:
    """Every default that was assumed where the published trial is silent, in the protocol's order."""
    raw = protocol.model_dump(mode="json", exclude_defaults=True)
    found = []
    for path, model, value in walk(Protocol, raw):
        if not issubclass(model, Table) or not isinstance(value, dict) or not value.get("assumed"):
            continue
        why = Wording.model_validate(value["why"]).in_language(language)
        keys = tuple(key for key in value["assumed"] if key != THE_WHOLE_TABLE)
        found.append(Assumption(key_of(path, raw), keys, why))
    return found


def describe(study: Study) -> str:
    """What the trial is, as text for a terminal."""
    return "\n".join(_lines(study))


def _lines(study: Study) -> Iterator[str]:
    protocol = study.protocol
    version = protocol.version
    yield protocol.trial.title.in_language(LANGUAGE)
    yield f"{protocol.trial.code}, protocol {version.label} (number {version.number}) from {version.effective_from}"
    yield f"planned: {protocol.trial.planned_n} people, in {', '.join(protocol.trial.languages)}"
    yield f"strata: {', '.join(protocol.strata)}"
    yield from _titled("Arms", ("code", "ratio", "treatments", "name"), _arm_rows(protocol))
    yield from _titled("Schedule", _COLUMNS, _schedule_rows(protocol))
    yield from _titled(
        "Outcomes", ("code", "kind", "score", "range", "better", "at"), map(_outcome_row, protocol.outcomes)
    )
    yield from _titled("Criteria", ("code", "kind", "rule", "in force"), _criterion_rows(protocol))
    yield ""
    yield "Before randomisation: " + ", ".join(gate.check for gate in protocol.gates)
    yield "Settings: " + ", ".join(protocol.trial.settings)
    skeletons = [instrument.code for instrument in protocol.instruments if instrument.skeleton]
    yield "Without text (skeletons): " + (", ".join(skeletons) or "none")
    yield "Fictitious contacts: " + (", ".join(protocol.fictitious) or "none")
    yield from _assumption_lines(protocol)
    yield ""
    yield f"sha256 {study.sha256}"


def _arm_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    return [
        (arm.code, str(arm.ratio), " + ".join(arm.treatments) or "none", arm.name.in_language(LANGUAGE))
        for arm in protocol.arms
    ]


_COLUMNS = ("activity", "counted from", "day", "window", "minutes", "instruments")


def _schedule_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (occasion.code, *_when(occasion), str(occasion.minutes), ", ".join(occasion.instruments) or "not laid down yet")
        for occasion in protocol.occasions
    ]
    rows += [(visit.code, *_when(visit), str(visit.minutes), "") for visit in protocol.visits]
    if protocol.programme is not None:
        rows.append(("programme", *_when(protocol.programme), "", ""))
    return rows


def _when(activity: Scheduled) -> tuple[str, str, str]:
    return activity.anchor, str(activity.day), f"−{activity.before} +{activity.after}"


def _outcome_row(outcome: Outcome) -> tuple[str, ...]:
    score = f"{outcome.instrument}: {outcome.score}"
    return (
        outcome.code,
        outcome.kind,
        score,
        f"{outcome.minimum:g}–{outcome.maximum:g}",
        outcome.better,
        outcome.occasion,
    )


def _criterion_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    return [
        (one.code, one.kind, one.rule.kind, f"{one.effective_from or 'start'} to {one.effective_until or 'end'}")
        for one in protocol.criteria
    ]


def _assumption_lines(protocol: Protocol) -> Iterator[str]:
    found = assumptions(protocol)
    yield ""
    yield f"Assumed, where the published trial is silent: {len(found)}"
    for assumption in found:
        yield f"  {assumption}"


def _titled(title: str, columns: Sequence[str], rows: Any) -> Iterator[str]:
    table = [tuple(columns), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(columns))]
    yield ""
    yield title
    for row in table:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
