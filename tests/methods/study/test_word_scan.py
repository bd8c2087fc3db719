"""The word scan: whole words of every language, off unless switched on."""

import pytest
from pydantic import ValidationError

from stegvis.methods.study.word_scan import WordScan

LISTS = [
    {"language": "sv", "words": ["dö", "ta mitt liv", "självmord*"]},
    {"language": "en", "words": ["die", "don't want to live"]},
]


def scan(**other):
    return WordScan.model_validate({"on": True, "grade": "for_review", "lists": LISTS, **other})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jag vill DÖ.", ("dö",)),
        ("Jag vill ta\n mitt  liv, tror jag", ("ta mitt liv",)),
        ("tankar på självmordet, och Självmordstankar", ("självmord*",)),
        ("I don’t want to live, I want to die", ("die", "don't want to live")),
        ("Jag vill do\u0308", ("dö",)),
    ],
)
def test_words_are_found_whatever_their_letters_spaces_and_language(text, found):
    assert scan().found_in(text) == found


@pytest.mark.parametrize("text", ["", "Döden, dömd, adö", "My diet, a soldier", "ta mitt livs steg", "ta. mitt. liv."])
def test_parts_of_other_words_are_not_found(text):
    assert scan().found_in(text) == ()


def test_nothing_is_found_while_it_is_off():
    assert scan(on=False).found_in("I want to die") == ()
    assert not WordScan.model_validate({"grade": "for_review", "lists": LISTS}).on


@pytest.mark.parametrize("words", [[], [""], [".*"], ["*"], ["a|b"], ["x" * 70]])
def test_what_is_no_word_is_refused(words):
    with pytest.raises(ValidationError):
        scan(lists=[{"language": "en", "words": words}])


def test_the_example_trial_scans_nothing(cwp):
    assert not cwp.safety.is_scanning
    assert cwp.safety.words_in("Jag vill dö") == ()
