"""Repeating groups and questions: answered, required, counted, asked by the nearest occurrence, written and read."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments import (
    DECLINED,
    enabled,
    from_response,
    pages,
    read_json,
    to_response,
    validate,
    validate_response,
    without_disabled,
    write_json,
)
from tests.methods.instruments.forms import question, read, when

AUTHORED = datetime(2026, 3, 9, 10, tzinfo=UTC)
OCCURS = "http://hl7.org/fhir/StructureDefinition/questionnaire-{}Occurs"
CHILD = {
    "linkId": "child", "type": "group", "repeats": True,
    "item": [
        question("name", "string", required=True),
        question("ill", "boolean"),
        question("illness", "string", enableWhen=[when("ill", "=", answerBoolean=True)]),
        question("medicine", "string", repeats=True, item=[
            question("dose", "decimal"),
            question("daily", "boolean", enableWhen=[when("dose", ">", answerDecimal=2)]),
        ]),
    ],
}  # fmt: skip
FORM = read(CHILD, question("why", "string", enableWhen=[when("ill", "=", answerBoolean=True)]))
ANSWERS: dict[str, Any] = {
    "name@1": "Ada", "ill@1": False, "name@2": "Bo", "ill@2": True, "illness@2": "Asthma",
    "medicine@2": ["x", "y"], "dose@2.2": Decimal("2.50"), "daily@2.2": True, "why": DECLINED,
}  # fmt: skip


def rules(answers: dict[str, Any], form: Any = FORM, *, complete: bool = True) -> list[tuple[str, str]]:
    return [(problem.at, problem.rule) for problem in validate(form, answers, complete=complete)]


def test_answers_in_several_occurrences_validate_and_come_back_from_a_response() -> None:
    assert validate(FORM, ANSWERS) == []
    written = to_response(FORM, ANSWERS, AUTHORED, None)

    assert [item["linkId"] for item in written["item"]] == ["child", "child", "why"]
    assert from_response(FORM, read_json(write_json(written))) == ANSWERS


def test_a_condition_asks_the_question_in_the_same_occurrence() -> None:
    asked = enabled(FORM, ANSWERS)

    assert "illness@2" in asked
    assert "illness@1" not in asked
    assert ("illness@1", "disabled") in rules(ANSWERS | {"illness@1": "None"})


def test_below_a_repeating_question_a_condition_asks_under_the_same_answer() -> None:
    assert "daily@2.2" in enabled(FORM, ANSWERS)
    assert "daily@2.1" not in enabled(FORM, ANSWERS)


def test_from_outside_the_nearest_occurrence_before_decides() -> None:
    assert "why" in enabled(FORM, {"ill@1": False, "ill@2": True})
    assert "why" not in enabled(FORM, {"ill@1": True, "ill@2": False})


def test_an_occurrence_that_falls_away_decides_nothing() -> None:
    held = question("held", "boolean", item=[question("note", "string")])
    last = question("last", "string", enableWhen=[when("note", "exists", answerBoolean=False)])
    form = read({"linkId": "g", "type": "group", "repeats": True, "item": [held]}, last)

    answers = {"held@1": True, "note@1": "a", "note@2": "without what it stands in", "last": "so"}
    assert without_disabled(form, answers) == {"held@1": True, "note@1": "a"}
    assert [one.at for one in validate(form, answers)] == ["note@2"]


def test_from_before_a_repeating_group_its_first_occurrence_decides() -> None:
    asks = {"enableWhen": [when("ill", "=", answerBoolean=True)]}
    form = read(question("first", "string", **asks), CHILD)

    assert "first" in enabled(form, {"ill@1": True, "ill@2": False})
    assert "first" not in enabled(form, {"ill@1": False, "ill@2": True})


def test_a_required_question_is_required_in_every_occurrence_that_was_begun() -> None:
    assert rules({"ill@1": True, "ill@2": True}) == [("name@1", "required"), ("name@2", "required")]
    assert rules({}) == []


def test_an_occurrence_before_one_that_was_begun_is_begun_too() -> None:
    assert rules({"name@2": "Bo"}) == [("name@1", "required")]
    assert rules({"name@1": "Ada", "name@2": "Bo"}) == []


def test_an_answer_where_there_is_no_occurrence_is_unknown() -> None:
    assert rules({"name": "Ada"}) == [("name", "unknown")]
    assert rules({"name@1": "Ada", "dose@1.1": Decimal(1)}) == [("dose@1.1", "disabled")]


def test_a_required_group_needs_one_answer_in_one_of_its_occurrences() -> None:
    form = read(CHILD | {"required": True})

    assert ("child@1", "required") in rules({}, form)
    assert rules({"name@1": "Ada"}, form) == []


def test_answers_and_occurrences_are_counted() -> None:
    few = {"url": OCCURS.format("min"), "valueInteger": 2}
    many = {"url": OCCURS.format("max"), "valueInteger": 2}
    form = read(CHILD | {"extension": [many]}, question("hobby", "string", repeats=True, extension=[few, many]))

    assert rules({"hobby": ["a"]}, form) == [("hobby", "occurrences")]
    assert rules({"hobby": ["a", "b", "c"]}, form) == [("hobby", "occurrences")]
    assert rules({"hobby": ["a", "b"], "name@1": "A", "name@2": "B"}, form) == []
    assert rules({f"name@{n}": "A" for n in (1, 2, 3)}, form) == [("child@3", "occurrences")]
    assert rules({"hobby": ["a"]}, form, complete=False) == []


def test_every_occurrence_has_its_pages() -> None:
    shown = [position for page in pages(FORM, "en", ANSWERS) for position in page.positions]

    assert shown == [
        "name@1", "ill@1", "medicine@1", "name@2", "ill@2", "illness@2", "medicine@2", "dose@2.1", "dose@2.2",
        "daily@2.2", "why",
    ]  # fmt: skip


def test_a_question_that_repeats_as_items_instead_of_answers_is_refused() -> None:
    form = read(question("hobby", "string", repeats=True))
    one, other = ({"linkId": "hobby", "answer": [{"valueString": word}]} for word in ("a", "b"))
    both = {"linkId": "hobby", "answer": [*one["answer"], *other["answer"]]}

    assert validate_response(form, response(both)) == []
    assert [misfit.rule for misfit in validate_response(form, response(one, other))] == ["occurrences"]


def response(*items: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items)}
