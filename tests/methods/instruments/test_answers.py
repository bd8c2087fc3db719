"""Which answers are taken, and what is said about those that are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments import (
    DECLINED,
    from_json,
    parse_answer,
    to_json,
    validate,
    validate_answer,
    without_disabled,
)
from stegvis.methods.instruments.questionnaire import Item
from tests.methods.instruments.forms import choice, limits, option, question, read, when

ITEMS = read(
    choice("mood", "0", "1", "2"),
    question(
        "places", "choice", repeats=True, answerOption=[option("arm"), option("leg"), option("none", exclusive=True)]
    ),
    question("line", "integer", extension=limits(0, 100)),
    question("old", "integer", extension=limits(18, None)),
    question(
        "hours",
        "decimal",
        extension=[
            *limits(Decimal("0"), Decimal("24"), "Decimal"),
            {"url": "http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces", "valueInteger": 1},
        ],
    ),
    question("works", "boolean"),
    question("word", "string", maxLength=5),
    question("story", "text"),
    question("born", "date", extension=limits("1930-01-01", "2010-12-31", "Date")),
    {"linkId": "note", "text": "Read this", "type": "display"},
).by_link_id


def rules(link_id: str, value: Any) -> list[str]:
    return [problem.rule for problem in validate_answer(ITEMS[link_id], value)]


@pytest.mark.parametrize(
    ("link_id", "value"),
    [
        ("mood", "0"), ("places", ["arm"]), ("places", ["leg", "arm"]), ("places", ["none"]), ("line", 0),
        ("line", 100), ("hours", Decimal("7.5")), ("hours", 7), ("hours", Decimal("7.50")), ("works", False),
        ("word", "ångra"), ("story", "a\nb"), ("born", "1975-02-28"), ("born", "1975-02"), ("born", "1975"),
        ("mood", DECLINED), ("line", DECLINED), ("mood", None), ("places", []), ("word", ""),
    ],
)  # fmt: skip
def test_good_answers_are_taken(link_id: str, value: Any) -> None:
    assert rules(link_id, value) == []


@pytest.mark.parametrize(
    ("link_id", "value", "rule"),
    [
        ("mood", "3", "option"), ("mood", 0, "type"), ("mood", ["0"], "type"), ("places", "arm", "type"),
        ("places", ["arm", "hip"], "option"), ("places", ["arm", "arm"], "twice"),
        ("places", ["arm", "none"], "exclusive"), ("line", -1, "range"), ("line", 101, "range"),
        ("line", True, "type"), ("line", "7", "type"), ("line", 7.0, "type"), ("old", 17, "range"),
        ("hours", 7.5, "type"), ("hours", Decimal("7.55"), "decimals"), ("hours", Decimal("NaN"), "type"),
        ("hours", Decimal("24.1"), "range"), ("works", "true", "type"), ("works", 1, "type"),
        ("word", "for long", "too-long"), ("word", "   ", "type"), ("story", "a\x00b", "characters"),
        ("born", "1975-02-30", "type"), ("born", "28 Feb 1975", "type"), ("born", "2011-01-01", "range"),
        ("born", "1929", "range"), ("note", "hello", "not-a-question"), ("mood", {"declined": False}, "type"),
    ],
)  # fmt: skip
def test_bad_answers_are_refused_by_their_rule(link_id: str, value: Any, rule: str) -> None:
    assert rules(link_id, value) == [rule]


def test_the_sentence_says_what_would_be_right() -> None:
    (problem,) = validate_answer(ITEMS["line"], 140)

    assert problem.sentence == "Choose a number from 0 to 100."
    assert problem.message % problem.params == problem.sentence


def test_a_required_question_is_satisfied_by_an_answer_or_by_declining() -> None:
    questionnaire = read(choice("mood", "0", "1", required=True))

    assert [problem.rule for problem in validate(questionnaire, {})] == ["required"]
    assert [problem.rule for problem in validate(questionnaire, {"mood": None})] == ["required"]
    assert validate(questionnaire, {}, complete=False) == []
    assert validate(questionnaire, {"mood": "0"}) == []
    assert validate(questionnaire, {"mood": DECLINED}) == []


def test_a_required_question_that_is_not_asked_is_not_missed() -> None:
    questionnaire = read(
        question("works", "boolean"),
        question("hours", "integer", required=True, enableWhen=[when("works", "=", answerBoolean=True)]),
    )

    assert validate(questionnaire, {"works": False}) == []
    assert [problem.link_id for problem in validate(questionnaire, {"works": True})] == ["hours"]


def test_a_required_heading_needs_one_answer_inside_it() -> None:
    group = {
        "linkId": "g",
        "type": "group",
        "required": True,
        "item": [question("a", "boolean"), question("b", "date")],
    }
    questionnaire = read(group)

    assert [problem.link_id for problem in validate(questionnaire, {})] == ["g"]
    assert validate(questionnaire, {"b": "2026-03-09"}) == []


def test_problems_come_in_the_order_of_the_questionnaire() -> None:
    questionnaire = read(question("a", "integer", required=True), question("b", "boolean"), question("c", "date"))

    problems = validate(questionnaire, {"nowhere": 1, "c": "x", "b": "x"})

    assert [problem.link_id for problem in problems] == ["a", "b", "c", "nowhere"]


def test_an_answer_to_a_question_that_is_not_asked_is_a_problem_and_can_be_left_out() -> None:
    questionnaire = read(
        question("works", "boolean"),
        question("hours", "integer", enableWhen=[when("works", "=", answerBoolean=True)]),
    )
    answers = {"works": False, "hours": 40}

    assert [problem.rule for problem in validate(questionnaire, answers)] == ["disabled"]
    assert without_disabled(questionnaire, answers) == {"works": False}


def test_decimals_pass_through_storage_digit_by_digit() -> None:
    stored = to_json(Decimal("7.50"))

    assert stored == "7.50"
    assert str(from_json(ITEMS["hours"], stored)) == "7.50"
    assert from_json(ITEMS["hours"], 7.5) == Decimal("7.5")
    assert from_json(ITEMS["hours"], DECLINED) == DECLINED
    assert from_json(ITEMS["mood"], "1") == "1"


@pytest.mark.parametrize(
    ("link_id", "typed", "value"),
    [
        ("hours", "7,5", Decimal("7.5")), ("hours", "7.5", Decimal("7.5")), ("hours", " 7 ", Decimal(7)),
        ("line", "42", 42), ("line", "42,0", 42), ("line", "+7", 7), ("old", "1 000", 1000), ("old", "1\u00a0000", 1000),
        ("born", "1975-02-28", "1975-02-28"), ("born", "19750228", "1975-02-28"), ("born", "1975.02.28", "1975-02-28"),
        ("works", "true", True), ("works", "false", False), ("mood", "1", "1"), ("mood", ["1"], "1"),
        ("places", ["leg", ""], ["leg"]), ("places", "leg", ["leg"]), ("story", " slowly ", "slowly"),
    ],
)  # fmt: skip
def test_what_people_type_is_understood(link_id: str, typed: str | list[str], value: Any) -> None:
    parsed = parse_answer(ITEMS[link_id], typed)

    assert parsed.is_answer
    assert parsed.value == value


@pytest.mark.parametrize("nothing", ["", "  ", [], ["", " "], None])
@pytest.mark.parametrize("link_id", ["line", "mood", "places", "story"])
def test_nothing_sent_is_a_missing_answer_and_no_problem(link_id: str, nothing: Any) -> None:
    parsed = parse_answer(ITEMS[link_id], nothing)

    assert (parsed.value, parsed.problems) == (None, ())


@pytest.mark.parametrize(
    ("link_id", "typed", "sentence"),
    [
        ("line", "101", "Choose a number from 0 to 100."),
        ("line", "\u22123", "Choose a number from 0 to 100."),
        ("line", "7,5", "“7,5” is not a whole number. Write digits only, for example 7."),
        ("line", "about 7", "“about 7” is not a whole number. Write digits only, for example 7."),
        ("hours", "1,000.5", "“1,000.5” is not a number. Write digits, for example 7 or 7.5."),
        ("hours", "1e3", "“1e3” is not a number. Write digits, for example 7 or 7.5."),
        ("hours", "٣", "“٣” is not a number. Write digits, for example 7 or 7.5."),
        ("hours", "7,25", "Write the number with fewer decimals: 1 at most."),
        ("old", "17", "Write a number that is 18 or more."),
        ("born", "31/12/1999", "“31/12/1999” is not a date. Write year-month-day, for example 2026-03-09."),
        ("born", "1999-02-30", "“1999-02-30” is not a date. Write year-month-day, for example 2026-03-09."),
        ("works", "maybe", "Choose yes or no."),
        ("mood", ["0", "1"], "Choose one answer."),
    ],
)
def test_what_cannot_be_taken_is_answered_with_a_kind_sentence(link_id: str, typed: Any, sentence: str) -> None:
    parsed = parse_answer(ITEMS[link_id], typed)

    assert not parsed.is_answer
    assert [problem.sentence for problem in parsed.problems] == [sentence]


def test_no_sentence_shouts_or_blames() -> None:
    from stegvis.methods.instruments import answer_rules, answers, typed

    sentences = [
        value
        for room in (answer_rules, answers, typed)
        for name, value in vars(room).items()
        if is_sentence(name, value)
    ]

    assert len(sentences) > 20
    for sentence in sentences:
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert not {"invalid", "error", "failed", "wrong", "must"} & set(sentence.lower().replace(".", "").split())


def is_sentence(name: str, value: Any) -> bool:
    return name.startswith("_") and name.isupper() and isinstance(value, str)


def test_items_know_how_they_are_put_on_a_page() -> None:
    ways = {link_id: item.presentation for link_id, item in ITEMS.items() if isinstance(item, Item)}

    assert ways == {
        "mood": "options",
        "places": "many-options",
        "line": "number",
        "old": "number",
        "hours": "number",
        "works": "yes-no",
        "word": "short-text",
        "story": "long-text",
        "born": "date",
        "note": "none",
    }
