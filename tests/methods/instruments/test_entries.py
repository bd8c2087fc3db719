"""What controls send, as answers: partial dates, moments, amounts, words of one's own, several boxes."""

from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments.entries import as_entry, read_entry
from stegvis.methods.instruments.items import Item
from tests.methods.instruments.forms import choice, option, question, read

WINTER = timezone(timedelta(hours=1))


def unit(code: str) -> dict[str, Any]:
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption"
    return {"url": url, "valueCoding": {"system": "http://unitsofmeasure.org", "code": code}}


def item(kind: str, **more: Any) -> Item:
    return read(question("a", kind, **more)).by_link_id["a"]


@pytest.mark.parametrize(
    ("kind", "entry", "value"),
    [
        ("date", "2026-3-9", "2026-03-09"),
        ("date", "20260309", "2026-03-09"),
        ("date", "2026-03", "2026-03"),
        ("date", "2026", "2026"),
        ("time", "9.30", "09:30:00"),
        ("time", "14:30:15", "14:30:15"),
        ("dateTime", {"date": "2026-03-09", "time": "14:30"}, "2026-03-09T14:30:00+01:00"),
        ("dateTime", {"date": "2026-03-09", "time": "14:30", "offset": "Z"}, "2026-03-09T14:30:00Z"),
        ("dateTime", {"date": "2026-03", "time": ""}, "2026-03"),
        ("quantity", {"value": "7,5", "unit": ""}, {"value": Decimal("7.5")}),
        ("reference", "Dr Lind", {"display": "Dr Lind"}),
        ("boolean", "true", True),
        ("integer", " ", None),
        ("dateTime", {"date": "", "time": ""}, None),
    ],
)
def test_an_entry_is_read_as_the_answer_that_was_meant(kind: str, entry: Any, value: Any) -> None:
    parsed = read_entry(item(kind), entry, zone=WINTER)
    assert (parsed.value, parsed.problems) == (value, ())


@pytest.mark.parametrize(
    ("kind", "entry", "sentence"),
    [
        ("date", "9 March", "is not a date"),
        ("time", "half past two", "is not a time"),
        ("time", "25:00", "hours and minutes"),
        ("dateTime", {"date": "", "time": "14:30"}, "the date as well"),
        ("dateTime", {"date": "2026-03", "time": "14:30"}, "is not a date and time"),
        ("quantity", {"value": "", "unit": "kg"}, "the number as well"),
        ("quantity", {"value": "much", "unit": "kg"}, "is not a number"),
    ],
)
def test_an_entry_that_cannot_be_read_is_refused_in_words(kind: str, entry: Any, sentence: str) -> None:
    problems = read_entry(item(kind), entry, zone=WINTER).problems
    assert sentence in problems[0].message % problems[0].params


def test_an_amount_has_one_of_its_units() -> None:
    weight = item("quantity", extension=[unit("kg"), unit("g")])
    expected = {"value": Decimal("70"), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    assert read_entry(weight, {"value": "70", "unit": "kg"}).value == expected
    assert "Choose the unit" in read_entry(weight, {"value": "70", "unit": ""}).problems[0].message
    assert as_entry(weight, expected, "sv") == {"value": "70", "unit": "kg"}


def test_a_choice_is_found_by_its_key_or_its_words_and_an_open_one_takes_others() -> None:
    closed = read(choice("a", "0", "1")).by_link_id["a"]
    opened = read(question("a", "open-choice", answerOption=[option("0")])).by_link_id["a"]
    assert read_entry(closed, "1").value == "1"
    assert read_entry(closed, "answer 1").value == "1"
    assert "not in the list" in read_entry(closed, "another").problems[0].message
    assert read_entry(opened, "another").value == {"other": "another"}
    assert read_entry(opened, ["0", {"other": "more"}]).problems


def test_several_boxes_are_several_answers_and_empty_ones_are_none() -> None:
    names = item("string", repeats=True)
    assert read_entry(names, ["Iron", " ", "Zinc"]).value == ["Iron", "Zinc"]
    assert read_entry(names, ["", ""]).value is None
    assert as_entry(names, ["Iron"]) == ["Iron"]
