"""A table or page whose own questions decide about each other is shown in parts: said on load, readable on each page."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import pages
from tests.methods.instruments.forms import choice, coded, question, read, when

CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
DECIDED = choice("b", "0", "1", enableWhen=[when("a", "=", **coded("1"))])


def group(control: str, *rows: dict[str, Any]) -> dict[str, Any]:
    shown = [{"url": CONTROL, "valueCodeableConcept": {"coding": [{"code": control}]}}]
    return {"linkId": "t", "type": "group", "text": "How often", "extension": shown, "item": list(rows)}


@pytest.mark.parametrize("control", ["table", "htable", "gtable", "grid", "page"])
def test_what_is_parted_is_said_by_its_linkid_with_the_questions_that_are_the_reason(control: str) -> None:
    form = read(group(control, choice("a", "0", "1"), DECIDED, choice("c", "0", "1")))
    (said,) = [one for one in form.unsupported if one.element == "itemControl"]
    assert (said.link_id, said.blocks) == ("t", False)
    assert "'a' decides about 'b'" in said.what
    assert [page.positions for page in pages(form, everything=True)] == [("a",), ("b", "c")]


def test_each_part_has_the_heading_of_the_table() -> None:
    form = read(group("gtable", choice("a", "0", "1"), DECIDED, choice("c", "0", "1")))
    assert {page.headings for page in pages(form, everything=True)} == {("How often",)}
    assert all(page.table is not None for page in pages(form, everything=True))


@pytest.mark.parametrize(
    "items",
    [
        [group("gtable", choice("a", "0", "1"), choice("c", "0", "1"))],
        [choice("a", "0", "1"), group("gtable", DECIDED, choice("c", "0", "1"))],
        [question("g", "group", item=[choice("a", "0", "1"), DECIDED])],
    ],
    ids=["rows that decide nothing", "decided by a question outside", "a plain group"],
)
def test_what_stands_together_or_is_not_wanted_together_is_not_said(items: list[dict[str, Any]]) -> None:
    assert read(*items).unsupported == ()
