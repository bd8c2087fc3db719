"""Check: every mistake in a programme's folder at once, each with file, line, what is wrong and what would be right.

`check` is what an author runs; `read` gives the programme itself, and only when nothing is wrong. The rules themselves
stand in `rules` (one module in one language), `translations` (the same in each language) and beside what they are about
(`manifest`, `folder`, `reader`, `snippets`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stegvis.methods.programme import measures, readability, rules, translations
from stegvis.methods.programme.content import Module, Programme, Translation
from stegvis.methods.programme.folder import Folder, read_folder
from stegvis.methods.programme.manifest import Manifest, ModuleEntry
from stegvis.methods.programme.measures import PartMeasure
from stegvis.methods.programme.problems import Problem, ProgrammeInvalid


@dataclass(frozen=True)
class MeasuredPart:
    """One row of the table that the check prints."""

    module: str
    language: str
    measure: PartMeasure


def check(directory: Path) -> list[Problem]:
    """Every problem of the programme in `directory`, sorted by file and line; an empty list means it can be released."""
    return _problems(read_folder(directory))


def read(directory: Path) -> Programme:
    """The programme in `directory`; ProgrammeInvalid with every problem when there is one."""
    folder = read_folder(directory)
    problems = _problems(folder)
    if problems or folder.manifest is None:
        raise ProgrammeInvalid(problems)
    return _programme(folder, folder.manifest)


def table(directory: Path) -> list[MeasuredPart]:
    """Words, minutes and reading level of every part that could be read, in the order of modules and languages."""
    folder = read_folder(directory)
    return [
        MeasuredPart(code, language, measures.measure(part, language))
        for (code, language), module in folder.modules.items()
        if language in readability.FORMULAS
        for part in module.parts
    ]


def _problems(folder: Folder) -> list[Problem]:
    problems = list(folder.problems)
    if folder.manifest is not None:
        for entry in folder.manifest.module:
            if entry.written:
                problems += _about_module(folder, folder.manifest, entry)
    return sorted(set(problems))


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


def _programme(folder: Folder, manifest: Manifest) -> Programme:
    return Programme(
        titles=manifest.title,
        languages=manifest.languages,
        checkin=manifest.checkin,
        modules=tuple(_module(folder, manifest, entry) for entry in manifest.module),
        snippets=folder.snippets,
        assets=folder.assets,
        numbers=manifest.numbers,
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
