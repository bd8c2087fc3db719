"""Reassigning: a participant meets another clinician from now on, for a reason that both of them see."""

from stegvis.audit.action import Actor, action, note
from stegvis.people import actions as people
from stegvis.people import queries as staff
from stegvis.people.models import Account, Caseload, Participant, Role
from stegvis.protocol import queries as protocols
from stegvis.reminders.queries import NEW_PHYSIOTHERAPIST
from stegvis.trial import moving, placing


@action("trial.physiotherapist_changed")
def change_physiotherapist(*, participant: Participant, clinician: Account, why: str, by: Actor) -> Caseload:
    """Give a participant to another physiotherapist of the site, within the limit; the person is told by letter.

    `why` stands on the person's page for both physiotherapists; the record has no word of it.
    """
    placing.take_turns(participant.site)
    placing.check_has_room(clinician, participant, Role.PHYSIOTHERAPIST, protocols.current())
    before = staff.clinician_of(participant, Role.PHYSIOTHERAPIST)
    row = people.assign_clinician(
        participant=participant, clinician=clinician, role=Role.PHYSIOTHERAPIST, words=why, by=by
    )
    note(before=before.code if before else "", to=clinician.code)
    if before is not None and before.pk != clinician.pk:
        told = f"{NEW_PHYSIOTHERAPIST}:{participant.code}:{row.pk}"
        moving.write_to(participant, kind=NEW_PHYSIOTHERAPIST, key=told, by=by)
    return row
