"""The automaton for regular expressions beside Python's engine, on patterns and texts small enough for both."""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments.fhirpath import ExpressionTooExpensive, Limits, parse
from stegvis.methods.instruments.fhirpath.automaton import Automaton, NotCarriedOut

LIMIT = 3000


def fits(pattern: str, text: str, *, whole: bool = False) -> bool:
    return Automaton(_parser.parse(pattern, re.DOTALL), LIMIT).fits(text, lambda steps: None, whole=whole)


atoms = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\s", r"\b", r"\B", "^", "$", "1", "[b-d1]", r"[^\d]", r"\Z", "\\n"]
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    marks = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"])
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("({}){}".format, inner, marks),
        st.builds("(?={})".format, inner),
        st.builds("(?!{})".format, inner),
    )


@settings(deadline=None, max_examples=400)
@given(st.recursive(atoms, _larger, max_leaves=6), st.text("ab1 \n", max_size=6), st.booleans())
def test_both_engines_say_the_same(pattern: str, text: str, whole: bool) -> None:
    compiled = re.compile(pattern, re.DOTALL)
    expected = compiled.fullmatch(text) if whole else compiled.search(text)
    assert fits(pattern, text, whole=whole) is (expected is not None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("anna.karin@example.se", True), ("anna@example", False), ("a..b@example.se", False), ("x" * 300 + "@", False)],
)
def test_the_patterns_of_addresses_are_answered(text: str, expected: bool) -> None:
    assert fits(r"^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", text) is expected


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?<=a)b", "(?i:a)", "a{2999}b{2}"])
def test_what_the_automaton_does_not_have_is_left_to_the_other_engine(pattern: str) -> None:
    with pytest.raises(NotCarriedOut):
        fits(pattern, "ab")


def test_the_other_engine_carries_it_out_or_refuses() -> None:
    assert parse("'ab'.matches('(?<=a)b') and 'A'.matches('(?i)a')").evaluate({}) == [True]


def test_matching_is_charged_to_the_budget() -> None:
    long = "'" + "a" * 900 + "'.matches('(a|b|[ab])*c')"
    assert parse(long).evaluate({}) == [False]
    with pytest.raises(ExpressionTooExpensive, match="'steps'"):
        parse(long).evaluate({}, limits=Limits(steps=1_000))


def test_looking_ahead_from_every_place_is_charged_too() -> None:
    text = "'" + "a" * 2000 + "'.matches('^(?:(?!.*c).)*b')"
    with pytest.raises(ExpressionTooExpensive, match="'steps'"):
        parse(text).evaluate({})
