"""Reads of the conversation: threads, what is unread, who waits for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.audit.one_of import OneOf
from stegvis.messaging.models import ANSWERED_BY as ANSWERED_BY
from stegvis.messaging.models import Answer, Message, Waiting
from stegvis.messaging.models import Channel as Channel
from stegvis.people import queries as people
from stegvis.people.models import Caseload, Participant, Role

MOST_COUNTED = 100


def thread(participant: Participant, channel: str) -> QuerySet[Message]:
    """What was written in one channel, oldest first, with who wrote it."""
    rows = Message.objects.filter(participant=participant, channel=channel)
    return rows.select_related("author").order_by("sent_at", "pk")


def channels_of(participant: Participant) -> list[Channel]:
    """The channels a participant sees: the study, whoever cares for them now, and whatever was written earlier."""
    roles = set(Caseload.objects.filter(participant=participant, until_at=None).values_list("role", flat=True))
    written = set(Message.objects.filter(participant=participant).values_list("channel", flat=True).distinct())
    return [each for each in Channel if each == Channel.STUDY or ANSWERED_BY[each] in roles or each in written]


@asked_once
def unread_of(participant: Participant) -> dict[str, int]:
    """How many messages in each channel the participant has not read; channels without any are left out. One query."""
    rows = Message.objects.filter(participant=participant, read_at=None).exclude(author_role=Role.PARTICIPANT)
    return dict(rows.values_list("channel").annotate(Count("pk")))


def unread_for(account: Actor) -> int:
    """How many messages a member of staff has not read: their caseload's, or for a coordinator their sites'.

    One query, which stops counting at `MOST_COUNTED`: nobody needs to know whether it is 100 or 300. For a therapist one
    more, which asks for whom they cover.
    """
    channel = channel_of(account.role)
    if channel is None:
        return 0
    theirs = _in_care(account, channel)
    unread = Message.objects.filter(theirs, channel=channel, read_at=None, author_role=Role.PARTICIPANT)
    return unread[:MOST_COUNTED].count()


@dataclass(frozen=True)
class InboxRow:
    """Someone who waits for an answer: since when, for how long, and how many of their messages are unread."""

    participant: Participant
    channel: str
    since: datetime
    waiting: timedelta
    unread: int


def inbox(account: Actor, limit: int = 50) -> list[InboxRow]:
    """The `limit` people who have waited longest for an answer from a member of staff. Two queries."""
    channel = channel_of(account.role)
    if channel is None:
        return []
    waiting = Waiting.objects.filter(_in_care(account, channel), channel=channel)
    rows = list(waiting.select_related("participant__site").order_by("since", "pk")[:limit])
    unread = Message.objects.filter(
        OneOf("participant", [row.participant_id for row in rows]),
        channel=channel,
        read_at=None,
        author_role=Role.PARTICIPANT,
    )
    counts = dict(unread.values_list("participant").annotate(Count("pk")))
    now = clock.now()
    return [
        InboxRow(row.participant, channel, row.since, now - row.since, counts.get(row.participant_id, 0))
        for row in rows
    ]


def last_answers(participants: Iterable[int], channel: str) -> dict[int, datetime]:
    """When the side that answers last wrote to each of these people (by key); without those it never wrote to. One query."""
    rows = Message.objects.filter(OneOf("participant", participants), channel=channel)
    written = rows.filter(author_role=ANSWERED_BY[channel]).values_list("participant")
    return dict(written.annotate(Max("sent_at")))


@dataclass(frozen=True)
class WaitsOfDays:
    """How many waited in a channel from one day to another, Stockholm's; `until` is None for those who still wait."""

    channel: str
    since: date
    until: date | None
    number: int


@dataclass(frozen=True)
class Waited:
    """Waits summed by their days, and how long the middle one of those that were answered took; None without any."""

    days: list[WaitsOfDays]
    median: timedelta | None


class _Median(Aggregate):
    """The middle one, by the database: a hundred thousand waits need not pass through this process."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def waits_since(moment: datetime) -> Waited:
    """The waits that were answered since a moment, and those that go on, as far as the actor may see. Three queries.

    However many they are, what comes back is one row for each pair of days.
    """
    return _waits(Answer.objects.filter(answered_at__gte=moment), Waiting.objects.all())


def waits_for(account: Actor, moment: datetime) -> Waited:
    """The same for one member of staff: what they answered, and who in their care still waits. Three queries."""
    channel = channel_of(account.role)
    if channel is None:
        return Waited([], None)
    answered = Answer.objects.filter(account_id=account.pk, answered_at__gte=moment)
    return _waits(answered, Waiting.objects.filter(_in_care(account, channel), channel=channel))


def _waits(answered: QuerySet[Answer], going_on: QuerySet[Waiting]) -> Waited:
    asked, ended = (TruncDate(name, tzinfo=clock.STOCKHOLM) for name in ("since", "answered_at"))
    done = answered.values_list("channel", asked, ended).annotate(Count("pk")).order_by()
    open_ = going_on.values_list("channel", asked).annotate(Count("pk")).order_by()
    return Waited(
        [WaitsOfDays(*row) for row in done]
        + [WaitsOfDays(channel, since, None, number) for channel, since, number in open_],
        answered.aggregate(median=_Median(F("answered_at") - F("since")))["median"],
    )


def channel_of(role: str) -> str | None:
    """The channel that a role answers in; None for roles that write with nobody."""
    return next((channel for channel, answering in ANSWERED_BY.items() if answering == role), None)


def oldest_unread(participant: Participant, channel: str) -> datetime | None:
    """When the participant sent the oldest message that the other side has not read."""
    rows = Message.objects.filter(participant=participant, channel=channel, read_at=None, author_role=Role.PARTICIPANT)
    return rows.order_by("sent_at").values_list("sent_at", flat=True).first()


def _in_care(account: Actor, channel: str) -> Q:
    if channel == Channel.STUDY:
        return Q(participant__site__postings__account_id=account.pk, participant__site__postings__until_at=None)
    return Q(
        participant__caseloads__clinician_id__in=people.acts_for(account),
        participant__caseloads__role=account.role,
        participant__caseloads__until_at=None,
    )
