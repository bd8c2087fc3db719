"""Scoring functions, their missing-data rules, and what a score says about itself."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import DECLINED, score
from stegvis.methods.instruments.questionnaire import Questionnaire
from tests.methods.instruments.forms import (
    choice,
    coded,
    limits,
    question,
    read,
    score_extension,
    scores,
    shipped,
    when,
)


def three_items(function: str, **parameters: Any) -> Questionnaire:
    """Items a, b, c with the values 1 to 5, and one score over them."""
    codes = ("1", "2", "3", "4", "5")
    rule = score_extension("scale", function, items="a b c", **parameters)
    return read(choice("a", *codes), choice("b", *codes), choice("c", *codes), extension=[rule])


def value(questionnaire: Questionnaire, answers: dict[str, Any]) -> float | None:
    (only,) = score(questionnaire, answers)
    return only.value


def test_a_sum_needs_every_item_unless_the_instrument_says_otherwise() -> None:
    assert value(three_items("sum"), {"a": "1", "b": "4", "c": "5"}) == 10
    assert value(three_items("sum"), {"a": "1", "b": "4"}) is None


def test_a_prorated_sum_counts_missing_items_as_the_mean_of_the_others() -> None:
    questionnaire = three_items("sum", may_miss=1)

    assert value(questionnaire, {"a": "1", "b": "4"}) == 7.5  # (1 + 4) · 3/2
    assert value(questionnaire, {"a": "1"}) is None


def test_reversed_items_count_from_the_other_end() -> None:
    questionnaire = three_items("sum", reverse="b")

    assert value(questionnaire, {"a": "1", "b": "1", "c": "1"}) == 7  # 1 + (1 + 5 − 1) + 1


def test_reversal_of_a_number_uses_its_limits() -> None:
    questionnaire = read(
        question("days", "integer", extension=limits(0, 7)),
        extension=[score_extension("scale", "sum", items="days", reverse="days", multiply=1.43)],
    )

    assert value(questionnaire, {"days": 2}) == 7.15  # (7 − 2) · 1.43


def test_a_mean_says_how_many_items_it_needs() -> None:
    assert value(three_items("mean"), {"a": "1", "b": "4"}) is None
    assert value(three_items("mean", least_answered=2), {"a": "1", "b": "4"}) == 2.5
    assert value(three_items("mean", least_answered=2, multiply=10.0), {"a": "1", "b": "4"}) == 25


def test_a_score_from_answers_with_an_open_last_class() -> None:
    questionnaire = shipped("ltpai")

    assert scores(questionnaire, {"ltpai-2": "low", "ltpai-3": "middle", "ltpai-4": "none"})["ltpai"].value == 4
    stated = {"ltpai-2": "low", "ltpai-3": "middle", "ltpai-4": "stated", "ltpai-4-hours": 6.5}
    assert scores(questionnaire, stated)["ltpai"].value == 10.5
    del stated["ltpai-4-hours"]
    unsaid = scores(questionnaire, stated)["ltpai"]
    assert (unsaid.value, unsaid.n_answered, unsaid.missing_reason) == (None, 2, "too_few_answered")


@pytest.mark.parametrize("parameters", [{}, {"may_miss": 2}])
def test_a_scale_left_blank_is_missing_and_never_nought(parameters: dict[str, Any]) -> None:
    blank = score(three_items("sum", **parameters), {})[0]

    assert (blank.value, blank.n_answered, blank.n_items, blank.missing_reason) == (None, 0, 3, "not_answered")


def test_answered_with_noughts_is_nought() -> None:
    questionnaire = read(choice("a", "0", "1"), extension=[score_extension("scale", "sum", items="a")])

    assert value(questionnaire, {"a": "0"}) == 0


def test_a_missing_score_says_why() -> None:
    questionnaire = read(
        question("works", "boolean"),
        choice("a", "0", "1", enableWhen=[when("works", "=", answerBoolean=True)]),
        choice("b", "0", "1", enableWhen=[when("works", "=", answerBoolean=True)]),
        extension=[score_extension("scale", "sum", items="a b")],
    )

    def reason(answers: dict[str, Any]) -> str | None:
        return score(questionnaire, answers)[0].missing_reason

    assert reason({"works": True}) == "not_answered"
    assert reason({"works": True, "a": DECLINED}) == "declined"
    assert reason({"works": True, "a": "1", "b": DECLINED}) == "too_few_answered"
    assert reason({"works": False}) == "not_asked"
    assert reason({"works": False, "a": "1", "b": "1"}) == "not_asked"  # stored before, but no longer asked
    assert reason({"works": True, "a": "1", "b": "0"}) is None


def test_an_answer_to_a_question_that_is_not_asked_does_not_count() -> None:
    questionnaire = read(
        choice("a", "0", "1"),
        choice("b", "0", "1", enableWhen=[when("a", "=", **coded("1"))]),
        extension=[score_extension("scale", "sum", items="a b", may_miss=1)],
    )

    assert value(questionnaire, {"a": "0", "b": "1"}) == 0
    assert value(questionnaire, {"a": "1", "b": "1"}) == 2


def test_a_score_names_the_version_of_questionnaire_and_function() -> None:
    assert score(three_items("sum"), {})[0].version == "3+sum.1"


def test_a_protocols_choice_changes_the_count_and_the_version() -> None:
    questionnaire = shipped("pain-map")
    answers = {"pain-map": ["f-jaw-l", "b-neck", "f-neck"]}
    default = scores(questionnaire, answers)["pain_locations"]
    narrower = scores(questionnaire, answers, pain_locations={"count": "wp2019"})["pain_locations"]
    as_drawn = scores(questionnaire, answers, pain_locations={"count": "regions"})["pain_locations"]
    same = scores(questionnaire, answers, pain_locations={"count": "wpi"})["pain_locations"]

    assert (default.value, narrower.value, as_drawn.value) == (2, 1, 3)
    assert len({default.version, narrower.version, as_drawn.version}) == 3
    assert all(len(one.version) <= 40 for one in (default, narrower, as_drawn))
    assert same == default


def test_a_choice_about_an_unknown_score_or_of_an_unknown_kind_is_refused() -> None:
    questionnaire = shipped("pain-map")

    with pytest.raises(ValueError, match="has no score happiness"):
        score(questionnaire, {}, {"happiness": {"count": "wpi"}})
    with pytest.raises(ValueError, match="cannot be counted as 'thumbs'"):
        score(questionnaire, {}, {"pain_locations": {"count": "thumbs"}})
    with pytest.raises(ValueError, match="knee cannot be 'thumb'"):
        score(questionnaire, {}, {"pain_locations": {"knee": "thumb"}})


def test_a_code_of_a_value_set_that_is_not_at_hand_has_no_weight() -> None:
    form = read(choice("a", "0", "1"), question("b", "choice"), extension=[score_extension("S", "sum", items="a")])

    assert value(form, {"a": "1", "b": {"system": "https://codes.example", "code": "x"}}) == 1
