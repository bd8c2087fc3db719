"""Randomising: the next arm of the concealed list, and what follows from it; an arm looked up again."""

from dataclasses import dataclass, field
from uuid import UUID

from stegvis.allocation import actions as allocation
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, action
from stegvis.methods.study.protocol import RANDOMISATION, Arm
from stegvis.people import policies as who
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.trial import moving, placing, policies, queries
from stegvis.trial.models import (
    Enrolment,
    Stage,
)


@dataclass(frozen=True)
class Revealed:
    """The arm of someone just randomised, to be shown once."""

    enrolment: Enrolment
    arm: Arm = field(repr=False)


@action("trial.randomised")
def randomise(*, participant: Participant, key: UUID | None = None, by: Account) -> Revealed:
    """Give an eligible, consented person the next arm of their stratum and set everything in motion that follows.

    Only the coordinator who presses is shown the arm, this once. The participant is told by page and letter; a therapist
    is assigned where the arm has the programme; the physiotherapist is not told. `key` is the form's, see `show_again`.
    """
    enrolment = moving.locked(participant)
    policies.check_can_randomise(by, enrolment)
    protocol = queries.protocol_of(enrolment)
    policies.check_treatments_can_be_given(protocol, participant)
    if protocol.arms_with("programme"):
        placing.check_somebody_has_room(participant.site, Role.THERAPIST, protocol)
    allocation.allocate(participant=participant, stratum=queries.stratum(enrolment), by=by)
    shown = allocation.disclose(
        participant=participant, kind="at_allocation", reason="randomised by this coordinator", by=by
    )
    arm = protocol.arm(shown.shown_arm)
    enrolment.randomised_at = clock.now()
    enrolment.randomised_on = clock.today()
    enrolment.randomised_key = key
    moving.move(enrolment, Stage.ALLOCATED)
    moving.open_occasions(enrolment, protocol, RANDOMISATION, by)
    if any(visit.anchor == RANDOMISATION for visit in protocol.visits):
        moving.book_visits(enrolment, protocol, by)
    with acting_as(SYSTEM):
        moving.deliver(enrolment, protocol, arm)
    return Revealed(enrolment, arm)


@action("trial.arm_shown_again")
def show_again(*, participant: Participant, key: UUID, by: Account) -> Revealed:
    """Show the arm when the form that randomised comes a second time, since then nobody saw the answer to the first.

    A browser in which the button is pressed twice shows the second answer only. Refused for any other form, and later
    than `policies.SENT_AGAIN_WITHIN`: an allocation is then looked up, with a reason. It is a look-up in the record too.
    """
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    enrolment = moving.locked(participant)
    policies.check_sent_again(enrolment, key)
    reason = "the form that randomised was sent twice"
    shown = allocation.disclose(participant=participant, kind="lookup", reason=reason, by=by)
    return Revealed(enrolment, queries.protocol_of(enrolment).arm(shown.shown_arm))


@action("trial.arm_looked_up")
def look_up_arm(*, participant: Participant, reason: str, by: Account) -> Revealed:
    """Show a coordinator of the site an arm again, with a reason that stays in the record."""
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    enrolment = moving.locked(participant)
    shown = allocation.disclose(participant=participant, kind="lookup", reason=reason, by=by)
    return Revealed(enrolment, queries.protocol_of(enrolment).arm(shown.shown_arm))
