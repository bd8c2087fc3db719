"""Harming: what people tell of adverse events, and how they are judged; what is or may be serious reaches the rota at once."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from stegvis.audit.action import Actor, action
from stegvis.methods.study.adverse_events import SERIOUS_EVENT
from stegvis.people.models import Account, Participant, Role
from stegvis.safety.harms import actions as harms
from stegvis.safety.harms import policies as may
from stegvis.safety.harms.models import AdverseEvent, Channel, EventAssessment, How, Place, SolicitedAnswer
from stegvis.trial import policies, worries


@action("trial.harms_answered", detail=("moment",))
def answer_about_harms(
    *, participant: Participant, moment: str, said: bool, words: str = "", began_on: date | None = None,
    needed_care: bool = False, channel: str = Channel.WEB, key: UUID, by: Actor,
) -> AdverseEvent | SolicitedAnswer:  # fmt: skip
    """Keep the answer to the protocol's question, and with a yes the event that was told; gives the event, or the answer.

    Answer and event have one key: sent again, both are as they were made.
    """
    if said:
        may.check_told(words, began_on)  # so that a yes without words keeps nothing
    answered = harms.answer_question(participant=participant, moment=moment, said=said, channel=channel, key=key, by=by)
    if not said:
        return answered
    event = harms.note_event(
        participant=participant, words=words, how=How.SOLICITED, began_on=began_on, needed_care=needed_care,
        answer=answered, key=key, by=by,
    )  # fmt: skip
    _tell_rota(event, by, is_so=needed_care)
    return event


@action("trial.event_told")
def tell_of_event(
    *,
    participant: Participant,
    words: str,
    began_on: date | None = None,
    needed_care: bool = False,
    key: UUID,
    by: Actor,
) -> AdverseEvent:
    """Keep an adverse event that the person tells unasked, or that staff hear of; the rota is told where it needed care."""
    how = How.VOLUNTEERED if by.role == Role.PARTICIPANT else How.NOTICED
    event = harms.note_event(
        participant=participant, words=words, how=how, began_on=began_on, needed_care=needed_care, key=key, by=by
    )
    _tell_rota(event, by, is_so=needed_care)
    return event


@action("trial.event_assessed", detail=("place",))
def assess_event(
    *, event: AdverseEvent, place: str, serious: Collection[str], relations: Mapping[str, str], reason_given: str = "",
    key: UUID, by: Account,
) -> EventAssessment:  # fmt: skip
    """Judge an event; the second judgement is refused to whoever has learnt the arm, and a serious event reaches the rota."""
    if place == Place.SECOND:
        policies.check_still_masked(by, event.participant)
    judged = harms.assess_event(
        event=event, place=place, serious=serious, relations=relations, reason_given=reason_given, key=key, by=by
    )
    _tell_rota(event, by, is_so=judged.serious)
    return judged


def _tell_rota(event: AdverseEvent, by: Actor, *, is_so: bool) -> None:
    """An alert of the protocol's grade, once for an event, without a word of what was said."""
    if is_so:
        said = may.check_kept()
        worries.alert(event.participant, SERIOUS_EVENT, f"event:{event.pk}", said.serious_grade, by)
