"""Placing: who cares for a participant, within the protocol's limits; somebody always does, and is told when it is too many.

What may be refused is refused before: a randomisation while every therapist is full, asked of everybody alike and so
telling no arm; another physiotherapist who is full already. What cannot be refused (a baseline has been answered) goes to
whoever has fewest, over the limit, and those who can do something about it are told once a day: coordinators of the site
about physiotherapists, administrators about therapists, since who has one tells the arm.
"""

from stegvis.audit import clock
from stegvis.audit.action import OF_SOME_ARMS, SYSTEM
from stegvis.methods.study.protocol import Protocol
from stegvis.people import actions as people
from stegvis.people import queries as staff
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from stegvis.reminders import actions as reminders
from stegvis.reminders.queries import PHYSIOTHERAPISTS_FULL, THERAPISTS_FULL
from stegvis.trial.errors import CaseloadFull, EveryoneFull


def take_turns(site: Site) -> None:
    """Whoever else gives people at this site to somebody waits: of two at once, each sees what the other has done."""
    Site.objects.select_for_update(no_key=True).values_list("pk").get(pk=site.pk)


def place(participant: Participant, role: str, protocol: Protocol) -> Account | None:
    """Give a participant to whoever in a role has fewest, as the system; None, and an alarm, where nobody works there."""
    site = participant.site
    with acting_as(SYSTEM):
        most = protocol.caseloads.most(site.code, role)
        if most is not None:
            take_turns(site)
        found = staff.least_loaded(site, role)
        if found is None or (most is not None and staff.load_of(found, role) >= most):
            _raise_alarm(site, role)
        if found is not None:
            people.assign_clinician(participant=participant, clinician=found, role=role, by=SYSTEM)
    return found


def check_somebody_has_room(site: Site, role: str, protocol: Protocol) -> None:
    """Refuse while everybody in a role at a site cares for as many as the protocol lets them. Asked of every arm alike."""
    most = protocol.caseloads.most(site.code, role)
    if most is None:
        return
    with acting_as(SYSTEM):
        take_turns(site)
        found = staff.least_loaded(site, role)
        if found is not None and staff.load_of(found, role) >= most:
            raise EveryoneFull(role=str(Role(role).label), site=site.name, most=most)


def check_has_room(clinician: Account, participant: Participant, role: str, protocol: Protocol) -> None:
    """Refuse a clinician who cares for as many as the protocol lets them, unless the person is theirs already."""
    most = protocol.caseloads.most(participant.site.code, role)
    if most is not None and not staff.in_caseload(clinician, participant) and staff.load_of(clinician, role) >= most:
        raise CaseloadFull(code=clinician.code, most=most)


def _raise_alarm(site: Site, role: str) -> None:
    """Write to those who can open a place, once a day for each site and role."""
    is_therapist = role == OF_SOME_ARMS
    told = staff.administrators() if is_therapist else staff.staff_at(site, Role.COORDINATOR)
    kind = THERAPISTS_FULL if is_therapist else PHYSIOTHERAPISTS_FULL
    for account in told:
        key = f"{kind}:{site.code}:{account.code}:{clock.today()}"
        reminders.plan(key=key, account=account, kind=kind, by=SYSTEM)
