"""Retrying: when what was not taken is tried again, by which way, and when no longer. The same for e-mail and text messages.

Pauses grow, so that a number that is wrong is not called all day and a provider that is down for minutes is waited for. A
participant's text message never rings at night: where the next try would, it becomes an e-mail at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stegvis.audit import clock
from stegvis.reminders.models import Channel, PlannedMessage

PAUSES = tuple(timedelta(minutes=each) for each in (2, 10, 60, 240))
"""Between the first try and the second, and so on."""

MORNING, NIGHT = 8, 21
"""A text message to a participant goes out from the one hour on until before the other."""


@dataclass(frozen=True)
class Again:
    """Try by this way at this moment; `tried` is how often it was tried by this way before."""

    channel: str
    at: datetime
    tried: int


def again(message: PlannedMessage) -> Again | None:
    """What follows on a refusal just now; None when every way has been tried."""
    now = clock.now()
    if message.tried < len(PAUSES):
        at = now + PAUSES[message.tried]
        if not rings_at_night(message, at):
            return Again(message.channel, at, message.tried + 1)
    if message.channel == Channel.SMS and message.participant_id is not None:
        return by_email()
    return None


def by_email() -> Again:
    """The first try by e-mail, now: what a participant's text message becomes when it does not get through."""
    return Again(Channel.EMAIL, clock.now(), 0)


def rings_at_night(message: PlannedMessage, at: datetime) -> bool:
    """Whether this would be a text message to a participant outside the hours of the day."""
    texted = message.channel == Channel.SMS and message.participant_id is not None
    return texted and not MORNING <= clock.local(at).hour < NIGHT
