"""ADAE: adverse events as the Occurrence Data Structure of ADaM has them: a record for each event that was described.

Source: CDISC ADaM Occurrence Data Structure (OCCDS) v1.1; the terms of AESEV, AEACN, AEOUT and AEREL are those of CDISC
controlled terminology where it has them. AEDECOD is the trial's own list, since no dictionary is shipped; AETERM has it as
well, because what somebody said stays. A relation is what stands after two judgements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from stegvis.methods.analysis.harm_tables import CRITERIA, RELATIONS
from stegvis.methods.formats.adam import SHORT, AnalysisDataset, AnalysisVariable, study_day
from stegvis.methods.formats.source import Row, Source

Variable = AnalysisVariable
AGAINST = ("activity_plan", "programme", "procedures")
ACTIONS: Mapping[str, str] = {
    "none": "DOSE NOT CHANGED", "advice": "DOSE NOT CHANGED", "other_care": "DOSE NOT CHANGED", "reduced": "DOSE REDUCED",
    "paused": "DRUG INTERRUPTED", "stopped": "DRUG WITHDRAWN",
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {
    "recovered": "RECOVERED/RESOLVED", "recovering": "RECOVERING/RESOLVING",
    "not_recovered": "NOT RECOVERED/NOT RESOLVED", "sequelae": "RECOVERED/RESOLVED WITH SEQUELAE", "fatal": "FATAL",
    "unknown": "UNKNOWN",
}  # fmt: skip
OF_EVENT = (
    Variable("AESEQ", "Sequence Number", int),
    Variable("AETERM", "Reported Term for the Adverse Event"),
    Variable("AEDECOD", "Dictionary-Derived Term"),
    Variable("ASTDT", "Analysis Start Date", dt.date),
    Variable("ASTDY", "Analysis Start Relative Day", int),
    Variable("AENDT", "Analysis End Date", dt.date),
    Variable("TRTEMFL", "Treatment Emergent Analysis Flag", length=1),
    Variable("AESEV", "Severity/Intensity", length=SHORT),
    Variable("AESER", "Serious Event", length=1),
    Variable("AESDTH", "Results in Death", length=1),
    Variable("AESLIFE", "Is Life Threatening", length=1),
    Variable("AESHOSP", "Requires or Prolongs Hospitalization", length=1),
    Variable("AESDISAB", "Persist or Signif Disability/Incapacity", length=1),
    Variable("AESCONG", "Congenital Anomaly or Birth Defect", length=1),
    Variable("AESMIE", "Other Medically Important Serious Event", length=1),
    Variable("AEREL", "Causality, the Closest of the Three"),
    Variable("AERELPLN", "Relation to the Activity Plan"),
    Variable("AERELPRG", "Relation to the Internet Programme"),
    Variable("AERELPRC", "Relation to the Trial's Procedures"),
    Variable("AEACN", "Action Taken with Study Treatment"),
    Variable("AEOUT", "Outcome of Adverse Event"),
    Variable("AEEXPFL", "Expected by the Protocol's Rule Flag", length=1),
    Variable("AESOLFL", "Solicited Flag", length=1),
)

Start = Callable[[Source, dict[str, Any]], tuple[Any, ...]]


def adae(
    source: Source, subjects: dict[str, dict[str, Any]], first: tuple[AnalysisVariable, ...], start: Start
) -> AnalysisDataset:
    """The data set; `first` are the variables that every record begins with, `start` gives their values of a subject."""
    rows = partial(_rows, source, subjects, start)
    return AnalysisDataset("ADAE", "Adverse Events Analysis Dataset", (*first, *OF_EVENT), ("USUBJID", "AESEQ"), rows)


def _rows(source: Source, subjects: dict[str, dict[str, Any]], start: Start) -> Iterator[Row]:
    for row in source.records("adverse_events"):
        if row["versions"]:
            subject = subjects[row["participant"]]
            yield (*start(source, subject), *_of_event(row, subject["randomised_on"]))


def _of_event(row: dict[str, Any], since: dt.date | None) -> Row:
    met = (row["criteria"] or "").split("+")
    after = since is not None and row["started_on"] >= since
    return (
        row["number"], row["term"], row["term"], row["started_on"], study_day(row["started_on"], since), row["ended_on"],
        "Y" if after else None, row["severity"].upper(), _flag(row["serious"]),
        *("Y" if name in met else None for name in CRITERIA), closest(row), *(_upper(row[to]) for to in AGAINST),
        ACTIONS[row["measure"]], OUTCOMES[row["course"]], _flag(row["expected"]),
        "Y" if row["how"] == "solicited" else "N",
    )  # fmt: skip


def closest(row: Mapping[str, Any]) -> str | None:
    """The closest relation to any treatment or procedure, in capitals; None before anybody judged it."""
    known = [RELATIONS.index(row[to]) for to in AGAINST if row[to]]
    return RELATIONS[max(known)].upper() if known else None


def _upper(relation: str | None) -> str | None:
    return relation.upper() if relation else None


def _flag(value: bool | None) -> str | None:
    return None if value is None else "Y" if value else "N"
