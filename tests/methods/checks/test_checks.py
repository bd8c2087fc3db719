"""Central statistical checks against numbers worked out elsewhere, and against what each must not be fooled by."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from stegvis.methods.checks import answering
from stegvis.methods.checks.digits import digit_preference, last_digit
from stegvis.methods.checks.retention import retention
from stegvis.methods.checks.sites import Completeness, distance

NINE = datetime(2026, 11, 13, 9, tzinfo=UTC)


def at(*seconds):
    return [NINE + timedelta(seconds=each) for each in seconds]


# Answering ------------------------------------------------------------------------------------------------------------
def test_forty_answers_in_twenty_seconds_are_too_fast_and_in_two_minutes_are_not():
    assert answering.is_too_fast(20, 40)
    assert not answering.is_too_fast(120, 40)
    assert not answering.is_too_fast(1, 9)


def test_what_stood_on_the_first_page_is_not_timed():
    assert answering.seconds_of(at(0, 0, 0, 5, 30)) == (30.0, 2)
    assert answering.seconds_of(at(0, 0, 0)) is None
    assert answering.seconds_of([]) is None


def test_a_straight_line_is_a_sign_unless_nothing_ails_the_person():
    assert answering.straight_line([2.0] * 9, lowest=0.0) == 2.0
    assert answering.straight_line([0.0] * 9, lowest=0.0) is None
    assert answering.straight_line([2.0] * 8 + [1.0], lowest=0.0) is None
    assert answering.straight_line([2.0] * 7, lowest=0.0) is None


def test_the_same_answers_have_the_same_digest_whatever_their_order():
    one = {("phq-9", "phq9-1"): "2", ("pain-map", "pain-map"): ["b-neck"]}
    assert answering.digest(one) == answering.digest(dict(reversed(one.items())))
    assert answering.digest(one) != answering.digest(one | {("phq-9", "phq9-1"): "3"})


# Digits ---------------------------------------------------------------------------------------------------------------
def test_even_digits_are_no_signal_and_rounded_ones_are():
    even = digit_preference(dict.fromkeys(range(10), 20))
    assert even is not None
    assert (even.chi_squared, even.p, even.is_signal) == (0.0, 1.0, False)
    rounded = digit_preference({0: 60, 5: 60, **dict.fromkeys((1, 2, 3, 4, 6, 7, 8, 9), 10)})
    assert rounded is not None
    assert rounded.chi_squared == pytest.approx(200.0)  # 2·(60−20)²/20 + 8·(10−20)²/20
    assert rounded.is_signal
    assert rounded.rounded == pytest.approx(0.6)


def test_p_of_the_digits_is_that_of_chi_squared_on_nine_degrees():
    # The upper 5 per cent point of chi-squared on 9 degrees is 16.919 (any table): n = 1000 with one digit off by 39.02.
    off = 39.02
    found = digit_preference({0: 100 + off, **dict.fromkeys(range(1, 10), 100 - off / 9)})
    assert found is not None
    assert found.chi_squared == pytest.approx(16.919, abs=0.01)
    assert found.p == pytest.approx(0.05, abs=0.0005)


def test_few_values_and_the_ends_of_the_line_tell_nothing():
    assert digit_preference({0: 99}) is None
    assert [last_digit(value) for value in (0, 100, 50, 7, 12.5)] == [None, None, 0, 7, None]


# Sites ----------------------------------------------------------------------------------------------------------------
def test_a_site_is_warned_before_it_falls_below_the_limit():
    def standing(in_hand, due, to_come=0):
        return Completeness(in_hand, due, to_come).standing(least=0.80, warn=0.85)

    assert [standing(90, 100), standing(84, 100), standing(79, 100)] == ["good", "near", "below"]
    assert standing(70, 100, to_come=15) == "good"
    assert standing(0, 9) == "few"
    assert standing(0, 0) == "few"


def test_a_site_that_differs_lies_far_from_the_whole():
    whole = Completeness(800, 1000)
    assert distance(Completeness(40, 100), whole) == pytest.approx(-10.0)
    assert distance(Completeness(80, 100), whole) == 0.0
    assert distance(Completeness(1, 5), whole) is None


# Retention ------------------------------------------------------------------------------------------------------------
def test_the_curve_is_that_of_the_6_mp_arm_of_freireich():
    # Remission in weeks, 6-MP: 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+ (Freireich 1963), and
    # R's survfit(Surv(time, status) ~ 1, conf.type = "log-log").
    left = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
    there = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    curve = {each.month: each for each in retention(left, there)}
    shares = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {month: round(curve[month].share, 4) for month in shares} == shares
    assert (curve[6].at_risk, curve[23].at_risk) == (21, 6)
    assert (round(curve[6].low, 3), round(curve[6].high, 3)) == (0.620, 0.952)


def test_nobody_leaves_and_everybody_leaves():
    assert [(each.share, each.low, each.high) for each in retention({}, {0: 3, 1: 2})] == [(1.0, 1.0, 1.0)] * 2
    assert retention({0: 4}, {})[0].share == 0.0
    assert retention({}, {}) == []
