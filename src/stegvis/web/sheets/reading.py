"""A kept sheet laid out for reading and for paper: sections, questions with what was written, and sets as tables.

Words stand under the labels of the release they were written in. What was left empty is left out, and a name that the
sheet does not have is shown as it is: nothing that was written is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from stegvis.methods.programme.blocks import Exercise, Field
from stegvis.methods.programme.content import Part, Worksheet
from stegvis.programme.worksheets import queries
from stegvis.web.components.shapes import Fact
from stegvis.web.participant.exercises import Written, in_words
from stegvis.web.sheets import sums


@dataclass(frozen=True)
class Set:
    """One set of a repeated group ("Night 2") with what was written in it."""

    heading: str
    lines: Sequence[Written]


@dataclass(frozen=True)
class Table:
    """The same sets on paper: a row for each set, or a column for each where all is short."""

    head: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Section:
    """One section of a sheet: questions asked once, and sets with their table."""

    title: str
    lines: Sequence[Written]
    sets: Sequence[Set] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Kept:
    """A kept sheet as it is read."""

    title: str
    on: date
    sections: Sequence[Section]
    sum: Sequence[Fact]
    sum_note: str


def kept(entry: Any, language: str) -> Kept:
    """A kept sheet in a language, or the programme's first where it has not been written in that."""
    sheet, words = queries.sheet_of(entry), queries.words(entry)
    spoken = language if language in sheet.translations else next(iter(sheet.translations))
    sections = [_section(each, words) for each in sheet.translations[spoken].part.exercises]
    others = [Written("", name, text) for name, text in words.items() if name not in sheet.names]
    shown = [each for each in sections if each.lines or each.sets]
    if others:
        shown.append(Section(sheet.title(spoken), others))
    facts, note = sums.facts(sheet, sheet.fields(spoken), words)
    return Kept(sheet.title(spoken), entry.on, shown, facts, note)


@dataclass(frozen=True)
class Blank:
    """A question on an empty sheet: options or numbers to tick, a short answer, or lines to write on."""

    label: str
    hint: str
    options: Sequence[str] = ()
    unit: str = ""
    lines: int = 0


@dataclass(frozen=True)
class BlankSection:
    """One section of an empty sheet: questions asked once, then the head and the numbered rows of its sets."""

    title: str
    asked: Sequence[Blank]
    head: Sequence[Blank] = ()
    rows: Sequence[str] = ()


def on_paper(part: Part) -> list[BlankSection]:
    """An empty sheet, section by section."""
    found = []
    for exercise in part.exercises:
        family = next(iter(families(exercise.fields)), [])
        once = [_blank(each) for each in exercise.fields if not each.group]
        head = [_blank(each) for each in family[0][1]] if family else []
        found.append(BlankSection(exercise.title, once, head, [heading for heading, _asked in family]))
    return found


def _blank(asked: Field) -> Blank:
    if asked.kind == "number":
        numbers = [str(number) for number in range(asked.minimum, asked.maximum + 1)]
        hint = f"{asked.minimum}: {asked.low}. {asked.maximum}: {asked.high}."
        return Blank(asked.label, hint, numbers)
    options = [option.label for option in asked.options]
    lines = {"text": 1, "long-text": 4}.get(asked.kind, 0)
    return Blank(asked.label, asked.hint, options, asked.unit, lines)


def title_of(entry: Any, language: str) -> str:
    """The title of a kept sheet; its words are not read for it."""
    return title(queries.sheet_of(entry), language)


def title(sheet: Worksheet, language: str) -> str:
    """A sheet's title in a language, or in the programme's first."""
    return sheet.title(language if language in sheet.translations else next(iter(sheet.translations)))


def families(fields: Iterable[Field]) -> list[list[tuple[str, list[Field]]]]:
    """The repeated groups among fields: for each its sets, as heading and fields, in order."""
    found: list[list[tuple[str, list[Field]]]] = []
    grouped = [each for each in fields if each.group]
    for _stem, members in groupby(grouped, key=stem):
        found.append([(heading, list(asked)) for heading, asked in groupby(members, key=lambda each: each.group)])
    return found


def stem(asked: Field) -> str:
    """The heading of a repeated group without its number."""
    return asked.group.rsplit(" ", 1)[0]


def _section(exercise: Exercise, words: Mapping[str, str]) -> Section:
    once = [
        Written("", each.label, said) for each in exercise.fields if not each.group and (said := _said(each, words))
    ]
    sets: list[Set] = []
    table = None
    for family in families(exercise.fields):
        filled = [(heading, asked) for heading, asked in family if any(words.get(each.name) for each in asked)]
        for heading, asked in filled:
            lines = [Written("", each.label, said) for each in asked if (said := _said(each, words))]
            sets.append(Set(heading, lines))
        table = _table(filled, words) if filled else table
    return Section(exercise.title, once, sets, table)


def _said(asked: Field, words: Mapping[str, str]) -> str:
    text = words.get(asked.name, "")
    return in_words(asked, text) if text else ""


def _table(filled: Sequence[tuple[str, Sequence[Field]]], words: Mapping[str, str]) -> Table:
    """Sets as columns where no words are in them, as nights are; otherwise as rows, which have room for words."""
    labels = [each.label for each in filled[0][1]]
    cells = [[_said(each, words) for each in asked] for _heading, asked in filled]
    headings = [heading for heading, _asked in filled]
    if any(each.kind in {"text", "long-text", "choices"} for each in filled[0][1]):
        return Table(labels, list(zip(headings, cells, strict=True)))
    turned = [list(column) for column in zip(*cells, strict=True)]
    return Table(headings, list(zip(labels, turned, strict=True)))
