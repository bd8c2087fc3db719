"""Texts: titles, placeholders, and the hash a consent is bound to."""

from datetime import date

import pytest

from stegvis.methods.study import fill, trial_values
from stegvis.methods.study.texts import PlaceholderMissing, placeholders, read_text, sha256_of_text


def test_the_first_line_is_the_title_and_the_rest_the_text():
    assert read_text("# Your group\n\nHello.\n") == ("Your group", "Hello.\n")
    assert read_text("Hello.\n") == ("", "\n")


def test_placeholders_are_replaced_and_a_missing_one_is_named():
    assert fill("Call {phone}, {name}.", {"phone": "112", "name": "Asta"}) == "Call 112, Asta."
    with pytest.raises(PlaceholderMissing, match=r"needs a value for \{name\}"):
        fill("Hello {name}.", {})


def test_a_value_with_braces_is_not_filled_in_again():
    assert fill("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"


def test_the_trial_fills_in_what_it_knows_in_the_language_asked_for(three_arms):
    values = trial_values(three_arms.protocol, "de")

    assert (values["trial"], values["emergency_number"]) == ("Die Kneeway-Studie", "112")
    title, body = three_arms.text("about", "de", date(2026, 5, 1)).filled(values)
    assert title == "Über die Studie"
    assert "Ein erfundenes Institut ist verantwortlich" in body


def test_placeholders_are_listed_once_in_order():
    assert placeholders("{b} {a} {b}") == ["b", "a"]


def test_the_hash_of_a_text_changes_with_a_letter_and_not_with_line_ends():
    assert sha256_of_text("# A\n\nyes\n") == sha256_of_text("# A\r\n\r\nyes\r\n")
    assert sha256_of_text("# A\n\nyes\n") != sha256_of_text("# A\n\nyes.\n")


def test_the_trials_name_is_large_at_the_beginning_of_a_line_only():
    values = {"trial": "the Stegvis study"}

    assert fill("{trial} is new.\nThank you for {trial}.\n\n{trial}\n", values) == (
        "The Stegvis study is new.\nThank you for the Stegvis study.\n\nThe Stegvis study\n"
    )


def test_telephone_numbers_are_kept_on_one_line():
    assert fill("Call {site_phone} now", {"site_phone": "070-174 06 99"}) == "Call 070-174\xa006\xa099 now"
