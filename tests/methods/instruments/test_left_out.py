"""What a sound file asks for and is not carried out: each said on load, by linkId and extension, with what hangs on it."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import Unsupported
from tests.methods.instruments.forms import question, read

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
CQL = {"language": "text/cql", "expression": "Lib.x"}
PATH = {"language": "text/fhirpath", "expression": "1"}


WORKED_OUT = {"extension": [{"url": HL7 + "cqf-expression", "valueExpression": CQL}]}


def said(item: dict[str, Any], **top: Any) -> list[Unsupported]:
    return [one for one in read(item, **top).unsupported if one.element != "answerOption"]


def extended(url: str, name: str, value: Any, kind: str = "integer", **more: Any) -> dict[str, Any]:
    return question("a", kind, extension=[{"url": url, f"value{name}": value}], **more)


@pytest.mark.parametrize(
    ("url", "item"),
    [
        (SDC + "subQuestionnaire", extended(SDC + "subQuestionnaire", "Canonical", "http://x/sub", "display")),
        (SDC + "answerExpression", extended(SDC + "answerExpression", "Expression", PATH, "choice")),
        (SDC + "answerOptionsExpression", extended(SDC + "answerOptionsExpression", "Expression", PATH, "choice")),
        (SDC + "candidateExpression", extended(SDC + "candidateExpression", "Expression", PATH, "choice")),
        (SDC + "contextExpression", extended(SDC + "contextExpression", "Expression", PATH)),
        (SDC + "calculatedExpression", extended(SDC + "calculatedExpression", "Expression", CQL)),
        (SDC + "enableWhenExpression", extended(SDC + "enableWhenExpression", "Expression", CQL)),
        (SDC + "calculatedExpression", extended(SDC + "calculatedExpression", "Expression", {**PATH, "expression": "1 +"})),
        (HL7 + "cqf-expression", question("a", "string", _text=WORKED_OUT)),
        (HL7 + "cqf-calculatedValue", question("a", "integer", extension=[{
            "url": HL7 + "minValue", "valueInteger": 1,
            "_valueInteger": {"extension": [{"url": HL7 + "cqf-calculatedValue", "valueExpression": PATH}]},
        }])),
    ],
)  # fmt: skip
def test_what_answers_hang_on_is_said_and_keeps_a_trial_from_using_the_file(url: str, item: dict[str, Any]) -> None:
    (found,) = said(item)
    assert (found.link_id, found.element, found.blocks) == ("a", url, True)
    assert not read(item).can_be_answered


@pytest.mark.parametrize(
    ("code", "blocks"),
    [("assemble-root", True), ("assemble-child", True), ("independent-root", False), ("independent-child", False)],
)
def test_a_part_that_must_be_put_together_first_is_not_asked_as_it_is(code: str, blocks: bool) -> None:
    part = {"url": SDC + "assemble-expectation", "valueCode": code}
    (found,) = said(question("a", "integer"), extension=[part])
    assert (found.element, found.blocks) == (SDC + "assemble-expectation", blocks)


def test_what_changes_nothing_about_answers_is_said_without_keeping_anyone_from_it() -> None:
    library = {"url": HL7 + "cqf-library", "valueCanonical": "http://x/Library"}
    first = extended(SDC + "initialExpression", "Expression", CQL)
    assert [(one.link_id, one.element, one.blocks) for one in said(first, extension=[library])] == [
        (None, HL7 + "cqf-library", False), ("a", SDC + "initialExpression", False),
    ]  # fmt: skip


def test_what_stands_inside_a_known_extension_and_is_known_is_not_said() -> None:
    words = {"extension": [{"url": HL7 + "translation", "extension": [
        {"url": "lang", "valueCode": "sv"}, {"url": "content", "valueString": "kilo"}]}]}  # fmt: skip
    unit = {"url": HL7 + "questionnaire-unit", "valueCoding": {"code": "kg", "display": "kilos", "_display": words}}
    assert said(question("a", "decimal", extension=[unit])) == []
