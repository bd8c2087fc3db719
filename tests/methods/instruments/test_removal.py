"""Taking away an occurrence of a repeating group or one of several answers: nothing else is lost or changed."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments.removal import without_answer, without_occurrence
from tests.methods.instruments.forms import question, read

DOSE = question("dose", "decimal")
MEDICINE = question("medicine", "string", repeats=True, item=[DOSE])
CHILD = {"linkId": "child", "type": "group", "repeats": True, "item": [question("name", "string"), MEDICINE]}
FORM = read(question("why", "string"), CHILD, question("hobby", "string", repeats=True))
ANSWERS: dict[str, Any] = {
    "why": "so",
    "name@1": "Ada", "medicine@1": ["a"], "dose@1.1": 1,
    "name@2": "Bo", "medicine@2": ["b", "c"], "dose@2.1": 2, "dose@2.2": 3,
    "name@3": "Cy",
    "hobby": ["x", "y"],
}  # fmt: skip


def test_the_occurrences_after_the_one_taken_away_move_up_with_all_that_is_in_them() -> None:
    assert without_occurrence(FORM, ANSWERS, "child@1") == {
        "why": "so", "name@1": "Bo", "medicine@1": ["b", "c"], "dose@1.1": 2, "dose@1.2": 3, "name@2": "Cy",
        "hobby": ["x", "y"],
    }  # fmt: skip


def test_taking_the_last_occurrence_away_moves_nothing() -> None:
    assert without_occurrence(FORM, ANSWERS, "child@3") == {key: ANSWERS[key] for key in ANSWERS if key != "name@3"}
    assert without_occurrence(FORM, ANSWERS, "child@9") == ANSWERS


def test_an_answer_goes_with_what_stands_below_it_and_the_later_ones_move_up() -> None:
    left = without_answer(FORM, ANSWERS, "medicine@2", 1)

    assert (left["medicine@2"], left["dose@2.1"]) == (["c"], 3)
    assert "dose@2.2" not in left
    assert left["dose@1.1"] == 1
    assert "hobby" not in without_answer(FORM, {"hobby": ["x"]}, "hobby", 1)


@pytest.mark.parametrize("position", ["child", "name@1", "why", "nothing@1"])
def test_only_an_occurrence_of_a_repeating_group_can_be_taken_away(position: str) -> None:
    with pytest.raises(ValueError, match="no occurrence of a repeating group"):
        without_occurrence(FORM, ANSWERS, position)


@pytest.mark.parametrize(("position", "number"), [("hobby", 3), ("hobby", 0), ("why", 1), ("medicine@3", 1)])
def test_only_an_answer_that_is_there_can_be_taken_away(position: str, number: int) -> None:
    with pytest.raises(ValueError, match="There is no answer"):
        without_answer(FORM, ANSWERS, position, number)
