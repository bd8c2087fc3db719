"""What is asked, in view of what was answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments import DECLINED, enabled
from tests.methods.instruments.forms import choice, coded, question, read, when


def asks(*conditions: dict[str, Any], answers: dict[str, Any], behaviour: str | None = None) -> bool:
    """Whether a question under these conditions is asked."""
    more: dict[str, Any] = {"enableWhen": list(conditions)}
    if behaviour:
        more["enableBehavior"] = behaviour
    questionnaire = read(
        choice("mood", "low", "high"),
        choice("places", "arm", "leg", repeats=True),
        question("age", "integer"),
        question("weight", "decimal"),
        question("works", "boolean"),
        question("since", "date"),
        question("why", "string", **more),
    )
    return "why" in enabled(questionnaire, answers)


@pytest.mark.parametrize(
    ("condition", "answers", "asked"),
    [
        (when("mood", "=", **coded("low")), {"mood": "low"}, True),
        (when("mood", "=", **coded("low")), {"mood": "high"}, False),
        (when("mood", "=", **coded("low")), {}, False),
        (when("mood", "!=", **coded("low")), {"mood": "high"}, True),
        (when("mood", "!=", **coded("low")), {"mood": "low"}, False),
        (when("mood", "!=", **coded("low")), {}, True),  # no answer equals it, as FHIR defines the operator
        (when("mood", "exists", answerBoolean=True), {"mood": "low"}, True),
        (when("mood", "exists", answerBoolean=True), {}, False),
        (when("mood", "exists", answerBoolean=False), {}, True),
        (when("mood", "exists", answerBoolean=True), {"mood": DECLINED}, False),
        (when("places", "=", **coded("leg")), {"places": ["arm", "leg"]}, True),
        (when("places", "!=", **coded("leg")), {"places": ["arm", "leg"]}, False),
        (when("age", ">", answerInteger=40), {"age": 41}, True),
        (when("age", ">", answerInteger=40), {"age": 40}, False),
        (when("age", ">=", answerInteger=40), {"age": 40}, True),
        (when("age", "<", answerInteger=40), {"age": 39}, True),
        (when("age", "<=", answerInteger=40), {"age": 41}, False),
        (when("age", "<", answerInteger=40), {}, False),
        (when("weight", "=", answerDecimal=Decimal("60.50")), {"weight": Decimal("60.5")}, True),
        (when("weight", ">", answerDecimal=60), {"weight": Decimal("NaN")}, False),
        (when("works", "=", answerBoolean=False), {"works": False}, True),
        (when("works", "=", answerBoolean=False), {"works": 0}, False),
        (when("since", ">", answerDate="2026-03-09"), {"since": "2026-03-10"}, True),
        (when("age", "=", answerInteger=1), {"age": True}, False),
    ],
)
def test_each_operator_as_fhir_defines_it(condition: dict[str, Any], answers: dict[str, Any], asked: bool) -> None:
    assert asks(condition, answers=answers) is asked


def test_all_and_any_conditions() -> None:
    conditions = when("works", "=", answerBoolean=True), when("age", ">", answerInteger=64)

    assert asks(*conditions, answers={"works": True}, behaviour="any")
    assert not asks(*conditions, answers={"works": True}, behaviour="all")
    assert asks(*conditions, answers={"works": True, "age": 65}, behaviour="all")


def test_without_a_behaviour_one_condition_is_enough_and_the_file_is_warned_about() -> None:
    conditions = [when("works", "=", answerBoolean=True), when("age", ">", answerInteger=64)]
    form = read(
        question("works", "boolean"), question("age", "integer"), question("q", "string", enableWhen=conditions)
    )

    assert "q" in enabled(form, {"works": True})
    assert [warning.what for warning in form.warnings] == ["several conditions without enableBehavior (que-12)"]


def test_what_stands_in_a_heading_is_asked_only_with_the_heading() -> None:
    group = {
        "linkId": "work",
        "type": "group",
        "enableWhen": [when("works", "=", answerBoolean=True)],
        "item": [question("hours", "integer")],
    }
    questionnaire = read(question("works", "boolean"), group)

    assert enabled(questionnaire, {"works": False}) == {"works"}
    assert enabled(questionnaire, {"works": True}) == {"works", "work", "hours"}


def test_an_answer_to_a_question_that_is_not_asked_counts_for_nothing() -> None:
    questionnaire = read(
        question("works", "boolean"),
        question("hours", "integer", enableWhen=[when("works", "=", answerBoolean=True)]),
        question("tired", "boolean", enableWhen=[when("hours", ">", answerInteger=40)]),
    )

    assert "tired" in enabled(questionnaire, {"works": True, "hours": 50})
    assert "tired" not in enabled(questionnaire, {"works": False, "hours": 50})


def test_a_question_inside_a_question_waits_for_its_answer() -> None:
    questionnaire = read(question("works", "boolean", item=[question("where", "string"), text("note")]))

    assert enabled(questionnaire, {}) == {"works", "note"}
    assert enabled(questionnaire, {"works": False}) == {"works", "where", "note"}


def text(link_id: str) -> dict[str, Any]:
    return {"linkId": link_id, "text": "Read this", "type": "display"}


def test_a_chain_of_conditions_may_be_as_long_as_it_likes_in_any_order() -> None:
    last = 3000
    items = [
        question(f"q{n}", "boolean", enableWhen=[when(f"q{n + 1}", "exists", answerBoolean=True)]) for n in range(last)
    ]
    form = read(*items, question(f"q{last}", "boolean"))

    assert enabled(form, {}) == {f"q{last}"}
    assert len(enabled(form, {f"q{n}": True for n in range(last + 1)})) == last + 1
