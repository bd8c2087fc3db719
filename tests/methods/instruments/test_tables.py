"""Scores of a whole table are the scores of its rows, and what is no answer is refused by column and row."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments import DECLINED, score
from stegvis.methods.instruments.columns import WrongColumn
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.tables import score_table
from tests.methods.instruments.forms import (
    SHIPPED,
    choice,
    coded,
    limits,
    option,
    question,
    read,
    score_extension,
    shipped,
    when,
)
from tests.methods.instruments.test_properties import questionnaires
from tests.methods.instruments.wide import Row, columns_of, random_row

CODES = sorted(path.stem for path in SHIPPED.glob("*.json"))
THREE = ("1", "2", "3")
CHANCE = st.integers(0, 2**32).map(Random)


def check_equal(questionnaire: Questionnaire, rows: list[Row], choices: Any = None) -> None:
    """Value, items answered, reason and version of every score of every row, one by one and all at once."""
    columns, declined = columns_of(questionnaire, rows)
    table = score_table(questionnaire, columns, choices, declined)
    for number, row in enumerate(rows):
        for one in score(questionnaire, row, choices):
            column = table[one.name]
            value = None if np.isnan(column.value[number]) else float(column.value[number])
            assert value == one.value, (one.name, row)
            assert column.n_answered[number] == one.n_answered, (one.name, row)
            assert column.missing_reason(number) == one.missing_reason, (one.name, row)
            assert (column.n_items, column.version) == (one.n_items, one.version)


@pytest.mark.parametrize("code", CODES)
@settings(deadline=None, max_examples=12)
@given(chance=CHANCE)
def test_a_table_of_any_instrument_scores_as_its_rows_do(code: str, chance: Random) -> None:
    questionnaire = shipped(code)

    check_equal(questionnaire, [{}, *(random_row(questionnaire, chance) for _ in range(12))])


@settings(deadline=None, max_examples=60)
@given(questionnaire=questionnaires(), chance=CHANCE)
def test_a_table_of_any_questionnaire_with_conditions_scores_as_its_rows_do(
    questionnaire: Questionnaire, chance: Random
) -> None:
    check_equal(questionnaire, [random_row(questionnaire, chance) for _ in range(8)])


@settings(deadline=None, max_examples=20)
@given(chance=CHANCE)
def test_a_protocols_choices_about_the_map_hold_for_a_table_too(chance: Random) -> None:
    questionnaire = shipped("pain-map")
    choices = {
        "pain_locations": {"count": "regions"},
        "wpi": {"knee": "upper_leg", "wrist_and_hand": "lower_arm"},
        "acr1990": {"jaw": "above", "abdomen": "below", "head": "above"},
    }

    check_equal(questionnaire, [random_row(questionnaire, chance) for _ in range(10)], choices)


def two_items(**parameters: Any) -> Questionnaire:
    rule = score_extension("scale", "sum", items="a b", **parameters)
    return read(choice("a", *THREE), choice("b", *THREE), extension=[rule])


def test_keys_may_be_numbers_or_texts() -> None:
    as_numbers = score_table(two_items(), {"a": np.array([1, 3]), "b": [2.0, np.nan]})["scale"]
    as_texts = score_table(two_items(), {"a": ["1", "3"], "b": np.array(["2", None], dtype=object)})["scale"]

    assert as_numbers.value[0] == as_texts.value[0] == 3
    assert as_numbers.missing_reason(1) == as_texts.missing_reason(1) == "too_few_answered"


def test_a_column_that_is_not_there_is_an_item_that_nobody_answered() -> None:
    scored = score_table(two_items(may_miss=1), {"a": [1, 3]})["scale"]

    assert scored.value.tolist() == [2, 6]
    assert scored.n_answered.tolist() == [1, 1]


def test_a_blank_row_is_missing_and_never_nought() -> None:
    scored = score_table(two_items(may_miss=1), {"a": [np.nan], "b": [np.nan]})["scale"]

    assert np.isnan(scored.value[0])
    assert scored.missing_reason(0) == "not_answered"


def test_declined_is_kept_apart_from_not_answered() -> None:
    questionnaire = two_items()

    check_equal(questionnaire, [{"a": DECLINED, "b": DECLINED}, {"a": DECLINED, "b": "1"}, {}])


def test_an_answer_to_a_question_that_was_not_asked_does_not_count() -> None:
    only_after_two = choice("b", *THREE, enableWhen=[when("a", "=", **coded("2"))])
    questionnaire = read(
        choice("a", *THREE), only_after_two, extension=[score_extension("scale", "sum", items="a b", may_miss=1)]
    )

    assert score_table(questionnaire, {"a": [1, 2], "b": [3, 3]})["scale"].value.tolist() == [2, 5]


def test_no_rows_give_no_scores() -> None:
    assert score_table(two_items(), {"a": [], "b": []})["scale"].value.shape == (0,)


def test_ten_thousand_rows_keep_their_order() -> None:
    first = np.arange(10_000) % 3 + 1

    assert (score_table(two_items(), {"a": first, "b": first})["scale"].value == 2 * first).all()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"a": [1, 4], "b": [1, 1]}, "Row 1 of a holds 4, which is none of its options"),
        ({"a": ["1", "x"], "b": ["1", "1"]}, "Row 1 of a holds 'x', which is none of its options"),
        ({"a": [1, 1.5], "b": [1, 1]}, "Row 1 of a holds 1.5"),
        ({"a": [1, 2], "b": [1]}, "differ in length: b has 1 rows, a 2"),
        ({"c": [1]}, "has no item for the columns c"),
        ({"a": [[1]]}, "The column a is no column"),
    ],
)
def test_what_is_no_answer_is_refused_by_column_and_row(columns: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WrongColumn, match=sentence.replace("(", r"\(")):
        score_table(two_items(), columns)


def test_a_number_beyond_its_limits_and_a_word_are_refused() -> None:
    questionnaire = read(
        question("days", "integer", extension=limits(0, 7)), extension=[score_extension("s", "sum", items="days")]
    )

    with pytest.raises(WrongColumn, match="Row 0 of days holds 8, which is not from 0 to 7"):
        score_table(questionnaire, {"days": [8]})
    with pytest.raises(WrongColumn, match="days holds something that is no number"):
        score_table(questionnaire, {"days": np.array(["many"], dtype=object)})


def test_no_pain_beside_a_place_of_pain_is_refused_by_row() -> None:
    marks = {"pain-map:no-pain": [False, True], "pain-map:b-neck": [True, True]}

    with pytest.raises(WrongColumn, match="Row 1 of pain-map has 'no-pain' beside others"):
        score_table(shipped("pain-map"), marks)


def test_an_option_without_a_number_gives_none() -> None:
    questionnaire = read(
        question("class", "choice", answerOption=[option("1"), option("more")]),
        question("hours", "integer", extension=limits(0, 50)),
        extension=[score_extension("s", "stated_sum", items="class", stated="class=hours")],
    )

    check_equal(questionnaire, [{"class": "1"}, {"class": "more", "hours": 9}, {"class": "more"}, {"hours": 3}])


def test_where_a_condition_is_an_expression_every_answer_is_looked_at() -> None:
    expression = {
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
        "valueExpression": {"language": "text/fhirpath", "expression": "true"},
    }
    after_two = choice("b", *THREE, enableWhen=[when("a", "=", **coded("2"))])
    rule = score_extension("scale", "sum", items="a b c", may_miss=1)
    questionnaire = read(choice("a", *THREE), after_two, choice("c", *THREE, extension=[expression]), extension=[rule])

    check_equal(questionnaire, [{"a": a, "b": "1", "c": c} for a in THREE for c in THREE])
