"""Sheet rules: what one worksheet in one language is held to. It has no pages and no short version: it is one sheet.

The rules are written down for authors in docs/how-to/write-a-module.md; their numbers stand in programme.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.programme import measures, rules, sheet_sums
from stegvis.methods.programme.blocks import Example, Exercise
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.manifest import Manifest, WorksheetEntry
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.reader import ReadModule

DAY_FIELD = "day"
"""The name under which every sheet keeps the day it is about, and so no field's."""


def about(version: ReadModule, entry: WorksheetEntry, manifest: Manifest) -> Iterator[Problem]:
    """Everything that is wrong with one worksheet in one language."""
    yield from rules.about_header(version)
    if len(version.parts) != 1:
        what = f"The worksheet has {len(version.parts)} headings of the first level."
        yield Problem(version.file, 1, what, "Write one: # and the sheet's title.")
        return
    part = version.parts[0]
    yield from _about_shape(version, part, manifest)
    yield from _about_sum(version, part, entry)
    yield from rules.about_level(version, part, manifest.rules)
    yield from rules.about_voice(version, part)
    yield from rules.about_names(version, part)
    yield from rules.about_links(version, part, manifest, parts=0)


def _about_shape(version: ReadModule, part: Part, manifest: Manifest) -> Iterator[Problem]:
    count = measures.word_count(part)
    if count > manifest.rules.words:
        right = f"At most {manifest.rules.words}; a tired person fills it in."
        yield Problem(version.file, 1, f"The worksheet has {count} words.", right)
    if sum(isinstance(block, Example) for block in part.blocks) != 1:
        yield Problem(version.file, 1, "The worksheet needs one worked example.", "Write one ::: example.")
    if not part.fields:
        yield Problem(version.file, 1, "The worksheet asks nothing.", "Write an ::: exercise with fields.")
    for name in ("why", "short", "audio", "paced"):
        if name in version.shapes[0]:
            line = version.line(f"{name}:1") if name in ("why", "short") else 1
            yield Problem(version.file, line, f"A worksheet has no ::: {name}.", "Remove it.")
    for block in part.blocks:
        if isinstance(block, Exercise) and block.purpose != "exercise":
            line = version.line(f"exercise:{block.code}")
            yield Problem(version.file, line, f"A worksheet has no ::: {block.purpose}.", "Write ::: exercise.")
    if any(asked.name == DAY_FIELD for asked in part.fields):
        what = f"The name “{DAY_FIELD}” is taken: every sheet asks for its day by itself."
        yield Problem(version.file, version.line(f"field:{DAY_FIELD}"), what, "Give the field another name.")


def _about_sum(version: ReadModule, part: Part, entry: WorksheetEntry) -> Iterator[Problem]:
    """The fields that the sheet's sum is worked out of are all there."""
    kinds = {asked.name: asked.kind for asked in part.fields}
    for name, kind in sheet_sums.NEEDS.get(entry.sum, {}).items():
        if kinds.get(f"{name}_1") != kind:
            what = f"The sum “{entry.sum}” needs the field “{name}”, a {kind}, in a repeated set."
            yield Problem(version.file, 1, what, f"Write ::: {kind} {name} inside ::: repeat, or take the sum away.")
    if entry.sum == "balance" and not any(sheet_sums.is_block(asked) for asked in part.fields):
        what = "The sum “balance” needs hours to count."
        right = f"Write choices with the options {', '.join(sheet_sums.BALANCE)}, or take the sum away."
        yield Problem(version.file, 1, what, right)
