"""Words, sentences, syllables, the two formulas and the minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.programme import readability as r

SYLLABLES = {
    "a": 1, "the": 1, "pain": 1, "breathe": 1, "make": 1, "makes": 1, "walked": 1, "looked": 1, "choose": 1, "alone": 2,
    "table": 2, "little": 2, "people": 2, "wanted": 2, "ended": 2, "boxes": 2, "pauses": 2, "places": 2, "notices": 3,
    "being": 2, "doing": 2, "trying": 2, "alarm": 2, "kitchen": 2, "recovery": 4, "widespread": 2, "today": 2,
    "everything": 3, "energy": 3, "family": 3, "activity": 4, "important": 3, "therapist": 3, "physiotherapist": 6,
    "quiet": 2, "diary": 3, "idea": 3, "someone": 2, "careful": 2, "noise": 1, "noises": 2, "tables": 2, "rules": 1,
    "lonely": 2, "movement": 2, "completely": 3, "hopeless": 2, "homework": 2,
}  # fmt: skip

texts = st.text(alphabet="abcdefghijåäö .!?’'-\n0123456789", max_size=80)


@pytest.mark.parametrize(("word", "expected"), SYLLABLES.items())
def test_syllables_agree_with_the_dictionary(word: str, expected: int) -> None:
    assert r.syllables(word) == expected


def test_a_hyphenated_word_has_the_syllables_of_its_parts() -> None:
    assert r.syllables("low-energy") == 4
    assert r.syllables("don’t") == 1


def test_a_published_sentence_has_its_published_grade() -> None:
    # 13 words and 24 syllables: grade 11.3, the worked example of the encyclopaedia article on the formula.
    sentence = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert len(r.words(sentence)) == 13
    assert sum(map(r.syllables, r.words(sentence))) == 24
    assert r.flesch_kincaid_grade([sentence]) == pytest.approx(11.3, abs=0.05)


def test_lix_adds_sentence_length_and_the_share_of_long_words() -> None:
    # 11 words in 2 sentences; only "behandlare" has more than six letters ("svarar" and "länge" have not).
    pieces = ["Din behandlare svarar snart. Du kan vila så länge du vill."]
    assert r.lix(pieces) == pytest.approx(11 / 2 + 100 * 1 / 11)


def test_six_letters_are_not_long_and_seven_are() -> None:
    assert r.lix(["smärta"]) == 1
    assert r.lix(["smärtan"]) == 101


def test_a_piece_ends_a_sentence_even_without_a_stop() -> None:
    assert r.reading(["First thing", "Second thing"], "en").sentences == 2


def test_a_number_with_a_point_does_not_end_a_sentence() -> None:
    assert r.sentences("Det är klockan 10.00 nu.") == ["Det är klockan 10.00 nu."]


def test_a_closing_quotation_mark_belongs_to_the_stop_before_it() -> None:
    assert len(r.sentences("First comes “less pain.” Then comes the rest.")) == 2


def test_no_words_have_no_level() -> None:
    assert r.reading([], "en") == r.Reading(0, 0, 0.0, 0.0)
    assert r.reading(["…"], "sv").level == 0


def test_a_language_without_a_formula_is_refused() -> None:
    with pytest.raises(KeyError):
        r.reading(["Bonjour."], "fr")


@given(texts, texts)
def test_words_of_two_pieces_add_up(one: str, two: str) -> None:
    assert r.count_words([one, two]) == r.count_words([one]) + r.count_words([two]) == r.count_words([f"{one}\n{two}"])


@given(texts)
def test_sentences_lose_no_word(text: str) -> None:
    assert [word for sentence in r.sentences(text) for word in r.words(sentence)] == r.words(text)


@given(st.from_regex(r"[a-z]{1,15}", fullmatch=True))
def test_every_word_has_a_syllable_and_no_more_than_letters(word: str) -> None:
    assert 1 <= r.syllables(word) <= len(word) + 1


@given(st.integers(0, 2000), st.lists(st.sampled_from(sorted(r.SECONDS_A_FIELD)), max_size=10))
def test_more_to_read_or_answer_never_takes_less_time(words: int, kinds: list[str]) -> None:
    assert 1 <= r.minutes(words, kinds) <= r.minutes(words + 50, kinds)
    assert r.minutes(words, kinds) <= r.minutes(words, [*kinds, "text"])


def test_minutes_are_the_stated_words_a_minute_rounded_up() -> None:
    assert r.minutes(r.WORDS_A_MINUTE) == 1
    assert r.minutes(r.WORDS_A_MINUTE + 1) == 2
    assert r.minutes(0, ["long-text", "text"]) == 2
