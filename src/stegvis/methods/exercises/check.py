"""Check: every mistake in the library's folder at once, each with file, line, what is wrong and what would be right.

`check` is what an author runs; `read` gives the library itself, and only when nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stegvis.methods.exercises import rules
from stegvis.methods.exercises.content import Exercise, Library
from stegvis.methods.exercises.folder import Folder, ReadExercise, read_folder
from stegvis.methods.programme import readability
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.readability import Reading


class LibraryInvalid(ValueError):
    """The library has mistakes, so it was not read; `problems` names each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"The library was not read: {len(self.problems)} problems stand in its files.\n{listed}")


@dataclass(frozen=True)
class Measured:
    """One row of the table that the check prints."""

    code: str
    language: str
    name: str
    reading: Reading


def check(directory: Path) -> list[Problem]:
    """Every problem of the library in `directory`, sorted by file and line; an empty list means it can be released."""
    return problems_of(read_folder(directory))


def read(directory: Path) -> Library:
    """The library in `directory`; LibraryInvalid with every problem when there is one."""
    folder = read_folder(directory)
    problems = problems_of(folder)
    if problems or folder.manifest is None:
        raise LibraryInvalid(problems)
    manifest = folder.manifest
    return Library(
        title=manifest.title,
        languages=manifest.languages,
        note=manifest.note,
        exercises=tuple(exercise_of(each) for each in folder.exercises.values()),
    )


def table(directory: Path) -> list[Measured]:
    """Words and reading level of every exercise that could be read, in each language."""
    return [
        Measured(each.code, language, words.name, readability.reading(words.pieces, language))
        for each in read_folder(directory).exercises.values()
        for language, words in each.words.items()
        if language in readability.FORMULAS
    ]


def problems_of(folder: Folder) -> list[Problem]:
    """Every problem of a folder that has been read."""
    problems = list(folder.problems)
    if folder.manifest is not None:
        for each in folder.exercises.values():
            problems += rules.about(each, folder.manifest)
        problems += rules.about_library(folder, folder.manifest)
    return sorted(set(problems))


def exercise_of(read: ReadExercise) -> Exercise:
    """An exercise that was read whole."""
    assert read.facts is not None
    facts = read.facts
    return Exercise(
        code=read.code, kind=facts.kind, position=facts.position, groups=facts.groups, equipment=facts.equipment,
        dose=facts.dose, words=read.words, svg=read.svg,
    )  # fmt: skip
