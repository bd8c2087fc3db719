"""Reading expressions: what is refused and how it is said, and that what is written reads back to the same."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments.fhirpath import (
    Date,
    DateTime,
    ExpressionTooExpensive,
    InvalidExpression,
    Limits,
    Quantity,
    Time,
    parse,
)
from stegvis.methods.instruments.fhirpath.parsing import read
from stegvis.methods.instruments.fhirpath.syntax import (
    LEVELS,
    Call,
    Constant,
    Index,
    Literal,
    Member,
    Path,
    Series,
    Sign,
    Special,
    TypeName,
    write,
)


@pytest.mark.parametrize(
    ("text", "position", "what"),
    [
        ("", 0, "ends too early"),
        ("1 +", 3, "ends too early"),
        ("a b", 2, "'b' is not expected"),
        ("a..b", 2, "'.' is not expected"),
        ("item.where(linkId = 'a'", 23, "ends too early"),
        ("'abc", 0, "does not end"),
        ("1 /* x", 2, "comment does not end"),
        ('name = "x"', 7, "means nothing"),
        ("@2026-02-30", 0, "not in the calendar"),
        (r"'a\q'", 2, "no escape"),
        ("99999999999", 0, "too large"),
        ("1" * 50 + ".0", 0, "more than 40 digits"),
        ("a is 3", 5, "'3' is not expected"),
        ("a ! b", 2, "means nothing"),
        ("{ 1 }", 2, "'1' is not expected"),
        ("$that", 0, "means nothing"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text: str, position: int, what: str) -> None:
    with pytest.raises(InvalidExpression, match=what) as refused:
        parse(text)
    assert refused.value.position == position
    assert refused.value.right


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("a or b and c", "a or (b and c)"),
        ("a implies b or c", "a implies (b or c)"),
        ("a = b | c", "a = (b | c)"),
        ("a | b is Coding", "(a | b) is Coding"),
        ("-a.b", "-(a.b)"),
        ("a in b and c", "(a in b) and c"),
    ],
)
def test_operators_bind_as_the_grammar_says(text: str, same: str) -> None:
    assert write(read(text)) == write(read(same))


def test_nesting_beyond_the_limit_is_refused_and_a_long_sum_is_not() -> None:
    assert parse(" + ".join(["1"] * 2000)).evaluate({}) == [2000]
    with pytest.raises(ExpressionTooExpensive, match="'depth'"):
        parse("(" * 100 + "1" + ")" * 100)
    with pytest.raises(ExpressionTooExpensive, match="'depth'"):
        parse("-" * 5000 + "1")


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ExpressionTooExpensive, match="'text'"):
        parse("1 + 1", limits=Limits(text=4))


names = st.one_of(
    st.sampled_from(["item", "linkId", "value", "is", "as", "in", "contains", "div", "true", "day"]),
    st.text(max_size=5),
)
decimals = st.decimals("0", "1e15", places=3).map(lambda number: Decimal(f"{number:f}"))
moments = st.sampled_from(
    [
        Date((2026,)), Date((2026, 3)), Date((2026, 3, 9)), Time((14,)), Time((14, 30)), Time((14, 30, Decimal("5.25"))),
        DateTime((2026,)), DateTime((2026, 3, 9)), DateTime((2026, 3, 9, 14, 30), 60), DateTime((2026, 3, 9, 14), -330),
        DateTime((2026, 3, 9, 14, 30, Decimal("0.5")), 0),
    ]
)  # fmt: skip
quantities = st.builds(
    lambda value, unit: Quantity(value, *unit),
    decimals,
    st.sampled_from([("mg",), ("kg/m2",), ("days", "calendar"), ("year", "calendar")]),
)
literals = st.builds(
    Literal, st.one_of(st.none(), st.booleans(), st.integers(0, 2**31 - 1), decimals, st.text(), moments, quantities)
)
heads = st.one_of(
    literals, st.builds(Member, names), st.builds(Constant, names), st.builds(Special, st.sampled_from(["$this", "$total"]))
)  # fmt: skip


def _series(parts: tuple[Any, list[Any], str]) -> Any:
    first, operands, operator = parts
    row = [one for one, level in LEVELS.items() if level == LEVELS[operator]]
    rest = tuple(
        (row[at % len(row)], TypeName("FHIR.Coding") if operator in ("is", "as") else one)
        for at, one in enumerate(operands)
    )
    return Series(first, rest)


def _larger(inner: Any) -> Any:
    arguments = st.lists(inner, max_size=2).map(tuple)
    call = st.builds(Call, names, arguments)
    steps = st.lists(st.one_of(st.builds(Member, names), call, st.builds(Index, inner)), min_size=1, max_size=3)
    series = st.tuples(inner, st.lists(inner, min_size=1, max_size=3), st.sampled_from(sorted(LEVELS))).map(_series)
    return st.one_of(
        call, st.builds(Path, inner, steps.map(tuple)), st.builds(Sign, st.sampled_from("+-"), inner), series
    )


expressions = st.recursive(heads, _larger, max_leaves=8)


@settings(deadline=None)
@given(expressions)
def test_an_expression_that_is_written_reads_back_to_the_same(node: Any) -> None:
    assert read(write(node)) == node


@settings(deadline=None)
@given(st.text(alphabet="ab1.'()[]{}%$@T-+*/|&<>=!~, `\\\n", max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(InvalidExpression, ExpressionTooExpensive):
        assert read(write(parse(text).syntax)) == parse(text).syntax
