"""Validating a QuestionnaireResponse: each misfit by element path and rule, beside what is right."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import validate, validate_response
from tests.methods.instruments.forms import choice, limits, option, question, read, when

FORM = read(
    {
        "linkId": "g", "type": "group",
        "item": [question("age", "integer", required=True, extension=limits(0, 120)), question("note", "string")],
    },
    question("kids", "boolean", item=[question("number", "integer")]),
    question("names", "string", enableWhen=[when("kids", "=", answerBoolean=True)]),
    question("open", "open-choice", answerOption=[option("1")]),
    choice("mood", "0", "1"),
)  # fmt: skip
AGE = {"linkId": "age", "answer": [{"valueInteger": 40}]}
GROUP = {"linkId": "g", "item": [AGE]}
KIDS = {"linkId": "kids", "answer": [{"valueBoolean": True}]}


def found(*items: Any, **more: Any) -> list[tuple[str, str]]:
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items)} | more
    return [
        (misfit.path.removeprefix("QuestionnaireResponse."), misfit.rule)
        for misfit in validate_response(FORM, response)
    ]


def test_a_right_answer_has_no_misfits() -> None:
    assert found(GROUP, KIDS, {"linkId": "names", "answer": [{"valueString": "Bo"}]}) == []


@pytest.mark.parametrize(
    ("items", "path", "rule"),
    [
        ([GROUP, {"linkId": "other"}], "item[1]", "unknown"),
        ([AGE], "item[0]", "nesting"),
        ([KIDS, GROUP], "item[1]", "order"),
        ([GROUP, GROUP], "item[1]", "occurrences"),
        ([GROUP | {"answer": [{"valueInteger": 1}]}], "item[0].answer", "nesting"),
        ([GROUP, KIDS | {"item": [{"linkId": "number"}]}], "item[1].item", "nesting"),
        ([{"linkId": "g"}], "item[0]", "required"),
        ([GROUP, {"linkId": "names", "answer": [{"valueString": "Bo"}]}], "item[1]", "disabled"),
        ([GROUP, {"linkId": "names"}], "item[1]", "disabled"),
        ([GROUP, {"linkId": "mood", "answer": [{"valueString": "0"}]}], "item[1].answer[0].valueString", "option"),
        ([GROUP, {"linkId": "mood", "answer": [{"valueBoolean": True}]}], "item[1].answer[0].valueBoolean", "type"),
        ([GROUP, {"linkId": "mood", "answer": [{}]}], "item[1].answer[0]", "structure"),
        ([GROUP, KIDS | {"answer": [{"valueBoolean": True}, {"valueBoolean": False}]}], "item[1].answer", "occurrences"),
        ([GROUP, {"linkId": "open", "answer": [{"valueCoding": {"code": "9"}}]}], "item[1].answer[0].valueCoding", "option"),
    ],
)  # fmt: skip
def test_a_misfit_is_said_by_its_path_and_rule(items: list[Any], path: str, rule: str) -> None:
    assert (path, rule) in found(*items)


def test_a_value_out_of_range_is_said_where_the_item_stands() -> None:
    old = {"linkId": "age", "answer": [{"valueInteger": 140}]}

    assert found({"linkId": "g", "item": [old]}) == [("item[0].item[0].answer[0].valueInteger", "range")]


def test_a_required_question_is_missed_only_where_its_group_is_there_and_the_response_complete() -> None:
    assert found({"linkId": "g"}) == [("item[0]", "required")]
    assert found({"linkId": "g"}, status="in-progress") == []
    assert found(KIDS) == []


def test_what_is_not_fhir_is_said_and_the_rest_is_still_held_against_the_form() -> None:
    wrong = {"linkId": "age", "answer": [{"valueInteger": "40"}]}

    assert found({"linkId": "g", "item": [wrong]}, {"linkId": "other"}) == [
        ("item[0].item[0].answer[0].valueInteger", "structure"),
        ("item[1]", "unknown"),
    ]


@pytest.mark.parametrize("response", [None, [], "x", {}, {"resourceType": "Patient"}])
def test_what_is_no_response_is_one_misfit(response: Any) -> None:
    (misfit,) = validate_response(FORM, response)

    assert misfit.rule == "structure"
    assert "QuestionnaireResponse" in misfit.right


@pytest.mark.parametrize(
    ("named", "is_ours"),
    [
        ("https://trial.example/Questionnaire/form|3", True),
        ("https://trial.example/Questionnaire/form", True),
        ("#form", True),
        ("https://trial.example/Questionnaire/form|2", False),
        ("https://trial.example/Questionnaire/other", False),
    ],
)
def test_a_response_must_answer_this_questionnaire_in_this_version(named: str, is_ours: bool) -> None:
    assert found(GROUP, questionnaire=named) == ([] if is_ours else [("questionnaire", "questionnaire")])


def test_each_of_several_answers_that_breaks_a_rule_is_named_by_its_own_path() -> None:
    form = read(question("hours", "integer", repeats=True, extension=limits(0, 24)))
    hours = {"linkId": "hours", "answer": [{"valueInteger": 7}, {"valueInteger": 30}, {"valueInteger": -1}]}
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [hours]}

    at = "QuestionnaireResponse.item[0].answer"
    assert [one.path for one in validate_response(form, response)] == [f"{at}[{n}].valueInteger" for n in (1, 2)]
    assert len(validate(form, {"hours": [7, 30, -1]})) == 1


def test_an_option_that_stands_alone_is_named_among_the_others() -> None:
    form = read(question("q", "choice", repeats=True, answerOption=[option("1"), option("2", exclusive=True)]))
    answers = [{"valueCoding": one["valueCoding"]} for one in form.raw_items["q"]["answerOption"]]
    response = {"resourceType": "QuestionnaireResponse", "status": "completed"}

    (misfit,) = validate_response(form, response | {"item": [{"linkId": "q", "answer": answers}]})
    assert (misfit.rule, misfit.path[-23:]) == ("exclusive", "].answer[1].valueCoding")


@pytest.mark.parametrize(
    ("kind", "value", "path", "rule"),
    [
        ("reference", {"reference": "ht tp://a/Patient/1"}, "answer[0].valueReference", "type"),
        ("attachment", {"contentType": "text/plain", "data": "YWI=", "size": 9}, "valueAttachment.size", "structure"),
    ],
)
def test_an_address_with_spaces_and_a_size_that_is_not_the_datas_are_refused(
    kind: str, value: Any, path: str, rule: str
) -> None:
    form, key = read(question("q", kind)), f"value{kind.title()}"
    response = {"resourceType": "QuestionnaireResponse", "status": "completed"}

    (misfit,) = validate_response(form, response | {"item": [{"linkId": "q", "answer": [{key: value}]}]})
    assert misfit.path.endswith(path)
    assert misfit.rule == rule
