"""Manifest: library.toml, what all exercises share, and the rules that the library is held to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from stegvis.methods.exercises.content import Group, Kind, Line, Table
from stegvis.methods.exercises.source import line_of, model_of, table_of, text_of
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.readability import FORMULAS

FILE = "library.toml"


class Rules(Table):
    """What the library and every exercise are held to. `level`: the highest reading level, by language."""

    exercises: int = Field(default=24, ge=1)
    steps: int = Field(default=5, ge=1)
    words: int = Field(default=170, ge=1)
    words_a_sentence: float = Field(default=12, gt=0)
    level: dict[str, float] = {"en": 6, "sv": 30}


class Manifest(Table):
    """The whole of library.toml. `cover`: for each kind, the groups that have at least one exercise of it."""

    title: dict[str, Line]
    languages: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], ...] = Field(min_length=1)
    note: dict[str, Line]
    rules: Rules = Rules()
    cover: dict[Kind, tuple[Group, ...]] = {}


def read_manifest(directory: Path) -> tuple[Manifest | None, str, list[Problem]]:
    """Read library.toml: what it says (None when it cannot be read), its text, and every problem that was found."""
    problems: list[Problem] = []
    text = text_of(directory, FILE, problems, "Write there what all exercises share.")
    if text is None:
        return None, "", problems
    data = table_of(FILE, text, problems)
    manifest = None if data is None else model_of(Manifest, data, FILE, text, problems)
    if manifest is not None:
        problems += _about_languages(manifest, text)
    return manifest, text, problems


def _about_languages(manifest: Manifest, text: str) -> list[Problem]:
    found = []
    for language in manifest.languages:
        if language not in FORMULAS:
            what = f"There is no reading formula for the language “{language}”."
            found.append(Problem(FILE, line_of(text, ("languages",)), what, f"Known are: {', '.join(FORMULAS)}."))
        elif language not in manifest.rules.level:
            what = f"rules.level names no highest level for “{language}”."
            found.append(Problem(FILE, line_of(text, ("level",)), what, f"Add level.{language} = a number."))
        for key, said in (("title", manifest.title), ("note", manifest.note)):
            if language not in said:
                what = f"The library has no {key} in “{language}”."
                found.append(Problem(FILE, line_of(text, (key,)), what, f"Add {key}.{language}."))
    return found
