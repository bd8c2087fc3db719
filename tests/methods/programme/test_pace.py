"""Pace in numbers."""

from datetime import date

import pytest

from stegvis.methods.programme import pace

MONDAY, WEDNESDAY, FRIDAY = date(2026, 11, 9), date(2026, 11, 11), date(2026, 11, 13)


@pytest.mark.parametrize(("agreed", "days"), [(2, 3), (1, 6), (4, 2), (7, 1)])
def test_patience_grows_as_the_pace_falls(agreed, days):
    assert pace.stretched(3, 2, agreed) == days


def test_weeks_needed_are_whole():
    assert [pace.weeks_needed(14, 2), pace.weeks_needed(8, 1), pace.weeks_needed(14, 3)] == [7, 8, 5]


@pytest.mark.parametrize(("days", "modules"), [(-3, 0), (6, 0), (7, 2), (20, 4), (400, 14)])
def test_what_is_expected_counts_whole_weeks_and_ends_with_the_programme(days, modules):
    assert pace.expected(days, 2, 14) == modules


def test_a_day_in_two_spans_counts_once_and_an_empty_span_never():
    spans = [(MONDAY, WEDNESDAY), (WEDNESDAY, FRIDAY), (FRIDAY, MONDAY)]
    assert pace.days_within(spans, MONDAY, FRIDAY) == 5
    assert pace.days_within(spans, WEDNESDAY, WEDNESDAY) == 1
