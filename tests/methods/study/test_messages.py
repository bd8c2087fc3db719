"""The promise of an answer: how many were answered in time."""

from datetime import date, timedelta

from stegvis.methods.study.messages import Waits, punctuality
from stegvis.methods.study.workdays import Workdays

FRIDAY, DAY = date(2026, 11, 13), timedelta(days=1)


def judged(*waits, today=FRIDAY + 30 * DAY, hours=None):
    return punctuality(waits, Workdays(), today, hours)


def test_a_weekend_does_not_count_against_the_promise():
    assert judged(Waits(FRIDAY, FRIDAY + 4 * DAY, 2)).in_time == 1
    assert judged(Waits(FRIDAY, FRIDAY + 5 * DAY, 2)).in_time == 0


def test_whoever_still_waits_counts_once_the_promise_has_run_out():
    early = judged(Waits(FRIDAY, None, 2), today=FRIDAY + 4 * DAY)
    late = judged(Waits(FRIDAY, None, 2), today=FRIDAY + 5 * DAY)

    assert (early.due, late.due, late.in_time, late.answered) == (0, 1, 0, 0)


def test_everybody_who_waited_between_the_same_days_counts():
    found = judged(Waits(FRIDAY, FRIDAY + DAY, 2, 5), Waits(FRIDAY, FRIDAY + 9 * DAY, 2, 3), Waits(FRIDAY, None, 2, 2))

    assert (found.answered, found.due, found.in_time) == (8, 10, 5)


def test_without_a_promise_only_the_hours_are_told():
    found = judged(Waits(FRIDAY, FRIDAY, None), hours=2.0)

    assert (found.answered, found.due, found.median_hours) == (1, 0, 2.0)


def test_without_an_answer_there_is_no_median():
    assert judged(Waits(FRIDAY, None, 2)).median_hours is None
