"""QuestionnaireResponse: answers written as FHIR R4 and read back, losing nothing.

"I prefer not to answer" is written as FHIR's data-absent-reason `asked-declined` on the item, which then has no
answer; a missing answer leaves no trace. What is read back equals what was written, decimals digit by digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.answers import Answers, given, validate
from stegvis.methods.instruments.errors import InvalidAnswers, InvalidResponse
from stegvis.methods.instruments.positions import occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.response_writing import ASKED_DECLINED, Writer
from stegvis.methods.instruments.validation import COMPLETE, STATUSES, answers_in

__all__ = ["ASKED_DECLINED", "PARTICIPANT_SYSTEM", "from_response", "to_response"]

PARTICIPANT_SYSTEM = ext.OWN + "participant-code"


def to_response(
    questionnaire: Questionnaire,
    answers: Answers,
    authored: datetime,
    subject: str | Mapping[str, Any] | None,
    *,
    language: str | None = None,
    status: str = "completed",
) -> dict[str, Any]:
    """The answers (by position) as a QuestionnaireResponse resource; write it out with `fhir_json.write_json`.

    `subject` is a participant code, or a ready FHIR Reference; `authored` must know its time zone. Raises
    `InvalidAnswers` with every problem (in a response in progress required questions may still be open).
    """
    if authored.utcoffset() is None:
        raise ValueError("The time of a response needs its time zone. Give an aware datetime.")
    if status not in STATUSES:
        raise ValueError(f"There is no status {status!r}. Use one of: {', '.join(STATUSES)}.")
    problems = validate(questionnaire, answers, complete=status in COMPLETE)
    if problems:
        raise InvalidAnswers(problems)
    lang = language or questionnaire.language
    present = given(answers)
    items = Writer(present, occurrences(questionnaire, present), lang).items(questionnaire.items)
    response: dict[str, Any] = {"resourceType": "QuestionnaireResponse"}
    if lang:
        response["language"] = lang
    if questionnaire.reference:
        response["questionnaire"] = questionnaire.reference
    response["status"] = status
    if subject is not None:
        response["subject"] = _reference(subject)
    response["authored"] = authored.isoformat()
    if items:
        response["item"] = items
    return response


def from_response(questionnaire: Questionnaire, response: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by position that a QuestionnaireResponse holds; raises `InvalidResponse` with every misfit."""
    answers, misfits = answers_in(questionnaire, response)
    if misfits:
        raise InvalidResponse(misfits)
    return answers


def _reference(subject: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(subject, str):
        return {"type": "Patient", "identifier": {"system": PARTICIPANT_SYSTEM, "value": subject}}
    return dict(subject)
