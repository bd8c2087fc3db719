"""The schedule: days from anchors, windows, the reminder ladder, and until when a person can be randomised."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.study import (
    AnchorMissing,
    Occasion,
    Window,
    WindowState,
    due,
    programme_window,
    randomise_by,
    reminder_dates,
    schedule,
)
from stegvis.methods.study.measurement import Scheduled

ANCHORS = {"consent": date(2026, 3, 2), "visit_1": date(2026, 3, 11), "randomisation": date(2026, 3, 13)}
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))
few = st.integers(min_value=0, max_value=800)


def test_six_months_are_182_days_from_randomisation_with_their_window(cwp):
    window = due(cwp.occasion("six_months"), ANCHORS)

    assert window == Window(date(2026, 8, 28), date(2026, 9, 11), date(2026, 10, 9))


def test_visits_are_counted_from_the_first_visit_and_not_from_randomisation(cwp):
    later = ANCHORS | {"randomisation": date(2026, 3, 18)}

    assert due(cwp.visit("visit_2"), ANCHORS).due_on == date(2026, 4, 8)
    assert due(cwp.visit("visit_3"), ANCHORS) == due(cwp.visit("visit_3"), later)


def test_what_is_counted_from_a_day_not_known_yet_has_no_window(cwp):
    with pytest.raises(AnchorMissing, match="counted from randomisation"):
        due(cwp.occasion("six_months"), {"consent": date(2026, 3, 2)})

    assert list(schedule(cwp, {"consent": date(2026, 3, 2)})) == ["baseline", "visit_1"]


def test_a_schedule_holds_every_occasion_and_visit_once_all_anchors_are_known(cwp):
    assert list(schedule(cwp, ANCHORS)) == [
        "baseline", "six_months", "twelve_months", "twentyfour_months", "visit_1", "visit_2", "visit_3",
    ]  # fmt: skip


def test_a_window_is_open_on_both_its_ends():
    window = Window(date(2026, 1, 10), date(2026, 1, 12), date(2026, 1, 20))

    assert window.state(date(2026, 1, 9)) == WindowState.BEFORE
    assert window.state(date(2026, 1, 10)) == window.state(date(2026, 1, 20)) == WindowState.OPEN
    assert window.state(date(2026, 1, 21)) == WindowState.CLOSED
    assert date(2026, 1, 20) in window
    assert date(2026, 1, 21) not in window


def test_the_programme_opens_on_day_56_after_the_first_visit(cwp):
    assert programme_window(cwp.programme, ANCHORS).opens_on == date(2026, 5, 6)


def test_the_programme_never_opens_before_randomisation(cwp):
    with pytest.raises(AnchorMissing, match="after randomisation"):
        programme_window(cwp.programme, {"visit_1": date(2026, 3, 11)})

    late = ANCHORS | {"randomisation": date(2026, 6, 1)}
    assert programme_window(cwp.programme, late).opens_on == date(2026, 6, 1)


def test_the_ladder_asks_on_days_0_4_and_10_and_calls_from_day_14(cwp):
    window = due(cwp.occasion("six_months"), ANCHORS)

    steps = list(reminder_dates(cwp.reminders, window))

    assert [(step.on - window.opens_on).days for step in steps] == [0, 4, 10, 14]
    assert [step.step.kind for step in steps] == ["message", "message", "message", "call"]
    assert [step.step.offers for step in steps[-2:]] == ["primary_only", "primary_only"]


def test_a_ladder_can_count_from_the_due_day(three_arms):
    window = due(three_arms.protocol.occasion("week_eight"), ANCHORS)

    first = next(reminder_dates(three_arms.protocol.reminders, window))

    assert first.on == window.due_on + timedelta(days=2)


def test_a_person_is_randomised_while_answers_and_visit_are_both_fresh(cwp):
    answered, held = {"baseline": date(2026, 3, 3)}, {"visit_1": date(2026, 3, 11)}

    assert randomise_by(cwp.gates, answered, held) == date(2026, 3, 17)
    assert randomise_by(cwp.gates, {"baseline": date(2026, 3, 10)}, held) == date(2026, 3, 18)
    assert randomise_by(cwp.gates, answered, {}) is None
    assert randomise_by([], {}, {}) == date.max


@given(anchor=days, day=few, before=few, after=few)
def test_a_window_holds_its_due_day_and_is_as_long_as_said(anchor, day, before, after):
    window = due(Scheduled(anchor="consent", day=day, before=before, after=after), {"consent": anchor})

    assert window.opens_on <= window.due_on <= window.closes_on
    assert window.due_on - anchor == timedelta(days=day)
    assert (window.closes_on - window.opens_on).days == before + after


@given(anchor=days, shift=few)
def test_moving_the_anchor_moves_everything_by_as_much(cwp, anchor, shift):
    occasion: Occasion = cwp.occasion("six_months")
    moved = due(occasion, {"randomisation": anchor + timedelta(days=shift)})
    window = due(occasion, {"randomisation": anchor})

    assert moved.opens_on - window.opens_on == moved.closes_on - window.closes_on == timedelta(days=shift)


@given(anchor=days, day=few, before=few, after=few, asked=st.integers(min_value=-2000, max_value=3000))
def test_a_day_is_before_in_or_after_a_window_and_in_it_only_when_open(anchor, day, before, after, asked):
    window = due(Scheduled(anchor="consent", day=day, before=before, after=after), {"consent": anchor})
    on = anchor + timedelta(days=asked)

    assert (on in window) == (window.state(on) == WindowState.OPEN)
