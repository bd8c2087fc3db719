"""Files of made-up devices are read by the import as real ones are, and are drawn apart from every other life."""

import io
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from stegvis.demonstration import devices
from stegvis.methods.device_files.found import Format, Limits, Period
from stegvis.methods.device_files.reading import read
from tests.demonstration.conftest import MODEL

TODAY = date(2026, 11, 3)  # summer time has ended within the days of the file
PERIOD = Period(TODAY - timedelta(days=60), TODAY, ZoneInfo("Europe/Stockholm"))


def of(lives, rest):
    return next(life for life in lives if (life.number % 3 == 0) is rest)


@pytest.mark.parametrize(("rides", "expected"), [(False, Format.APPLE_HEALTH), (True, Format.TCX)])
def test_each_file_is_read_whole(lives, rides, expected):
    found = read(io.BytesIO(devices.file_of(of(lives, rides), TODAY)), PERIOD, Limits())
    assert found.format == expected
    assert len(found.activities) == 6
    assert len(found.days) == (0 if rides else devices.DAYS)
    assert all(200 < day.steps < 20_000 for day in found.days)


def test_a_handful_of_people_have_one_and_nothing_is_taken_from_the_stream_of_a_life(lives):
    before = lives[0].choices.getstate()
    assert 2 <= sum(devices.has_one(MODEL, life) for life in lives) <= 10
    devices.file_of(lives[0], TODAY)
    assert lives[0].choices.getstate() == before
