"""Check: every mistake in a programme's folder at once, each with file, line, what is wrong and what would be right.

`check` is what an author runs; `read` gives the programme itself, and only when nothing is wrong. The rules themselves
stand in `rules` (one module in one language), `sheet_rules` (one worksheet), `translations` (the same in each language)
and beside what they are about (`manifest`, `folder`, `reader`, `snippets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stegvis.methods.programme import measures, readability, rules, sheet_rules, translations
from stegvis.methods.programme.content import Module, Programme, Sheet, Translation, Worksheet
from stegvis.methods.programme.folder import Folder, read_folder
from stegvis.methods.programme.manifest import Manifest, ModuleEntry, WorksheetEntry
from stegvis.methods.programme.measures import PartMeasure
from stegvis.methods.programme.problems import Problem, ProgrammeInvalid
from stegvis.methods.programme.reader import ReadModule


@dataclass(frozen=True)
class MeasuredPart:
    """One row of the table that the check prints."""

    module: str
    language: str
    measure: PartMeasure


def check(directory: Path) -> list[Problem]:
    """Every problem of the programme in `directory`, sorted by file and line; an empty list means it can be released."""
    return problems(read_folder(directory))


def read(directory: Path) -> Programme:
    """The programme in `directory`; ProgrammeInvalid with every problem when there is one."""
    folder = read_folder(directory)
    found = problems(folder)
    if found or folder.manifest is None:
        raise ProgrammeInvalid(found)
    return _programme(folder, folder.manifest)


def table(directory: Path) -> list[MeasuredPart]:
    """Words, minutes and reading level of every part that could be read, in the order of modules and languages."""
    return _measured(read_folder(directory).modules)


def sheet_table(directory: Path) -> list[MeasuredPart]:
    """The same for every worksheet that could be read; `short_words` is 0, since a sheet has no short version."""
    return _measured(read_folder(directory).worksheets)


def _measured(read: Mapping[tuple[str, str], ReadModule]) -> list[MeasuredPart]:
    return [
        MeasuredPart(code, language, measures.measure(part, language))
        for (code, language), module in read.items()
        if language in readability.FORMULAS
        for part in module.parts
    ]


def problems(folder: Folder) -> list[Problem]:
    """Every problem of a programme that was read as far as it could be, sorted by file and line."""
    found = list(folder.problems)
    if folder.manifest is not None:
        for entry in folder.manifest.module:
            if entry.written:
                found += _about_module(folder, folder.manifest, entry)
        for sheet in folder.manifest.worksheet:
            found += _about_worksheet(folder, folder.manifest, sheet)
    return sorted(set(found))


def _about_module(folder: Folder, manifest: Manifest, entry: ModuleEntry) -> Iterator[Problem]:
    versions = [
        folder.modules[entry.code, language]
        for language in manifest.languages
        if (entry.code, language) in folder.modules
    ]
    for version in versions:
        yield from rules.about(version, manifest)
    for version in versions[1:]:
        yield from translations.differences(versions[0], version)
    for language in manifest.languages:
        if (entry.code, language) in folder.notes:
            file = f"{language}/notes/{entry.number:02d}.md"
            yield from rules.about_notes(folder.notes[entry.code, language], file, manifest.notes.get(language, ()))


def _about_worksheet(folder: Folder, manifest: Manifest, entry: WorksheetEntry) -> Iterator[Problem]:
    there = (folder.worksheets.get((entry.code, language)) for language in manifest.languages)
    versions = [version for version in there if version is not None]
    for version in versions:
        yield from sheet_rules.about(version, entry, manifest)
    for version in versions[1:]:
        yield from translations.differences(versions[0], version)


def _programme(folder: Folder, manifest: Manifest) -> Programme:
    return Programme(
        titles=manifest.title,
        languages=manifest.languages,
        checkin=manifest.checkin,
        modules=tuple(_module(folder, manifest, entry) for entry in manifest.module),
        snippets=folder.snippets,
        assets=folder.assets,
        numbers=manifest.numbers,
        worksheets=tuple(_worksheet(folder, manifest, entry) for entry in manifest.worksheet),
    )


def _module(folder: Folder, manifest: Manifest, entry: ModuleEntry) -> Module:
    told = {}
    for language in manifest.languages if entry.written else ():
        version = folder.modules[entry.code, language]
        summary = str(version.header["summary"]).strip()
        told[language] = Translation(summary, version.parts, folder.notes[entry.code, language].strip())
    return Module(
        entry.code, entry.number, entry.week, entry.core, entry.written, entry.title, told, activity=entry.activity
    )


def _worksheet(folder: Folder, manifest: Manifest, entry: WorksheetEntry) -> Worksheet:
    sheets = {}
    for language in manifest.languages:
        version = folder.worksheets[entry.code, language]
        sheets[language] = Sheet(str(version.header["summary"]).strip(), version.parts[0])
    return Worksheet(entry.code, entry.module, entry.physiotherapist, entry.sum, sheets)
