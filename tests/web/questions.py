"""The example trial with questions of a test's own behind its question about stress."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.methods.instruments.forms import SHIPPED
from tests.studies.folders import CWP
from tests.worlds import World, installed

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def installed_with(folder: Path, *items: dict[str, Any], scores: Iterable[dict[str, Any]] = ()) -> World:
    """The example trial, its single question about stress followed by these, which count as worded in Swedish too."""
    study = folder / "study"
    shutil.copytree(CWP, study)
    questionnaire = json.loads((SHIPPED / "stress-now.json").read_text(encoding="utf-8"))
    questionnaire["item"] += [in_swedish(item) for item in items]
    questionnaire["extension"] += scores
    (study / "instruments").mkdir(exist_ok=True)
    (study / "instruments" / "stress-now.json").write_text(json.dumps(questionnaire), encoding="utf-8")
    protocol = (study / "protocol.toml").read_text(encoding="utf-8")
    own = protocol.replace('code = "stress-now"\nlibrary = "1.0.0"', 'code = "stress-now"')
    (study / "protocol.toml").write_text(own, encoding="utf-8")
    return installed(study)


def in_swedish(item: dict[str, Any]) -> dict[str, Any]:
    """The item with a Swedish text on every text."""
    more = item.get("_text", {}).get("extension", [])
    item = {**item, "_text": {"extension": [_swedish(item["text"]), *more]}}
    for option in item.get("answerOption", ()):
        option["valueCoding"]["_display"] = {"extension": [_swedish(option["valueCoding"]["display"])]}
    return {**item, "item": [in_swedish(child) for child in item["item"]]} if "item" in item else item


def _swedish(words: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": "sv"}, {"url": "content", "valueString": words}]
    return {"url": TRANSLATION, "extension": parts}


def calculated(text: str) -> dict[str, Any]:
    """The extension of a value that FHIRPath works out."""
    return {"url": SDC + "calculatedExpression", "valueExpression": _expression(text)}


def toggled(link_id: str, condition: str, *codes: str, always: str) -> dict[str, Any]:
    """A choice whose options are offered while a condition holds, but for one."""
    options: list[dict[str, Any]] = [{"url": "option", "valueCoding": {"code": code}} for code in codes]
    toggle = {
        "url": SDC + "answerOptionsToggleExpression",
        "extension": [*options, {"url": "expression", "valueExpression": _expression(condition)}],
    }
    choices = [{"valueCoding": {"code": code, "display": code.capitalize()}} for code in (always, *codes)]
    return {"linkId": link_id, "type": "choice", "text": link_id, "answerOption": choices, "extension": [toggle]}


def worded(link_id: str, kind: str, text: str, words: str) -> dict[str, Any]:
    """An item whose words an expression gives in English."""
    by = {"url": "http://hl7.org/fhir/StructureDefinition/cqf-expression", "valueExpression": _expression(words)}
    return {"linkId": link_id, "type": kind, "text": text, "_text": {"extension": [by]}}


def _expression(text: str) -> dict[str, Any]:
    return {"language": "text/fhirpath", "expression": text}
