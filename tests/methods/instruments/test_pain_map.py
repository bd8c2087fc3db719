"""The pain map against the criteria, worked by hand."""

from __future__ import annotations

import pytest

from stegvis.methods.instruments import pain_map
from stegvis.methods.instruments.pain_map import Decisions, UnknownRegion, acr1990, five_regions, locations, wp2019, wpi

EVERYWHERE = list(pain_map.regions())


def test_the_map_has_48_places_of_which_four_lie_on_the_midline() -> None:
    places = pain_map.regions().values()

    assert len(places) == 48
    assert sum(place.view == "front" for place in places) == 26
    assert [place.id for place in places if place.side == "mid"] == ["f-head", "f-neck", "b-head", "b-neck"]


def test_left_and_right_are_counted_alike() -> None:
    places = pain_map.regions()
    for place in places.values():
        if place.side == "left":
            other = places[place.id.removesuffix("-l") + "-r"]
            assert (other.side, other.part, other.wp1990_waist) == ("right", place.part, place.wp1990_waist)
            assert (place.wpi_site or "").replace("_l", "_r") == (other.wpi_site or "").replace("_l", "_r")


def test_every_place_has_a_name_of_its_own_in_both_languages() -> None:
    places = pain_map.regions().values()

    assert len({place.en for place in places}) == 48
    assert len({place.sv for place in places}) == 48
    assert pain_map.regions()["b-neck"].name_in("sv-SE") == "Nacke"
    assert pain_map.regions()["b-neck"].name_in("en") == "Back of neck"


@pytest.mark.parametrize("function", [wpi, acr1990, wp2019, locations, five_regions])
@pytest.mark.parametrize("nothing", [None, [], ()])
def test_an_empty_map_is_missing(function: object, nothing: object) -> None:
    assert function(nothing) is None  # type: ignore[operator]


def test_no_pain_is_an_answer_and_counts_nought() -> None:
    marked = [pain_map.NO_PAIN]

    assert (wpi(marked), locations(marked, "regions"), five_regions(marked)) == (0, 0, 0)
    assert acr1990(marked) is False
    assert wp2019(marked) is False


def test_no_pain_beside_a_place_of_pain_is_refused() -> None:
    with pytest.raises(ValueError, match="together with places"):
        wpi([pain_map.NO_PAIN, "b-neck"])


def test_an_unknown_place_is_refused_by_name() -> None:
    with pytest.raises(UnknownRegion, match="elbow"):
        wpi(["b-neck", "elbow"])


def test_pain_everywhere_gives_every_maximum() -> None:
    assert (wpi(EVERYWHERE), locations(EVERYWHERE, "wp2019"), locations(EVERYWHERE, "regions")) == (19, 15, 48)
    assert (acr1990(EVERYWHERE), wp2019(EVERYWHERE), five_regions(EVERYWHERE)) == (True, True, 5)


@pytest.mark.parametrize(
    ("marked", "sites"),
    [
        (["f-shoulder-l", "b-shoulder-l"], 1),  # front and back of one shoulder girdle
        (["f-shoulder-l", "f-shoulder-r"], 2),
        (["f-chest-l", "f-chest-r"], 1),  # the chest is one site
        (["f-abdomen-l", "f-abdomen-r"], 1),
        (["b-upper-back-l", "b-upper-back-r", "b-lower-back-l"], 2),
        (["f-neck", "b-neck"], 1),
        (["f-jaw-l", "f-jaw-r"], 2),
        (["f-hip-r", "b-buttock-r"], 1),
        (["f-thigh-l", "b-thigh-l", "f-shin-l", "b-calf-l"], 2),
        (["f-knee-l", "f-shin-l"], 1),  # a knee counts as the lower leg by default
        (["f-head", "b-head"], 0),
        (["f-hand-l", "b-hand-r", "f-foot-l", "b-foot-r"], 0),  # the WPI names no hands and feet
    ],
)
def test_wpi_counts_sites_and_not_marks(marked: list[str], sites: int) -> None:
    assert wpi(marked) == sites


def test_the_protocol_decides_about_knees_hands_and_feet() -> None:
    marked = ["f-knee-l", "f-shin-l", "f-hand-l", "b-hand-l", "f-foot-r"]

    assert wpi(marked) == 1
    assert wpi(marked, Decisions(knee="upper_leg")) == 2
    assert wpi(marked, Decisions(wrist_and_hand="lower_arm")) == 2
    assert wpi(marked, Decisions(ankle_and_foot="lower_leg")) == 2
    assert five_regions(marked) == 1
    assert five_regions(marked, Decisions(wrist_and_hand="lower_arm", ankle_and_foot="lower_leg")) == 3
    with pytest.raises(ValueError, match="knee cannot be 'elbow'"):
        Decisions(knee="elbow")
    with pytest.raises(ValueError, match="jaw cannot be 'below'"):
        Decisions(jaw="below")


@pytest.mark.parametrize(
    ("marked", "widespread"),
    [
        (["b-neck", "f-hand-l", "f-foot-r"], True),  # axial and above; left above; right below: three places suffice
        (["f-shoulder-l", "f-shoulder-r", "f-knee-l"], False),  # nothing axial
        (["b-neck", "f-shoulder-l", "f-knee-l"], False),  # nothing on the right
        (["b-upper-back-l", "b-upper-back-r", "f-hand-r"], False),  # nothing below the waist
        (["b-lower-back-l", "b-lower-back-r", "f-knee-r"], False),  # nothing above it
        (["b-lower-back-l", "f-shoulder-r"], True),  # the lower back is axial and lies below the waist
        (["f-head", "f-jaw-l", "f-abdomen-r", "b-lower-back-l"], False),  # head, jaw and belly do not count
        (["f-chest-l", "f-chest-r", "b-buttock-l"], True),
    ],
)
def test_acr_1990_asks_for_both_sides_both_halves_and_the_axis(marked: list[str], widespread: bool) -> None:
    assert acr1990(marked) is widespread


@pytest.mark.parametrize(
    ("marked", "decisions"),
    [
        (["f-jaw-l", "b-lower-back-r"], {"jaw": "above"}),
        (["f-abdomen-l", "b-lower-back-r"], {"abdomen": "above"}),
        (["b-upper-back-r", "f-abdomen-l"], {"abdomen": "below"}),
        (["f-head", "b-lower-back-r", "b-buttock-l"], {"head": "above"}),
    ],
)
def test_the_protocol_decides_whether_head_jaw_and_belly_count_in_1990(marked: list[str], decisions: dict) -> None:
    assert acr1990(marked) is False
    assert acr1990(marked, Decisions(**decisions)) is True


def test_the_head_has_no_side_and_is_not_axial() -> None:
    counted = Decisions(head="above")

    assert acr1990(["f-head", "b-buttock-l", "b-buttock-r"], counted) is False  # nothing axial
    assert acr1990(["f-head", "b-lower-back-l"], counted) is False  # nothing on the right


SEVEN_SITES_FOUR_REGIONS = [
    "b-neck", "b-upper-back-l", "b-lower-back-r", "f-shoulder-l", "f-upper-arm-l", "b-shoulder-r", "b-buttock-l",
]  # fmt: skip


def test_wp2019_asks_for_seven_sites_in_four_regions() -> None:
    assert (locations(SEVEN_SITES_FOUR_REGIONS, "wp2019"), five_regions(SEVEN_SITES_FOUR_REGIONS)) == (7, 4)
    assert wp2019(SEVEN_SITES_FOUR_REGIONS) is True
    assert wp2019(SEVEN_SITES_FOUR_REGIONS[1:]) is False  # six sites

    three_regions = [*SEVEN_SITES_FOUR_REGIONS[:5], "f-forearm-l", "f-hip-l"]
    assert (locations(three_regions, "wp2019"), five_regions(three_regions)) == (7, 3)
    assert wp2019(three_regions) is False


def test_wp2019_counts_neither_jaw_nor_chest_nor_belly() -> None:
    extra = ["f-jaw-l", "f-jaw-r", "f-chest-l", "f-abdomen-l"]

    assert wpi(extra) == 4
    assert locations(extra, "wp2019") == 0
    assert wp2019(SEVEN_SITES_FOUR_REGIONS[1:] + extra) is False


def test_an_unknown_way_of_counting_is_refused() -> None:
    with pytest.raises(ValueError, match="Choose one of: wpi, wp2019, regions"):
        locations(["b-neck"], "acr")
