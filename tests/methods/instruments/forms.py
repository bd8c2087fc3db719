"""Small questionnaires for the tests of this room, as FHIR JSON and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stegvis.methods import instruments
from stegvis.methods.instruments import library
from stegvis.methods.instruments.questionnaire import Questionnaire

SHIPPED = Path(library.__file__).parent


def form(*items: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "url": "https://trial.example/Questionnaire/form",
        "version": "3",
        "language": "en",
        "title": "A form",
        "status": "active",
        "item": list(items),
    } | top


def read(*items: dict[str, Any], **top: Any) -> Questionnaire:
    return instruments.load(form(*items, **top))


def question(link_id: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "text": f"About {link_id}", "type": kind} | more


def choice(link_id: str, *codes: str, **more: Any) -> dict[str, Any]:
    """A choice whose codes are digits that are also their ordinal values, or plain words."""
    return question(link_id, "choice", answerOption=[option(code) for code in codes]) | more


def option(code: str, *, exclusive: bool = False) -> dict[str, Any]:
    extensions: list[dict[str, Any]] = []
    if code.isdigit():
        extensions.append({"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": int(code)})
    if exclusive:
        extensions.append(
            {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": True}
        )
    coding = {"valueCoding": {"system": "https://trial.example/codes", "code": code, "display": f"Answer {code}"}}
    return {"extension": extensions, **coding} if extensions else coding


def limits(low: Any, high: Any, kind: str = "Integer", control: str | None = None) -> list[dict[str, Any]]:
    extensions: list[dict[str, Any]] = [
        {"url": f"http://hl7.org/fhir/StructureDefinition/{name}Value", f"value{kind}": value}
        for name, value in (("min", low), ("max", high))
        if value is not None
    ]
    if control:
        coding = {"system": "https://stegvis.example/fhir/item-control", "code": control}
        extensions.append(
            {
                "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
                "valueCodeableConcept": {"coding": [coding]},
            }
        )
    return extensions


def when(question: str, operator: str, **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator} | answer


def coded(code: str) -> dict[str, Any]:
    return {"answerCoding": {"system": "https://trial.example/codes", "code": code}}


def score_extension(name: str, function: str, **parameters: Any) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"url": "name", "valueString": name}, {"url": "function", "valueCode": function}]
    for key, value in parameters.items():
        kind = {int: "Integer", float: "Decimal", bool: "Boolean"}.get(type(value), "String")
        parts.append({"url": key, f"value{kind}": value})
    return {"url": "https://stegvis.example/fhir/score", "extension": parts}


def shipped(code: str) -> Questionnaire:
    return library.load(code)


def scores(questionnaire: Questionnaire, answers: dict[str, Any], **settings: dict[str, str]) -> dict[str, Any]:
    return {one.name: one for one in instruments.score(questionnaire, answers, settings)}
