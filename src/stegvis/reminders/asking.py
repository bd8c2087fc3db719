"""Asking: by which way a reminder of the protocol's ladder goes to a person, decided at the moment of sending.

The person's own choice decides among the ways that the protocol allows for a step; without a choice the first one does. Who
wants no reminders has said so of the programme: the questions are asked all the same, alike in every arm. The hour was set
when the reminder was planned, or when the person chose; the day is the protocol's, so that nothing moves past the window.
"""

from datetime import datetime, timedelta

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols
from stegvis.reminders import policies, queries, retrying
from stegvis.reminders.following import Send, Wait
from stegvis.reminders.models import Channel, PlannedMessage, Preference


def decide(message: PlannedMessage) -> Send | Wait:
    """Send by which way, or wait for the morning: only a text message at night does, and not past the window."""
    person = message.participant
    assert person is not None  # a ladder is a participant's
    chosen = queries.newest_preference(person)
    channel = _way(message, person, chosen)
    message.channel = channel
    if not retrying.rings_at_night(message, clock.now()):
        return Send(channel, message.target)
    morning = _next_moment(chosen)
    asked = assessments.assessment(person, message.occasion)
    if asked is None or clock.local(morning).date() > asked.closes_on:
        return Send(Channel.EMAIL, message.target)
    return Wait(morning)


def _way(message: PlannedMessage, person: Participant, chosen: Preference | None) -> str:
    steps = {each.code: each for each in protocols.current().reminders.steps}
    step = steps.get(message.step)
    allowed = step.channels if step is not None and step.channels else (Channel.EMAIL.value,)
    wanted = chosen.channel if chosen is not None and chosen.channel in allowed else allowed[0]
    return Channel.SMS if wanted == Channel.SMS and policies.can_be_texted(person) else Channel.EMAIL


def _next_moment(chosen: Preference | None) -> datetime:
    """The next time of day at which this person is reminded."""
    today = clock.today()
    moment = queries.moment_on(today, chosen)
    return moment if clock.now() < moment else queries.moment_on(today + timedelta(days=1), chosen)
