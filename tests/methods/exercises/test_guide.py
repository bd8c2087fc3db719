"""The guide on writing an exercise says what is so: its example is a whole exercise, and it names every word of the files."""

import re
from typing import get_args

import pytest

from stegvis.methods.exercises import check, content
from stegvis.methods.exercises.poses import Thing
from stegvis.methods.programme import readability

from .conftest import SHIPPED

GUIDE = (SHIPPED.parents[3] / "docs" / "how-to" / "write-an-exercise.md").read_text("utf-8")
WORDS, DRAWING = re.findall(r"^~~~toml\n(.*?)^~~~$", GUIDE, re.MULTILINE | re.DOTALL)
LIST = 'languages = ["en"]\ntitle.en = "One"\nnote.en = "Go gently."\nrules.exercises = 1\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "drawings").mkdir()
    for file, text in (("library.toml", LIST), ("lift.toml", WORDS), ("drawings/lift.toml", DRAWING)):
        (tmp_path / file).write_text(text, "utf-8")
    return tmp_path


def test_the_example_of_the_guide_is_a_whole_exercise(folder):
    assert check.check(folder) == []
    assert check.read(folder).exercise("lift").words["en"].name == "Lift one arm"


def test_the_guide_names_every_kind_position_group_equipment_and_thing():
    things = get_args(Thing.model_fields["thing"].annotation)
    for name in (*content.KINDS, *content.POSITIONS, *content.GROUPS, *content.EQUIPMENT, *things):
        assert f"`{name}`" in GUIDE, name


def test_each_language_that_ships_is_read_with_a_formula(shipped):
    assert set(check.read(shipped).languages) <= set(readability.FORMULAS)
