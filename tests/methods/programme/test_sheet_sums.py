"""Sums of worksheets against numbers worked out by hand, and nothing made up where something is missing."""

import pytest

from stegvis.methods.programme import sheet_sums
from stegvis.methods.programme.blocks import Field, Option

NIGHT = {
    "bed_time": "22:30", "lights_out": "23:00", "minutes_to_sleep": "20", "minutes_awake": "40",
    "woke_at": "06:00", "up_at": "06:30",
}  # fmt: skip
"""In bed 8 h; from lights out to waking 7 h, less 20 and 40 minutes: 6 h asleep, 75 % of the time in bed."""

BLOCKS = [
    Field(f"from_{hour:02d}", "choice", "?", options=tuple(Option(kind, kind) for kind in sheet_sums.BALANCE))
    for hour in range(0, 24, 2)
]


def diary(*nights: dict[str, str]) -> dict[str, str]:
    """A sleep diary of these nights, from the first on."""
    return {f"{name}_{n}": text for n, night in enumerate(nights, start=1) for name, text in night.items()}


def test_time_in_bed_and_asleep_and_their_share_are_as_worked_out_by_hand() -> None:
    (night,) = sheet_sums.nights(diary(NIGHT))
    assert (night.number, night.in_bed, night.asleep, night.efficiency) == (1, 480, 360, 75.0)


def test_a_night_after_midnight_and_a_sleep_by_day_count_alike() -> None:
    late = NIGHT | {"bed_time": "00:30", "lights_out": "00:30", "woke_at": "07:00", "up_at": "07:10"}
    day = NIGHT | {"bed_time": "08:00", "lights_out": "08:10", "woke_at": "13:00", "up_at": "13:00"}
    first, second = sheet_sums.nights(diary(late, day))
    assert (first.in_bed, first.asleep) == (400, 330)
    assert (second.in_bed, second.asleep) == (300, 230)


@pytest.mark.parametrize("missing", ["lights_out", "minutes_to_sleep", "minutes_awake", "woke_at"])
def test_nothing_is_guessed_where_a_number_is_missing(missing: str) -> None:
    (night,) = sheet_sums.nights(diary(NIGHT | {missing: ""}))
    assert (night.in_bed, night.asleep, night.efficiency) == (480, None, None)
    assert sheet_sums.nights(diary(NIGHT | {"up_at": ""})) == []


@pytest.mark.parametrize(
    "wrong", [{"lights_out": "22:00"}, {"woke_at": "07:00"}, {"minutes_awake": "500"}, {"up_at": "22:30"}]
)
def test_times_in_no_possible_order_give_no_sleep(wrong: dict[str, str]) -> None:
    (night,) = sheet_sums.nights(diary(NIGHT | wrong))
    assert night.efficiency is None


def test_the_week_has_its_means_after_seven_whole_nights_and_not_before() -> None:
    better = NIGHT | {"minutes_awake": "0", "minutes_to_sleep": "36"}  # 384 of 480 minutes: 80 %
    six = sheet_sums.nights(diary(*[NIGHT] * 6))
    assert sheet_sums.sleep_week(six) is None
    assert sheet_sums.sleep_week(sheet_sums.nights(diary(*[NIGHT] * 6, NIGHT | {"woke_at": ""}))) is None
    week = sheet_sums.sleep_week(sheet_sums.nights(diary(*[NIGHT] * 6, better)))
    assert week is not None
    assert (week.in_bed, week.asleep) == (480, pytest.approx((6 * 360 + 384) / 7))
    assert week.efficiency == pytest.approx((6 * 75 + 80) / 7)


def test_the_hours_of_a_day_add_up_to_twenty_four() -> None:
    kept = {"from_00": "sleep", "from_02": "sleep", "from_04": "sleep", "from_10": "drains", "from_12": "fills"}
    assert sheet_sums.balance(BLOCKS, kept) == sheet_sums.Balance(drains=2, neutral=0, fills=2, sleep=6, open=14)
    assert sheet_sums.balance(BLOCKS, {"from_00": "work"}).open == 24


def test_days_of_activity_are_added_where_both_numbers_are_there() -> None:
    kept = {
        "active_minutes_1": "240", "rest_minutes_1": "20", "active_minutes_2": "0", "rest_minutes_2": "300",
        "active_minutes_4": "90",
    }  # fmt: skip
    assert sheet_sums.activity_days(kept) == sheet_sums.ActivityDays(days=2, active=240, rest=320, least=0, most=240)
    assert sheet_sums.activity_days({"active_minutes_1": "90"}) is None
