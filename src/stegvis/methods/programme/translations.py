"""Translations: where the same module is not the same in two languages.

The words differ; the parts, the kinds of blocks, the exercises and their fields may not, or an answer would mean
something else in the other language.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from stegvis.methods.programme.blocks import Field, Paced
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.reader import ReadModule


def differences(first: ReadModule, other: ReadModule) -> Iterator[Problem]:
    """Where the same module is not the same in two languages."""
    for number, (here, there) in enumerate(zip_longest(first.shapes, other.shapes, fillvalue=()), start=1):
        if here and there and here != there:
            what = f"Part {number} has other blocks than in {first.file}: {_first_difference(here, there)}."
            yield Problem(other.file, other.line(f"part:{number}"), what, "Write the same blocks in the same order.")
    for mine, theirs in zip(first.parts, other.parts, strict=False):
        yield from _field_differences(first, other, mine, theirs)
        yield from _paced_differences(first, other, mine, theirs)


def _first_difference(here: tuple[str, ...], there: tuple[str, ...]) -> str:
    for one, two in zip_longest(here, there, fillvalue="nothing"):
        if one != two:
            return f"{one} there, {two} here"
    return ""


def _field_differences(first: ReadModule, other: ReadModule, here: Part, there: Part) -> Iterator[Problem]:
    codes = [(exercise.code, exercise.purpose) for exercise in here.exercises]
    if codes != [(exercise.code, exercise.purpose) for exercise in there.exercises]:
        what = f"The exercises of part {there.number} have other codes than in {first.file}."
        yield Problem(other.file, other.line(f"part:{there.number}"), what, "Use the same codes in every language.")
    theirs = {asked.name: asked for asked in there.fields}
    for asked in here.fields:
        if asked.name not in theirs:
            what = f"Part {there.number} does not ask the field “{asked.name}” of {first.file}."
            yield Problem(
                other.file, other.line(f"part:{there.number}"), what, "Ask the same fields in every language."
            )
        elif difference := _difference(asked, theirs[asked.name]):
            what = f"The field “{asked.name}” has {difference} than in {first.file}."
            right = "Labels may differ between languages, nothing else."
            yield Problem(other.file, other.line(f"field:{asked.name}"), what, right)
    for name in theirs.keys() - {asked.name for asked in here.fields}:
        what = f"The field “{name}” is not asked in part {here.number} of {first.file}."
        yield Problem(other.file, other.line(f"field:{name}"), what, "Ask the same fields in every language.")


def _paced_differences(first: ReadModule, other: ReadModule, here: Part, there: Part) -> Iterator[Problem]:
    """Where a paced guide keeps another time in another language."""
    for mine, theirs in zip(here.paced, there.paced, strict=False):
        if _beat(mine) != _beat(theirs):
            what = f"The guide “{theirs.code}” keeps another time than in {first.file}."
            right = "Use the same code, seconds, in, out and times in every language; only words may differ."
            yield Problem(other.file, other.line(f"exercise:{theirs.code}"), what, right)


def _beat(guide: Paced) -> tuple[object, ...]:
    return guide.code, guide.times, [(step.seconds, step.move) for step in guide.steps]


def _difference(here: Field, there: Field) -> str:
    if here.kind != there.kind:
        return "another kind"
    if [option.value for option in here.options] != [option.value for option in there.options]:
        return "other option values or another order"
    if (here.minimum, here.maximum) != (there.minimum, there.maximum):
        return "another range"
    if here.in_short != there.in_short:
        return "another mark “short”"
    return ""
