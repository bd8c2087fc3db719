"""The promise of an answer: half of the waits in hours, and how many were answered in time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from stegvis.methods.study.messages import Wait, punctuality
from stegvis.methods.study.workdays import Workdays

FRIDAY = datetime(2026, 11, 13, 10, tzinfo=ZoneInfo("Europe/Stockholm"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def judged(*waits, now=FRIDAY + 30 * DAY):
    return punctuality(waits, Workdays(), now)


def test_half_of_the_answers_came_within_so_many_hours():
    found = judged(*(Wait(FRIDAY, FRIDAY + n * HOUR, 2) for n in (1, 3, 50)))

    assert (found.answered, found.median_hours) == (3, 3.0)


def test_a_weekend_does_not_count_against_the_promise():
    assert judged(Wait(FRIDAY, FRIDAY + 4 * DAY, 2)).in_time == 1
    assert judged(Wait(FRIDAY, FRIDAY + 5 * DAY, 2)).in_time == 0


def test_whoever_still_waits_counts_once_the_promise_has_run_out():
    early = judged(Wait(FRIDAY, None, 2), now=FRIDAY + 4 * DAY)
    late = judged(Wait(FRIDAY, None, 2), now=FRIDAY + 5 * DAY)

    assert (early.due, late.due, late.in_time, late.answered) == (0, 1, 0, 0)


def test_without_a_promise_only_the_hours_are_told():
    found = judged(Wait(FRIDAY, FRIDAY + 2 * HOUR, None))

    assert (found.answered, found.due, found.median_hours) == (1, 0, 2.0)


def test_without_messages_there_is_no_median():
    assert judged().median_hours is None
