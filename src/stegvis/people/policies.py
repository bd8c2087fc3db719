"""Who may do what, as far as roles, sites and caseloads decide it."""

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import queries
from stegvis.people.errors import (
    NotALicensedClinician,
    NotAtThisSite,
    NotInYourCaseload,
    NotTheirRole,
    OnlyAdministrator,
)
from stegvis.people.models import Account, Participant, Role, Site


def check_role(by: Actor, *roles: str) -> None:
    """Refuse unless `by` is in one of `roles`, or is the system."""
    if by.role not in {*roles, SYSTEM.role}:
        raise NotTheirRole(needed=" / ".join(roles), code=by.code, role=by.role)


def check_at_site(by: Actor, site: Site) -> None:
    """Refuse unless `by` works at the site, or is the system."""
    if by.role != SYSTEM.role and not queries.works_at(by, site):
        raise NotAtThisSite(code=by.code, site=site.code)


def check_caseload(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` cares for the participant now, or is the system."""
    if by.role != SYSTEM.role and not queries.in_caseload(by, participant):
        raise NotInYourCaseload(participant=participant.code)


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
