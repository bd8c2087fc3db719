"""Every type of question: what is a good answer, what is refused and by which rule, and how it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments import from_response, parse_answer, read_json, to_response, validate_answer, write_json
from stegvis.methods.instruments.values import other
from tests.methods.instruments.forms import choice, question, read

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
UCUM = "http://unitsofmeasure.org"


def ext(url: str, kind: str, value: Any) -> dict[str, Any]:
    return {"url": url, f"value{kind}": value}


def kilos(value: Any, code: str = "kg") -> dict[str, Any]:
    return {"value": value, "unit": code, "system": UCUM, "code": code}


ITEMS: dict[str, dict[str, Any]] = {
    "dateTime": question("q", "dateTime", extension=[ext(HL7 + "minValue", "DateTime", "2026-01-01T00:00:00Z")]),
    "time": question("q", "time", extension=[ext(HL7 + "maxValue", "Time", "12:00:00")]),
    "url": question("q", "url"),
    "open": choice("q", "0", "1", type="open-choice", maxLength=4),
    "quantity": question("q", "quantity", extension=[
        ext(HL7 + "questionnaire-unitOption", "Coding", {"system": UCUM, "code": "kg"}),
        ext(SDC + "minQuantity", "Quantity", kilos(1)), ext(SDC + "maxQuantity", "Quantity", kilos(9)),
        ext(HL7 + "maxDecimalPlaces", "Integer", 1),
    ]),
    "attachment": question("q", "attachment", extension=[
        ext(HL7 + "mimeType", "Code", "image/png"), ext(HL7 + "maxSize", "Decimal", 4),
    ]),
    "reference": question("q", "reference", extension=[
        ext(HL7 + "questionnaire-referenceResource", "Code", "Patient"),
    ]),
    "regex": question("q", "string", extension=[
        ext(HL7 + "regex", "String", "[0-9]{3}"), ext(HL7 + "entryFormat", "String", "nnn"),
    ]),
    "listed": question("q", "integer", answerOption=[{"valueInteger": 2}, {"valueInteger": 4}]),
    "text": question("q", "string"),
    "numbers": question("q", "integer", repeats=True),
    "elsewhere": question("q", "choice", answerValueSet="http://example.org/vs"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("item", "value", "written"),
    [
        ("dateTime", "2026-03-09T14:30:00+01:00", {"valueDateTime": "2026-03-09T14:30:00+01:00"}),
        ("dateTime", "2026-03", {"valueDateTime": "2026-03"}),
        ("time", "11:59:00.5", {"valueTime": "11:59:00.5"}),
        ("url", "https://example.org", {"valueUri": "https://example.org"}),
        ("open", other("1"), {"valueString": "1"}),
        ("open", "1", {"valueCoding": {"system": "https://trial.example/codes", "code": "1", "display": "Answer 1"}}),
        ("quantity", kilos(Decimal("7.50")), {"valueQuantity": kilos(Decimal("7.50"))}),
        ("attachment", {"contentType": "image/png", "data": "AAAA"}, None),
        ("reference", {"reference": "Patient/1"}, {"valueReference": {"reference": "Patient/1"}}),
        ("attachment", {"contentType": "image/png", "data": "AAAA\nAA=="}, None),
        ("text", "two\nlines\tand a tab", {"valueString": "two\nlines\tand a tab"}),
        ("regex", "123", {"valueString": "123"}),
        ("listed", 4, {"valueInteger": 4}),
        ("elsewhere", {"system": "urn:x", "code": "7"}, {"valueCoding": {"system": "urn:x", "code": "7"}}),
    ],
)
def test_a_good_answer_is_written_and_comes_back_the_same(item: str, value: Any, written: Any) -> None:
    form = read(ITEMS[item])
    response = to_response(form, {"q": value}, datetime(2026, 3, 9, tzinfo=UTC), None)

    assert written is None or response["item"][0]["answer"] == [written]
    assert from_response(form, read_json(write_json(response))) == {"q": value}


@pytest.mark.parametrize(
    ("item", "value", "rule"),
    [
        ("dateTime", "2026-03-09T14:30", "type"),
        ("dateTime", "2025-12-31T23:59:00Z", "range"),
        ("time", "24:00:00", "type"),
        ("time", "12:00:01", "range"),
        ("url", "two words", "type"),
        ("open", other("words"), "too-long"),
        ("open", "7", "option"),
        ("quantity", 7, "type"),
        ("quantity", kilos(7000, "g"), "unit"),
        ("quantity", kilos(Decimal("0.5")), "range"),
        ("quantity", kilos(10), "range"),
        ("quantity", kilos(Decimal("7.55")), "decimals"),
        ("attachment", {"contentType": "text/html", "data": "AAAA"}, "content-type"),
        ("attachment", {"contentType": "image/png", "data": "AAAAAAA="}, "size"),
        ("attachment", {"contentType": "image/png", "url": "https://example.org/a.png", "size": 5}, "size"),
        ("reference", {"reference": "Group/1"}, "resource-type"),
        ("reference", {}, "type"),
        ("regex", "12a", "regex"),
        ("listed", 3, "option"),
        ("numbers", 3, "type"),
        ("numbers", [3, "x"], "type"),
        ("elsewhere", 7, "type"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_rule(item: str, value: Any, rule: str) -> None:
    found = validate_answer(read(ITEMS[item]).by_link_id["q"], value)

    assert [problem.rule for problem in found] == [rule]
    assert found[0].sentence.endswith(".")


@pytest.mark.parametrize(
    ("item", "typed", "value"),
    [
        ("time", "9:30", "09:30:00"),
        ("time", "09.30.15", "09:30:15"),
        ("open", "1", "1"),
        ("open", "two", other("two")),
        ("numbers", ["1", "2,0"], [1, 2]),
        ("url", " https://example.org ", "https://example.org"),
    ],
)
def test_what_people_type_is_understood(item: str, typed: Any, value: Any) -> None:
    parsed = parse_answer(read(ITEMS[item]).by_link_id["q"], typed)

    assert (parsed.value, parsed.problems) == (value, ())


@pytest.mark.parametrize(
    ("item", "typed", "sentence"),
    [
        ("time", "noon", "“noon” is not a time. Write hours and minutes, for example 14:30."),
        ("time", "25:00", "“25:00” is not a time. Write hours and minutes, for example 14:30."),
        ("numbers", ["1", "two"], "“two” is not a whole number. Write digits only, for example 7."),
    ],
)
def test_what_cannot_be_understood_is_said(item: str, typed: Any, sentence: str) -> None:
    parsed = parse_answer(read(ITEMS[item]).by_link_id["q"], typed)

    assert not parsed.is_answer
    assert [problem.sentence for problem in parsed.problems] == [sentence]


def test_an_amount_is_held_against_a_limit_in_a_related_unit() -> None:
    limit = ext(SDC + "maxQuantity", "Quantity", kilos(9))
    item = read(question("q", "quantity", extension=[limit])).by_link_id["q"]

    assert validate_answer(item, kilos(9000, "g")) == []
    assert [problem.rule for problem in validate_answer(item, kilos(9001, "g"))] == ["range"]
    assert [problem.rule for problem in validate_answer(item, kilos(99, "cm"))] == ["unit"]


def test_words_of_ones_own_are_kept_apart_from_an_option_with_the_same_letters() -> None:
    form = read(ITEMS["open"])
    said, chosen = (
        to_response(form, {"q": value}, datetime(2026, 3, 9, tzinfo=UTC), None) for value in (other("1"), "1")
    )

    assert said["item"] != chosen["item"]


def test_a_limit_of_a_few_bytes_is_taken_as_it_stands_and_warned_of() -> None:
    limit = read(ITEMS["attachment"])
    assert limit.by_link_id["q"].limits.max_bytes == 4
    assert [one.what for one in limit.warnings] == ["maxSize 4 counts bytes, so that hardly any file is small enough"]
    assert read(question("q", "attachment", extension=[ext(HL7 + "maxSize", "Decimal", 5_000_000)])).warnings == ()
