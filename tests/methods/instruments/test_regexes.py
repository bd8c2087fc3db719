"""Patterns from questionnaires: what they match, and those that are refused."""

from __future__ import annotations

import pytest

from stegvis.methods.instruments.regexes import MOST_CHARACTERS, NotUsable, checked, matches


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("[0-9]{3}", "123", True),
        ("[0-9]{3}", "1234", False),
        ("/^[a-z]+$/", "abc", True),
        (r"https?:\/\/.*", "https://example.org", True),
        ("(ab){1,4}(c|d)*", "ababcd", True),
        (".*", "x" * (MOST_CHARACTERS + 1), False),
    ],
)
def test_the_whole_text_must_match(pattern: str, text: str, is_match: bool) -> None:
    assert matches(checked(pattern), text) is is_match


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+", "one repetition stands inside another"),
        ("((a|b)*c)*", "one repetition stands inside another"),
        ("(?=(a+)*)b", "one repetition stands inside another"),
        ("(", "not a regular expression"),
        ("a" * 2000, "longer than 1000 characters"),
    ],
)
def test_a_pattern_that_could_take_endless_time_or_is_none_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(NotUsable, match=why):
        checked(pattern)
