"""The library that ships is whole, and each mistake is told with its file and line."""

import shutil

import pytest

from stegvis.methods.exercises import check
from stegvis.methods.exercises.check import LibraryInvalid


def test_the_library_that_ships_has_no_problem_and_covers_the_body(shipped):
    library = check.read(shipped)
    strength = {group for each in library.exercises if each.kind == "strength" for group in each.groups}
    assert len(library.exercises) >= 28
    assert strength >= {"legs", "hips", "back", "abdomen", "chest", "shoulders", "arms"}
    assert {each.position for each in library.exercises} == {"standing", "sitting", "lying", "kneeling"}


def test_every_major_group_can_be_trained_without_getting_down_on_the_floor(shipped):
    up = [each for each in check.read(shipped).exercises if not each.is_on_the_floor and each.kind == "strength"]
    assert {group for each in up for group in each.groups} >= {"legs", "hips", "back", "abdomen", "chest", "arms"}


def test_a_small_library_is_read_as_it_was_written(small):
    library = check.read(small)
    assert [each.code for each in library.exercises] == ["chair-stand", "neck-turn"]
    assert library.exercise("chair-stand").words["sv"].name == "Res dig och sätt dig"
    assert library.exercise("nowhere") is None


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    [
        ("chair-stand.toml", "[sv]", "[fi]", 1, "no words in “sv”"),
        ("chair-stand.toml", "[sv]", "[fi]", 23, "not written in “fi”"),
        ("chair-stand.toml", 'groups = ["legs", "hips"]', 'groups = ["legs", "wings"]', 3, "groups.1"),
        ("chair-stand.toml", "easier = ", "# easier = ", 7, "en.easier: Field required"),
        ("chair-stand.toml", "drawing = ", "# drawing = ", 7, "en.drawing: Field required"),
        ("chair-stand.toml", "times = 8", "times = 80", 5, "dose.times"),
        ("chair-stand.toml", 'kind = "strength"', 'kind = "strength', 1, "not TOML"),
        ("chair-stand.toml", "Sit near the front of a firm chair.", "Unquestionably preposterous " * 12, 7, "grade"),
        ("chair-stand.toml", "Sitt långt fram på en stadig stol.", "Omständigheternas svårigheter " * 8, 23, "LIX"),
        ("chair-stand.toml", '  "Stand tall for one breath.",\n', "", 26, "3 steps in “en” and 4 in “sv”"),
        ("chair-stand.toml", "Det känns i låren och i sätet.", "Your thighs and the seat of your body work.", 35, "same"),
        ("neck-turn.toml", 'name = "Turn the head"', 'name = "Stand up and sit down"', 8, "has the same name"),
        ("library.toml", "exercises = 2", "exercises = 3", 9, "asks for 3"),
        ("library.toml", 'mobility = ["neck"]', 'mobility = ["neck", "ankles"]', 13, "for the ankles"),
        ("library.toml", 'note.sv = "Ta det lugnt."', "", 5, "no note in “sv”"),
        ("drawings/chair-stand.toml", "feet = [60, 4]", "feet = [98, 4]", 4, "leg is 48 long"),
        ("drawings/chair-stand.toml", "hip = [56, 52]", "hip = [56, -2]", 6, "below the floor"),
        ("drawings/chair-stand.toml", ", hands = [55, 35]", "", 4, "says nothing of arm"),
        ("drawings/chair-stand.toml", "arms = [-93, -82]", "arms = [-93, -150]", 6, "the elbow of arm"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_and_line(change, file, old, new, line, said):
    found = check.check(change(file, old, new))
    assert {(each.file, each.line) for each in found if said in each.what} == {(file, line)}, found


def test_a_missing_and_a_stray_drawing_are_told(small):
    (small / "drawings" / "neck-turn.toml").rename(small / "drawings" / "neck-trun.toml")
    told = {(each.file, each.what) for each in check.check(small)}
    assert ("drawings/neck-turn.toml", "This file is missing.") in told
    assert ("drawings/neck-trun.toml", "No exercise has this drawing.") in told


def test_one_drawing_for_two_exercises_is_told(small):
    shutil.copy(small / "drawings" / "chair-stand.toml", small / "drawings" / "neck-turn.toml")
    assert [each.what for each in check.check(small)] == ["“chair-stand” has the same drawing."]


def test_a_folder_without_its_list_or_with_other_letters_is_told_and_not_read(small):
    (small / "neck-turn.toml").write_bytes('name = "Knä"'.encode("latin-1"))
    assert "This file is not UTF-8." in {each.what for each in check.check(small)}
    (small / "library.toml").unlink()
    with pytest.raises(LibraryInvalid, match="This file is missing"):
        check.read(small)
