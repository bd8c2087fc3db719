"""Made-up plans carry exercises of the library, the same for the same life, and none where there is no library."""

from pathlib import Path

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.demonstration import parameters, planned_exercises
from stegvis.demonstration.lives import draw_lives
from stegvis.methods.exercises import check
from stegvis.methods.study.folder import load
from stegvis.physiotherapy.exercises import actions, policies, queries

STUDY = Path(__file__).parents[2] / "studies" / "cwp"


@pytest.fixture(scope="module")
def lives():
    model = parameters.read(STUDY)
    return draw_lives(model, load(STUDY).protocol, seed=model.default_seed, participants=20)


@pytest.fixture
def library(db):
    library = check.read(STUDY / "plan" / "exercises")
    return queries.content(actions.publish_exercises(library=library, by=SYSTEM).pk)


def test_every_plan_has_two_to_four_exercises_two_of_them_for_strength(lives, library):
    for life in lives:
        drawn = planned_exercises.draw(life, again=False)
        policies.check_release(drawn, life.language)
        kinds = [library.exercise(each.code).kind for each in drawn]
        assert 2 <= len(drawn) <= queries.MOST_EXERCISES
        assert kinds.count("strength") == 2


def test_a_life_has_the_same_exercises_at_a_later_visit_and_does_more(lives, library):
    first, later = (planned_exercises.draw(lives[0], again=again) for again in (False, True))
    assert [each.code for each in first] == [each.code for each in later]
    assert all(now.times == before.times + 2 for before, now in zip(first, later, strict=True))


def test_where_there_is_no_library_there_are_none(lives, db):
    assert planned_exercises.draw(lives[0], again=False) == ()
