"""Reads of what is due and what went out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q, QuerySet

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.consent import queries as consent
from stegvis.consent.queries import Layer
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.life import queries as life
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols
from stegvis.reminders.models import Channel as Channel
from stegvis.reminders.models import PlannedMessage, Preference, Round, Sent, State

REMINDER, PROGRAMME_OPENS, SIGN_IN, WITHDRAWAL = "reminder", "programme_opens", "sign_in", "withdrawal"
NEXT_STEP = "next_step"
"""A reminder of the programme, which leads to the exact next part."""

NONE = Channel.NONE
ALERT_COPY = "alert_copy"
"""Tells a therapist that somebody in their caseload has an alert, which the site's rota deals with."""

NEW_PHYSIOTHERAPIST = "new_physiotherapist"
"""Tells a person who meets them from now on; whatever the arm."""

SITE_CHANGED = "site_changed"
"""Tells a person at which clinic they go on; whatever the arm."""

CONSENT_COPY, CONSENT_AGAIN, CONSENT_REFUSED = "consent_copy", "consent_again", "consent_refused"
"""Sends word of the copy of what was signed; asks about an amendment; confirms that somebody said no to it."""
CONSENT_QUESTION = "consent_question"
"""Tells whoever informs people at a site that somebody has asked about taking part; once a day each."""

PHYSIOTHERAPISTS_FULL, THERAPISTS_FULL = "physiotherapists_full", "therapists_full"
"""Tells coordinators, or administrators, that somebody was given more people than the protocol's limit, or nobody had them."""

TELLS_ARM = frozenset({PROGRAMME_OPENS, NEXT_STEP, ALERT_COPY, THERAPISTS_FULL})
"""Kinds of message that only some arms are sent: the record of planning one is hidden from blind roles."""

CONTACT_REFRESH = "contact_refresh"
"""Asks whether number, address and somebody close are still right, before questions that lie far off."""

VERIFIED_LATELY = timedelta(days=30)
"""Whoever has said so this lately is not asked again."""

ASKED_FOR = frozenset({SIGN_IN, WITHDRAWAL})
"""What goes to people whatever they have stopped and whatever holds the rest back: they have just asked for it."""

ENDED_BY = {
    REMINDER: Layer.QUESTIONS,
    CONTACT_REFRESH: Layer.QUESTIONS,
    PROGRAMME_OPENS: Layer.PROGRAMME,
    NEXT_STEP: Layer.PROGRAMME,
}
"""The withdrawal that ends a kind of message; one from everything ends all that the person does not ask for."""


def next_due(channel: str | None = None) -> PlannedMessage | None:
    """The next message whose time has come (by `channel` alone, when told), locked so that no other worker takes it."""
    rows = PlannedMessage.objects.select_for_update(skip_locked=True, of=("self",))
    due = rows.filter(_goes_out(), state=State.PLANNED, due_at__lte=clock.now())
    due = due if channel is None else due.filter(channel=channel)
    return due.select_related("participant__site", "account").order_by("due_at", "pk").first()


def due() -> QuerySet[PlannedMessage]:
    """Messages whose time has come; whether each is still due is asked when it is taken up."""
    return PlannedMessage.objects.filter(_goes_out(), state=State.PLANNED, due_at__lte=clock.now())


def _goes_out() -> Q:
    """Not while a life event holds back what is sent to the person, but for what they ask for themselves."""
    return Q(kind__in=ASKED_FOR) | Q(~life.held_back())


def anything_due() -> bool:
    """Whether the time of any message has come."""
    return due().exists()


def is_still_due(message: PlannedMessage) -> bool:
    """Whether a message should go out now that its time has come: asked at the moment of sending.

    A closed account gets nothing. Nothing goes to a person about what they have withdrawn from, and whoever withdrew
    from everything is sent only the letter that confirms it, and the way in that they ask for. A reminder goes while its
    answers are awaited, and not while they wait for an answer about an amendment.
    """
    if not message.account.is_active:
        return False
    if message.participant is None or message.kind in ASKED_FOR:
        return True
    if {Layer.EVERYTHING, ENDED_BY.get(message.kind)} & consent.withdrawn_layers(message.participant):
        return False
    if message.kind == CONTACT_REFRESH:
        return not people.is_reach_verified(message.participant, clock.today() - VERIFIED_LATELY)
    if message.kind != REMINDER:
        return True
    if assessments.is_submitted(message.participant, message.occasion):
        return False
    return not consent.questions_wait(message.participant)


def planned_for(participant: Participant) -> QuerySet[PlannedMessage]:
    """Messages to a participant that have not gone out, the earliest first."""
    return PlannedMessage.objects.filter(participant=participant, state=State.PLANNED).order_by("due_at")


def outbox() -> QuerySet[Sent]:
    """What went out, newest first; row-level security shows the system all of it and a person their own."""
    return Sent.objects.select_related("planned__participant", "planned__account").order_by("-sent_at", "-pk")


def left_hanging() -> QuerySet[PlannedMessage]:
    """Messages that an administrator must look at, the longest hanging first.

    Not known whether they went out (`SENDING`), not to be written (`FAILED`), or to staff and not taken by any try; those
    to participants are the coordinator's (`undelivered`).
    """
    hanging = Q(state__in=[State.SENDING, State.FAILED]) | Q(state=State.UNDELIVERED, participant=None)
    return PlannedMessage.objects.filter(hanging).order_by("state_since")


@dataclass(frozen=True)
class Undelivered:
    """A participant whom a message did not reach by a channel, and the day of the last that did not; never which one."""

    participant: Participant
    channel: str
    on: date


def undelivered(sites: Iterable[int], limit: int | None = None) -> list[Undelivered]:
    """Whom at some sites messages did not reach, the longest ago first.

    Read as the system, since kinds of message tell the arm; what comes back does not.
    """
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(state=State.UNDELIVERED, participant__site__in=list(sites))
        last = rows.values("participant", "channel").annotate(last=Max("state_since")).order_by("last")[:limit]
        found = list(last)
        persons = Participant.objects.select_related("site").in_bulk({each["participant"] for each in found})
    return [
        Undelivered(persons[each["participant"]], each["channel"], clock.local(each["last"]).date()) for each in found
    ]


def undelivered_to(participant: Participant) -> list[Undelivered]:
    """By which channels messages did not reach one person."""
    return [each for each in undelivered([participant.site_id]) if each.participant.pk == participant.pk]


def reminded_of(participant: Participant) -> list[tuple[str, date]]:
    """Of which occasions somebody was reminded, and on which days; by which way and at which hour stays hidden.

    Read as the system, since kinds of message tell the arm; the ladder that this is of is the same in every arm.
    """
    with acting_as(SYSTEM):
        rows = Sent.objects.filter(planned__participant=participant, planned__kind=REMINDER, planned__again_of=None)
        found = list(rows.order_by("sent_at").values_list("planned__occasion", "sent_at"))
    return [(occasion, clock.local(at).date()) for occasion, at in found]


def rounds(account: Actor, limit: int) -> list[Round]:
    """The last rounds of reminders that a coordinator sent, newest first."""
    return list(Round.objects.filter(by_id=account.pk).order_by("-pk")[:limit])


def is_planned(key: str) -> bool:
    """Whether a message with this key has been planned, whatever became of it."""
    with acting_as(SYSTEM):
        return PlannedMessage.objects.filter(key=key).exists()


PATH_OF_PART = "/{language}/programme/{module}/{part}/"
"""Where a reminder of the programme leads; a test holds it to the pages."""


def part_path(language: str, module: str, part: int) -> str:
    """The path of one part of a module."""
    return PATH_OF_PART.format(language=language, module=module, part=part)


def preference_of(participant: Participant) -> Preference:
    """How somebody wants to be reminded: as they said last, otherwise by e-mail at the protocol's hour."""
    hour = protocols.current().reminders.send_at.hour
    return newest_preference(participant) or Preference(participant=participant, channel=Channel.EMAIL, hour=hour)


def newest_preference(participant: Participant) -> Preference | None:
    """What somebody said last about how to remind them; None for whoever said nothing."""
    return Preference.objects.filter(participant=participant).order_by("-pk").first()


def moment_on(day: date, chosen: Preference | None) -> datetime:
    """When a reminder goes out on a day: at the hour that the person chose, otherwise at the protocol's time."""
    if chosen is not None:
        return clock.at(day, chosen.hour)
    usual = protocols.current().reminders.send_at
    return clock.at(day, usual.hour, usual.minute)


def sent_since(participant: Participant, kind: str, day: date) -> int:
    """How many messages of a kind went to a person after a day; one that was tried again counts once."""
    after = clock.at(day + timedelta(days=1), 0)
    first = Sent.objects.filter(planned__participant=participant, planned__kind=kind, planned__again_of=None)
    return first.filter(sent_at__gte=after).count()
