"""Minutes, equivalents and weeks: whatever order they come in, over clock changes, midnights and turns of the year."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.activity.minutes import Minutes, added, days_of_week, meets_advice, monday_of, of_effort

STOCKHOLM = ZoneInfo("Europe/Stockholm")
efforts = st.sampled_from(["easy", "medium", "hard"])
parts = st.lists(st.builds(of_effort, efforts, st.integers(1, 600)))
seconds = st.integers(0, 60 * 365 * 86400)
moments = seconds.map(lambda since: datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC")) + timedelta(seconds=since))


def test_hard_minutes_count_twice_and_easy_ones_stand_apart():
    week = added([of_effort("easy", 40), of_effort("medium", 30), of_effort("hard", 10)])
    assert (week.in_all, week.equivalent) == (80, 50)


def test_an_effort_that_nobody_knows_is_refused():
    with pytest.raises(TypeError, match="flying"):
        of_effort("flying", 10)


@pytest.mark.parametrize(
    ("minutes", "strength_days", "meets"),
    [
        (Minutes(medium=150), 2, (True, True)),
        (Minutes(hard=75), 1, (True, False)),
        (Minutes(medium=100, hard=25), 0, (True, False)),
        (Minutes(easy=600, medium=149), 7, (False, True)),
    ],
)
def test_the_advice_is_met_from_its_lower_end(minutes, strength_days, meets):
    assert meets_advice(minutes, strength_days) == meets


@given(parts, st.randoms())
def test_a_sum_does_not_depend_on_the_order(each, chance):
    shuffled = list(each)
    chance.shuffle(shuffled)
    assert added(shuffled) == added(each)
    assert added(each).in_all == sum(one.in_all for one in each)


@given(parts)
def test_equivalents_lie_between_the_counted_minutes_and_twice_as_many(each):
    week = added(each)
    assert week.medium + week.hard <= week.equivalent <= 2 * (week.medium + week.hard)


@given(parts, parts)
def test_adding_an_entry_never_makes_a_week_less(before, after):
    assert added([*before, *after]).equivalent >= added(before).equivalent


@given(moments)
def test_every_moment_lies_in_one_day_of_one_iso_week_in_stockholm(moment):
    local = moment.astimezone(STOCKHOLM)
    week = days_of_week(monday_of(local.date()))
    assert week.count(local.date()) == 1
    assert {day.isocalendar()[:2] for day in week} == {local.date().isocalendar()[:2]}


@given(moments, st.integers(1, 6))
def test_a_week_later_at_the_same_hour_is_the_next_week_also_when_the_clock_was_turned(moment, weeks):
    local = moment.astimezone(STOCKHOLM)
    later = datetime.combine(local.date() + timedelta(weeks=weeks), local.time(), STOCKHOLM)
    assert monday_of(later.date()) - monday_of(local.date()) == timedelta(weeks=weeks)


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_days_on_which_the_clock_is_turned_are_one_day_each(change):
    hours = [datetime.combine(change, datetime.min.time(), STOCKHOLM) + timedelta(hours=n) for n in range(24)]
    assert {each.date() for each in hours} == {change}
    assert days_of_week(monday_of(change))[-1] == change


@pytest.mark.parametrize(
    ("day", "monday"), [(date(2027, 1, 1), date(2026, 12, 28)), (date(2024, 12, 30), date(2024, 12, 30))]
)
def test_a_week_may_belong_to_two_years(day, monday):
    assert monday_of(day) == monday
