"""Levels of attainment: five at most, the middle first, no two alike, one of the lowest where the person is now."""

from uuid import uuid4

import pytest

from stegvis.audit.errors import SentWithOtherWords
from stegvis.people.models import Role
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.errors import (
    LevelsNotUsed,
    LevelsRepeat,
    MiddleLevelMissing,
    OutsideTheScale,
    StartMissing,
    TooLong,
)
from stegvis.protocol import queries as protocols

LEVELS = {-2: "To the gate", -1: "To the corner", 0: "To the shop", 1: "And home again", 2: "With a bag"}


@pytest.fixture
def person(world):
    return world.baseline_done()


@pytest.fixture
def set_goal(world, person):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)

    def _set(levels, starts_at=-1, **more):
        with world.acting(physio, hour=9):
            return actions.set_goal(
                participant=person, kind="main", text="Walk", goal_type="function", levels=levels, starts_at=starts_at,
                by=physio, **{"key": uuid4(), **more},
            )  # fmt: skip

    return _set


def test_levels_are_kept_with_the_goal_lowest_first_and_empty_ones_left_out(world, person, set_goal):
    set_goal({**LEVELS, 2: "  ", 1: " And home again "})
    with world.acting(person.account):
        [now] = queries.goals_of(person)
    assert [(each.value, each.text) for each in now.levels] == [
        (-2, "To the gate"), (-1, "To the corner"), (0, "To the shop"), (1, "And home again"),
    ]  # fmt: skip
    assert now.goal.starts_at == -1


@pytest.mark.parametrize(
    ("levels", "starts_at", "refusal", "sentence"),
    [
        ({**LEVELS, 2: "to  the SHOP"}, -1, LevelsRepeat, "levels \\+0 and \\+2 say the same"),
        ({-1: "To the corner", 1: "To the shop"}, -1, MiddleLevelMissing, "Write that one first"),
        (LEVELS, None, StartMissing, "Write −2 or −1"),
        ({0: "To the shop"}, -1, StartMissing, "mark it"),
        (LEVELS, 0, StartMissing, "none is marked"),
        ({}, -2, MiddleLevelMissing, "it is empty"),
        ({**LEVELS, 3: "To the moon"}, -1, OutsideTheScale, "from -2 to 2"),
        ({**LEVELS, 0: "x" * 501}, -1, TooLong, "501 characters"),
    ],
)
def test_levels_that_could_not_be_rated_later_are_refused_and_nothing_is_kept(
    world, person, set_goal, levels, starts_at, refusal, sentence
):
    with pytest.raises(refusal, match=sentence):
        set_goal(levels, starts_at)
    with world.acting(person.account):
        assert queries.goals_of(person) == []


def test_the_same_form_with_other_levels_is_not_the_same_form(set_goal):
    key = uuid4()
    assert set_goal(LEVELS, key=key) == set_goal(LEVELS, key=key)
    with pytest.raises(SentWithOtherWords):
        set_goal({**LEVELS, 2: "With two bags"}, key=key)


def test_a_protocol_without_levels_has_none(set_goal, monkeypatch, world):
    goals = world.protocol.goals.model_copy(update={"levels": "off"})
    monkeypatch.setattr(protocols, "current", lambda: world.protocol.model_copy(update={"goals": goals}))
    with pytest.raises(LevelsNotUsed, match="kept without"):
        set_goal(LEVELS)
    assert set_goal({}, None).starts_at is None


def test_a_goal_with_levels_is_rated_on_them_too(world, person, set_goal):
    goal = set_goal(LEVELS)
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with world.acting(physio, hour=10):
        [goal] = actions.lock_goals(participant=person, by=physio)
        rating = actions.rate_goal(
            goal=goal, level="fully", gas_level=0, rater="participant", mode="read_out", occasion="visit_3", key=uuid4(),
            by=physio,
        )  # fmt: skip
    assert (rating.level, rating.gas_level) == ("fully", 0)
