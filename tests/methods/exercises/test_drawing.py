"""A drawn body keeps its proportions, bends as bodies bend, and is the same on every machine."""

import math
import tomllib
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.exercises import draw, figure
from stegvis.methods.exercises.poses import Drawing

from .conftest import SHIPPED

STANDING = {"hip": (50, 52), "feet": (50, 4), "arms": (-90, -85)}
NAMES = sorted(file.stem for file in (SHIPPED / "drawings").glob("*.toml"))


def drawing(pose=STANDING, **more):
    return Drawing.model_validate({"start": {"pose": pose}, "end": {"pose": pose}, **more})


def limb_lengths(limb):
    return math.dist(limb.root, limb.middle), math.dist(limb.middle, limb.tip)


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_that_ships_is_possible_and_plain(name):
    shown = Drawing.model_validate(tomllib.loads((SHIPPED / "drawings" / f"{name}.toml").read_text("utf-8")))
    assert figure.impossible(shown, shown.start.pose) == figure.impossible(shown, shown.end.pose) == []
    assert shown.start != shown.end
    tree = ET.fromstring(draw.svg(shown))
    assert {each.tag.rpartition("}")[2] for each in tree.iter()} == {"svg", "g", "path", "circle"}
    strokes = {each.get("stroke") for each in tree.iter()} - {None, "none"}
    assert strokes == {"currentColor"}


@given(x=st.floats(40, 90), y=st.floats(50, 78))
def test_wherever_a_hand_is_the_arm_keeps_its_length(x, y):
    shown = drawing({**STANDING, "arms": None, "hands": (x, y)})
    if math.dist((x, y), (50, 82)) <= figure.UPPER_ARM + figure.FOREARM and math.dist((x, y), (50, 82)) > 4:
        arm = figure.figure(shown, shown.start.pose).limbs["arm"]
        assert limb_lengths(arm) == pytest.approx((figure.UPPER_ARM, figure.FOREARM), abs=0.01)


@pytest.mark.parametrize(("faces", "side"), [("right", 1), ("left", -1)])
def test_a_knee_bends_the_way_the_figure_faces(faces, side):
    shown = drawing({"hip": (50, 40), "feet": (50, 4), "arms": (-90, -90)}, faces=faces)
    assert (figure.figure(shown, shown.start.pose).limbs["leg"].middle[0] - 50) * side > 5


def test_the_figure_seen_from_the_front_is_the_same_on_both_sides():
    shown = drawing({"hip": (50, 52), "feet": (55, 4), "arms": (-70, -90)}, view="front")
    limbs = figure.figure(shown, shown.start.pose).limbs
    for name in ("arm", "leg"):
        mirrored = [100 - limbs[f"other_{name}"].middle[0], limbs[f"other_{name}"].middle[1]]
        assert mirrored == pytest.approx(limbs[name].middle)


def test_whoever_reaches_too_far_is_told_by_how_much():
    shown = drawing({**STANDING, "arms": None, "hands": (110, 82)})
    with pytest.raises(figure.OutOfReach, match="arm is 33 long, and its end is 60 away"):
        figure.figure(shown, shown.start.pose)
    assert figure.impossible(shown, shown.start.pose) == ["arm is 33 long, and its end is 60 away"]


def test_a_drawing_is_the_same_each_time():
    assert draw.svg(drawing()) == draw.svg(drawing())


@pytest.mark.parametrize(
    "kind", ["chair", "wall", "table", "step", "mat", "band", "towel", "bottle", "line", "cushion"]
)
def test_every_thing_can_be_drawn(kind):
    thing = {"thing": kind, "x": 70, "y": 10, "width": 20, "height": 30, "points": [(10, 10), (20, 20)]}
    assert draw.svg(drawing(things=[thing])).count("<path") > draw.svg(drawing()).count("<path")
