"""QuestionnaireResponse: answers written as FHIR R4 and read back, losing nothing.

"I prefer not to answer" is written as FHIR's data-absent-reason `asked-declined` on the item, which then has no
answer; a missing answer leaves no trace. What is read back equals what was written, decimals digit by digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.answers import DECLINED, Answers, declined, given, validate
from stegvis.methods.instruments.elements import (
    RESPONSE,
    RESPONSE_ANSWER,
    RESPONSE_ITEM,
    Findings,
    Place,
    objects,
    take,
)
from stegvis.methods.instruments.errors import InvalidAnswers, InvalidResponse, Mistake
from stegvis.methods.instruments.questionnaire import Item, Option, Questionnaire

ASKED_DECLINED = "asked-declined"
STATUSES = ("in-progress", "completed", "amended", "entered-in-error", "stopped")
PARTICIPANT_SYSTEM = ext.OWN + "participant-code"

_VALUES: Mapping[str, str] = {
    "boolean": "valueBoolean",
    "integer": "valueInteger",
    "decimal": "valueDecimal",
    "date": "valueDate",
    "string": "valueString",
    "text": "valueString",
}


def to_response(
    questionnaire: Questionnaire,
    answers: Answers,
    authored: datetime,
    subject: str | Mapping[str, Any] | None,
    *,
    language: str | None = None,
    status: str = "completed",
) -> dict[str, Any]:
    """The answers as a QuestionnaireResponse resource; write it out with `fhir_json.write_json`.

    `subject` is a participant code, or a ready FHIR Reference; `authored` must know its time zone. Raises
    `InvalidAnswers` with every problem (in a response in progress required questions may still be open).
    """
    if authored.utcoffset() is None:
        raise ValueError("The time of a response needs its time zone. Give an aware datetime.")
    if status not in STATUSES:
        raise ValueError(f"There is no status {status!r}. Use one of: {', '.join(STATUSES)}.")
    questionnaire.check_can_be_answered()
    problems = validate(questionnaire, answers, complete=status in ("completed", "amended"))
    if problems:
        raise InvalidAnswers(problems)
    lang = language or questionnaire.language
    items = _written_items(questionnaire.items, given(answers), lang)
    response: dict[str, Any] = {"resourceType": "QuestionnaireResponse"}
    if lang:
        response["language"] = lang
    response |= {"questionnaire": questionnaire.canonical, "status": status}
    if subject is not None:
        response["subject"] = _reference(subject)
    response["authored"] = authored.isoformat()
    if items:
        response["item"] = items
    return response


def from_response(questionnaire: Questionnaire, response: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a QuestionnaireResponse holds; raises `InvalidResponse` with every misfit by its path."""
    questionnaire.check_can_be_answered()
    reading = _Reading(questionnaire)
    top = reading.top(response)
    if not reading.mistakes:
        reading.items(top.get("item"), questionnaire.items, "QuestionnaireResponse.item")
    if not reading.mistakes:
        complete = top.get("status") in ("completed", "amended")
        for problem in validate(questionnaire, reading.answers, complete=complete):
            path = reading.paths.get(problem.link_id, "QuestionnaireResponse")
            reading.findings.mistake(path, problem.sentence.rstrip("."), f"Rule: {problem.rule}", problem.link_id)
    if reading.mistakes:
        raise InvalidResponse(reading.mistakes)
    return reading.answers


def _reference(subject: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(subject, str):
        return {"type": "Patient", "identifier": {"system": PARTICIPANT_SYSTEM, "value": subject}}
    return dict(subject)


def _written_items(items: tuple[Item, ...], answers: Answers, lang: str | None) -> list[dict[str, Any]]:
    return [written for item in items if (written := _written_item(item, answers, lang))]


def _written_item(item: Item, answers: Answers, lang: str | None) -> dict[str, Any] | None:
    if item.type == "display":
        return None
    written: dict[str, Any] = {"linkId": item.link_id}
    if item.text:
        written["text"] = item.text_in(lang)
    inner = _written_items(item.items, answers, lang)
    if item.type == "group":
        return written | {"item": inner} if inner else None
    value = answers.get(item.link_id)
    if value is None:
        return None
    if declined(value):
        return written | {"extension": [{"url": ext.DATA_ABSENT_REASON, "valueCode": ASKED_DECLINED}]}
    values = value if item.is_multiple else [value]
    written["answer"] = [_written_value(item, one, lang) for one in values]
    if inner:
        written["answer"][0]["item"] = inner
    return written


def _written_value(item: Item, value: Any, lang: str | None) -> dict[str, Any]:
    if item.type != "choice":
        return {_VALUES[item.type]: value}
    option = item.option(value)
    assert option is not None  # the answers have been validated
    if option.kind == "Coding":
        coding = {"system": option.system, "code": option.code}
        coding["display"] = option.text_in(lang) if option.code else option.display
        return {"valueCoding": {key: one for key, one in coding.items() if one is not None}}
    return {f"value{option.kind}": int(option.key) if option.kind == "Integer" else option.key}


@dataclass
class _Reading:
    """Collects answers and misfits while walking through a response beside its questionnaire."""

    questionnaire: Questionnaire
    findings: Findings = field(default_factory=Findings)
    answers: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def mistakes(self) -> list[Mistake]:
        return self.findings.mistakes

    def top(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        place = Place("QuestionnaireResponse", None, self.findings)
        if raw.get("resourceType") != place.path:
            place.mistake(f"this is {raw.get('resourceType')!r}", f"It must be a {place.path}")
            return {}
        taken = take(raw, RESPONSE, place.path, self.findings)
        if taken.get("status") not in STATUSES:
            place.mistake(f"the status {raw.get('status')!r}", f"Use one of: {', '.join(STATUSES)}", "status")
        named, own = taken.get("questionnaire"), self.questionnaire.canonical
        if named is not None and named not in (own, own.partition("|")[0]):
            place.mistake(f"it answers {named}", f"Give a response to {own}", "questionnaire")
        return self.understood(taken, place)

    def understood(self, taken: dict[str, Any], place: Place) -> dict[str, Any]:
        """Refuse what would change the meaning of an element in a way that is not known here."""
        if "modifierExtension" in taken:
            place.mistake("a modifierExtension, which is not understood here", "Remove it", "modifierExtension")
        return taken

    def items(self, raw: Any, items: tuple[Item, ...], path: str) -> None:
        here = {item.link_id: item for item in items if item.type != "display"}
        for at, one in objects(raw, path, self.findings):
            link_id = one.get("linkId")
            item = here.get(link_id) if isinstance(link_id, str) else None
            place = Place(at, item.link_id if item else None, self.findings)
            if item is None:
                known = isinstance(link_id, str) and link_id in self.questionnaire.by_link_id
                what = f"{link_id!r} does not stand here in the questionnaire" if known else f"no item {link_id!r}"
                place.mistake(what, "Keep the items and their nesting as in the questionnaire")
            elif item.link_id in self.paths:
                place.mistake("the item stands twice", "Keep one")
            else:
                self.paths[item.link_id] = at
                self.item(self.understood(take(one, RESPONSE_ITEM, at, self.findings, link_id), place), item, place)

    def item(self, taken: Mapping[str, Any], item: Item, place: Place) -> None:
        if item.type == "group":
            if "answer" in taken:
                place.mistake("an answer to a heading", "Remove it", "answer")
            self.items(taken.get("item"), item.items, f"{place.path}.item")
            return
        if "item" in taken:
            place.mistake("items beside the answer", "Put them inside the answer", "item")
        if ext.first_value(taken, ext.DATA_ABSENT_REASON) == ASKED_DECLINED:
            if "answer" in taken:
                place.mistake("an answer and asked-declined together", "Keep one", "answer")
            self.answers[item.link_id] = dict(DECLINED)
        elif "answer" in taken:
            self.answer(taken["answer"], item, place.at(f"{place.path}.answer"))

    def answer(self, raw: Any, item: Item, place: Place) -> None:
        found = objects(raw, place.path, self.findings, item.link_id)
        if not found:
            place.mistake("a list without answers", "Leave the element out when there is no answer")
            return
        if len(found) > 1 and not item.is_multiple:
            place.mistake(f"{len(found)} answers where one is asked", "Keep one")
            return
        values = []
        for at, one in found:
            taken = self.understood(take(one, RESPONSE_ANSWER, at, self.findings, item.link_id), place.at(at))
            values.append(_value(taken, item, place.at(at)))
            self.items(taken.get("item"), item.items, f"{at}.item")
        if None not in values:
            self.answers[item.link_id] = values if item.is_multiple else values[0]


def _value(taken: Mapping[str, Any], item: Item, place: Place) -> Any:
    """The value of one answer, or None when it does not fit the item."""
    found = [key for key in taken if key.startswith("value")]
    if len(found) != 1:
        place.mistake(f"an answer with {len(found)} usable values", "Give exactly one value[x]")
        return None
    element, value = found[0], taken[found[0]]
    if item.type == "choice":
        option = _option_meant(item, element, value)
        if option is None:
            place.mistake("no such option", "Name an option, system too", element)
        return option.key if option else None
    expected = _VALUES[item.type]
    if element != expected:
        place.mistake(f"not a {expected}", f"Give {expected}", element)
        return None
    return Decimal(str(value)) if item.type == "decimal" else value


def _option_meant(item: Item, element: str, value: Any) -> Option | None:
    for option in item.options:
        if element == f"value{option.kind}":
            if option.kind == "Coding" and option.is_coding(value):
                return option
            if option.kind != "Coding" and str(value) == option.key:
                return option
    return None
