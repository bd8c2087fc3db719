"""Options from value sets: inside the file, beside it, and what is said when they are not at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stegvis.methods.instruments import load
from tests.methods.instruments.forms import form, question

URL = "http://example.org/vs"


def value_set(*include: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "ValueSet", "id": "vs", "url": URL, "status": "active", "compose": {"include": list(include)},
    } | more  # fmt: skip


def concepts(*codes: str, system: str = "urn:s") -> dict[str, Any]:
    return {"system": system, "concept": [{"code": code, "display": f"Word {code}"} for code in codes]}


def keys(*contained: dict[str, Any], named: str = "#vs", beside: Any = ()) -> list[str]:
    inside = {"contained": list(contained)} if contained else {}
    questionnaire = load(form(question("a", "choice", answerValueSet=named), **inside), beside=beside)
    return [option.key for option in questionnaire.by_link_id["a"].options] or [questionnaire.unsupported[-1].what]


def test_a_contained_value_set_gives_the_options_with_words_and_translations() -> None:
    concept = {"code": "1", "display": "Yes", "designation": [{"language": "sv", "value": "Ja"}]}
    contained = value_set({"system": "urn:s", "concept": [concept]})
    (option,) = load(form(question("a", "choice", answerValueSet="#vs"), contained=[contained])).by_link_id["a"].options

    assert (option.key, option.system, option.text_in("en"), option.text_in("sv")) == ("1", "urn:s", "Yes", "Ja")


def test_several_parts_follow_each_other_and_what_is_excluded_is_left_out() -> None:
    compose = {"include": [concepts("1", "2"), concepts("3", system="urn:t")], "exclude": [concepts("2")]}

    assert keys(value_set(compose=compose)) == ["1", "3"]


def test_other_value_sets_and_whole_code_systems_are_followed() -> None:
    system = {
        "resourceType": "CodeSystem", "url": "urn:s", "status": "active", "content": "complete",
        "concept": [{"code": "1", "concept": [{"code": "2"}]}],
    }  # fmt: skip
    inner = value_set({"system": "urn:s"}, id="inner", url="http://example.org/inner")

    assert keys(value_set({"valueSet": ["http://example.org/inner"]}), inner, system) == ["1", "2"]


def test_an_expansion_is_used_where_the_definition_lists_nothing() -> None:
    contains = [{"system": "urn:s", "abstract": True, "display": "All", "contains": [{"system": "urn:s", "code": "7"}]}]
    filtered = {"system": "urn:s", "filter": [{"property": "p", "op": "=", "value": "v"}]}

    assert keys(value_set(filtered, expansion={"timestamp": "2026-01-01", "contains": contains})) == ["7"]


def test_a_value_set_beside_the_file_is_found_by_its_address(tmp_path: Path) -> None:
    (tmp_path / "ValueSet-mine.json").write_text(json.dumps(value_set(concepts("1"))), encoding="utf-8")
    path = tmp_path / "form.json"
    path.write_text(json.dumps(form(question("a", "choice", answerValueSet=URL + "|2"))), encoding="utf-8")

    assert [option.key for option in load(path).by_link_id["a"].options] == ["1"]
    assert keys(named=URL, beside=[value_set(concepts("4"))]) == ["4"]


@pytest.mark.parametrize(
    ("include", "why"),
    [
        ({"valueSet": ["http://example.org/vs"]}, "includes itself"),
        ({"valueSet": ["http://example.org/other"]}, "neither in the file nor beside it"),
        ({"system": "urn:s"}, "every code of urn:s, which is not here"),
        ({"system": "urn:s", "filter": [{"property": "p", "op": "=", "value": "v"}]}, "needs a terminology server"),
    ],
)
def test_what_cannot_be_listed_is_said_and_any_code_is_taken(include: dict[str, Any], why: str) -> None:
    (what,) = keys(value_set(include))

    assert why in what
    assert "any code is taken" in what


def test_value_sets_that_include_each_other_twice_over_are_listed_once() -> None:
    chain = [
        value_set({"valueSet": [f"urn:v{n + 1}"]}, {"valueSet": [f"urn:v{n + 1}"]}, id=f"v{n}", url=f"urn:v{n}")
        for n in range(60)
    ]

    assert keys(*chain, value_set(concepts("1", "2"), id="v60", url="urn:v60"), named="#v0") == ["1", "2"]


def test_the_units_of_a_quantity_can_come_from_a_value_set() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitValueSet"
    item = question("a", "quantity", extension=[{"url": url, "valueCanonical": "#vs"}])

    units = load(form(item, contained=[value_set(concepts("kg", "g"))])).by_link_id["a"].units
    assert [unit["code"] for unit in units] == ["kg", "g"]
    item["extension"][0]["valueCanonical"] = URL
    (unknown,) = load(form(item)).unsupported
    assert "its units cannot be listed" in unknown.what
