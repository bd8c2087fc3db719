"""Small questionnaires and responses for the tests of FHIRPath."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath import parse

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"


def response(**answers: Any) -> dict[str, Any]:
    """A response whose items' answers are given as `{"valueInteger": 3}`, or None for an item without an answer."""
    items = [{"linkId": key, **({"answer": [value]} if value is not None else {})} for key, value in answers.items()]
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}


def numbers(*values: int | Decimal) -> dict[str, Any]:
    """A response with the items q0, q1, … and these numbers."""
    keys = {int: "valueInteger", Decimal: "valueDecimal"}
    return response(**{f"q{at}": {keys[type(value)]: value} for at, value in enumerate(values)})


def coded(**codes: str) -> dict[str, Any]:
    """A response with these codes."""
    return response(**{key: {"valueCoding": {"system": "s", "code": code}} for key, code in codes.items()})


def choices(*link_ids: str, url: str = ORDINAL, **weights: Any) -> dict[str, Any]:
    """A questionnaire whose items offer codes with these weights; None leaves the weight out."""
    options = [
        {
            "valueCoding": {"system": "s", "code": code},
            **({"extension": [{"url": url, "valueDecimal": weight}]} if weight is not None else {}),
        }
        for code, weight in weights.items()
    ]
    items = [{"linkId": link_id, "type": "choice", "answerOption": options} for link_id in link_ids]
    return {"resourceType": "Questionnaire", "status": "active", "item": items}


def value(text: str, focus: Any = None, **variables: Any) -> Any:
    """The single value of an expression, or the list when there is not one."""
    values = parse(text).evaluate({} if focus is None else focus, variables=variables)
    return values[0] if len(values) == 1 else values
