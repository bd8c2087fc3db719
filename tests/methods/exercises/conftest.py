"""A library small enough to break in every way."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[3] / "studies" / "cwp" / "plan" / "exercises"
LIBRARY = """
languages = ["en", "sv"]
title.en = "Exercises"
title.sv = "Övningar"
note.en = "Go gently."
note.sv = "Ta det lugnt."

[rules]
exercises = 2

[cover]
strength = ["legs"]
mobility = ["neck"]
"""


@pytest.fixture
def shipped() -> Path:
    return SHIPPED


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "drawings").mkdir()
    (tmp_path / "library.toml").write_text(LIBRARY, "utf-8")
    for code in ("chair-stand", "neck-turn"):
        for file in (f"{code}.toml", f"drawings/{code}.toml"):
            shutil.copy(SHIPPED / file, tmp_path / file)
    return tmp_path


@pytest.fixture
def change(small: Path) -> Callable[[str, str, str], Path]:
    def replace(file: str, old: str, new: str) -> Path:
        text = (small / file).read_text("utf-8")
        assert old in text
        (small / file).write_text(text.replace(old, new, 1), "utf-8")
        return small

    return replace
