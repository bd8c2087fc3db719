"""Measures: words, minutes and reading level of a part and of its short version.

Words count everything a person reads: title, why, text, boxes, captions, exercises, labels, hints and options; a repeated
set of fields counts once. The reading level is measured on sentences only: titles, headings, options and the ends of
scales are left out. Homework is answered during the days that follow, so its fields take no time here; nor does a paced
guide, which says how long it takes and may be followed later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stegvis.methods.programme import prose, readability
from stegvis.methods.programme.blocks import Audio, Block, Example, Exercise, Field, Paced, Picture
from stegvis.methods.programme.content import Part


@dataclass(frozen=True)
class PartMeasure:
    """One part in one language: its words, minutes and level, in full and in short."""

    number: int
    words: int
    minutes: int
    reading: readability.Reading
    short_words: int
    short_minutes: int
    short_reading: readability.Reading


def measure(part: Part, language: str) -> PartMeasure:
    """Measure a part with the formula of `language` (see `readability.FORMULAS`)."""
    return PartMeasure(
        number=part.number,
        words=word_count(part),
        minutes=part.minutes,
        reading=readability.reading(sentences_of(part), language),
        short_words=short_word_count(part),
        short_minutes=part.short_minutes,
        short_reading=readability.reading(prose.running_text(part.short), language),
    )


def word_count(part: Part) -> int:
    """The words of the full version."""
    read = [part.title, part.why]
    for block in part.blocks:
        read.extend(_everything(block))
    return readability.count_words(read)


def short_word_count(part: Part) -> int:
    """The words of the short version; the fields it asks are not counted."""
    return readability.count_words(prose.pieces(part.short))


def minutes(part: Part) -> int:
    """Minutes to read the part and do its exercises."""
    kinds = (asked.kind for exercise in part.exercises if exercise.purpose != "homework" for asked in exercise.fields)
    return readability.minutes(word_count(part), kinds)


def short_minutes(part: Part) -> int:
    """Minutes for the short version with the fields it asks."""
    exercises = [exercise for exercise in part.short_exercises if exercise.purpose != "homework"]
    fields = [asked for exercise in exercises for asked in exercise.fields]
    labels = (text for asked in fields for text in (asked.label, asked.hint))
    words = short_word_count(part) + readability.count_words([part.why, *labels])
    return readability.minutes(words, (asked.kind for asked in fields))


def sentences_of(part: Part) -> Iterator[str]:
    """The pieces of the full version that the reading level is measured on."""
    yield part.why
    for block in part.blocks:
        yield from _running(block)


def asked_once(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields without the repetitions of a set: "Day 1" stands for all days."""
    seen: set[str] = set()
    for asked in fields:
        stem = asked.name.rsplit("_", 1)[0] if asked.group else asked.name
        if stem not in seen:
            seen.add(stem)
            yield asked


def markdown_of(block: Block) -> str:
    """The Markdown of a block; empty for a picture and for a paced guide."""
    if isinstance(block, Picture | Paced):
        return ""
    return block.transcript if isinstance(block, Audio) else block.markdown


def _everything(block: Block) -> Iterator[str]:
    if isinstance(block, Example | Exercise | Audio | Paced):
        yield block.title
    if isinstance(block, Paced):
        yield from (step.words for step in block.steps)
    if isinstance(block, Picture):
        yield block.caption
    elif not isinstance(block, Audio):
        yield from prose.pieces(markdown_of(block))
    if isinstance(block, Exercise):
        for asked in asked_once(block.fields):
            yield from (asked.label, asked.hint, asked.low, asked.high)
            yield from (option.label for option in asked.options)


def _running(block: Block) -> Iterator[str]:
    if isinstance(block, Paced):
        yield from (step.words for step in block.steps)
        return
    if isinstance(block, Picture):
        yield block.caption
        return
    yield from prose.running_text(markdown_of(block))
    if isinstance(block, Exercise):
        for asked in asked_once(block.fields):
            yield from (asked.label, asked.hint)
