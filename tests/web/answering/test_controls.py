"""Which control a question has, and what its page says around it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from stegvis.methods.instruments import filling, pages
from stegvis.web.answering import blocks, repeating
from stegvis.web.answering.fields import form_class
from stegvis.web.answering.names import name_of, position_of_name
from tests.methods.instruments.forms import choice, limits, option, question, read
from tests.methods.instruments.test_expressions import toggling
from tests.methods.instruments.test_pages import group
from tests.web.answering.posting import form_of, sent

CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"


def html_of(item: dict[str, Any], kept: Any = None, language: str = "en") -> str:
    """The first question of a form with this item, drawn."""
    form = read(item)
    [page, *_rest] = pages(form, language)
    with override(language):
        asked = zip(page.positions, page.items, strict=True)
        return str(form_class(asked, language)(kept=kept or {}))


def controlled(*codes: str) -> list[dict[str, Any]]:
    return [{"url": CONTROL, "valueCodeableConcept": {"coding": [{"code": code} for code in codes]}}]


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (choice("a", "0", "1"), 'type="radio"'),
        (choice("a", *map(str, range(21))), "<select"),
        (choice("a", "0", extension=controlled("drop-down")), "<select"),
        (choice("a", "0", extension=controlled("autocomplete")), "<datalist"),
        (choice("a", "0", repeats=True), 'type="checkbox"'),
        (question("a", "open-choice", answerOption=[option("0")]), 'name="a__other"'),
        (question("a", "date"), 'type="date"'),
        (question("a", "dateTime"), 'name="a__time"'),
        (question("a", "quantity"), 'name="a__value"'),
        (question("a", "attachment"), 'type="file"'),
        (question("a", "string", repeats=True), "data-several"),
        (question("a", "integer", extension=limits(1, 7) + controlled("slider")), 'min="1" max="7"'),
    ],
)
def test_each_kind_of_question_has_its_control(item: dict[str, Any], shown: str) -> None:
    assert shown in html_of(item)


def test_an_exclusive_option_is_marked_and_a_decimal_has_the_comma_of_its_language() -> None:
    many = question("a", "choice", repeats=True, answerOption=[option("0"), option("none", exclusive=True)])
    assert html_of(many).count("data-alone") == 1
    assert 'value="7,5"' in html_of(question("a", "decimal"), {"a": Decimal("7.5")}, "sv")


@pytest.mark.parametrize(
    "position", ["q1", "dose@2.1", "field", "a__b", "/8352-7", "med mellanslag", "answer:x", "å@1"]
)
def test_a_control_is_called_after_its_position_and_leads_back_to_it(position: str) -> None:
    assert position_of_name(name_of(position)) == position
    assert " " not in name_of(position)
    assert "__" not in name_of(position)


def test_questions_with_the_same_buttons_are_one_table_and_a_lone_one_is_the_heading() -> None:
    stacked, lone = read(choice("a", "0", "1"), choice("b", "0", "1")), read(choice("a", "0", "1"))
    kinds = []
    for form in (stacked, lone):
        [page] = pages(form, "en")
        context = blocks.page_context(form, page, form_of(page, {}), "en", blocks.Kept({}))
        kinds.append(([block.kind for block in context["blocks"]], context["lone"] is not None))
    assert kinds == [(["matrix"], False), (["question"], True)]


def test_an_answer_and_another_in_words_are_not_both_taken() -> None:
    form = read(question("a", "open-choice", answerOption=[option("0")]))
    [page] = pages(form, "en")
    both = form_of(page, {}, sent(("a", "0"), ("a__other", "else")))
    assert both.errors == {"a": ["Choose one answer."]}
    words = form_of(page, {}, sent(("a", "other-words"), ("a__other", "else")))
    assert words.is_valid()
    assert words.answers == {"a": {"other": "else"}}


def test_taking_an_occurrence_away_moves_the_later_ones_up() -> None:
    form = read(group("drug", question("name", "string"), question("dose", "integer"), repeats=True))
    answers = {"name@1": "Iron", "dose@1": 1, "name@2": "Zinc", "name@3": "Salt", "dose@3": 3}
    changes = repeating.without(form, answers, "drug@2")
    assert changes == {"name@2": "Salt", "dose@2": 3, "name@3": None, "dose@3": None}
    assert repeating.without(form, answers, "name@2") == {}
    assert repeating.can_open(form, answers, "drug@4")
    assert not repeating.can_open(form, answers, "drug@5")


def test_values_to_begin_with_are_kept_with_the_first_answer_and_only_then() -> None:
    form = read(question("a", "string", initial=[{"valueString": "before"}]), question("b", "string"))
    assert filling.with_beginnings(form, {}) == {"a": "before"}
    assert filling.filled_in(form, {}, {"b": "x"}) == {"a": "before"}
    assert filling.filled_in(form, {"b": "x"}, {"b": "y"}) == {}


def test_only_the_options_that_are_offered_now_have_buttons() -> None:
    form = toggling("%resource.item.where(linkId='n').answer.value > 3", "2")
    item = form.by_link_id["c"]
    for given, keys in (({"n": 1}, ["0", "1"]), ({"n": 5}, ["0", "1", "2"])):
        [(position, shown)] = filling.with_offered(form, given, [("c", item)])
        assert (position, [one.key for one in shown.options]) == ("c", keys)
