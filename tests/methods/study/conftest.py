"""A small sound trial, and a way to write mistakes into a copy of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stegvis.methods import study
from stegvis.methods.study import Problem, Protocol, Study
from tests.studies.folders import CWP, THREE_ARMS


@pytest.fixture(scope="session")
def three_arms() -> Study:
    return study.load(THREE_ARMS)


@pytest.fixture(scope="session")
def cwp() -> Protocol:
    return study.load(CWP).protocol


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the second trial's folder, to be spoilt."""
    return Path(shutil.copytree(THREE_ARMS, tmp_path / "trial"))


Spoil = Callable[..., list[Problem]]


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace texts in protocol.toml, (old, new) each, and check the folder."""

    def replace(*changes: tuple[str, str]) -> list[Problem]:
        path = folder / "protocol.toml"
        source = path.read_text()
        for old, new in changes:
            assert old in source, old
            source = source.replace(old, new, 1)
        path.write_text(source)
        return study.check(folder)

    return replace
