"""Readability: how many words, how hard to read and how many minutes a text is, for a tired person on a phone.

Two formulas, because a number only means something in the language it was made for:

- English: the Flesch–Kincaid grade, 0.39 · words/sentences + 11.8 · syllables/words − 15.59
  (Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas for Navy enlisted personnel.
  Research Branch Report 8-75, Naval Technical Training Command, 1975).
- Swedish: LIX, words/sentences + 100 · long words/words, a long word having more than six letters
  (Björnsson C-H. Läsbarhet. Stockholm: Liber, 1968).

Everything here takes *pieces*: a paragraph, a list item or a label each. A piece ends a sentence even without a stop.
A good number is no proof of a good text; it only catches the sentence that grew while nobody looked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

WORDS_A_MINUTE = 120
"""Half of the 238 words a minute at which adults read English non-fiction in silence (Brysbaert M. How many words do we
read per minute? J Mem Lang 2019;109:104047): the reader is tired, in pain, on a phone, and meant to think along."""

SECONDS_A_FIELD: Mapping[str, int] = {
    "text": 30,
    "long-text": 90,
    "number": 10,
    "choice": 15,
    "choices": 20,
    "time": 10,
    "amount": 10,
}
"""Time to answer one field of an exercise; our own estimate, to be replaced by measured times."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+(?:[.,:]\d+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+")
_LONG_WORD = 6

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$")
_SILENT_ES = re.compile(r"(?:[^aeiouylscgxzh]|[aeiouy]l|[^cs]h)es$")
_SILENT_ED = re.compile(r"[^aeiouytd]ed$")
_VOWEL_ING = re.compile(r"[aeiouy]ing$")
_SILENT_INSIDE = re.compile(r"[^aeiouy]e(?:ful|fully|less|ly|ment|ness)$")
_EXCEPTIONS: Mapping[str, int] = {
    "area": 3, "areas": 3, "create": 2, "diary": 3, "every": 2, "everyday": 3, "everyone": 3, "everything": 3,
    "homework": 2, "idea": 3, "ideas": 3, "people": 2, "physiotherapist": 6, "quiet": 2, "quieter": 3, "science": 2,
    "someone": 2, "something": 2, "sometimes": 2, "somewhere": 2, "therapist": 3, "usually": 4, "widespread": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How hard a text is: words, sentences, words a sentence, and the level by the formula of its language."""

    words: int
    sentences: int
    words_a_sentence: float
    level: float


def words(text: str) -> list[str]:
    """The words of `text`: letters, with a hyphen or an apostrophe inside, or a number such as 10.00."""
    return _WORD.findall(text)


def count_words(pieces: Iterable[str]) -> int:
    """How many words the pieces hold together."""
    return sum(len(words(piece)) for piece in pieces)


def sentences(piece: str) -> list[str]:
    """The sentences of one piece: up to a full stop, question mark, exclamation mark or ellipsis before a space."""
    return [part for part in _SENTENCE_END.split(piece) if words(part)]


def syllables(word: str) -> int:
    """Syllables of an English word, by rule and not by dictionary.

    Each run of a, e, i, o, u, y is one; a silent e at the end is none (make, makes, walked; but table, boxes, wanted),
    nor is one before -ful, -less, -ly, -ment, -ness (careful); -ing after a vowel is one of its own (being, trying).
    A few everyday words are listed. A number counts as one; the parts of a hyphenated word are added.
    """
    return sum(_syllables_of_part(part) for part in re.sub(r"[’']", "", word.lower()).split("-"))


def _syllables_of_part(part: str) -> int:
    if part in _EXCEPTIONS:
        return _EXCEPTIONS[part]
    count = len(_VOWELS.findall(part))
    if _has_silent_ending(part):
        count -= 1
    if _SILENT_INSIDE.search(part):
        count -= 1
    if _VOWEL_ING.search(part):
        count += 1
    return max(count, 1)


def _has_silent_ending(part: str) -> bool:
    return any(ending.search(part) for ending in (_SILENT_E, _SILENT_ES, _SILENT_ED))


def flesch_kincaid_grade(pieces: Iterable[str]) -> float:
    """The American school grade that reads the English pieces with ease (Kincaid 1975); 0 for no words."""
    found, stops = _words_and_sentences(pieces)
    if not found:
        return 0.0
    return 0.39 * len(found) / stops + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def lix(pieces: Iterable[str]) -> float:
    """Läsbarhetsindex of the pieces (Björnsson 1968): under 25 a children's book, 30–40 fiction, over 60 bureaucracy."""
    found, stops = _words_and_sentences(pieces)
    if not found:
        return 0.0
    return len(found) / stops + 100 * sum(_letters(word) > _LONG_WORD for word in found) / len(found)


FORMULAS: Mapping[str, tuple[str, Callable[[Iterable[str]], float]]] = {
    "en": ("Flesch–Kincaid grade", flesch_kincaid_grade),
    "sv": ("LIX", lix),
}
"""The name and the formula of the reading level in each language that a programme may be written in."""


def reading(pieces: Iterable[str], language: str) -> Reading:
    """Measure the pieces with the formula of `language`; KeyError for a language without one (see `FORMULAS`)."""
    kept = list(pieces)
    found, stops = _words_and_sentences(kept)
    _name, formula = FORMULAS[language]
    return Reading(len(found), stops, len(found) / stops if stops else 0.0, formula(kept))


def minutes(word_count: int, field_kinds: Iterable[str] = ()) -> int:
    """Whole minutes to read `word_count` words and answer fields of these kinds, rounded up, at least 1."""
    seconds = 60 * word_count / WORDS_A_MINUTE + sum(SECONDS_A_FIELD[kind] for kind in field_kinds)
    return max(1, math.ceil(seconds / 60))


def _words_and_sentences(pieces: Iterable[str]) -> tuple[list[str], int]:
    split = [sentence for piece in pieces for sentence in sentences(piece)]
    return [word for sentence in split for word in words(sentence)], len(split)


def _letters(word: str) -> int:
    return sum(character.isalpha() for character in word)
