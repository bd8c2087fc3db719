"""How a plan grows: after whole weeks met, by a tenth to a fifth, held back by what speaks against it; and flares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.activity.growth import (
    GrowthRule,
    Quota,
    Step,
    WeekMet,
    halved,
    is_due,
    next_step,
    withheld_because,
)

RULE = GrowthRule()
quotas = st.lists(st.builds(Quota, st.integers(1, 120), st.integers(1, 7)), min_size=1, max_size=6)
weeks = st.lists(st.builds(WeekMet, st.integers(0, 300), st.integers(0, 300), st.integers(0, 3), st.integers(0, 3)))
MET, SHORT = WeekMet(60, 60, 1, 1), WeekMet(59, 60, 1, 1)


def share(before, step):
    """By how many percent the week grows."""
    added = (step.minutes - before[step.place].minutes) * before[step.place].times
    return 100 * added / sum(each.week for each in before)


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ([Quota(50, 3)], Step(0, 55)),  # 10 %
        ([Quota(60, 3)], Step(0, 70)),  # one step were 8 %, two are 17 %
        ([Quota(15, 3), Quota(30, 1)], Step(1, 40)),  # the swim: 13 % of the week; the walks: 20 %
        ([Quota(10, 1)], Step(0, 15)),  # one step is the least there is
    ],
)
def test_steps_worked_by_hand(before, step):
    assert next_step(before, RULE) == step


@given(quotas)
def test_a_step_is_within_the_range_or_the_smallest_there_is(before):
    step = next_step(before, RULE)
    assert step is not None
    more = step.minutes - before[step.place].minutes
    assert more >= RULE.round_to
    assert more % RULE.round_to == 0
    assert share(before, step) >= RULE.least
    assert share(before, step) <= RULE.most or more == RULE.round_to


@given(quotas)
def test_only_one_activity_grows_and_none_beyond_what_a_day_has_room_for(before):
    step = next_step(before, RULE, most_minutes=121)
    assert step is None or (0 <= step.place < len(before) and before[step.place].minutes < step.minutes <= 121)


def test_nothing_grows_out_of_nothing():
    assert next_step([], RULE) is None
    assert next_step([Quota(30, 0)], RULE) is None


def test_a_narrow_range_is_not_overshot_by_more_than_a_step():
    assert next_step([Quota(60, 1)], GrowthRule(least=10, most=11)) == Step(0, 65)


@pytest.mark.parametrize(
    ("seen", "due"), [([MET, MET], True), ([MET, SHORT], False), ([SHORT, MET, MET], True), ([MET], False), ([], False)]
)
def test_a_step_is_due_after_two_weeks_met_in_a_row(seen, due):
    assert is_due(seen, RULE) is due


def test_a_week_that_asked_for_nothing_is_not_met():
    assert not WeekMet(100, 0).is_met
    assert not WeekMet(60, 60, 0, 1).is_met


@given(weeks)
def test_weeks_long_ago_decide_nothing(seen):
    assert is_due(seen, RULE) == is_due(seen[-2:], RULE)


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_anything_that_speaks_against_a_step_withholds_it(red_flag, flare, ill, worse):
    because = withheld_because(red_flag=red_flag, flare=flare, ill=ill, worse=worse)
    assert bool(because) == any((red_flag, flare, ill, worse))
    assert not red_flag or because == "red_flag"


@given(st.integers(1, 600), st.integers(1, 99))
def test_a_flare_leaves_less_and_never_nothing(minutes, percent):
    assert 1 <= halved(minutes, percent) <= minutes
    assert halved(minutes, percent) < minutes or minutes * (100 - percent) < 100


def test_half_of_an_odd_number_is_rounded_up():
    assert (halved(15), halved(20), halved(1)) == (8, 10, 1)
