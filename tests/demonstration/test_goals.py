"""What made-up people add to their goals is drawn from a stream of its own, and changes no other life."""

from stegvis.demonstration import goals
from tests.demonstration.conftest import MODEL

ARMS = ("intervention", "control")


def test_drawing_a_belief_or_levels_takes_nothing_from_the_stream_of_a_life(lives):
    life = lives[0]
    before = life.choices.getstate()
    goals.belief(MODEL, life, ARMS)
    goals.levels(MODEL, life, MODEL.words["goals"][0], "en")
    goals.rated(life, 0)
    assert life.choices.getstate() == before


def test_some_were_told_some_do_not_know_and_some_guess_the_other_arm(lives):
    found = [(life, goals.belief(MODEL, life, ARMS)) for life in lives]
    told = [each for _, each in found if each.told]
    unknown = [each for _, each in found if not each.arm]
    wrong = [each for life, each in found if each.arm not in ("", life.arm)]
    assert min(len(told), len(unknown), len(wrong)) > 0
    assert all(bool(each.arm) == bool(each.sure) for _, each in found)


def test_a_drawn_goal_is_rated_as_drawn_and_its_level_goes_with_it(lives):
    for life in lives[:40]:
        for place, drawn in enumerate(life.goals):
            level, gas = goals.rated(life, place)
            assert level == drawn.level
            assert (gas >= 0) == (level == "fully")


def test_levels_are_written_for_some_main_goals_in_both_languages(lives):
    words = MODEL.words["goals"][0]
    for spoken in ("sv", "en"):
        found = [goals.levels(MODEL, life, words, spoken) for life in lives]
        assert 0 < sum(map(bool, found)) < len(found)
        assert all(set(each["levels"]) == {-2, -1, 0, 1, 2} for each in found if each)
