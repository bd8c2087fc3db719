"""A finished list is checked: whatever was changed in it is found."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.randomisation import record
from stegvis.methods.randomisation.blocks import generate
from stegvis.methods.randomisation.errors import ListUnreadable
from stegvis.methods.randomisation.sequence import Place, read_csv, to_csv
from stegvis.methods.randomisation.verification import (
    check_hash,
    check_reproduction,
    check_structure,
    ratio_of,
)

MADE = generate(arms="xy", ratio=(2, 1), block_sizes=[3, 6], strata=["1|young", "1|old"], per_stratum=30, seed=5)
OTHER = {"x": "y", "y": "x"}


def without(row: int) -> list[Place]:
    return [place for number, place in enumerate(MADE.places, start=2) if number != row]


def changed(row: int, **values: object) -> list[Place]:
    return [replace(place, **values) if number == row else place for number, place in enumerate(MADE.places, start=2)]


def test_a_list_as_it_was_made_has_no_problem():
    assert check_structure(MADE.places) == ()
    assert check_structure(MADE.places, ratio={"x": 2, "y": 1}) == ()
    assert ratio_of(MADE.places) == {"x": 2, "y": 1}
    assert check_hash(MADE.places, MADE.sha256().upper()) == ()


def test_a_missing_place_is_found_where_it_was():
    sentences = [str(problem) for problem in check_structure(without(9))]
    assert "Row 9: stratum 1|young should go on with position 8, but has 9." in sentences


def test_an_arm_that_was_changed_is_found_in_its_block():
    place = MADE.places[10]
    (problem,) = check_structure(changed(12, arm=OTHER[place.arm]))
    assert f"block {place.block} of stratum 1|young is not whole" in problem.sentence


def test_a_block_number_that_jumps_is_found():
    last = max(place.block for place in MADE.places if place.stratum == "1|old")
    places = [replace(p, block=9999) if (p.stratum, p.block) == ("1|old", last) else p for p in MADE.places]
    assert any("block 9999 does not follow" in problem.sentence for problem in check_structure(places))


def test_a_stratum_in_two_pieces_is_found():
    half = len(MADE.places) // 4
    moved = [*MADE.places[half:], *MADE.places[:half]]
    assert any("begins again" in problem.sentence for problem in check_structure(moved))


def test_a_cut_off_last_block_is_found():
    assert any("not whole" in problem.sentence for problem in check_structure(MADE.places[:-1]))


def test_a_list_with_other_arms_than_the_protocols_is_found():
    assert check_structure(MADE.places, ratio={"intervention": 2, "control": 1})
    assert check_structure(MADE.places, ratio={"x": 1, "y": 2})


def test_a_list_of_a_single_arm_is_no_randomisation():
    (problem,) = check_structure([Place("1", 1, 1, "x"), Place("1", 2, 1, "x")])
    assert "only one arm" in problem.sentence


@given(row=st.integers(0, len(MADE.places) - 1))
@settings(deadline=None)
def test_reproduction_finds_any_row_that_was_changed(row):
    places = changed(row + 2, arm=OTHER[MADE.places[row].arm])
    (problem,) = check_reproduction(places, design=MADE.design, seed=5)
    assert problem.row == row + 2
    assert check_hash(places, MADE.sha256())


def test_reproduction_finds_another_seed_and_a_list_that_is_too_short():
    assert check_reproduction(MADE.places, design=MADE.design, seed=6)
    (problem,) = check_reproduction(MADE.places[:-6], design=MADE.design, seed=5)
    assert problem.row == len(MADE.places) - 6 + 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("\n", "\r\n"), "saved by another program"),
        (lambda text: "\ufeff" + text, "saved by another program"),
        (lambda text: text[:-1], "cut off"),
        (lambda text: text.replace("stratum,", "Stratum,", 1), "Row 1 must be exactly"),
        (lambda text: "stratum,position,block,arm\n", "no place"),
        (lambda text: "", "Row 1"),
        (lambda text: text + "1,1,1\n", "has 3 cells"),
        (lambda text: text + "1,01,1,x\n", "position must be a whole number"),
        (lambda text: text + "1,1,-1,x\n", "block must be a whole number"),
        (lambda text: text + "1,1,1,\n", "the arm is empty"),
        (lambda text: text + '1,1,1,"x"\n', "characters that a code cannot have"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_row(change, sentence):
    with pytest.raises(ListUnreadable, match=sentence):
        read_csv(change(MADE.csv()))
    assert to_csv(read_csv(MADE.csv())) == MADE.csv()


def test_problems_never_repeat_an_arm():
    made = generate(arms=["secretone", "secrettwo"], ratio=(1, 1), block_sizes=[4], strata="1", per_stratum=8, seed=1)
    broken = [place for place in made.places if place.position != 3]
    text = " ".join(str(problem) for problem in check_structure(broken))
    assert text
    assert "secret" not in text


def test_the_record_of_a_list_makes_it_again():
    kept = record.from_json(record.to_json(record.record_of(MADE, seed=5, seed_kind="typed")))
    assert check_reproduction(MADE.places, design=kept.design, seed=kept.seed) == ()
    assert (kept.sha256, kept.generator, kept.bit_generator) == (MADE.sha256(), "stegvis.permuted-blocks/1", "PCG64")


def test_a_record_keeps_all_128_bits_of_its_seed():
    seed = 2**128 - 3
    text = record.to_json(record.record_of(MADE, seed=seed, seed_kind="entropy"))
    assert json.loads(text)["seed"] == str(seed)
    assert record.from_json(text).seed == seed


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("generator", "stegvis.permuted-blocks/2", "Check it with the version that made it"),
        ("seed_kind", "thrown", "not a record"),
        ("ratio", [1], "not a record"),
        ("seed", None, "not a record"),
    ],
)
def test_a_record_of_another_kind_is_refused(key, value, sentence):
    content = json.loads(record.to_json(record.record_of(MADE, seed=5, seed_kind="typed")))
    with pytest.raises(ListUnreadable, match=sentence):
        record.from_json(json.dumps({**content, key: value}))
    with pytest.raises(ListUnreadable, match="not a record"):
        record.from_json("[]")


def test_a_record_does_not_tell_its_seed_when_printed():
    assert "987654321" not in repr(record.record_of(MADE, seed=987654321, seed_kind="typed"))
