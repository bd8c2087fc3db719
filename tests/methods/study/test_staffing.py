"""Staffing: an alert's clock runs while somebody is there to read it, and never at night, at weekends or on holidays."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from stegvis.methods.study.staffing import Staffing
from stegvis.methods.study.workdays import Workdays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CLINIC = Staffing(time(8), time(16, 30), frozenset({1, 2, 3, 4, 5}), Workdays("SE", frozenset({date(2026, 11, 17)})))
"""Friday is 13 November 2026; Tuesday the 17th is closed."""


def moment(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM)


def test_somebody_is_there_from_opening_until_closing():
    hours = [(7, 59), (8, 0), (16, 29), (16, 30)]

    assert [CLINIC.is_staffed(moment(13, *hour)) for hour in hours] == [False, True, True, False]


def test_nobody_is_there_at_weekends_on_holidays_and_on_the_sites_own_closures():
    days = [moment(14, 10), moment(15, 10), moment(17, 10), moment(25, 10, month=12)]

    assert not any(CLINIC.is_staffed(day) for day in days)
    assert CLINIC.is_staffed(moment(18, 10))


def test_outside_hours_the_next_opening_is_the_first_somebody_reads():
    assert CLINIC.next_staffed(moment(13, 12)) == moment(13, 12)
    assert CLINIC.next_staffed(moment(13, 7)) == moment(13, 8)
    assert CLINIC.next_staffed(moment(13, 17)) == moment(16, 8)
    assert CLINIC.next_staffed(moment(16, 17)) == moment(18, 8)


@pytest.mark.parametrize(
    ("at", "working_days", "by"),
    [
        (moment(13, 9), 0, moment(13, 16, 30)),
        (moment(13, 16, 30), 0, moment(16, 16, 30)),
        (moment(14, 3), 0, moment(16, 16, 30)),
        (moment(13, 9), 1, moment(16, 16, 30)),
        (moment(13, 22), 1, moment(16, 16, 30)),
        (moment(16, 9), 1, moment(18, 16, 30)),
        (moment(13, 9), 2, moment(18, 16, 30)),
    ],
)
def test_the_deadline_is_a_closing_time(at, working_days, by):
    assert CLINIC.respond_by(at, working_days) == by


def test_the_clock_stands_still_while_nobody_is_there():
    assert CLINIC.after(moment(13, 9), 60) == moment(13, 10)
    assert CLINIC.after(moment(13, 16), 60) == moment(16, 8, 30)
    assert CLINIC.after(moment(14, 12), 60) == moment(16, 9)
    assert CLINIC.minutes_between(moment(13, 16), moment(16, 8, 30)) == 60
    assert CLINIC.minutes_between(moment(16, 10), moment(16, 9)) == 0


def test_hours_are_kept_across_the_change_to_winter_time():
    assert CLINIC.after(moment(23, 16, month=10), 60) == moment(26, 8, 30, month=10)
    assert CLINIC.minutes_between(moment(23, 16, month=10), moment(26, 9, month=10)) == 90


def test_a_site_where_nobody_ever_reads_is_said_so():
    never = Staffing(time(8), time(16), frozenset(), Workdays())
    with pytest.raises(ValueError, match="Nobody reads alerts within a year of 2026-11-13"):
        never.respond_by(moment(13, 9), 0)


def test_a_site_that_works_on_saturdays_has_a_clock_on_saturdays():
    late = Staffing(time(10), time(14), frozenset({6}), Workdays())

    assert late.respond_by(moment(13, 9), 0) == moment(14, 14)
