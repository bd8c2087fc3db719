"""The words of letters."""

import pytest

from stegvis.reminders import letters


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**You get the plan.** It is yours.", "You get the plan. It is yours."),
        ("The button *Something is wrong* helps.", "The button Something is wrong helps."),
        ("## What comes\n\n- a visit\n- a call", "What comes\n\n- a visit\n- a call"),
        ("5 * 3 and 2 * 4 stay", "5 * 3 and 2 * 4 stay"),
        ("https://trial.example.org/a_b*c", "https://trial.example.org/a_b*c"),
    ],
)
def test_a_letter_shows_no_marks_of_formatting(markdown, plain):
    assert letters.plain(markdown) == plain
