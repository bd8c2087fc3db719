"""ADaM: the analysis data sets ADSL (subjects), ADQS (questionnaires), ADGOAL (goals), ADAE (harms), named as the standard does.

Source: CDISC Analysis Data Model Implementation Guide v1.3 (ADaMIG): ADSL has one record a subject; ADQS and ADGOAL are of
the Basic Data Structure (BDS): a record for each subject, parameter and visit. Names are at most 8 characters of A-Z and
0-9, labels at most 40 characters (section 3.1). A planned treatment (TRT01P, TRTP) stands only where the extract tells one:
a blinded extract has its dummy labels there, and a pooled one has no such variable.

These follow the guide's names and structures. They are not a submission: there is no SDTM behind them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from stegvis.methods.formats.goal_ratings import goal_rows
from stegvis.methods.formats.parameters import Parameter, parameters_of
from stegvis.methods.formats.source import Row, Source

ALL, SHORT, LONG = 40, 8, 200
WITHDREW = ("withdrew", "everything")


@dataclass(frozen=True)
class AnalysisVariable:
    """A variable: name (8 characters at most), label (40 at most), type of its cells, length of its text."""

    name: str
    label: str
    type: type = str
    length: int = ALL


@dataclass(frozen=True)
class AnalysisDataset:
    """An analysis data set; `rows` gives its rows anew each time, in the order of `keys`."""

    name: str
    label: str
    variables: tuple[AnalysisVariable, ...]
    keys: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


Variable = AnalysisVariable
IDENTIFIERS = (
    Variable("STUDYID", "Study Identifier"),
    Variable("USUBJID", "Unique Subject Identifier"),
    Variable("SUBJID", "Subject Identifier for the Study"),
    Variable("SITEID", "Study Site Identifier"),
)
PLANNED = Variable("TRTP", "Planned Treatment")
OF_SUBJECT = (
    Variable("AGE", "Age", int),
    Variable("AGEU", "Age Units", length=5),
    Variable("SEX", "Sex", length=1),
    Variable("STRATAR", "Strata Used for Randomization", length=LONG),
    Variable("RFICDT", "Date of Informed Consent", dt.date),
    Variable("RANDDT", "Date of Randomization", dt.date),
    Variable("ITTFL", "Intent-To-Treat Population Flag", length=1),
    Variable("EOSSTT", "End of Study Status"),
    Variable("EOSDT", "End of Study Date", dt.date),
    Variable("DTHFL", "Subject Death Flag", length=1),
)
OF_SCORE = (
    Variable("PARCAT1", "Parameter Category 1"),
    Variable("PARAM", "Parameter", length=LONG),
    Variable("PARAMCD", "Parameter Code", length=SHORT),
    Variable("AVISIT", "Analysis Visit"),
    Variable("AVISITN", "Analysis Visit (N)", int),
    Variable("ADT", "Analysis Date", dt.date),
    Variable("ADY", "Analysis Relative Day", int),
    Variable("AVAL", "Analysis Value", float),
    Variable("BASE", "Baseline Value", float),
    Variable("CHG", "Change from Baseline", float),
    Variable("ABLFL", "Baseline Record Flag", length=1),
    Variable("ANL01FL", "Analysis Flag 01", length=1),
    Variable("AREASND", "Reason Analysis Value Not Done"),
    Variable("SRCSEQID", "Source Response Identifier"),
)
OF_GOAL = (
    Variable("PARCAT1", "Parameter Category 1"),
    Variable("PARAM", "Parameter", length=LONG),
    Variable("PARAMCD", "Parameter Code", length=SHORT),
    Variable("GOALID", "Goal Identifier"),
    Variable("GOALKIND", "Kind of Goal"),
    Variable("GOALTYPE", "What the Goal Is About"),
    Variable("GOALPAR", "Main Goal It Leads To"),
    Variable("RATESEQ", "Rating Sequence Number", int),
    Variable("EVAL", "Evaluator"),
    Variable("AVISIT", "Analysis Visit"),
    Variable("ADT", "Analysis Date", dt.date),
    Variable("ADY", "Analysis Relative Day", int),
    Variable("AVAL", "Analysis Value", float),
    Variable("AVALC", "Analysis Value (C)"),
    Variable("ANL01FL", "Analysis Flag 01", length=1),
)


def analysis_datasets(source: Source) -> list[AnalysisDataset]:
    """The analysis data sets that the extract has the facts for."""
    subjects = list(_subjects(source))
    of_subject = {one["participant"]: one for one in subjects}
    arms = (Variable("TRT01P", "Planned Treatment for Period 01"),) if source.has("arms") else ()
    planned = (PLANNED,) if source.has("arms") else ()
    randomised = (*IDENTIFIERS, *planned)
    found = [
        AnalysisDataset("ADSL", "Subject-Level Analysis Dataset", (*IDENTIFIERS, *arms, *OF_SUBJECT), ("USUBJID",),
                        partial(_subject_rows, source, subjects)),
        AnalysisDataset("ADQS", "Questionnaires Analysis Dataset", (*randomised, *OF_SCORE),
                        ("USUBJID", "PARCAT1", "PARAMCD", "ADT"), partial(_score_rows, source, of_subject)),
    ]  # fmt: skip
    if source.has("goals"):
        rows = partial(_goal_rows, source, of_subject)
        found.append(AnalysisDataset("ADGOAL", "Goal Attainment Analysis Dataset", (*randomised, *OF_GOAL),
                                     ("USUBJID", "GOALID", "RATESEQ"), rows))  # fmt: skip
    if source.has("adverse_events"):
        from stegvis.methods.formats.adae import adae  # which is made of this module's parts

        found.append(adae(source, of_subject, randomised, _start))
    return found


def _subjects(source: Source) -> Iterator[dict[str, Any]]:
    """Each participant with arm, end and death; one row a person, so that it may stand in memory."""
    arms = {row["participant"]: row["arm"] for row in source.records("arms")}
    ends = {row["person"]: row for row in source.records("events") if _is_end(row)}
    for row in source.records("participants"):
        yield row | {"arm": arms.get(row["participant"]), "end": ends.get(row["participant"])}


def _is_end(event: dict[str, Any]) -> bool:
    return event["event"] in ("died", "lost") or (event["event"], event["reason"]) == WITHDREW


def identifiers(source: Source, subject: dict[str, Any]) -> tuple[str, str, str, str]:
    """STUDYID, USUBJID, SUBJID, SITEID."""
    study, code = source.manifest.about.study, subject["participant"]
    return study, f"{study}.{code}", code, subject["site"]


def _subject_rows(source: Source, subjects: list[dict[str, Any]]) -> Iterator[Row]:
    for one in subjects:
        age, sex = one.get("age") or "", (one.get("sex") or "").lower()
        died = bool(one["end"]) and one["end"]["event"] == "died"
        yield (
            *identifiers(source, one), *((one["arm"],) if source.has("arms") else ()),
            int(age) if age.isdigit() else None, "YEARS" if age.isdigit() else None,
            {"female": "F", "woman": "F", "male": "M", "man": "M"}.get(sex, "U"), one["stratum"],
            one["consented_on"], one["randomised_on"], "Y" if one["randomised_on"] else "N",
            "DISCONTINUED" if one["end"] else "ONGOING", one["end"]["on"] if one["end"] else None, "Y" if died else None,
        )  # fmt: skip


def _start(source: Source, subject: dict[str, Any]) -> tuple[Any, ...]:
    return (*identifiers(source, subject), *((subject["arm"],) if source.has("arms") else ()))


def study_day(on: dt.date, since: dt.date | None) -> int | None:
    """ADY: days since randomisation, counted from 1, the day before it being -1: there is no day 0 (ADaMIG 3.3.3)."""
    return None if since is None else (on - since).days + (on >= since)


def _score_rows(source: Source, subjects: dict[str, dict[str, Any]]) -> Iterator[Row]:
    parameters = parameters_of(source)
    for code, rows in groupby(source.records("scores"), key=lambda row: row["participant"]):
        subject = subjects[code]
        scores = list(rows)
        scores.sort(key=lambda row: (row["instrument"], parameters[row["instrument"], row["score"]].code,
                                     row["completed_on"], row["occasion"]))  # fmt: skip
        before: dict[tuple[str, str], Any] = {}
        for row in scores:  # the last value on or before the day of randomisation is the baseline (ADaMIG 3.3.4)
            if row["value"] is not None and row["completed_on"] <= (subject["randomised_on"] or dt.date.max):
                before[row["instrument"], row["score"]] = row
        for row in scores:
            yield _score_row(source, subject, row, parameters, before.get((row["instrument"], row["score"])))


def _score_row(
    source: Source, subject: dict[str, Any], row: dict[str, Any], parameters: dict[tuple[str, str], Parameter],
    baseline: dict[str, Any] | None,
) -> Row:  # fmt: skip
    parameter = parameters[row["instrument"], row["score"]]
    base = baseline["value"] if baseline else None
    is_after = subject["randomised_on"] is not None and row["completed_on"] > subject["randomised_on"]
    has_change = is_after and base is not None and row["value"] is not None
    return (
        *_start(source, subject), row["instrument"], parameter.label, parameter.code, row["occasion"],
        parameter.visits[row["occasion"]], row["completed_on"], study_day(row["completed_on"], subject["randomised_on"]),
        row["value"], base, row["value"] - base if has_change else None, "Y" if row is baseline else None,
        "Y" if row["in_window"] and row["value"] is not None else None, row["missing_reason"], row["response_id"],
    )  # fmt: skip


def _goal_rows(source: Source, subjects: dict[str, dict[str, Any]]) -> Iterator[Row]:
    for goal, rating, counts in goal_rows(source):
        subject = subjects[goal["participant"]]
        yield (
            *_start(source, subject), "GOALS", "Goal attainment (0 not, 1 partly, 2 fully)", "GOALATT", goal["goal"],
            goal["kind"], goal["type"], goal["parent"], rating["number"], rating["rater"], rating["occasion"],
            rating["rated_on"], study_day(rating["rated_on"], subject["randomised_on"]),
            float(("not", "partly", "fully").index(rating["level"])), rating["level"].upper(), "Y" if counts else None,
        )  # fmt: skip
