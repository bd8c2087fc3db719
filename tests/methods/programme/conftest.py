"""A copy of the first modules of the trial's programme to damage, and the programme itself to look at."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from stegvis.methods.programme import check
from stegvis.methods.programme.content import Programme
from stegvis.methods.programme.problems import Problem

TRIAL = Path(__file__).parents[3] / "studies" / "cwp" / "programme"


@dataclass
class Copy:
    """A folder that may be changed."""

    directory: Path

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the first `old` in a file and return the line it stood in."""
        text = (self.directory / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        (self.directory / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def problems(self) -> list[Problem]:
        """What the check says now."""
        return check.check(self.directory)

    def only_problem(self) -> Problem:
        """The one problem there is now."""
        problems = self.problems()
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The trial's programme with only its first two modules written, to be damaged by a test."""
    shutil.copytree(TRIAL, tmp_path / "programme")
    list_of_modules = tmp_path / "programme/programme.toml"
    first, second, rest = list_of_modules.read_text(encoding="utf-8").split("written = true", 2)
    rest = rest.replace("written = true", "written = false")
    list_of_modules.write_text("written = true".join((first, second, rest)), encoding="utf-8")
    return Copy(tmp_path / "programme")


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The trial's programme as read."""
    return check.read(TRIAL)
