"""FHIR: an extract as HL7 FHIR R4 resources, one a line (NDJSON), one file for each kind of resource, written as a stream.

Questionnaire, ResearchStudy, ResearchSubject, Observation (a score each), Goal with achievementStatus where the extract
holds goals, and QuestionnaireResponse where it holds answers. A person is the participant's code and nothing else.
Source: hl7.org/fhir/R4 (4.0.1), the page of each resource; Bulk Data Access for the layout of the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.fhir_resources import goal, observation, research_study, research_subject
from stegvis.methods.formats.fhir_responses import responses
from stegvis.methods.formats.goal_ratings import goals_with_ratings
from stegvis.methods.formats.source import Source
from stegvis.methods.formats.study import Study
from stegvis.methods.instruments.fhir_json import write_json

PLAIN = ("Observation", "Goal", "ResearchSubject", "ResearchStudy")
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
    if source.has("answers"):
        _lines(bundle, "QuestionnaireResponse", responses(source, study))
    else:
        bundle.notes.append("No QuestionnaireResponse was written: `stegvis extract --answers` writes the answers too.")


def _subjects(source: Source) -> Iterator[Resource]:
    arms = {row["participant"]: row["arm"] for row in source.records("arms")}
    ends = {row["person"]: row for row in source.records("events") if _is_end(row)}
    for row in source.records("participants"):
        code = row["participant"]
        yield research_subject(source.manifest.about.study, row, arms.get(code), ends.get(code))


def _is_end(event: dict[str, Any]) -> bool:
    return event["event"] in ENDS and (event["event"] != "withdrew" or event["reason"] == "everything")


def _observations(source: Source) -> Iterator[Resource]:
    has_answers = source.has("answers")
    for row in source.records("scores"):
        yield observation(row, has_answers=has_answers)


def _lines(bundle: Bundle, kind: str, resources: Iterable[Resource]) -> None:
    name, counts = f"{kind}.ndjson", list[int]()
    with bundle.file(name) as file:
        for resource in bundle.counted(name, iter(resources), counts):
            text = json.dumps(resource, **COMPACT) if kind in PLAIN else write_json(resource)
            file.write(text.encode() + b"\n")
    bundle.done(name, counts[0])
