"""Problems: what is wrong in a programme's files, said so that an author can mend it without asking anyone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: the file (relative to the programme's folder), the line (from 1), what is wrong, what would be right."""

    file: str
    line: int
    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.right}"


class ProgrammeInvalid(ValueError):
    """The programme has mistakes, so it was not read; `problems` names each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"The programme was not read: {len(self.problems)} problems stand in its files.\n{listed}")


def toml_problem(file: str, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """The problem of a file that is not TOML, at the line the parser gave up; the last line if it ran to the end."""
    where = re.search(r"at line (\d+)", str(error))
    line = int(where[1]) if where else max(1, len(text.splitlines()))
    return Problem(file, line, f"This is not TOML: {error}.", "Put texts in double quotation marks, one key a line.")
