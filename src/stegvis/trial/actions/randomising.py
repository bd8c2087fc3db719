"""Randomising: the next arm of the concealed list, and what follows from it; an arm looked up again."""

from dataclasses import dataclass, field, replace
from datetime import datetime
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
    as_told: bool = True


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
    return _set_in_motion(enrolment, protocol.arm(shown.shown_arm), at=clock.now(), key=key, by=by)


@action("trial.randomised_from_reserve")
def randomise_from_reserve(
    *, participant: Participant, position: int, read_by: str, read_at: datetime, told_arm: str,
    key: UUID | None = None, by: Account,
) -> Revealed:  # fmt: skip
    """Enter what was read out by telephone while the system was down; from then on everything is as after `randomise`.

    The person was randomised at `read_at`. The arm is the one that the reserve holds at its next place, and `as_told` says
    whether it is what was told on the telephone. Where the system gave the person a place meanwhile, that one stands.
    """
    enrolment = moving.locked(participant)
    policies.check_can_randomise(by, enrolment)
    protocol = queries.protocol_of(enrolment)
    policies.check_treatments_can_be_given(protocol, participant)
    allocation.enter_reserve(
        participant=participant, stratum=queries.stratum(enrolment), position=position, read_by=read_by, read_at=read_at,
        told_arm=told_arm, by=by,
    )  # fmt: skip
    shown = allocation.disclose(participant=participant, kind="at_allocation", reason="entered from the reserve", by=by)
    arm = protocol.arm(shown.shown_arm)
    revealed = _set_in_motion(enrolment, arm, at=read_at, key=key, by=by)
    return replace(revealed, as_told=arm.code == told_arm)


def _set_in_motion(enrolment: Enrolment, arm: Arm, *, at: datetime, key: UUID | None, by: Account) -> Revealed:
    """Everything that follows an allocation."""
    protocol = queries.protocol_of(enrolment)
    enrolment.randomised_at = at
    enrolment.randomised_on = clock.local(at).date()
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


@action("trial.arm_looked_up", detail=("emergency",))
def look_up_arm(*, participant: Participant, reason: str, emergency: bool = False, by: Account) -> Revealed:
    """Show a coordinator of the site an arm again, with a reason that stays in the record.

    In an `emergency` whoever treats people there is shown it too, and nothing more is asked first; that a second person be
    informed afterwards waits in the coordinator's *Do today*.
    """
    who.check_role(
        by, *((Role.COORDINATOR, Role.THERAPIST, Role.PHYSIOTHERAPIST) if emergency else (Role.COORDINATOR,))
    )
    who.check_at_site(by, participant.site)
    enrolment = moving.locked(participant)
    kind = "emergency" if emergency else "lookup"
    shown = allocation.disclose(participant=participant, kind=kind, reason=reason, by=by)
    return Revealed(enrolment, queries.protocol_of(enrolment).arm(shown.shown_arm))
