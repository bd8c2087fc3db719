"""The invariants of FHIR R4, one by one under their own names: what breaks each, and what just keeps to it.

Source: the constraints in the StructureDefinitions of FHIR 4.0.1 (hl7.org/fhir/R4/questionnaire-definitions.html,
domainresource-definitions.html, element-definitions.html, extensibility-definitions.html).
"""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import InvalidQuestionnaire, load
from tests.methods.instruments.forms import choice, form, option, question, when

Q = question("q", "string")
VALUES = {"resourceType": "ValueSet", "id": "v", "status": "active"}
CONTAINED = {"type": "choice", "answerValueSet": "#v"}


def one(kind: str = "string", **more: Any) -> dict[str, Any]:
    return form(question("a", kind, **more))


def holding(**more: Any) -> dict[str, Any]:
    return form(question("a", "choice", answerValueSet="#v"), contained=[VALUES | more])


ASKED = [when("q", "exists", answerBoolean=True)] * 3
TWO = [{"valueString": "a"}, {"valueString": "b"}]
INVARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "que-0": (one() | {"name": "PHQ 9"}, one() | {"name": "PHQ_9"}),
    "que-1": (one("group"), one("group", item=[Q])),
    "que-1, items in a display": (one("display", item=[Q]), one("display")),
    "que-2": (form(Q, question("g", "group", item=[Q])), form(Q, question("g", "group", item=[question("a", "date")]))),
    "que-3": (one("display", code=[{"code": "x"}]), one("group", code=[{"code": "x"}], item=[Q])),
    "que-4": (one("choice", answerOption=[option("1")], answerValueSet="urn:v"), one("choice", answerValueSet="urn:v")),
    "que-5": (one("text", answerOption=TWO), one("string", answerOption=TWO)),
    "que-5, a value set": (one("boolean", answerValueSet="urn:v"), one("open-choice", answerValueSet="urn:v")),
    "que-6": (one("display", required=False), one("group", required=False, repeats=False, item=[Q])),
    "que-6, repeats": (one("display", repeats=True), one("string", repeats=True)),
    "que-7": (
        form(Q, question("a", "string", enableWhen=[when("q", "exists", answerString="x")])),
        form(Q, question("a", "string", enableWhen=[when("q", "exists", answerBoolean=False)])),
    ),
    "que-8": (one("group", item=[Q], initial=[{"valueString": "x"}]), one(initial=[{"valueString": "x"}])),
    "que-9": (one("display", readOnly=False), one(readOnly=True)),
    "que-10": (one("date", maxLength=10), one("open-choice", answerOption=TWO, maxLength=10)),
    "que-11": (
        one("choice", answerOption=TWO, initial=[{"valueString": "a"}]),
        one("choice", answerOption=[TWO[0] | {"initialSelected": True}, TWO[1]]),
    ),
    "que-12": (
        form(Q, question("a", "string", enableWhen=ASKED)),
        form(Q, question("a", "string", enableWhen=ASKED, enableBehavior="any")),
    ),
    "que-13": (one(initial=TWO), one(repeats=True, initial=TWO)),
    "dom-2": (holding(contained=[{"resourceType": "Patient", "id": "p"}]), holding(name="V")),
    "dom-3": (form(Q, contained=[VALUES]), holding()),
    "dom-4": (holding(meta={"versionId": "1"}), holding(meta={"profile": ["urn:p"]})),
    "dom-5": (holding(meta={"security": [{"code": "x"}]}), holding(meta={"tag": [{"code": "x"}]})),
    "ele-1": (one(code=[{"id": "x"}]), one(code=[{"id": "x", "code": "y"}])),
    "ele-1, beside no text": (
        form({"linkId": "a", "type": "string", "_text": {"id": "x"}}),
        one(_text={"id": "x"}),
    ),
    "ext-1": (one(extension=[{"url": "urn:x"}]), one(extension=[{"url": "urn:x", "valueCode": "y"}])),
    "ext-1, value and parts": (
        one(extension=[{"url": "urn:x", "valueCode": "y", "extension": [{"url": "z", "valueCode": "y"}]}]),
        one(extension=[{"url": "urn:x", "extension": [{"url": "z", "valueCode": "y"}]}]),
    ),
}


def said_of(source: dict[str, Any]) -> str:
    """Everything that reading the file says: mistakes, else warnings and what is not carried out."""
    try:
        questionnaire = load(source)
    except InvalidQuestionnaire as refused:
        return str(refused)
    return "\n".join(each.sentence for each in (*questionnaire.warnings, *questionnaire.unsupported))


@pytest.mark.parametrize("name", INVARIANTS)
def test_what_breaks_an_invariant_is_said_under_its_name_and_what_keeps_to_it_is_not(name: str) -> None:
    broken, kept = INVARIANTS[name]
    assert name.partition(",")[0] in said_of(broken)
    assert name.partition(",")[0] not in said_of(kept)


def test_every_invariant_of_questionnaires_is_there() -> None:
    names = {name.partition(",")[0] for name in INVARIANTS}
    assert {*(f"que-{number}" for number in range(14)), *(f"dom-{number}" for number in range(2, 6))} < names


def test_what_que_12_lets_pass_by_its_expression_is_a_warning_all_the_same() -> None:
    """The words of que-12 say "more than one", its expression "more than two"."""
    two = form(choice("q", "0", "1"), question("a", "string", enableWhen=ASKED[:2]))
    assert "without enableBehavior" in said_of(two)


def test_a_name_that_is_no_identifier_takes_nothing_away() -> None:
    questionnaire = load(INVARIANTS["que-0"][0])
    assert questionnaire.warnings == ()
    assert questionnaire.can_be_answered
