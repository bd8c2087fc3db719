"""Every write of the conversation. The record keeps that something was sent and read, never what, nor in which channel.

A therapist exists in some arms only, so that a line about what a participant writes to one is hidden from blind roles.
"""

from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, conceal, note
from stegvis.audit.once import once
from stegvis.messaging import policies, queries
from stegvis.messaging.models import Answer, Channel, Message, Waiting
from stegvis.people.models import Participant, Role


@action("messaging.sent")
def send(*, participant: Participant, channel: str, body: str, key: UUID, by: Actor) -> Message:
    """Write in a channel. A participant then waits for an answer; an answer ends the wait for what has been read."""
    policies.check_may_send(by, participant, channel)
    policies.check_body(body)
    if channel == Channel.THERAPIST:
        conceal()
    message = once(
        Message, key, about="participant", participant=participant, channel=channel, author_id=by.pk,
        author_role=by.role, body=body, sent_at=clock.now(),
    )  # fmt: skip
    if not message.from_participant:
        _keep_answer(message)
        _answered(participant, channel)
    elif message.read_at is None:
        _wait(message)
    return message


@action("messaging.read")
def mark_read(*, participant: Participant, channel: str, by: Actor) -> int:
    """Keep that `by` has read what the other side wrote; how many messages it was. Call it when there are unread ones."""
    policies.check_may_read(by, participant, channel)
    if channel == Channel.THERAPIST:
        conceal()
    unread = Message.objects.filter(participant=participant, channel=channel, read_at=None)
    if by.role == Role.PARTICIPANT:
        unread = unread.exclude(author_role=Role.PARTICIPANT)
    else:
        unread = unread.filter(author_role=Role.PARTICIPANT)
    count = unread.update(read_at=clock.now())
    note(messages=count)
    return count


@action("messaging.settled")
def settle(*, participant: Participant, channel: str, by: Actor) -> Participant:
    """Keep that what was read needs no answer (a thank-you); the person no longer stands among those who wait."""
    policies.check_may_answer(by, participant, channel)
    _answered(participant, channel)
    return participant


def _wait(message: Message) -> None:
    """The participant waits from their first unanswered message on."""
    waiting = Waiting(participant=message.participant, channel=message.channel, since=message.sent_at)
    Waiting.objects.bulk_create([waiting], ignore_conflicts=True)


def _keep_answer(message: Message) -> None:
    """Keep how long the participant waited for this answer, if they did and it was written by someone who had read."""
    waited = Waiting.objects.filter(participant=message.participant, channel=message.channel).first()
    unread = queries.oldest_unread(message.participant, message.channel)
    if waited is not None and (unread is None or unread > waited.since):
        Answer.objects.create(
            participant=message.participant, channel=message.channel, account_id=message.author_id,
            since=waited.since, answered_at=message.sent_at,
        )  # fmt: skip


def _answered(participant: Participant, channel: str) -> None:
    """The wait is over, except for what the participant wrote meanwhile and nobody has read."""
    since = queries.oldest_unread(participant, channel)
    waiting = Waiting.objects.filter(participant=participant, channel=channel)
    if since is None:
        waiting.delete()
    else:
        waiting.update(since=since)
