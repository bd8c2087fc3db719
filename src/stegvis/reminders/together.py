"""Together: who of several people would be reminded of an occasion now, and why the others would not.

By which way each letter goes is the person's own choice, and who has made one tells a little of the arm: a page that shows
whom it will reach says which ways are possible and never which was chosen (docs/decisions/0052).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent.models import Withdrawal
from stegvis.consent.queries import Layer
from stegvis.methods.study.conduct import ReminderStep
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.people.life import queries as life
from stegvis.people.models import Identity
from stegvis.reminders import policies
from stegvis.reminders.models import PlannedMessage, State
from stegvis.reminders.queries import REMINDER

MOST = 200
"""People who are reminded at once, so that a slip is no flood."""
LATELY = timedelta(days=2)
"""A reminder that went out or goes out within this time is near enough; a second would only press."""

ANSWERED, STOPPED, HELD_BACK, NOT_OPEN = "answered", "stopped", "held_back", "not_open"
LOCKED, CLOSED, NEAR = "locked", "closed", "near"
"""Why somebody is left out, as far as this room knows."""


@dataclass(frozen=True)
class Recipient:
    """One of those looked at: `why_not` is empty for whoever is written to; `by_text` that a text message is possible."""

    assessment: Assessment
    why_not: str = ""
    by_text: bool = False


def steps(protocol: Protocol) -> list[ReminderStep]:
    """The messages of the protocol's ladder, any of which may be sent again by hand."""
    return [step for step in protocol.reminders.steps if step.kind == "message"]


def recipients(asked: Sequence[Assessment], step: ReminderStep) -> list[Recipient]:
    """Of each of these assessments of one occasion whether its person is reminded; a fixed number of queries.

    The assessments come with participant and account. Asked as the system, since staff see no planned message.
    """
    if not asked:
        return []
    people = [each.participant_id for each in asked]
    is_locked = assessments.closed_on(asked[0].occasion) is not None
    with acting_as(SYSTEM):
        stopped, happened = _stopped(people), frozenset(life.events_now(people))
        near = _near(people, asked[0].occasion)
    textable = _textable(people) if "sms" in step.channels else frozenset()
    return [
        Recipient(each, _why_not(each, stopped, happened, near, is_locked), each.participant_id in textable)
        for each in asked
    ]


def _why_not(
    asked: Assessment, stopped: frozenset[int], happened: frozenset[int], near: frozenset[int], is_locked: bool
) -> str:
    person = asked.participant
    reasons = {
        ANSWERED: bool(asked.submitted_at or asked.minimum_at),
        STOPPED: person.pk in stopped,
        HELD_BACK: person.pk in happened,
        LOCKED: is_locked,
        NOT_OPEN: asked.opens_on > clock.today(),
        CLOSED: not person.account.is_active,
        NEAR: person.pk in near,
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _stopped(people: Iterable[int]) -> frozenset[int]:
    layers = [Layer.QUESTIONS, Layer.EVERYTHING]
    rows = Withdrawal.objects.filter(participant__in=list(people), layer__in=layers)
    return frozenset(rows.values_list("participant", flat=True))


def _near(people: Iterable[int], occasion: str) -> frozenset[int]:
    """Who was reminded of it a short while ago, or is about to be; the ladder is the same in every arm."""
    now = clock.now()
    rows = PlannedMessage.objects.filter(
        participant__in=list(people), kind=REMINDER, occasion=occasion, due_at__range=(now - LATELY, now + LATELY),
        state__in=[State.PLANNED, State.SENDING, State.SENT],
    )  # fmt: skip
    return frozenset(rows.values_list("participant", flat=True))


def _textable(people: Iterable[int]) -> frozenset[int]:
    if not policies.sends_texts():
        return frozenset()
    known = Identity.objects.filter(participant__in=list(people))
    return frozenset(each.participant_id for each in known if policies.is_textable(each.phone))
