"""Folder: everything that stands in the library's folder, read once.

library.toml                  what all exercises share, and the rules
chair-stand.toml              an exercise: what it is for, its dose, and its words in each language
drawings/chair-stand.toml     its drawing: two positions, written as where the joints are
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from stegvis.methods.exercises import draw, figure, manifest
from stegvis.methods.exercises.content import Dose, Equipment, Group, Kind, Position, Table, Words
from stegvis.methods.exercises.manifest import Manifest
from stegvis.methods.exercises.poses import Drawing
from stegvis.methods.exercises.source import line_of, model_of, table_of, text_of
from stegvis.methods.programme.problems import Problem

PLACE = "plan/exercises"
"""Where a trial keeps its library, in its folder; a trial without this folder has plans without exercises."""

DRAWINGS = "drawings"


class Facts(Table):
    """What an exercise's file says in no language: the same for everyone."""

    kind: Kind
    position: Position
    groups: tuple[Group, ...] = Field(min_length=1)
    equipment: tuple[Equipment, ...] = ()
    dose: Dose


@dataclass
class ReadExercise:
    """An exercise as far as it could be read, and the text of its file, in which problems find their lines."""

    code: str
    text: str
    facts: Facts | None = None
    words: dict[str, Words] = field(default_factory=dict)
    svg: str = ""

    @property
    def file(self) -> str:
        """Where it stands, in the library's folder."""
        return f"{self.code}.toml"


@dataclass
class Folder:
    """What was found: the manifest (None when unreadable), the exercises by code, and the problems."""

    manifest: Manifest | None = None
    text: str = ""
    exercises: dict[str, ReadExercise] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(directory: Path) -> Folder:
    """Read the folder; whatever is missing or unreadable becomes a problem, nothing is raised."""
    found, text, problems = manifest.read_manifest(directory)
    folder = Folder(found, text, problems=problems)
    if found is None:
        return folder
    codes = sorted(file.stem for file in directory.glob("*.toml") if file.name != manifest.FILE)
    for code in codes:
        read = _exercise(directory, code, found.languages, folder.problems)
        if read is not None:
            read.svg = _drawing(directory, code, folder.problems)
            folder.exercises[code] = read
    for file in sorted((directory / DRAWINGS).glob("*.toml")):
        if file.stem not in codes:
            what, right = "No exercise has this drawing.", "Name it after its exercise, or remove it."
            folder.problems.append(Problem(f"{DRAWINGS}/{file.name}", 1, what, right))
    return folder


def _exercise(directory: Path, code: str, languages: tuple[str, ...], problems: list[Problem]) -> ReadExercise | None:
    file = f"{code}.toml"
    text = text_of(directory, file, problems, "Write the exercise there.")
    data = None if text is None else table_of(file, text, problems)
    if text is None or data is None:
        return None
    read = ReadExercise(code, text)
    spoken = {key: data.pop(key) for key in list(data) if isinstance(data[key], dict) and key not in Facts.model_fields}
    read.facts = model_of(Facts, data, file, text, problems)
    for language in languages:
        if language not in spoken:
            what, right = f"The exercise has no words in “{language}”.", f"Add a table [{language}]."
            problems.append(Problem(file, 1, what, right))
            continue
        words = model_of(Words, spoken.pop(language), file, text, problems, language)
        if words is not None:
            read.words[language] = words
    for language in spoken:
        what = f"The library is not written in “{language}”."
        right = f"Its languages are: {', '.join(languages)}."
        problems.append(Problem(file, line_of(text, (language,)), what, right))
    return read


def _drawing(directory: Path, code: str, problems: list[Problem]) -> str:
    """The drawing as SVG; nothing, and the problems added, when there is none that can be drawn."""
    file = f"{DRAWINGS}/{code}.toml"
    text = text_of(directory, file, problems, "Draw the exercise there: two positions.")
    data = None if text is None else table_of(file, text, problems)
    drawing = None if text is None or data is None else model_of(Drawing, data, file, text, problems)
    if text is None or drawing is None:
        return ""
    before = len(problems)
    for name, panel in (("start", drawing.start), ("end", drawing.end)):
        for what in figure.impossible(drawing, panel.pose):
            right = "Move the hips, the hand or the foot until a body can do it."
            problems.append(Problem(file, line_of(text, (name, "pose")), f"In “{name}”, {what}.", right))
    return draw.svg(drawing) if len(problems) == before else ""
