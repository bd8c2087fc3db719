"""The structure of FHIR R4: which element may stand where, in which type, how often, in which form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments.errors import Findings
from stegvis.methods.instruments.primitives import form_broken
from stegvis.methods.instruments.structure import check_structure, shape
from tests.methods.instruments.forms import form, question


def check(source: dict[str, Any]) -> tuple[list[str], list[str]]:
    findings = Findings()
    check_structure(source, "Questionnaire", "Questionnaire", findings)
    return [one.sentence for one in findings.mistakes], [one.sentence for one in findings.warnings]


def item(**more: Any) -> dict[str, Any]:
    return form(question("a", "integer", **more))


@pytest.mark.parametrize(
    "source",
    [
        item(),
        item(_text={"extension": [{"url": "urn:x", "valueString": "beside"}]}),
        item(code=[{"system": "urn:x", "code": "1"}], initial=[{"valueInteger": 3}]),
        form(question("a", "integer"), subjectType=["Patient"], meta={"profile": ["http://example.org/p"]}),
        form(
            question("a", "integer"),
            subjectType=[None],
            _subjectType=[{"extension": [{"url": "urn:x", "valueCode": "y"}]}],
        ),
        form(
            question("a", "integer"),
            contained=[{"resourceType": "Patient", "id": "p", "active": True}],
            extension=[{"url": "urn:x", "valueReference": {"reference": "#p"}}],
        ),
        item(extension=[{"url": "urn:x", "valueDecimal": Decimal("1.10")}]),
    ],
)
def test_what_fhir_allows_passes(source: dict[str, Any]) -> None:
    assert check(source) == ([], [])


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (item(colour="x"), "item[0].colour (linkId 'a'): this element does not exist here"),
        (item(requird=True), "Remove it, or write required"),
        (item(required="yes"), "item[0].required (linkId 'a'): 'yes' is not true or false"),
        (item(maxLength=True), "item[0].maxLength (linkId 'a'): True is not a whole number"),
        (item(maxLength=2**31), "item[0].maxLength (linkId 'a'): 2147483648 is not a whole number from"),
        (item(code={"code": "1"}), "item[0].code (linkId 'a'): {'code': '1'} is not a list"),
        (item(prefix=["1"]), "item[0].prefix (linkId 'a'): ['1'] is not text"),
        (item(initial=[{"valueInteger": 1, "valueString": "1"}]), "initial[0].valueString (linkId 'a'): valueInteger"),
        (item(initial=[{"valueInteger": 1}, None]), "initial[1] (linkId 'a'): null"),
        (item(definition="two words"), "is not an address without spaces"),
        (item(text="half\ud83d"), "is not text without NUL and without half a surrogate pair"),
        (item(text="bell\x07"), r"item[0].text (linkId 'a'): 'bell\x07' has a control character in it"),
        (item(_code=[{"id": "x"}]), "only plain values have such a companion"),
        (item(extension=[{"url": "urn:x"}]), "an extension with 0 values (ext-1)"),
        (item(_text=[{"id": "x"}]), "item[0]._text (linkId 'a'): [{'id': 'x'}] is not an object"),
        (
            form({"linkId": "a", "_type": {"id": "x"}}),
            "item[0].type (linkId 'a'): only _type stands here, without its value",
        ),
        (item(enableWhen=[{"question": "a", "operator": "=", "_answerInteger": {"id": "x"}}]), "only _answerInteger"),
        (item(_text=None), "item[0]._text (linkId 'a'): None is not an object"),
        (item(**{"te\ud800xt": "x"}), r"item[0].'te\ud800xt' (linkId 'a'): this element does not exist"),
        (form(question("a", "integer"), subjectType=[None]), "subjectType[0]: null"),
        (form(question("a", "integer"), subjectType=[None], _subjectType=[None]), "subjectType[0]: null"),
        (form(question("a", "integer"), subjectType=["Patient"], _subjectType={"id": "x"}), "as its value is"),
        (form(question("a", "integer"), date="2026-02-30"), "'2026-02-30' is not a date"),
        (form(question("a", "integer"), contained=[{"resourceType": "Sheep"}]), "'Sheep' is not a resource of FHIR R4"),
        (
            form(question("a", "integer"), contained=[{"resourceType": "Patient", "active": 1}]),
            "contained[0].active: 1 is",
        ),
    ],
)
def test_what_fhir_does_not_allow_is_a_mistake_by_its_path(source: dict[str, Any], sentence: str) -> None:
    mistakes, _ = check(source)

    assert any(sentence in mistake for mistake in mistakes), mistakes


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"subjectType": ["Sheep"]}, "there is no subjectType 'Sheep'"),
        ({"contact": [{"telecom": [{"value": "x"}]}]}, "a contact without system (cpt-2)"),
        ({"effectivePeriod": {"start": "2026", "end": "2025"}}, "it ends (2025) before it starts (2026) (per-1)"),
        ({"contained": [{"resourceType": "Patient", "contained": []}]}, "that contains others (dom-2)"),
        ({"contained": [{"resourceType": "Patient", "id": "p"}]}, "nothing refers to, 'p' (dom-3)"),
        ({"contained": [{"resourceType": "Patient"}]}, "contained[0]: a contained resource without id (dom-3)"),
        ({"contained": [{"resourceType": "Patient", "id": "p"}] * 2}, "contained[1].id: another contained resource is"),
        ({"id": "a_b"}, "Questionnaire.id: the id 'a_b' is not 1 to 64 letters"),
        ({"id": "a" * 65}, "is not 1 to 64 letters, digits, hyphens and points"),
        ({"contained": [{"resourceType": "Patient", "id": "#p"}]}, "contained[0].id: the id '#p' is not"),
        ({"fhir_comments": ["x"]}, "Questionnaire.fhir_comments: comments as in DSTU2: they have no effect"),
        ({"code": [{"resourceType": "Coding", "code": "x"}]}, "code[0].resourceType: a resourceType in what is no"),
        (
            {"subjectType": ["Patient"], "_subjectType": [None, {"id": "x"}]},
            "_subjectType: a list of 2 beside one of 1",
        ),
        ({"extension": [{"url": "urn:x", "valueReference": {"reference": "#p"}}]}, "contained is called '#p' (ref-1)"),
        ({"extension": [{"url": "urn:x", "valueQuantity": {"code": "kg"}}]}, "without its system (qty-3)"),
    ],
)
def test_what_leaves_the_questions_clear_is_a_warning(more: dict[str, Any], sentence: str) -> None:
    mistakes, warnings = check(form(question("a", "integer"), **more))

    assert mistakes == []
    assert any(sentence in warning for warning in warnings), warnings


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("date", "2026-03", "2026-13"),
        ("dateTime", "2026-03-09T10:00:00Z", "2026-03-09T10:00:00"),
        ("instant", "2026-03-09T10:00:00.5+01:00", "2026-03-09"),
        ("time", "23:59:60", "24:00:00"),
        ("code", "two words", " padded"),
        ("id", "a-1.b", "a_b"),
        ("oid", "urn:oid:1.2.3", "1.2.3"),
        ("uuid", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:x"),
        ("uuid", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"),
        ("uri", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:1"),
        ("canonical", "urn:oid:2.16.840", "urn:oid:2.016.x"),
        ("uri", "urn:iso:std:iso:11073:10101", "urn:iso std"),
        ("string", "two\r\nlines\tand a tab", "a" * (1024 * 1024 + 1)),
        ("canonical", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520|1.0", "urn:uuid:x|1.0"),
        ("canonical", "#options", "two words"),
        ("positiveInt", 1, 0),
        ("decimal", Decimal("1E+9"), Decimal("1E+900")),
        ("base64Binary", "AAAA", "å"),
    ],
)
def test_plain_values_have_their_form(kind: str, right: Any, wrong: Any) -> None:
    assert form_broken(right, kind) is None
    assert form_broken(wrong, kind) is not None


def test_the_table_has_the_types_of_r4_and_no_others() -> None:
    questionnaire = shape("Questionnaire.item")

    assert questionnaire is not None
    assert {"linkId", "answerValueSet"} <= set(questionnaire.keys)
    assert "answerConstraint" not in questionnaire.keys  # of R5
    assert shape("Sheep") is None


@pytest.mark.parametrize(("element", "value"), [("author", {"display": "A"}), ("project", "https://example.org/p")])
def test_what_a_server_adds_to_the_standard_is_no_element_of_it(element: str, value: Any) -> None:
    (mistake,) = check(form(question("q", "string"), meta={element: value}))[0]

    assert mistake.startswith(f"Questionnaire.meta.{element}: this element does not exist here")
    assert check(form(question("q", "string"), meta={"source": "https://example.org/s"})) == ([], [])
