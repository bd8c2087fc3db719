"""FHIR: an extract as HL7 FHIR R4 resources, one a line (NDJSON), one file for each kind of resource, written as a stream.

Questionnaire, ResearchStudy, ResearchSubject, Observation (a score each); Goal with achievementStatus, CarePlan and
Appointment where the extract holds goals, plans and visits; AdverseEvent where it holds those; QuestionnaireResponse, Consent
and Communication where it holds answers, consents and contacts. A person is the participant's code and nothing else.
Source: hl7.org/fhir/R4 (4.0.1), the page of each resource; Bulk Data Access for the layout of the files.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.fhir_conduct import appointment, communication, consent, missed_appointment
from stegvis.methods.formats.fhir_events import adverse_events
from stegvis.methods.formats.fhir_plans import care_plans
from stegvis.methods.formats.fhir_resources import Record, goal, observation, research_study, research_subject
from stegvis.methods.formats.fhir_responses import responses
from stegvis.methods.formats.goal_ratings import goals_with_ratings
from stegvis.methods.formats.source import Source
from stegvis.methods.formats.study import Study
from stegvis.methods.instruments.fhir_json import write_json

PLAIN = (
    "Observation", "Goal", "AdverseEvent", "ResearchSubject", "ResearchStudy", "Consent", "CarePlan", "Appointment",
    "Communication",
)  # fmt: skip
"""Resources without decimals that must keep their digits, which the library writes several times faster."""
COMPACT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
ENDS = ("died", "lost", "withdrew")
Resource = dict[str, Any]


def write_fhir(source: Source, study: Study, bundle: Bundle) -> None:
    """Write the files. Without answers in the extract there are no QuestionnaireResponses, and a note says so."""
    answered = source.distinct("responses", "instrument")
    codes = [code for code in study.codes if (code,) in answered]
    _lines(bundle, "Questionnaire", (dict(study.questionnaire(code).definition) for code in codes))
    _lines(bundle, "ResearchStudy", [research_study(source.manifest.about)])
    _lines(bundle, "ResearchSubject", _subjects(source))
    _lines(bundle, "Observation", _observations(source))
    if source.has("goals"):
        _lines(bundle, "Goal", (goal(one, ratings) for one, ratings in goals_with_ratings(source)))
    if source.has("plans"):
        _lines(bundle, "CarePlan", care_plans(source, _plan_ends(source)))
    if source.has("visits"):
        _lines(bundle, "Appointment", _appointments(source, study))
    if source.has("consents"):
        _lines(bundle, "Consent", _consents(source))
        _lines(bundle, "Communication", (communication(row) for row in source.records("contacts")))
    if source.has("adverse_events"):
        _lines(bundle, "AdverseEvent", adverse_events(source))
    if source.has("answers"):
        _lines(bundle, "QuestionnaireResponse", responses(source, study))
    else:
        bundle.notes.append("No QuestionnaireResponse was written: `stegvis extract --answers` writes the answers too.")


def _subjects(source: Source) -> Iterator[Resource]:
    arms = {row["participant"]: row["arm"] for row in source.records("arms")}
    ends = {row["person"]: row for row in source.records("events") if _is_end(row)}
    consents = {row["participant"]: row["number"] for row in source.records("consents")}  # in order: the last one stays
    for row in source.records("participants"):
        code = row["participant"]
        yield research_subject(source.manifest.about.study, row, arms.get(code), ends.get(code), consents.get(code))


def _is_end(event: dict[str, Any]) -> bool:
    return event["event"] in ENDS and (event["event"] != "withdrew" or event["reason"] == "everything")


def _plan_ends(source: Source) -> dict[str, dt.date]:
    """The first day from which each person's plan was no more: who died, or withdrew from it or from everything."""
    ends: dict[str, dt.date] = {}
    for row in source.records("events"):
        if row["event"] == "died" or (row["event"] == "withdrew" and row["reason"] in ("plan", "everything")):
            ends[row["person"]] = min(row["on"], ends.get(row["person"], row["on"]))
    return ends


def _appointments(source: Source, study: Study) -> Iterator[Resource]:
    """Each visit as it stands, unless its booking was missed and not made anew; then each booking that was missed."""
    minutes = {visit.number: visit.minutes for visit in study.protocol.visits}
    missed = {(row["participant"], row["visit"], row["planned_on"]) for row in source.records("missed_visits")}
    for row in source.records("visits"):
        if row["held_on"] or (
            row["planned_on"] and (row["participant"], row["visit"], row["planned_on"]) not in missed
        ):
            yield appointment({"planned_at": None} | row, minutes.get(row["visit"]))
    for row in source.records("missed_visits"):
        yield missed_appointment(row)


def _consents(source: Source) -> Iterator[Resource]:
    """Each consent with the withdrawals since; withdrawals stand in memory."""
    withdrawn: dict[str, list[Record]] = defaultdict(list)
    for row in source.records("events", event="withdrew"):
        withdrawn[row["person"]].append(row)
    for code, rows in groupby(source.records("consents"), key=lambda row: row["participant"]):
        given = list(rows)
        for row in given:
            since = [end for end in withdrawn[code] if end["on"] >= row["given_on"]]
            yield consent(row, since, is_newest=row is given[-1])


def _observations(source: Source) -> Iterator[Resource]:
    has_answers = source.has("answers")
    for row in source.records("scores"):
        yield observation(row, has_answers=has_answers)


def _lines(bundle: Bundle, kind: str, resources: Iterable[Resource]) -> None:
    name, counts = f"{kind}.ndjson", list[int]()
    if bundle.has(name):
        return
    with bundle.file(name) as file:
        for resource in bundle.counted(name, iter(resources), counts):
            text = json.dumps(resource, **COMPACT) if kind in PLAIN else write_json(resource)
            file.write(text.encode() + b"\n")
    bundle.done(name, counts[0])
