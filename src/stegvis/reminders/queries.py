"""Reads of what is due and what went out."""

from datetime import date, timedelta

from django.db.models import QuerySet

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consent
from stegvis.consent.queries import Layer
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols
from stegvis.reminders.models import Channel as Channel
from stegvis.reminders.models import PlannedMessage, Preference, Sent, State

REMINDER, PROGRAMME_OPENS, SIGN_IN, WITHDRAWAL = "reminder", "programme_opens", "sign_in", "withdrawal"
NEXT_STEP = "next_step"
"""A reminder of the programme, which leads to the exact next part."""

NONE = Channel.NONE
ALERT_COPY = "alert_copy"
"""Tells a therapist that somebody in their caseload has an alert, which the site's rota deals with."""

TELLS_ARM = frozenset({PROGRAMME_OPENS, NEXT_STEP, ALERT_COPY})
"""Kinds of message that only some arms are sent: the record of planning one is hidden from blind roles."""

ENDED_BY = {REMINDER: Layer.QUESTIONS, PROGRAMME_OPENS: Layer.PROGRAMME, NEXT_STEP: Layer.PROGRAMME}
"""The withdrawal that ends a kind of message; one from everything ends all that the person does not ask for."""


def next_due() -> PlannedMessage | None:
    """The next message whose time has come, locked so that no other worker takes it."""
    rows = PlannedMessage.objects.select_for_update(skip_locked=True, of=("self",))
    due = rows.filter(state=State.PLANNED, due_at__lte=clock.now())
    return due.select_related("participant__site", "account").order_by("due_at", "pk").first()


def anything_due() -> bool:
    """Whether the time of any message has come."""
    return PlannedMessage.objects.filter(state=State.PLANNED, due_at__lte=clock.now()).exists()


def is_still_due(message: PlannedMessage) -> bool:
    """Whether a message should go out now that its time has come: asked at the moment of sending.

    A closed account gets nothing. Nothing goes to a person about what they have withdrawn from, and whoever withdrew
    from everything is sent only the letter that confirms it, and the way in that they ask for. A reminder goes while its
    answers are awaited.
    """
    if not message.account.is_active:
        return False
    if message.participant is None or message.kind in {SIGN_IN, WITHDRAWAL}:
        return True
    if {Layer.EVERYTHING, ENDED_BY.get(message.kind)} & consent.withdrawn_layers(message.participant):
        return False
    return message.kind != REMINDER or not assessments.is_submitted(message.participant, message.occasion)


def planned_for(participant: Participant) -> QuerySet[PlannedMessage]:
    """Messages to a participant that have not gone out, the earliest first."""
    return PlannedMessage.objects.filter(participant=participant, state=State.PLANNED).order_by("due_at")


def outbox() -> QuerySet[Sent]:
    """What went out, newest first; row-level security shows the system all of it and a person their own."""
    return Sent.objects.select_related("planned__participant", "planned__account").order_by("-sent_at", "-pk")


def left_hanging() -> QuerySet[PlannedMessage]:
    """Messages that somebody must look at: not known whether they went out (`SENDING`), or not to be written (`FAILED`)."""
    return PlannedMessage.objects.filter(state__in=[State.SENDING, State.FAILED]).order_by("state_since")


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
    newest = Preference.objects.filter(participant=participant).order_by("-pk").first()
    hour = protocols.current().reminders.send_at.hour
    return newest or Preference(participant=participant, channel=Channel.EMAIL, hour=hour)


def sent_since(participant: Participant, kind: str, day: date) -> int:
    """How many messages of a kind went to a person after a day."""
    after = clock.at(day + timedelta(days=1), 0)
    return Sent.objects.filter(planned__participant=participant, planned__kind=kind, sent_at__gte=after).count()
