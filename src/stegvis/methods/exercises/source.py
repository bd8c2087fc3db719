"""Source: one TOML file of the library as data, or its mistakes with the line on which each stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from stegvis.methods.programme.problems import Problem, toml_problem

M = TypeVar("M", bound=BaseModel)
GUIDE = "Compare with the guide on writing an exercise."


def line_of(text: str, location: Sequence[object]) -> int:
    """The line (from 1) of a key within its table; of the table when the key is missing; 1 when there is neither."""
    lines, start, names = text.splitlines(), 0, [each for each in location if isinstance(each, str)]
    stop = len(lines)
    for name in names:
        pattern = rf"\s*(?:\[+\s*(?:\w+\.)*{re.escape(name)}\s*\]|(?:[\w.]+\.)?{re.escape(name)}\s*(?:\.[\w]+\s*)?=)"
        found = next((number for number in range(start, stop) if re.match(pattern, lines[number])), None)
        if found is None:
            break
        start = found
        if lines[start].startswith("["):  # what follows the next heading belongs to another table
            stop = next(
                (number for number in range(start + 1, len(lines)) if lines[number].startswith("[")), len(lines)
            )
    return start + 1


def text_of(directory: Path, file: str, problems: list[Problem], right: str) -> str | None:
    """The text of a file; None, and the problem added, when it is missing or not UTF-8."""
    try:
        return (directory / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem(file, 1, "This file is missing.", right))
    except UnicodeDecodeError:
        problems.append(Problem(file, 1, "This file is not UTF-8.", "Save it as UTF-8."))
    return None


def table_of(file: str, text: str, problems: list[Problem]) -> dict[str, object] | None:
    """The TOML of a file as a dictionary; None, and the problem added, when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(toml_problem(file, text, error))
        return None


def model_of(kind: type[M], data: object, file: str, text: str, problems: list[Problem], *within: str) -> M | None:
    """The data as a model; None, and each mistake added with its line, when it does not fit."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            location = (*within, *detail["loc"])
            key = ".".join(str(step) for step in location) or file
            problems.append(Problem(file, line_of(text, location), f"{key}: {detail['msg']}.", GUIDE))
        return None
