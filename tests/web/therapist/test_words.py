"""What the worklist says."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from stegvis.web.therapist import words

TODAY = date(2026, 11, 13)


@pytest.fixture(autouse=True)
def _english() -> object:
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(minutes=34), "34 min"),
        (timedelta(hours=22, minutes=59), "22 h"),
        (timedelta(days=1, hours=18), "1 d 18 h"),
        (timedelta(days=9, hours=5), "9 d"),
        (timedelta(minutes=-1), "0 min"),
    ],
)
def test_a_wait_is_said_in_its_two_largest_units(time: timedelta, said: str) -> None:
    assert words.elapsed(time) == said


@pytest.mark.parametrize(("days", "said"), [(0, "due today"), (4, "due 17 Nov"), (-3, "was due 10 Nov")])
def test_an_aim_is_said_as_a_day_and_never_as_a_reproach(days: int, said: str) -> None:
    assert words.due(TODAY + timedelta(days=days), TODAY) == said
