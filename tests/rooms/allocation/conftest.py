"""What the tests of the allocation start from: a protocol, and a list of two strata loaded by the system."""

from datetime import datetime

import pytest

from stegvis.allocation.models import Sequence
from stegvis.methods.randomisation.sequence import SequenceList
from stegvis.protocol.models import ProtocolVersion
from tests.rooms.allocation import small_trial


@pytest.fixture
def protocol(moment: datetime) -> ProtocolVersion:
    """The small trial's protocol."""
    return small_trial.load_protocol()


@pytest.fixture
def made() -> SequenceList:
    """A list of twelve places in each of two strata."""
    return small_trial.make_list()


@pytest.fixture
def sequence(protocol: ProtocolVersion, made: SequenceList) -> Sequence:
    """The list, loaded."""
    return small_trial.load_list(made)
