"""Transferring: a person goes on at another site; one hands over, the other takes over, and nobody is ever without care.

Stratum and arm stay as they were drawn (intention to treat), and so does the code, which begins with the first site's.
"""

from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import OF_SOME_ARMS, SYSTEM, Actor, action, note
from stegvis.audit.once import earlier, make_in_turn
from stegvis.methods.study.protocol import Protocol
from stegvis.people import actions as people
from stegvis.people import policies as who
from stegvis.people import queries as staff
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from stegvis.reminders.queries import SITE_CHANGED
from stegvis.trial import moving, placing, policies, queries, worries
from stegvis.trial.models import Enrolment, Screening
from stegvis.trial.transfers import policies as rules
from stegvis.trial.transfers.models import Transfer, TransferEnd, TransferEnding


@action("trial.handed_over_to_site", detail=("reason",))
def hand_over_to_site(
    *, participant: Participant, to: Site, reason: str, moves_on: date, key: UUID, by: Account
) -> Transfer:
    """Ask another site to take a person over from a day on; until it does, nothing changes for anybody.

    The same key again gives the transfer that it made.
    """
    enrolment = moving.locked(participant)
    before = earlier(Transfer, key, said={"reason": reason, "moves_on": moves_on}, participant=participant)
    if before is not None:
        return before
    rules.check_can_hand_over(by, participant, to, reason, moves_on)
    policies.check_takes_part(enrolment)
    rules.check_can_receive(to, queries.protocol_of(enrolment))
    note(to=to.code, moves_on=moves_on.isoformat())
    return make_in_turn(
        Transfer, key, participant=participant, from_site=participant.site, to_site=to, reason=reason, moves_on=moves_on,
        handed_over_by=by, handed_over_at=clock.now(),
    )  # fmt: skip


@action("trial.transfer_ended", detail=("how",))
def end_transfer(*, transfer: Transfer, how: str, by: Account) -> TransferEnd:
    """The other site does not take the person over, or the first takes them back (codes of `TransferEnding`)."""
    if how == TransferEnding.TAKEN_OVER:
        raise ValueError("A person is taken over by take_over_from_site, which changes their site as well.")
    moving.locked(transfer.participant)
    rules.check_can_end(by, transfer, how)
    return _end(transfer, how, by)


@action("trial.taken_over_from_site")
def take_over_from_site(*, transfer: Transfer, physiotherapist: Account | None = None, by: Account) -> Enrolment:
    """Take a person over from another site: from this moment they are at this one, with all that belongs to them.

    Whom they meet: `physiotherapist`, within the limit, or whoever has them and works here too, or whoever has fewest. A
    therapist is found in the same way by the system, so that nobody here is shown who has one. Alerts that are open go
    along, and the rota here is told of them; the person gets a letter.
    """
    rules.check_can_end(by, transfer, TransferEnding.TAKEN_OVER)
    with acting_as(SYSTEM):  # the person is not this site's yet, and what belongs to the first is not shown to it
        enrolment = moving.locked(transfer.participant)
        rules.check_can_end(by, transfer, TransferEnding.TAKEN_OVER)  # of two at once, one waited for the lock
        policies.check_takes_part(enrolment)
        protocol, participant = queries.protocol_of(enrolment), enrolment.participant
        rules.check_can_receive(transfer.to_site, protocol)
        if physiotherapist is not None:
            who.check_can_care(physiotherapist, Role.PHYSIOTHERAPIST, transfer.to_site)
        people.change_site(participant=participant, to=transfer.to_site, by=by)
        enrolment.site = transfer.to_site
        enrolment.save(update_fields=["site"])
        Screening.objects.filter(participant=participant).update(site=transfer.to_site)
        _give_to_clinicians(participant, physiotherapist, protocol)
        _end(transfer, TransferEnding.TAKEN_OVER, by)
        worries.follow(participant, SYSTEM)
        moving.write_to(participant, kind=SITE_CHANGED, key=f"{SITE_CHANGED}:{transfer.pk}", by=SYSTEM)
    note(before=transfer.from_site.code, to=transfer.to_site.code)
    return enrolment


@action("trial.moved_to_site", detail=("reason",))
def move_to_site(
    *, participant: Participant, to: Site, reason: str, physiotherapist: Account | None = None, key: UUID, by: Account
) -> Enrolment:
    """Both steps at once and today, by a coordinator who works at both sites."""
    note(to=to.code)
    transfer = hand_over_to_site(participant=participant, to=to, reason=reason, moves_on=clock.today(), key=key, by=by)
    if hasattr(transfer, "end"):  # the form came twice
        return queries.enrolment_of(participant)
    return take_over_from_site(transfer=transfer, physiotherapist=physiotherapist, by=by)


def _end(transfer: Transfer, how: str, by: Actor) -> TransferEnd:
    return TransferEnd.objects.create(transfer=transfer, how=how, ended_by_id=by.pk, ended_at=clock.now())


def _give_to_clinicians(participant: Participant, chosen: Account | None, protocol: Protocol) -> None:
    """Who had a clinician in a role has one here at once; one who works at both sites keeps them."""
    for role in (Role.PHYSIOTHERAPIST, Role(OF_SOME_ARMS)):
        present = staff.clinician_of(participant, role)
        wanted = chosen if role == Role.PHYSIOTHERAPIST else None
        if present is None and wanted is None:
            continue
        if wanted is not None:
            placing.take_turns(participant.site)
            placing.check_has_room(wanted, participant, role, protocol)
            people.assign_clinician(participant=participant, clinician=wanted, role=role, by=SYSTEM)
        elif not staff.works_at(present, participant.site):  # type: ignore[arg-type]  # somebody is there
            placing.place(participant, role, protocol)
