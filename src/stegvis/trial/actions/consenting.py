"""Consenting: consent opens the questions; withdrawing stops a treatment, the questions or everything; letters between."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, conceal
from stegvis.consent import actions as consent
from stegvis.messaging import actions as messaging
from stegvis.messaging.models import Channel, Message
from stegvis.methods.study.protocol import CONSENT
from stegvis.people import policies as who
from stegvis.people.models import Participant, Role
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders.queries import WITHDRAWAL
from stegvis.trial import moving, policies, queries, worries
from stegvis.trial.models import (
    Enrolment,
    Leaving,
    Stage,
)


@action("trial.consented")
def give_consent(*, participant: Participant, typed_name: str, language: str, key: UUID, by: Actor) -> Enrolment:
    """The person consents to the text in force, in the language they read; the baseline questions open."""
    policies.check_own(by, participant)
    enrolment = moving.locked(participant)
    protocol = queries.protocol_of(enrolment)
    text = protocols.text(protocol.text_code("consent"), language)
    consent.give_consent(
        participant=participant, text_code=text.code, text_version=str(text.version), text_sha256=text.sha256,
        language=text.language, signature=typed_name, key=key, by=by,
    )  # fmt: skip
    if enrolment.consented_on is None:
        enrolment.consented_on = clock.today()
        moving.move(enrolment, Stage.CONSENTED)
        moving.open_occasions(enrolment, protocol, CONSENT, by)
    return enrolment


@action("trial.withdrew")
def withdraw(
    *, participant: Participant, layers: Iterable[str], why: str = "", reasons: Sequence[str] = (), by: Actor
) -> Enrolment:  # fmt: skip
    """Stop a treatment, the questions, or everything; a letter confirms it. What the law requires to be kept is kept.

    The record does not name the layers, one of which can tell the arm, nor why: codes of the
    protocol's list and the person's own words.
    """
    if by.role != Role.COORDINATOR:
        policies.check_own(by, participant)
    enrolment = moving.locked(participant)
    chosen = sorted(set(layers))
    rows = [consent.withdraw(participant=participant, layer=layer, why=why, reasons=reasons, by=by) for layer in chosen]
    if {"questions", "everything"} & set(chosen):
        reminders.stop(participant=participant, by=by)
    if {"programme", "everything"} & set(chosen):
        moving.stop_course(participant)
    if "everything" in chosen:
        moving.end(enrolment, Leaving.WITHDREW)
    if rows:
        key = f"{WITHDRAWAL}:{participant.code}:{max(row.pk for row in rows)}"
        text = queries.protocol_of(enrolment).text_code("withdrawal")
        moving.write_to(participant, kind=WITHDRAWAL, text=text, key=key, by=by)
    return enrolment


@action("trial.left_before_randomisation", detail=("why",))
def leave_before_randomisation(*, participant: Participant, why: str, by: Actor) -> Enrolment:
    """Keep that someone will not be randomised, and why (a code of the flow); a plan already made stays theirs."""
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    policies.check_leaving(why)
    enrolment = moving.locked(participant)
    reminders.stop(participant=participant, by=by)
    moving.move(enrolment, Stage.NOT_RANDOMISED, reason=why)
    return enrolment


@action("trial.wrote")
def write(*, participant: Participant, channel: str, body: str, key: UUID, by: Actor) -> Message:
    """A participant writes where somebody still answers them; the trial's words are looked for in it, where it has any."""
    policies.check_own(by, participant)
    policies.check_still_answered(participant, channel)
    if channel == Channel.THERAPIST:
        conceal()
    message = messaging.send(participant=participant, channel=channel, body=body, key=key, by=by)
    worries.raise_on_words(participant, body, key, by)
    return message
