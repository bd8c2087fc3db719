"""The example trial on a Friday in November, for the tests of this room."""

from collections.abc import Iterator

import pytest

from stegvis.audit import clock
from tests.worlds import FRIDAY, World


@pytest.fixture
def world(example_trial: World) -> Iterator[World]:
    """The example trial, ready for its first participant; it is ten o'clock for the whole test."""
    with clock.frozen(clock.at(FRIDAY, 10)):
        yield example_trial
