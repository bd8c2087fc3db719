"""Who may do what, as far as roles, sites and caseloads decide it."""

from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import OF_SOME_ARMS, SYSTEM, Actor
from stegvis.people import queries
from stegvis.people.errors import (
    AbsenceBackwards,
    AbsenceTooLong,
    CoveredAlready,
    CoverElsewhere,
    CoverIsAway,
    CoverIsOneself,
    CoversForOthers,
    InOtherHands,
    NotALicensedClinician,
    NotAtThisSite,
    NotInYourCaseload,
    NotTheirRole,
    NotYourTelephone,
    OnlyAdministrator,
)
from stegvis.people.models import Absence, Account, Participant, Role, Site

MOST_DAYS_AWAY = 120


def check_role(by: Actor, *roles: str) -> None:
    """Refuse unless `by` is in one of `roles`, or is the system."""
    if by.role not in {*roles, SYSTEM.role}:
        raise NotTheirRole(needed=" / ".join(roles), code=by.code, role=by.role)


def check_at_site(by: Actor, site: Site) -> None:
    """Refuse unless `by` works at the site, or is the system."""
    if by.role != SYSTEM.role and not queries.works_at(by, site):
        raise NotAtThisSite(code=by.code, site=site.code)


def check_can_keep_telephone(by: Actor, account: Account) -> None:
    """Refuse unless it is the number of staff, and their own or an administrator's to write."""
    allowed = by.role in {Role.ADMINISTRATOR, SYSTEM.role} or by.pk == account.pk
    if not allowed or not account.is_staff_member:
        raise NotYourTelephone(code=account.code)


def check_caseload(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` cares for the participant now, or is the system."""
    if by.role != SYSTEM.role and not queries.in_caseload(by, participant):
        raise NotInYourCaseload(participant=participant.code)


def check_can_care(clinician: Account, role: str, site: Site) -> None:
    """Refuse whoever is of another role, or does not work at the site (a closed account works nowhere)."""
    check_role(clinician, role)
    check_at_site(clinician, site)


def check_can_assign(by: Actor, participant: Participant, role: str) -> None:
    """Refuse unless `by` may say who cares for a person in a role (decision 0019), or is the system.

    A coordinator gives people at the own site to physiotherapists. Who has a therapist tells the arm: therapists of the
    site take over whom nobody who works there cares for, and coordinators have no part in it.
    """
    if by.role == SYSTEM.role:
        return
    check_role(by, role if role == OF_SOME_ARMS else Role.COORDINATOR)
    check_at_site(by, participant.site)
    present = queries.clinician_of(participant, role) if role == OF_SOME_ARMS else None
    if present is not None and present.pk != by.pk and queries.works_at(present, participant.site):
        raise InOtherHands(participant=participant.code, code=present.code)


def check_can_hand_over(by: Actor, account: Account, site: Site) -> None:
    """Refuse unless `by` may hand a whole caseload over: an administrator any, a coordinator physiotherapists' of the site.

    An administrator learns how many people a therapist has, and of nobody that they are among them.
    """
    if by.role == Role.COORDINATOR and account.role != OF_SOME_ARMS:
        check_at_site(by, site)
    else:
        check_role(by, Role.ADMINISTRATOR)


def check_licensed_clinician(by: Actor) -> None:
    """Refuse unless `by` is a licensed clinician."""
    if not (isinstance(by, Account) and by.licensed_clinician):
        raise NotALicensedClinician(code=by.code)


def is_own(by: Actor, participant: Participant) -> bool:
    """Whether `by` is the participant."""
    return by.pk is not None and participant.account_id == by.pk


def check_another_administrator(account: Account) -> None:
    """Refuse when `account` is the only administrator: nobody could let anyone in again."""
    others = queries.administrators().exclude(pk=account.pk)
    if account.role == Role.ADMINISTRATOR and not others.exists():
        raise OnlyAdministrator(code=account.code)


def check_own_or_coordinator(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the participant, or a coordinator at their site."""
    if not is_own(by, participant):
        check_role(by, Role.COORDINATOR)
        check_at_site(by, participant.site)


def check_can_arrange_cover(by: Actor, clinician: Account) -> None:
    """Refuse unless `by` is a therapist who works at a site where `clinician` does: whoever is away, or a colleague.

    Somebody who is ill cannot enter it; cover makes nobody wait for that (decision 0030).
    """
    check_role(by, Role.THERAPIST)
    check_role(clinician, Role.THERAPIST)
    if (
        by.role != SYSTEM.role
        and by.pk != clinician.pk
        and not any(queries.works_at(by, site) for site in queries.sites_of(clinician))
    ):
        raise NotTheirRole(needed=f"therapist at the site of {clinician.code}", code=by.code, role=by.role)


def check_days_away(first: date, last: date) -> None:
    """Refuse days in the wrong order, all of them over, and more than cover is meant for."""
    if last < first or last < clock.today():
        raise AbsenceBackwards()
    days = (last - first).days + 1
    if days > MOST_DAYS_AWAY:
        raise AbsenceTooLong(days=days, most=MOST_DAYS_AWAY)


def check_can_cover(covering: Account, clinician: Account, first: date, last: date) -> None:
    """Refuse whoever could not see to this caseload on all of these days, and a second cover on any of them."""
    if covering.pk == clinician.pk:
        raise CoverIsOneself()
    check_role(covering, Role.THERAPIST)
    elsewhere = [site for site in queries.sites_of(clinician) if not queries.works_at(covering, site)]
    if elsewhere:
        raise CoverElsewhere(code=covering.code, sites=", ".join(site.name for site in elsewhere))
    for away in queries.absences_on(first, last):
        _check_beside(away, covering, clinician)


def _check_beside(away: Absence, covering: Account, clinician: Account) -> None:
    """Refuse what another absence in the same days forbids."""
    days = {"first": away.from_on.isoformat(), "last": away.until_on.isoformat()}
    if away.clinician_id == clinician.pk:
        raise CoveredAlready(code=clinician.code, by=away.covered_by.code, **days)
    if away.clinician_id == covering.pk:
        raise CoverIsAway(code=covering.code, **days)
    if away.covered_by_id == clinician.pk:
        raise CoversForOthers(code=clinician.code, other=away.clinician.code, **days)
