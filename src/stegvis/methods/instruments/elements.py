"""The elements of FHIR R4 Questionnaire with their JSON types, and the rules of FHIR JSON that hold for any element.

Source: hl7.org/fhir/R4 questionnaire.html and json.html (no nulls, nothing empty, an extension has a url and either
one value or inner extensions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.errors import Mistake, Unsupported
from stegvis.methods.instruments.extensions import CHANGES_ANSWERS, KNOWN

NUMBER = (int, Decimal, float)
_ELEMENT: dict[str, Any] = {"id": str, "extension": list, "modifierExtension": list}

QUESTIONNAIRE: dict[str, Any] = _ELEMENT | {
    "resourceType": str, "meta": dict, "implicitRules": str, "language": str, "text": dict, "contained": list,
    "url": str, "identifier": list, "version": str, "name": str, "title": str, "derivedFrom": list, "status": str,
    "experimental": bool, "subjectType": list, "date": str, "publisher": str, "contact": list, "description": str,
    "useContext": list, "jurisdiction": list, "purpose": str, "copyright": str, "approvalDate": str,
    "lastReviewDate": str, "effectivePeriod": dict, "code": list, "item": list,
}  # fmt: skip

ITEM: dict[str, Any] = _ELEMENT | {
    "linkId": str, "definition": str, "code": list, "prefix": str, "text": str, "type": str, "enableWhen": list,
    "enableBehavior": str, "required": bool, "repeats": bool, "readOnly": bool, "maxLength": int,
    "answerValueSet": str, "answerOption": list, "initial": list, "item": list,
}  # fmt: skip

ENABLE_WHEN: dict[str, Any] = _ELEMENT | {
    "question": str, "operator": str, "answerBoolean": bool, "answerDecimal": NUMBER, "answerInteger": int,
    "answerDate": str, "answerDateTime": str, "answerTime": str, "answerString": str, "answerCoding": dict,
    "answerQuantity": dict, "answerReference": dict,
}  # fmt: skip

ANSWER_OPTION: dict[str, Any] = _ELEMENT | {
    "valueInteger": int, "valueDate": str, "valueTime": str, "valueString": str, "valueCoding": dict,
    "valueReference": dict, "initialSelected": bool,
}  # fmt: skip

RESPONSE: dict[str, Any] = _ELEMENT | {
    "resourceType": str, "meta": dict, "implicitRules": str, "language": str, "text": dict, "contained": list,
    "identifier": dict, "basedOn": list, "partOf": list, "questionnaire": str, "status": str, "subject": dict,
    "encounter": dict, "authored": str, "author": dict, "source": dict, "item": list,
}  # fmt: skip

RESPONSE_ITEM: dict[str, Any] = _ELEMENT | {
    "linkId": str, "definition": str, "text": str, "answer": list, "item": list,
}  # fmt: skip

RESPONSE_ANSWER: dict[str, Any] = _ELEMENT | {
    "valueBoolean": bool, "valueDecimal": NUMBER, "valueInteger": int, "valueDate": str, "valueDateTime": str,
    "valueTime": str, "valueString": str, "valueUri": str, "valueAttachment": dict, "valueCoding": dict,
    "valueQuantity": dict, "valueReference": dict, "item": list,
}  # fmt: skip

VALUE_TYPES: dict[str, Any] = {
    "Boolean": bool, "Integer": int, "PositiveInt": int, "UnsignedInt": int, "Decimal": NUMBER, "String": str,
    "Code": str, "Uri": str, "Url": str, "Canonical": str, "Markdown": str, "Id": str, "Date": str, "DateTime": str,
    "Instant": str, "Time": str, "Oid": str, "Uuid": str, "Base64Binary": str, "Coding": dict,
    "CodeableConcept": dict, "Quantity": dict, "Reference": dict, "Expression": dict, "Attachment": dict,
    "Period": dict, "Range": dict, "Duration": dict, "Age": dict, "Identifier": dict, "Extension": dict,
}  # fmt: skip

_IN_WORDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}


@dataclass
class Findings:
    """What reading has found so far: mistakes, and sound things that are not carried out here."""

    mistakes: list[Mistake] = field(default_factory=list)
    unsupported: list[Unsupported] = field(default_factory=list)

    def mistake(self, path: str, what: str, right: str, link_id: str | None = None) -> None:
        self.mistakes.append(Mistake(path, what, right, link_id))

    def leave_out(self, path: str, element: str, what: str, *, blocks: bool, link_id: str | None = None) -> None:
        self.unsupported.append(Unsupported(path, element, what, blocks, link_id))


@dataclass(frozen=True)
class Place:
    """Where in the file one is, for mistakes and for things left out."""

    path: str
    link_id: str | None
    findings: Findings

    def at(self, path: str) -> Place:
        """Another place of the same item."""
        return replace(self, path=path)

    def mistake(self, what: str, right: str, element: str = "") -> None:
        self.findings.mistake(f"{self.path}{element and '.' + element}", what, right, self.link_id)

    def leave_out(self, element: str, what: str, *, blocks: bool) -> None:
        self.findings.leave_out(f"{self.path}.{element}", element, what, blocks=blocks, link_id=self.link_id)


def in_words(expected: Any) -> str:
    """The JSON type in plain words, for a sentence."""
    return "a number" if expected == NUMBER else _IN_WORDS.get(expected, "another type")


def is_of(value: Any, expected: Any) -> bool:
    """Whether a JSON value has the type; true and false are no numbers."""
    if isinstance(value, bool):
        return expected is bool
    return isinstance(value, expected)


def take(
    raw: Mapping[str, Any], table: Mapping[str, Any], path: str, findings: Findings, link_id: str | None = None
) -> dict[str, Any]:
    """The elements of `raw` that exist in the table and have its type; the others are reported as mistakes."""
    taken: dict[str, Any] = {}
    for key, value in raw.items():
        name = key.removeprefix("_")
        if name not in table:
            findings.mistake(
                f"{path}.{key}", "this element does not exist here", "Remove it or correct its name", link_id
            )
        elif name != key:
            if isinstance(value, Mapping | list):
                taken[key] = value
        elif is_of(value, table[name]):
            taken[key] = value
        else:
            findings.mistake(
                f"{path}.{key}",
                f"{_shown(value)} is not {in_words(table[name])}",
                f"It must be {in_words(table[name])}",
                link_id,
            )
    return taken


def objects(value: Any, path: str, findings: Findings, link_id: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The objects of a list with their paths; anything else in the list is a mistake."""
    if value is None:
        return []
    if not isinstance(value, list):
        findings.mistake(path, f"{_shown(value)} is not a list", "It must be a list of objects", link_id)
        return []
    found = []
    for number, one in enumerate(value):
        at = f"{path}[{number}]"
        if isinstance(one, dict):
            found.append((at, one))
        else:
            findings.mistake(
                at, f"{_shown(one)} is not an object", "Every entry of this list must be an object", link_id
            )
    return found


def check_form(value: Any, path: str, findings: Findings, link_id: str | None = None) -> None:
    """Report what no FHIR JSON may hold: nulls, empty things, and extensions that are not well made."""
    if isinstance(value, dict):
        link_id = value["linkId"] if isinstance(value.get("linkId"), str) else link_id
        if not value:
            findings.mistake(path, "an empty object", "Remove it, or say what it should hold", link_id)
        for key, inner in value.items():
            at = f"{path}.{key}"
            if key in ("extension", "modifierExtension"):
                _check_extensions(inner, at, findings, link_id, modifier=key == "modifierExtension")
            elif key not in ("contained", "text") or path != "Questionnaire":
                check_form(inner, at, findings, link_id)
    elif isinstance(value, list):
        if not value:
            findings.mistake(path, "an empty list", "Leave the element out when there is nothing to say", link_id)
        for number, inner in enumerate(value):
            if inner is not None:  # in a list of plain values null keeps the place of one that has only extensions
                check_form(inner, f"{path}[{number}]", findings, link_id)
    elif value is None:
        findings.mistake(path, "null", "Leave the element out when there is nothing to say", link_id)
    elif value == "" and isinstance(value, str):
        findings.mistake(path, "an empty text", "Leave the element out when there is nothing to say", link_id)


def _check_extensions(value: Any, path: str, findings: Findings, link_id: str | None, *, modifier: bool) -> None:
    if not isinstance(value, list):
        findings.mistake(path, f"{_shown(value)} is not a list", "Extensions stand in a list", link_id)
        return
    for at, extension in objects(value, path, findings, link_id):
        url = extension.get("url")
        if not isinstance(url, str) or not url:
            findings.mistake(at, "an extension without a url", "Give the address that says what it means", link_id)
            continue
        _check_one_extension(extension, at, findings, link_id)
        # A modifier changes the meaning of what it stands on, so even a known address would have to be understood there.
        if modifier or url not in KNOWN:
            blocks = modifier or url.rpartition("/")[2] in CHANGES_ANSWERS
            effect = "answers would be taken wrongly without it" if blocks else "it is kept but has no effect"
            findings.leave_out(
                at, url, f"the extension {url} is not carried out here; {effect}", blocks=blocks, link_id=link_id
            )


def _check_one_extension(extension: Mapping[str, Any], path: str, findings: Findings, link_id: str | None) -> None:
    values = [key for key in extension if key.startswith("value")]
    nested = "extension" in extension
    if len(values) + nested != 1 and not any(key.startswith("_value") for key in extension):
        findings.mistake(
            path,
            f"an extension with {len(values)} values{' and inner extensions' if nested else ''}",
            "It must have exactly one value[x], or inner extensions",
            link_id,
        )
    for key in values:
        expected = VALUE_TYPES.get(key.removeprefix("value"))
        if expected is not None and not is_of(extension[key], expected):
            findings.mistake(
                f"{path}.{key}",
                f"{_shown(extension[key])} is not {in_words(expected)}",
                f"It must be {in_words(expected)}",
                link_id,
            )
    for at, inner in objects(extension.get("extension"), f"{path}.extension", findings, link_id):
        if not isinstance(inner.get("url"), str):
            findings.mistake(at, "an extension without a url", "Give the name of the part", link_id)
        else:
            _check_one_extension(inner, at, findings, link_id)


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, Decimal) else str(value)
    return text if len(text) <= 40 else text[:37] + "…"
