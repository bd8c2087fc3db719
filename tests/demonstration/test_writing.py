"""Writing: made-up people write in the modules' own fields, in words that fit the question."""

from pathlib import Path
from random import Random

import pytest

from stegvis.demonstration import parameters, writing
from stegvis.methods.programme import answers, check

STUDY = Path(__file__).parents[2] / "studies" / "cwp"


@pytest.fixture(scope="module")
def programme():
    return check.read(STUDY / "programme")


@pytest.fixture(scope="module")
def sentences():
    return parameters.read(STUDY).homework


def in_words(module):
    return {writing.stem(field) for field in module.fields("en") if field.kind in ("text", "long-text")}


def test_every_field_in_words_has_its_sentences_in_both_languages(programme, sentences):
    for module in programme.written:
        known = {**sentences["every"], **sentences[module.code]}
        for name in in_words(module):
            assert set(known[name]) == {"sv", "en"}, (module.code, name)
            assert len(known[name]["sv"]) == len(known[name]["en"])


def test_no_sentence_is_for_a_field_that_is_not_there(programme, sentences):
    assert set(sentences) == {"every", *(module.code for module in programme.written)}
    for module in programme.written:
        assert set(sentences[module.code]) <= in_words(module), module.code


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("short", [True, False])
def test_what_is_written_fits_its_field_and_is_the_same_from_the_same_hand(programme, sentences, language, short):
    for module in programme.written:
        first, again = (writing.written(module, language, sentences, Random(5), short=short) for _ in range(2))
        assert first == again
        assert len(first) >= 3
        for name, text in first.items():
            field = module.field(name, language)
            assert answers.as_text(answers.answer(field, text)) == text
            assert field.in_short or not short


def test_without_sentences_only_numbers_and_choices_are_answered(programme):
    module = programme.module("breaks")
    kept = writing.written(module, "en", {}, Random(5), short=False)
    assert kept
    assert not in_words(module) & {writing.stem(module.field(name, "en")) for name in kept}
