"""The guide on writing a module says what is so: its example is a whole module, and its tables name every container."""

import re
import shutil
from pathlib import Path

import pytest

from stegvis.methods.programme import check, prose, reader
from tests.methods.programme.conftest import TRIAL

GUIDE = (TRIAL.parents[2] / "docs" / "how-to" / "write-a-module.md").read_text(encoding="utf-8")


def example(fence: str, kind: str) -> str:
    found = re.search(rf"^{fence}{kind}\n(.*?)^{fence}$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The guide's example as a folder of its own."""
    for name in ("notes", "pictures", "audio", "worksheets"):
        (tmp_path / "en" / name).mkdir(parents=True)
    (tmp_path / "programme.toml").write_text(example("```", "toml"), encoding="utf-8")
    (tmp_path / "en/01-walk.md").write_text(example("~~~", "markdown"), encoding="utf-8")
    sheet = GUIDE.split("~~~markdown\n")[2].partition("~~~")[0]
    (tmp_path / "en/worksheets/walk_log.md").write_text(sheet, encoding="utf-8")
    (tmp_path / "en/notes/01.md").write_text("## Aim\n\nTo try.\n\n## Sources\n\nNone.\n", encoding="utf-8")
    (tmp_path / "en/audio/calm.mp3").write_bytes(b"not really sound")
    (tmp_path / "en/pictures/path.svg").write_text("<svg/>", encoding="utf-8")
    shutil.copy(TRIAL / "snippets.toml", tmp_path)
    return tmp_path


def test_the_example_of_the_guide_is_a_whole_module(folder: Path) -> None:
    assert check.check(folder) == []
    programme = check.read(folder)
    part = programme.module("walk").part(1, "en")
    assert [block.block for block in part.blocks][:5] == ["text", "main", "picture", "audio", "paced"]
    assert programme.assets["en/pictures/path.svg"].content == b"<svg/>"
    assert programme.assets["en/audio/calm.mp3"].content == b""


def test_the_worksheet_of_the_guide_is_whole_and_has_the_fields_of_a_sum(folder: Path) -> None:
    manifest = folder / "programme.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + 'sum = "activity"\n', encoding="utf-8")
    sheet = check.read(folder).worksheet("walk_log")
    assert sheet.title("en") == "Walks"
    assert {"walked_1", "active_minutes_7", "rest_minutes_7"} <= sheet.names


def test_the_guide_names_every_container_field_and_page() -> None:
    for name in (*reader.BLOCKS, *reader.FIELD_KINDS, "repeat"):
        assert f"`::: {name}" in GUIDE, name
    for page in prose.PAGES:
        assert f"`page:{page}`" in GUIDE, page


def test_the_example_uses_every_container_and_field() -> None:
    used = set(re.findall(r"^::: ([a-z-]+)", example("~~~", "markdown"), re.MULTILINE))
    assert used == {*reader.BLOCKS, *reader.FIELD_KINDS, "repeat"} - {"exercise"}
