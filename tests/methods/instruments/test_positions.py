"""Positions: which occurrence of an item an answer belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.instruments.positions import item_at, occurrences, parse_position, position_of
from tests.methods.instruments.forms import question, read

FAMILY = read(
    {
        "linkId": "person", "type": "group", "repeats": True,
        "item": [
            question("name", "string"),
            question("medicine", "string", repeats=True, item=[question("dose", "decimal")]),
        ],
    },
    question("after", "boolean"),
)  # fmt: skip


def test_an_item_that_can_occur_once_has_its_link_id_for_a_position() -> None:
    assert position_of("mood") == "mood"
    assert parse_position("mood") == ("mood", ())


def test_indices_count_the_occurrences_around_from_one_outermost_first() -> None:
    assert position_of("dose", (2, 1)) == "dose@2.1"
    assert parse_position("dose@2.1") == ("dose", (2, 1))


@given(st.text("a@1.", min_size=1, max_size=8), st.lists(st.integers(1, 99), max_size=3).map(tuple))
def test_every_link_id_and_indices_come_back_from_their_position(link_id: str, indices: tuple[int, ...]) -> None:
    assert parse_position(position_of(link_id, indices)) == (link_id, indices)


@pytest.mark.parametrize("text", ["a@", "a@0", "a@1.", "a@x", "a@1@2", "a@@@", "a@01"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no position"):
        parse_position(text)


def test_answers_make_the_occurrences_that_they_stand_in_and_those_before() -> None:
    found = occurrences(FAMILY, {"name@2": "B", "medicine@2": ["x", "y"]})

    assert list(found.by_position) == [
        "person@1", "name@1", "medicine@1", "person@2", "name@2", "medicine@2", "dose@2.1", "dose@2.2", "after",
    ]  # fmt: skip


def test_a_repeating_group_without_answers_occurs_once() -> None:
    assert "name@1" in occurrences(FAMILY, {}).by_position
    assert "name@2" not in occurrences(FAMILY, {}).by_position


def test_an_index_beyond_reason_makes_no_occurrence() -> None:
    assert len(occurrences(FAMILY, {"name@999999": "x"}).all) == len(occurrences(FAMILY, {}).all)
    assert item_at(FAMILY, "name@999999") is None


def test_an_item_is_found_by_its_position_and_not_with_too_few_or_too_many_indices() -> None:
    assert item_at(FAMILY, "dose@2.1") is FAMILY.by_link_id["dose"]
    assert [item_at(FAMILY, text) for text in ("dose", "dose@2", "dose@2.1.1", "after@1", "nowhere", "a@")] == [
        None
    ] * 6
