"""Manifest: programme.toml, the list of a programme's modules and the rules its texts are held to."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from stegvis.methods.programme.content import Sum
from stegvis.methods.programme.problems import Problem, toml_problem
from stegvis.methods.programme.readability import FORMULAS

FILE = "programme.toml"
_TABLES = ("module", "worksheet")

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rules(_Table):
    """What every part is held to. `level` is the highest reading level by language, in the units of its formula."""

    parts: int = Field(default=4, ge=1)
    words: int = Field(default=350, ge=1)
    short_words: int = Field(default=90, ge=1)
    why_words: int = Field(default=25, ge=1)
    least_minutes: int = Field(default=2, ge=1)
    most_minutes: int = Field(default=8, ge=1)
    words_a_sentence: float = Field(default=12, gt=0)
    level: dict[str, float] = {"en": 6, "sv": 30}


class ModuleEntry(_Table):
    """One module of the list. Without `written = true` it is announced and nothing more.

    `activity`: it touches what people do with their bodies, so that a physiotherapist must sign the programme too.
    """

    number: int = Field(ge=1)
    code: Code
    week: int = Field(ge=1)
    core: StrictBool
    written: StrictBool
    activity: StrictBool = False
    title: dict[str, Line]

    @property
    def stem(self) -> str:
        """The name of its files without the ending: 01-start."""
        return f"{self.number:02d}-{self.code}"


class WorksheetEntry(_Table):
    """One worksheet: the module that explains it, what is summed, and whether it may go to the physiotherapist."""

    code: Code
    module: Code
    sum: Sum = ""
    physiotherapist: StrictBool = False


class Manifest(_Table):
    """The whole of programme.toml. `checkin` names the number fields that every check-in asks.

    `numbers` names the telephone numbers of the trial's protocol that texts may say, such as emergency_number.
    """

    title: dict[str, Line]
    languages: tuple[Language, ...] = Field(min_length=1)
    checkin: tuple[Code, ...] = ()
    numbers: tuple[Code, ...] = ()
    rules: Rules = Rules()
    notes: dict[str, tuple[Line, ...]] = {}
    module: tuple[ModuleEntry, ...] = Field(min_length=1)
    worksheet: tuple[WorksheetEntry, ...] = ()


def read_manifest(text: str) -> tuple[Manifest | None, list[Problem]]:
    """Read programme.toml; None when it cannot be read at all, and every problem that was found."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [toml_problem(FILE, text, error)]
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        return None, [_as_problem(text, dict(detail)) for detail in error.errors(include_url=False)]
    return manifest, list(_contradictions(manifest, text))


def _as_problem(text: str, detail: dict[str, object]) -> Problem:
    location = tuple(detail["loc"]) if isinstance(detail["loc"], tuple) else ()
    key = ".".join(str(step) for step in location)
    right = "Compare with the list of keys in the guide on writing a module."
    return Problem(FILE, _line_of(text, location), f"{key}: {detail['msg']}.", right)


def _line_of(text: str, location: tuple[object, ...]) -> int:
    """The line of a key: within the n-th [[module]] or [[worksheet]] when the location says so, else its first mention."""
    lines = text.splitlines()
    start = 0
    if len(location) > 1 and location[0] in _TABLES and isinstance(location[1], int):
        tables = [number for number, line in enumerate(lines) if line.strip() == f"[[{location[0]}]]"]
        start = tables[location[1]] if location[1] < len(tables) else 0
    key = next((str(step) for step in reversed(location) if isinstance(step, str) and step not in _TABLES), None)
    for number, line in enumerate(lines[start:], start=start + 1):
        if key and re.match(rf"\s*\[*(?:\w+\.)*{re.escape(key)}\b", line):
            return number
    return start + 1


def _contradictions(manifest: Manifest, text: str) -> list[Problem]:
    problems = []
    for language in manifest.languages:
        if language not in FORMULAS:
            what = f"There is no reading formula for the language “{language}”."
            problems.append(Problem(FILE, _line_of(text, ("languages",)), what, f"Known are: {', '.join(FORMULAS)}."))
        elif language not in manifest.rules.level:
            what = f"rules.level names no highest level for “{language}”."
            problems.append(Problem(FILE, _line_of(text, ("level",)), what, f"Add level.{language} = a number."))
        if language not in manifest.title:
            what = f"The programme has no title in “{language}”."
            problems.append(Problem(FILE, _line_of(text, ("title",)), what, f"Add title.{language}."))
    problems += _about_modules(manifest, text)
    problems += _about_worksheets(manifest, text)
    return problems


def _about_modules(manifest: Manifest, text: str) -> list[Problem]:
    problems = []
    for index, entry in enumerate(manifest.module):
        line = _line_of(text, ("module", index))
        if entry.number != index + 1:
            what = f"Module “{entry.code}” has number {entry.number} but stands in place {index + 1}."
            problems.append(Problem(FILE, line, what, "Number the modules from 1 in their order, none left out."))
        if entry.code in {other.code for other in manifest.module[:index]}:
            right = "Give each module a code of its own."
            problems.append(Problem(FILE, line, f"The code “{entry.code}” is used twice.", right))
        if index and entry.week < manifest.module[index - 1].week:
            what = f"Module “{entry.code}” opens in week {entry.week}, before the module above it."
            problems.append(Problem(FILE, line, what, "Order the modules by week."))
        for language in manifest.languages:
            if language not in entry.title:
                what = f"Module “{entry.code}” has no title in “{language}”."
                problems.append(Problem(FILE, line, what, f"Add title.{language}."))
    return problems


def _about_worksheets(manifest: Manifest, text: str) -> list[Problem]:
    problems = []
    modules = {entry.code for entry in manifest.module}
    for index, entry in enumerate(manifest.worksheet):
        line = _line_of(text, ("worksheet", index))
        if entry.code in {other.code for other in manifest.worksheet[:index]}:
            right = "Give each worksheet a code of its own."
            problems.append(Problem(FILE, line, f"The code “{entry.code}” is used twice.", right))
        if entry.module not in modules:
            what = f"Worksheet “{entry.code}” belongs to the unknown module “{entry.module}”."
            problems.append(Problem(FILE, line, what, f"Modules are: {', '.join(sorted(modules))}."))
    return problems
