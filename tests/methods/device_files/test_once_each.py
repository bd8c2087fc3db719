"""Counted once: properties of steps by the minute, and of activities that are told twice."""

import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.device_files.activities import new_ones
from stegvis.methods.device_files.found import FoundActivity, Kind, Limits, Source
from stegvis.methods.device_files.steps import Counter, StepLedger, days_between
from tests.methods.device_files.making import YEAR

NEW_YEAR = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
WATCH, PHONE = Counter(Source.WATCH, "w"), Counter(Source.PHONE, "p")

records = st.tuples(
    st.integers(NEW_YEAR, NEW_YEAR + 360 * 86400), st.integers(0, 7200), st.integers(1, 5000)
).map(lambda one: (one[0], one[0] + one[1], one[2]))  # fmt: skip
told = st.builds(
    FoundActivity,
    started_at=st.integers(0, 3 * 1440).map(lambda n: datetime(2026, 3, 28, tzinfo=UTC) + timedelta(minutes=n)),
    minutes=st.integers(1, 1440), kind=st.sampled_from(Kind), source=st.sampled_from(Source),
)  # fmt: skip


def days(*records: tuple[Counter, int, int, float]) -> list:
    ledger = StepLedger(YEAR, Limits())
    for record in records:
        ledger.add(*record)
    return ledger.days()


@given(records)
def test_no_step_of_one_record_is_lost_or_made(record):
    assert abs(sum(day.steps for day in days((WATCH, *record))) - record[2]) <= 1  # rounded on two days


@given(st.lists(records, max_size=8))
def test_a_phone_carried_beside_the_watch_adds_nothing(walks):
    alone = days(*((WATCH, *each) for each in walks))
    both = days(*((by, *each) for each in walks for by in (PHONE, WATCH)))
    assert both == alone


@given(st.lists(st.tuples(st.sampled_from([WATCH, PHONE]), records), max_size=8), st.randoms())
def test_the_order_of_the_file_decides_nothing(walks, chance: random.Random):
    shuffled = chance.sample(walks, len(walks))
    first, second = (days(*((by, *each) for by, each in order)) for order in (walks, shuffled))
    assert [(one.on, one.source) for one in first] == [(one.on, one.source) for one in second]
    assert all(abs(one.steps - two.steps) <= 1 for one, two in zip(first, second, strict=True))


@given(st.lists(told, max_size=12))
def test_what_was_taken_once_is_not_new_a_second_time(found):
    kept = new_ones(found, [])
    assert new_ones(found, kept) == []
    assert new_ones(kept, []) == new_ones(found + found, []) == kept


@given(st.lists(told, max_size=8), st.randoms())
def test_which_activities_are_kept_does_not_depend_on_their_order(found, chance: random.Random):
    assert new_ones(chance.sample(found, len(found)), []) == new_ones(found, [])


def test_a_walk_after_another_is_another_walk():
    first = FoundActivity(datetime(2026, 3, 28, 9, tzinfo=UTC), 30, Kind.WALKING, Source.PHONE)
    second = FoundActivity(datetime(2026, 3, 28, 9, 28, tzinfo=UTC), 30, Kind.WALKING, Source.PHONE)
    assert new_ones([first, second], []) == [first, second]


def test_days_between_two_days_include_both():
    assert list(days_between(date(2026, 2, 28), date(2026, 3, 1))) == [date(2026, 2, 28), date(2026, 3, 1)]
