"""Expressions from elsewhere end within their limits, whatever they say."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments.fhirpath import (
    ExpressionError,
    ExpressionFailed,
    ExpressionTooExpensive,
    Limits,
    parse,
)
from stegvis.methods.instruments.fhirpath.expression import Expression
from stegvis.methods.instruments.fhirpath.syntax import write
from tests.methods.instruments.fhirpath.forms import numbers, value
from tests.methods.instruments.fhirpath.test_parsing import expressions

TEN = "(1|2|3|4|5|6|7|8|9|10)"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (f"{TEN}.select({TEN}).select({TEN}).select({TEN}).select({TEN}).count()", "items"),
        (f"{TEN}.repeatAll({TEN})", "items"),
        (f"{TEN}.all({TEN}.all({TEN}.all({TEN}.all({TEN}.all({TEN}.all($this > 0))))))", "steps"),
        ("'aaaaaaaaaa'" + ".replace('a', 'aaaaaaaaaa')" * 9, "text"),
        (f"{TEN}.aggregate($total & $total & $total & $total & $total, 'aaaaaaaaaa')", "text"),
        ("repeat($this.combine($this + 1))", "items"),
    ],
)
def test_what_grows_without_measure_is_stopped(text: str, limit: str) -> None:
    with pytest.raises(ExpressionTooExpensive, match=f"'{limit}'"):
        parse(text).evaluate(1)


def test_the_expressions_of_a_hundred_items_are_far_from_the_limits() -> None:
    hundred = numbers(*range(100))
    each = " + ".join(f"%resource.item.where(linkId = 'q{at}').answer.value" for at in range(100))
    assert parse("item.answer.value.sum()").evaluate(hundred, limits=Limits(steps=1_000)) == [4950]
    assert parse(each).evaluate(hundred, limits=Limits(steps=50_000)) == [4950]


def test_repeat_ends_by_itself_when_nothing_new_comes() -> None:
    assert value("1.repeat(($this + 1) mod 5).count()") == 5


HARD = ["(a+)+$", "(a|a)*b", "(a*)*b", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$"]
LETTERS = "a" * 32 + "!"


@pytest.mark.parametrize("pattern", HARD)
def test_a_pattern_with_endless_ways_is_answered_by_following_them_at_once(pattern: str) -> None:
    assert value(f"'{LETTERS}'.matches('{pattern}')") is (pattern == "(.*a){20}")


@pytest.mark.parametrize("pattern", HARD)
def test_nothing_is_replaced_by_a_pattern_with_endless_ways(pattern: str) -> None:
    with pytest.raises(ExpressionTooExpensive, match="regex_paths"):
        value(f"'{LETTERS}'.replaceMatches('{pattern}', 'x')")
    assert value(f"'{LETTERS}'.replaceMatches('a+', 'x')") == "x!"


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("112 45", "^[0-9]{3} ?[0-9]{2}$", True),
        ("K1A 0B1", "^(?!.*[DFIOQU])[A-VXY][0-9][A-Z] ?[0-9][A-Z][0-9]$", True),
        ("a@b.se", "^[^@ ]+@[^@ ]+[.][a-z]{2,10}$", True),
        ("2026-03-09", "^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$", True),
        ("abc", "^[0-9]*$", False),
    ],
)
def test_the_regular_expressions_of_forms_are_carried_out(text: str, pattern: str, expected: bool) -> None:
    assert value(f"'{text}'.matches('{pattern}')") is expected


@pytest.mark.parametrize("pattern", ["(", "[", "a{2", r"(a)\\1", "*"])
def test_what_is_no_regular_expression_or_refers_back_is_refused(pattern: str) -> None:
    if pattern == "a{2":  # literal in Python as in JavaScript
        assert value(f"'a{{2'.matches('{pattern}')") is True
    else:
        with pytest.raises(ExpressionFailed):
            value(f"'aa'.matches('{pattern}')")


@pytest.mark.parametrize("name", ["resolve", "memberOf", "conformsTo", "subsumes"])
def test_functions_that_would_fetch_something_are_refused(name: str) -> None:
    arguments = "" if name == "resolve" else "'http://example.org'"
    with pytest.raises(ExpressionFailed, match="is not carried out"):
        value(f"{name}({arguments})")


def test_trace_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert value("1.trace('secret')") == 1
    assert capsys.readouterr() == ("", "")


@settings(deadline=None)
@given(expressions, st.integers(1, 300))
def test_any_expression_ends_within_its_limits(node: Any, steps: int) -> None:
    limits = Limits(steps=steps, items=steps, text=steps)
    with suppress(ExpressionError):
        found = Expression(write(node), node).evaluate(numbers(1, 2, 3), limits=limits)
        assert len(found) <= steps
