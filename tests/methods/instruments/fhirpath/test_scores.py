"""What scores rest on: sums, means, rounding, weights, and knowing that nothing was there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments.fhirpath import ExpressionFailed, Quantity, parse
from tests.methods.instruments.fhirpath.forms import WEIGHT, choices, coded, numbers, response, value

VALUES = "item.answer.value"


@pytest.mark.parametrize("name", ["sum", "avg", "min", "max"])
def test_of_no_answers_there_is_no_score_rather_than_0(name: str) -> None:
    assert value(f"{VALUES}.{name}()", response(q0=None)) == []


@pytest.mark.parametrize(("name", "expected"), [("sum", 6), ("avg", 2), ("min", 1), ("max", 3), ("count", 3)])
def test_of_answers_there_is_one(name: str, expected: int) -> None:
    assert value(f"{VALUES}.{name}()", numbers(1, 2, 3)) == expected


@pytest.mark.parametrize("name", ["sum", "avg", "min", "max"])
def test_an_answer_with_only_extensions_leaves_the_whole_without_a_score(name: str) -> None:
    declined = response(q0={"valueInteger": 3}, q1={"_valueInteger": {"extension": [{"url": "declined"}]}})
    assert value(f"{VALUES}.{name}()", declined) == []


def test_decimals_are_added_exactly() -> None:
    assert value(f"{VALUES}.sum()", numbers(*[Decimal("0.1")] * 10)) == Decimal("1.0")
    assert value("0.1 + 0.2 = 0.3") is True


def test_whole_numbers_and_decimals_are_added_together() -> None:
    assert value(f"{VALUES}.sum()", numbers(1, Decimal("1.43"), 2)) == Decimal("4.43")


@pytest.mark.parametrize(
    ("number", "places", "expected"),
    [("2.5", 0, "3"), ("3.5", 0, "4"), ("(-2.5)", 0, "-3"), ("1.005", 2, "1.01"), ("0.125", 2, "0.13"), ("7", 0, "7")],
)
def test_halves_are_rounded_away_from_zero(number: str, places: int, expected: str) -> None:
    assert value(f"{number}.round({places})") == Decimal(expected)


def test_rounding_to_a_negative_number_of_places_is_refused() -> None:
    with pytest.raises(ExpressionFailed, match=r"round\(-1\) has no sense"):
        value("12.round(-1)")


@pytest.mark.parametrize("text", ["1 / 0", "5 div 0", "5 mod 0", "2147483647 + 1", "(-1).sqrt()", "0.ln()"])
def test_what_has_no_number_gives_nothing(text: str) -> None:
    assert value(text) == []


def test_texts_and_truth_values_have_no_sum() -> None:
    with pytest.raises(ExpressionFailed, match="ordinal"):
        value(f"{VALUES}.sum()", coded(q0="a"))
    with pytest.raises(ExpressionFailed, match="truth value"):
        value(f"{VALUES}.sum()", response(q0={"valueBoolean": True}))


def test_quantities_are_added_in_the_finer_unit() -> None:
    assert value("(1 'kg' | 250 'g').sum()") == Quantity(Decimal(1250), "g")
    assert value("(1 'kg' | 3 's').sum()") == []


def test_fhir_quantities_are_compared_by_their_code() -> None:
    weight = {"value": Decimal("72.5"), "unit": "kilo", "system": "http://unitsofmeasure.org", "code": "kg"}
    assert value(f"{VALUES} > 70000 'g'", response(q0={"valueQuantity": weight})) is True


@pytest.mark.parametrize("name", ["ordinal", "weight"])
@pytest.mark.parametrize("path", ["item.answer", "item.answer.value"])
def test_weights_come_from_the_answer_options(name: str, path: str) -> None:
    questionnaire = choices("q1", "q2", url=WEIGHT, a=1, b=Decimal("2.5"))
    assert value(f"{path}.{name}().sum()", coded(q1="a", q2="b"), questionnaire=questionnaire) == Decimal("3.5")


def test_the_weight_on_the_coding_itself_comes_first() -> None:
    coding = {"code": "a", "extension": [{"url": WEIGHT, "valueDecimal": 9}]}
    answered = response(q1={"valueCoding": coding})
    assert value("item.answer.value.ordinal()", answered, questionnaire=choices("q1", a=1)) == 9


def concept(code: str, weight: int) -> dict[str, Any]:
    return {"code": code, "extension": [{"url": WEIGHT, "valueDecimal": weight}]}


def test_weights_come_from_a_contained_value_set_or_code_system() -> None:
    questionnaire = {
        "resourceType": "Questionnaire",
        "contained": [
            {
                "resourceType": "ValueSet", "id": "v",
                "compose": {"include": [{"system": "s", "concept": [concept("a", 4)]}]},
            },
            {"resourceType": "CodeSystem", "url": "s", "concept": [concept("b", 5)]},
        ],
        "item": [{"linkId": "q1", "answerValueSet": "#v"}, {"linkId": "q2", "answerValueSet": "#v"}],
    }  # fmt: skip
    assert parse("item.answer.value.ordinal()").evaluate(
        coded(q1="a", q2="b"), variables={"questionnaire": questionnaire}
    ) == [4, 5]


def test_weights_without_the_questionnaire_are_refused() -> None:
    with pytest.raises(ExpressionFailed, match="%questionnaire, which was not given"):
        value("item.answer.value.ordinal()", coded(q1="a"))


def test_an_answer_of_an_item_that_the_questionnaire_lacks_is_refused() -> None:
    with pytest.raises(ExpressionFailed, match="no item with the linkId 'q9'"):
        value("item.answer.value.ordinal()", coded(q9="a"), questionnaire=choices("q1", a=1))


def test_an_answer_without_a_weight_is_told_to_the_caller() -> None:
    outcome = parse("item.answer.value.ordinal().sum()").outcome(
        coded(q1="a", q2="b"), variables={"questionnaire": choices("q1", "q2", a=1, b=None)}
    )
    assert outcome.values == [1]
    assert outcome.unweighted == {"q2"}


def test_the_caller_can_tell_a_total_of_0_from_a_blank_scale() -> None:
    total = parse("item.answer.value.aggregate($this + $total, 0)")
    blank, zeros = total.outcome(response(q0=None, q1=None)), total.outcome(numbers(0, 0))
    assert blank.values == zeros.values == [0]
    assert (blank.answered, zeros.answered) == (set(), {"q0", "q1"})


def test_only_answers_that_were_looked_at_count_as_answered() -> None:
    outcome = parse("item.where(linkId = 'q1').answer.value + 1").outcome(numbers(5, 6, 7))
    assert (outcome.values, outcome.answered) == ([7], {"q1"})


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("descendants().where(linkId = 'q1').answer.value.sum()", {"q1"}),
        ("descendants().ofType(integer).sum()", {"q0", "q1", "q2"}),
        ("descendants().ofType(integer).aggregate($this + $total, 0)", {"q0", "q1", "q2"}),
        ("item.answer.exists()", set()),
        ("item.linkId.count()", set()),
    ],
)
def test_walking_past_an_answer_is_not_looking_at_it(text: str, answered: set[str]) -> None:
    assert parse(text).outcome(numbers(5, 6, 7)).answered == answered


def test_answers_below_items_are_all_found() -> None:
    nested = response(q0={"valueBoolean": True, "item": [{"linkId": "q0a", "answer": [{"valueInteger": 2}]}]})
    outcome = parse("answers().value").outcome(nested)
    assert (outcome.values, outcome.answered) == ([True, 2], {"q0", "q0a"})
