"""Reads of what is due and what went out."""

from django.db.models import QuerySet

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consent
from stegvis.consent.queries import Layer
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.reminders.models import PlannedMessage, Sent, State

REMINDER, PROGRAMME_OPENS, SIGN_IN, WITHDRAWAL = "reminder", "programme_opens", "sign_in", "withdrawal"
TELLS_ARM = frozenset({PROGRAMME_OPENS})
"""Kinds of message that only some arms are sent: the record of planning one is hidden from blind roles."""

ENDED_BY = {REMINDER: Layer.QUESTIONS, PROGRAMME_OPENS: Layer.PROGRAMME}
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
