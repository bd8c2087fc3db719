"""Which of the four behaviours a reply shows, by phrases."""

import re

import pytest

from stegvis.methods.programme import snippets
from stegvis.methods.programme.content import Programme
from stegvis.methods.programme.replycheck import PHRASES, marks

ALL = {"effort", "understanding", "ability", "next_step"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "You wrote down three moments.", {"effort"}),
        ("en", "You have already tried the short version.", {"effort"}),
        ("en", "It took some courage to send this.", {"effort"}),
        ("en", "I understand that Sunday was long.", {"understanding"}),
        ("en", "That sounds very tiring.", {"understanding"}),
        ("en", "I believe that you can do it.", {"ability"}),
        ("en", "The next step opens today.", {"next_step"}),
        ("sv", "Du skrev upp tre stunder.", {"effort"}),
        ("sv", "Där märkte du något.", {"effort"}),
        ("sv", "Jag förstår att söndagen blev lång.", {"understanding"}),
        ("sv", "Det låter väldigt tungt.", {"understanding"}),
        ("sv", "Jag tror att du kan göra det.", {"ability"}),
        ("sv", "Du har redan visat det.", {"ability"}),
        ("sv", "Nästa steg öppnar idag.", {"next_step"}),
    ],
)
def test_a_sentence_gets_the_mark_of_its_group(language: str, text: str, expected: set[str]) -> None:
    assert marks(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Your questionnaire opens on 3 May."),
        ("en", "You can write to me at any time."),
        ("en", "I am away until Monday and Kim answers for me."),
        ("sv", "Din enkät öppnar den 3 maj."),
        ("sv", "Du kan skriva till mig när du vill."),
        ("sv", "Jag är borta till måndag och Kim svarar i stället."),
        ("en", ""),
    ],
)
def test_an_administrative_sentence_gets_no_mark(language: str, text: str) -> None:
    assert marks(text, language) == set()


@pytest.mark.parametrize(
    ("language", "said", "denied"),
    [
        ("en", "You have tried it.", "You have not tried it."),
        ("en", "You kept to the plan.", "You never kept to the plan."),
        ("en", "You’ve really tried it and you wrote.", "You haven’t tried it."),
        ("sv", "Du har provat det.", "Du har inte provat det."),
        ("sv", "Jag tror att du klarar det.", "Jag tror inte att du klarar det."),
    ],
)
def test_what_is_denied_does_not_count(language: str, said: str, denied: str) -> None:
    assert marks(said, language)
    assert not marks(denied, language)


@pytest.mark.parametrize(("language", "text"), [("en", "Have you tried it?"), ("sv", "Har du provat det?")])
def test_a_question_notices_no_effort(language: str, text: str) -> None:
    assert marks(text, language) == set()
    assert marks(text.replace("?", "."), language) == {"effort"}


def test_a_question_may_point_to_the_next_step() -> None:
    assert marks("Would you look at the next step on Friday?", "en") == {"next_step"}


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert marks("It is you. Tried and tested.", "en") == set()
    assert marks("It is you\nTried and tested.", "en") == set()


def test_a_gap_holds_at_most_four_words() -> None:
    assert marks("You one two three four tried.", "en") == {"effort"}
    assert marks("You one two three four five tried.", "en") == set()


def test_capitals_and_typographic_apostrophes_do_not_matter() -> None:
    assert marks("I’M SURE YOU WILL.", "en") == marks("I'm sure you will.", "en") == {"ability"}


def test_a_language_without_lists_is_refused() -> None:
    with pytest.raises(KeyError):
        marks("Bonjour.", "fr")


def test_every_language_has_phrases_for_every_group() -> None:
    assert {language: set(groups) for language, groups in PHRASES.items()} == {"en": ALL, "sv": ALL}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_sample_answer_of_the_notes_shows_all_four(programme: Programme, language: str) -> None:
    samples = [
        sample
        for module in programme.written
        for sample in re.findall(r"^> (.+)$", module.translations[language].notes, re.MULTILINE)
    ]
    assert len(samples) == 2 * len(programme.written)
    for sample in samples:
        assert marks(sample, language) == ALL, sample


VALUES = {"name": "Kim", "goal": "walk to the shop", "module": "Worry time", "step": "Breaks that restore"}


def test_every_snippet_shows_its_group(programme: Programme) -> None:
    for snippet in programme.snippets:
        for language in programme.languages:
            filled = snippets.filled(snippet.texts[language], VALUES)
            assert filled is not None
            assert snippet.group in marks(filled, language), filled


def test_a_sentence_whose_placeholder_has_no_value_is_left_out() -> None:
    assert snippets.filled("You kept at {module}, {name}.", VALUES) == "You kept at Worry time, Kim."
    assert snippets.filled("On the way to {goal}.", {**VALUES, "goal": ""}) is None
    assert snippets.filled("On the way to {nothing}.", VALUES) is None
