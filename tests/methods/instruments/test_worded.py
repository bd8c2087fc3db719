"""Words that an expression gives: carried out over the answers and variables, and said on load where they cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stegvis.methods.instruments import pages
from tests.methods.instruments.forms import question, read
from tests.methods.instruments.test_expressions import VARIABLE, answer, expression

WORDS = "http://hl7.org/fhir/StructureDefinition/cqf-expression"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def worded(link_id: str, kind: str, text: str, language: str = "text/fhirpath", **more: Any) -> dict[str, Any]:
    by = {"url": WORDS, "valueExpression": {"language": language, "expression": text}}
    return question(link_id, kind, _text={"extension": [by]}, **more)


NAME = question("name", "string")
FORM = read(
    NAME,
    worded("hello", "display", "'Hello ' + %called + '.'"),
    worded("days", "integer", f"'How many days, ' + {answer('name')} + '?'"),
    extension=[expression(VARIABLE, answer("name"), name="called")],
)


def test_a_text_and_a_question_have_the_words_that_the_answers_give() -> None:
    (_, page) = pages(FORM, "en", {"name": "Bo"})
    assert page.lead == ("Hello Bo.",)
    assert [item.text_in("en") for item in page.items] == ["How many days, Bo?"]
    assert [one.item.text_in("en") for one in page.parts] == ["Hello Bo.", "How many days, Bo?"]


def test_a_translation_stays_as_it_is_written() -> None:
    swedish = {"extension": [{"url": "lang", "valueCode": "sv"}, {"url": "content", "valueString": "Om dig"}]}
    hello = question("hello", "display", _text={"extension": [{"url": TRANSLATION, **swedish}]})
    hello["_text"]["extension"] += FORM.raw_items["hello"]["_text"]["extension"]
    form = read(NAME, hello, question("q", "string"), extension=FORM.definition["extension"])
    assert pages(form, "en", {"name": "Bo"})[1].lead == ("Hello Bo.",)
    assert pages(form, "sv", {"name": "Bo"})[1].lead == ("Om dig",)


def test_without_what_they_are_made_of_the_words_stay_as_they_are_written() -> None:
    (_, page) = pages(FORM, "en", {})
    assert (page.lead, page.items[0].text_in("en")) == (("About hello",), "About days")
    assert FORM.unsupported == FORM.warnings == ()


def test_no_answer_changes_the_words_on_its_own_page() -> None:
    after = read({"linkId": "g", "type": "group", "text": "G", "item": [NAME, FORM.raw_items["hello"]]},
                 extension=FORM.definition["extension"])  # fmt: skip
    assert [page.positions for page in pages(FORM)] == [("name",), ("days",)]
    assert [[one.position for one in page.parts] for page in pages(after)] == [["name"], ["hello"]]


def test_the_heading_of_a_group_is_worded_and_so_is_each_occurrence_by_itself() -> None:
    inside = worded("note", "string", "'About ' + %resource.item.where(linkId='name').answer.value + ' and more'")
    form = read(NAME, worded("g", "group", f"'The week of ' + {answer('name')}", item=[inside]))
    page = pages(form, "en", {"name": "Bo"})[-1]
    assert page.headings == ("The week of Bo",)
    assert page.items[0].text_in("en") == "About Bo and more"


def test_a_page_says_whether_its_words_may_quote_an_answer() -> None:
    inside = read(NAME, worded("g", "group", answer("name"), item=[question("q", "string")]))
    assert [page.quotes_answers for page in pages(FORM)] == [False, True]
    assert [page.quotes_answers for page in pages(inside)] == [False, True]


def test_a_day_in_the_words_is_the_one_that_the_caller_says() -> None:
    form = read(worded("day", "display", "'Today is ' + today().toString()"), question("q", "string"))
    assert pages(form, "en", at=datetime(2026, 3, 9, tzinfo=UTC))[0].lead == ("Today is 2026-03-09",)


@pytest.mark.parametrize("text", ["1", "'a' | 'b'", "{}", "' '", "%resource"])
def test_what_gives_no_single_text_leaves_the_words(text: str) -> None:
    form = read(worded("t", "display", text), question("q", "string"))
    assert pages(form, "en")[0].lead == ("About t",)


QUERY = {
    "url": VARIABLE,
    "valueExpression": {"language": "application/x-fhir-query", "expression": "Patient", "name": "p"},
}


@pytest.mark.parametrize(
    ("text", "language", "top"),
    [
        ("Name", "text/cql", {}),
        ("%p.name.first().family", "text/fhirpath", {"extension": [QUERY]}),
        ("%called", "text/fhirpath", {"extension": [QUERY, expression(VARIABLE, "%p.id", name="called")]}),
    ],
    ids=["another language", "a query", "a variable made of a query"],
)
def test_words_that_only_a_server_can_give_are_said_and_stay(text: str, language: str, top: dict[str, Any]) -> None:
    form = read(worded("t", "display", text, language), question("q", "string"), **top)
    (said,) = [one for one in form.unsupported if one.link_id == "t"]
    assert said.blocks
    assert pages(form, "en")[0].lead == ("About t",)
