"""Numbers: telephone numbers stand in texts by name, and never as braces before a person."""

from stegvis.methods.programme import numbers

TEXT = "Rest.\n\nIn danger, call {emergency_number}. Otherwise call {advice_number}."


def test_names_are_found_with_their_lines() -> None:
    assert numbers.named(TEXT) == [("emergency_number", 2), ("advice_number", 2)]


def test_a_name_becomes_the_trials_number_and_an_unknown_one_the_way_to_all_of_them() -> None:
    said = numbers.filled(TEXT, {"emergency_number": "112"}, "the number under Help now")
    assert said.endswith("call 112. Otherwise call the number under Help now.")
