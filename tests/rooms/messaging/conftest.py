"""Writing a message as someone, in the tests of this room."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from stegvis.audit.action import Actor
from stegvis.messaging import actions
from stegvis.messaging.models import Channel, Message
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant

Write = Callable[..., Message]


@pytest.fixture
def write() -> Write:
    """Send a message in a channel (the therapist's unless told)."""

    def _write(
        participant: Participant,
        by: Actor,
        channel: str = Channel.THERAPIST,
        body: str = "Hello",
        key: UUID | None = None,
    ) -> Message:
        with acting_as(by):
            return actions.send(participant=participant, channel=channel, body=body, key=key or uuid4(), by=by)

    return _write
