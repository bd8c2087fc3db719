"""FHIR responses: the answers of an extract as QuestionnaireResponses.

What was answered in words is not in the extract: such a response carries the tag SUBSETTED (R4, resource metadata: "the
resource is incomplete as presented"), since it was complete where it was given. One that was sent with a required question
left open is `in-progress`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from stegvis.methods.formats.fhir_resources import TERMINOLOGY, identifier, subject
from stegvis.methods.formats.source import Source
from stegvis.methods.formats.study import Study
from stegvis.methods.instruments.answers import DECLINED, validate
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.positions import item_at, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.response_writing import Writer

SUBSETTED = {"system": f"{TERMINOLOGY}v3-ObservationValue", "code": "SUBSETTED"}
Record = dict[str, Any]


def responses(source: Source, study: Study) -> Iterator[Record]:
    """Each response that has an answer, by participant, occasion and instrument."""
    sent = source.records("responses")
    for key, rows in groupby(source.records("answers"), key=_key):
        row = next(one for one in sent if _key(one) == key)
        yield _response(study.questionnaire(row["instrument"]), row, list(rows))


def _key(row: Record) -> tuple[str, str, str]:
    return row["participant"], row["occasion"], row["instrument"]


def _response(questionnaire: Questionnaire, row: Record, rows: list[Record]) -> Record:
    answers, withheld = _answers(questionnaire, rows)
    is_whole, is_complete = not withheld, _is_complete(questionnaire, answers, withheld)
    meta: Record = {"versionId": str(row["corrections"] + 1)}
    resource: Record = {
        "resourceType": "QuestionnaireResponse", "id": identifier(row["response_id"]),
        "meta": meta if is_whole else meta | {"tag": [SUBSETTED]},
    }  # fmt: skip
    if questionnaire.reference:
        resource["questionnaire"] = questionnaire.reference
    status = "in-progress" if not is_complete else "amended" if row["corrections"] else "completed"
    resource |= {
        "status": status, "subject": subject(row["participant"]),
        "authored": row["completed_on"].isoformat(),
    }  # fmt: skip
    if items := Writer(answers, occurrences(questionnaire, answers), None).items(questionnaire.items):
        resource["item"] = items
    return resource


def _is_complete(questionnaire: Questionnaire, answers: dict[str, Any], withheld: set[str]) -> bool:
    """Whether every required question has its answer, here or withheld; R4 asks a completed response to be complete."""
    return all(problem.at in withheld for problem in validate(questionnaire, answers) if problem.rule == "required")


def _answers(questionnaire: Questionnaire, rows: list[Record]) -> tuple[dict[str, Any], set[str]]:
    """The answers by position, as the instruments have them, and the positions whose answer was withheld."""
    answers: dict[str, Any] = {}
    withheld: set[str] = set()
    for row in rows:
        position = row["item"]
        item = item_at(questionnaire, position)
        if item is None or row["withheld"] == "words":
            withheld.add(position)
        elif row["withheld"] == "declined":
            answers[position] = DECLINED
        elif item.is_multiple:
            answers.setdefault(position, []).append(_value(item, row["value"]))
        else:
            answers[position] = _value(item, row["value"])
    return answers, withheld


def _value(item: Item, cell: str) -> Any:
    if item.type == "boolean":
        return cell == "true"
    if item.type == "integer":
        return int(cell)
    if item.type == "decimal":
        return Decimal(cell)
    return {"value": Decimal(cell)} if item.type == "quantity" else cell
