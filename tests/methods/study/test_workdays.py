"""Working days: Easter, the Swedish holidays, and what "within two working days" means."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.easter import easter as easter_of_dateutil
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.study.workdays import Workdays, easter_sunday, swedish_days_off

SWEDEN = Workdays("SE")
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


def test_easter_is_where_another_implementation_finds_it():
    assert [easter_sunday(year) for year in range(1900, 2200)] == [
        easter_of_dateutil(year) for year in range(1900, 2200)
    ]


@pytest.mark.parametrize(("year", "day"), [(1818, (3, 22)), (1943, (4, 25)), (2026, (4, 5)), (2027, (3, 28))])
def test_easter_falls_on_known_days(year, day):
    assert easter_sunday(year) == date(year, *day)


def test_the_swedish_days_off_of_2026_are_those_of_the_almanac():
    assert sorted(swedish_days_off(2026)) == [
        date(2026, 1, 1),  # nyårsdagen
        date(2026, 1, 6),  # trettondedag jul
        date(2026, 4, 3),  # långfredagen
        date(2026, 4, 5),  # påskdagen
        date(2026, 4, 6),  # annandag påsk
        date(2026, 5, 1),  # första maj
        date(2026, 5, 14),  # Kristi himmelsfärdsdag
        date(2026, 5, 24),  # pingstdagen
        date(2026, 6, 6),  # nationaldagen
        date(2026, 6, 19),  # midsommarafton
        date(2026, 6, 20),  # midsommardagen
        date(2026, 10, 31),  # alla helgons dag
        date(2026, 12, 24),  # julafton
        date(2026, 12, 25),  # juldagen
        date(2026, 12, 26),  # annandag jul
        date(2026, 12, 31),  # nyårsafton
    ]


@pytest.mark.parametrize(
    ("year", "midsummer", "saints"), [(2025, 21, (11, 1)), (2026, 20, (10, 31)), (2032, 26, (11, 6))]
)
def test_midsummer_and_all_saints_are_the_right_saturdays(year, midsummer, saints):
    assert {date(year, 6, midsummer), date(year, *saints)} <= swedish_days_off(year)


@pytest.mark.parametrize(
    ("came_in", "due"),
    [
        (date(2026, 11, 9), date(2026, 11, 11)),  # Monday to Wednesday
        (date(2026, 11, 13), date(2026, 11, 17)),  # Friday to Tuesday
        (date(2026, 11, 14), date(2026, 11, 17)),  # Saturday counts from Monday
        (date(2026, 6, 17), date(2026, 6, 22)),  # over midsummer
        (date(2026, 4, 2), date(2026, 4, 8)),  # over Easter
        (date(2026, 12, 23), date(2026, 12, 29)),  # over Christmas
    ],
)
def test_an_answer_within_two_working_days_is_due_on(came_in, due):
    assert SWEDEN.after(came_in, 2) == due


def test_a_closed_site_does_not_count_its_closed_days():
    closed = Workdays("SE", frozenset({date(2026, 11, 16)}))

    assert closed.after(date(2026, 11, 13), 2) == date(2026, 11, 18)
    assert not closed.is_working_day(date(2026, 11, 16))


def test_a_trial_without_a_calendar_knows_only_weekends():
    assert Workdays("none").is_working_day(date(2026, 12, 25))
    assert not Workdays("none").is_working_day(date(2026, 12, 26))


@pytest.mark.parametrize(
    ("at", "working_days", "due"),
    [
        (datetime(2026, 11, 12, 10, 0), 0, date(2026, 11, 12)),  # Thursday morning: today  # noqa: DTZ001
        (datetime(2026, 11, 12, 16, 31), 0, date(2026, 11, 13)),  # after closing: tomorrow  # noqa: DTZ001
        (datetime(2026, 11, 13, 23, 0), 0, date(2026, 11, 16)),  # Friday night: Monday  # noqa: DTZ001
        (datetime(2026, 11, 14, 9, 0), 0, date(2026, 11, 16)),  # Saturday: Monday  # noqa: DTZ001
        (datetime(2026, 11, 12, 23, 0), 1, date(2026, 11, 13)),  # next working day  # noqa: DTZ001
    ],
)
def test_an_alert_is_answered_by_the_first_day_on_which_somebody_is_there(at, working_days, due):
    assert SWEDEN.respond_by(at, working_days, time(16, 30)) == due


def test_a_negative_number_of_days_and_a_site_that_never_opens_are_refused():
    with pytest.raises(ValueError, match="lie in the past"):
        SWEDEN.after(date(2026, 1, 1), -1)

    always = frozenset(date(2026, 1, 1) + timedelta(days=days) for days in range(800))
    with pytest.raises(ValueError, match="No working day within a year"):
        Workdays("SE", always).next_after(date(2026, 1, 1))


@given(days, st.integers(min_value=1, max_value=15))
def test_exactly_the_working_days_asked_for_lie_between(day, working_days):
    due = SWEDEN.after(day, working_days)

    between = [day + timedelta(days=passed) for passed in range(1, (due - day).days + 1)]
    assert SWEDEN.is_working_day(due)
    assert sum(map(SWEDEN.is_working_day, between)) == working_days


@given(days)
def test_the_next_working_day_is_later_and_never_skips_one(day):
    following = SWEDEN.next_after(day)

    assert following > day
    assert not any(SWEDEN.is_working_day(day + timedelta(days=passed)) for passed in range(1, (following - day).days))
