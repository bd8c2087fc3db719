"""FHIR resources: the study, its subjects, scores and goals, each made of rows of an extract.

Source: hl7.org/fhir/R4: ResearchStudy, ResearchSubject, Observation, Goal; the code systems goal-achievement,
data-absent-reason and observation-category.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from stegvis.methods.analysis.manifest import About
from stegvis.methods.formats.goal_ratings import counting
from stegvis.methods.instruments.extensions import OWN
from stegvis.methods.instruments.responses import PARTICIPANT_SYSTEM

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
ABSENT: Mapping[str, str] = {"declined": "asked-declined", "not_asked": "not-asked"}
"""data-absent-reason of a score; `unknown` for what was not answered, or too little of it."""
ACHIEVED: Mapping[str, str] = {"not": "not-achieved", "partly": "in-progress", "fully": "achieved"}
"""goal-achievement of each level: partly is “sought but not yet reached”."""
SUBJECT_ENDS: Mapping[str, str] = {"withdrew": "withdrawn", "lost": "off-study", "died": "off-study"}
SURVEY = [{"coding": [{"system": f"{TERMINOLOGY}observation-category", "code": "survey"}]}]
Resource = dict[str, Any]
Record = Mapping[str, Any]


def identifier(text: str) -> str:
    """The text as a FHIR id: letters, digits, - and ., at most 64 (R4, datatypes, `id`)."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", text)[:64]


def consent_id(participant: str, number: int) -> str:
    """The id of a participant's consent."""
    return identifier(f"CS-{participant}-{number}")


def subject(code: str) -> Resource:
    """A reference to a participant by code alone."""
    return {"type": "Patient", "identifier": {"system": PARTICIPANT_SYSTEM, "value": code}}


def period(start: dt.date, end: dt.date | None = None) -> Resource:
    """From a day to a day, or on; one never ends before it began (per-1): what ended on the day it began has one day."""
    return {"start": start.isoformat()} | ({"end": max(start, end).isoformat()} if end else {})


def research_study(about: About) -> Resource:
    """The trial; its arms under the labels that the extract uses, none when it is pooled."""
    title = about.titles.get("en") or next(iter(about.titles.values()))
    study: Resource = {"resourceType": "ResearchStudy", "id": identifier(about.study)}
    study["identifier"] = [{"system": f"{OWN}study-code", "value": about.study}]
    if about.registration:
        study["identifier"].append({"system": f"{OWN}registration", "value": about.registration})
    study |= {"title": title, "status": "active"}
    if about.arms:
        study["arm"] = [{"name": arm} for arm in about.arms]
    return study


def research_subject(
    study: str, row: Record, arm: str | None, end: Record | None, consent: int | None = None
) -> Resource:
    """A participant in the trial. `end` is the event with which their taking part ended, `consent` the number of the last."""
    status = "on-study" if row["randomised_on"] else "pending-on-study"
    if end is not None:
        status = SUBJECT_ENDS[end["event"]]
    resource: Resource = {
        "resourceType": "ResearchSubject", "id": identifier(row["participant"]),
        "identifier": [{"system": PARTICIPANT_SYSTEM, "value": row["participant"]}], "status": status,
        "period": period(row["consented_on"], end["on"] if end else None),
        "study": {"reference": f"ResearchStudy/{identifier(study)}"}, "individual": subject(row["participant"]),
    }  # fmt: skip
    if consent is not None:
        resource["consent"] = {"reference": f"Consent/{consent_id(row['participant'], consent)}"}
    return resource | ({"assignedArm": arm} if arm else {})


def observation(row: Record, *, has_answers: bool) -> Resource:
    """A score. It points to its response, by reference where that is written too and by identifier where not."""
    value, response = row["value"], row["response_id"]
    resource: Resource = {
        "resourceType": "Observation", "id": identifier(f"{response}-{row['score']}"), "status": "final",
        "category": SURVEY,
        "code": {"coding": [{"system": f"{OWN}score", "code": row["score"]}], "text": f"{row['instrument']}: {row['score']}"},
        "subject": subject(row["participant"]), "effectiveDateTime": row["completed_on"].isoformat(),
    }  # fmt: skip
    if value is None:
        code = ABSENT.get(row["missing_reason"], "unknown")
        coding = [{"system": f"{TERMINOLOGY}data-absent-reason", "code": code}]
        resource["dataAbsentReason"] = {"coding": coding, "text": row["missing_reason"]}
    else:
        resource["valueQuantity"] = {"value": int(value) if value == int(value) else value}
    named = {"type": "QuestionnaireResponse", "identifier": {"system": f"{OWN}response", "value": response}}
    resource["derivedFrom"] = [{"reference": f"QuestionnaireResponse/{identifier(response)}"} if has_answers else named]
    return resource


def goal(row: Record, ratings: list[dict[str, Any]]) -> Resource:
    """A goal with how far it was attained, by the last rating that counts: the participant's, else the physiotherapist's."""
    kind = row["type"] or "individual"
    resource: Resource = {
        "resourceType": "Goal", "id": identifier(row["goal"]),
        "lifecycleStatus": "active" if row["locked_on"] else "proposed",
        "category": [{"coding": [{"system": f"{OWN}goal-type", "code": kind}]}],
        "description": {"text": f"A goal of one's own ({kind}, {row['kind']}); its words stay in the system."},
        "subject": subject(row["participant"]), "startDate": row["set_on"].isoformat(),
    }  # fmt: skip
    counted = counting(ratings)
    rated = next((one for one in reversed(counted) if one["rater"] == "participant"), counted[-1] if counted else None)
    if rated is not None:
        codings = [
            {"system": f"{TERMINOLOGY}goal-achievement", "code": ACHIEVED[rated["level"]]},
            {"system": f"{OWN}goal-level", "code": rated["level"]},
        ]
        resource["achievementStatus"] = {"coding": codings}
        resource["statusDate"] = rated["rated_on"].isoformat()
    return resource
