"""Who may delegate, to whom, and what is refused without it or while a site is closed."""

from datetime import date

from django.utils.translation import get_language

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.study.delegation import Training
from stegvis.people import policies as people
from stegvis.people.models import Account, Role, Site
from stegvis.protocol import queries as protocols
from stegvis.trial.delegation import queries
from stegvis.trial.delegation.errors import (
    DelegatedBackwards,
    NoLead,
    NotDelegated,
    NotTheLead,
    NotThisRole,
    NotTrained,
    NotYetTrained,
    SiteClosedToRandomisation,
    SiteClosedToRecruitment,
)

DONE_BY: dict[str, frozenset[str]] = {
    "screen": frozenset({Role.COORDINATOR, Role.PHYSIOTHERAPIST}),
    "randomise": frozenset({Role.COORDINATOR}),
    "assess_outcomes": frozenset({Role.OUTCOME_ASSESSOR, Role.COORDINATOR}),
    "hold_visits": frozenset({Role.PHYSIOTHERAPIST}),
    "guide": frozenset({Role.THERAPIST}),
}
"""Which roles do a task; delegating gives no right that the role does not have."""


def check_delegated(by: Actor, site: Site, task: str) -> None:
    """Refuse a task that the protocol wants delegated, and that is not `by`'s at the site today; the system's own goes."""
    asked = protocols.current().delegation.required_for
    if by.role != SYSTEM.role and task in asked and not queries.is_delegated(by, site, task):
        raise NotDelegated(code=by.code, site=site.name)


def check_leads(by: Actor, site: Site) -> None:
    """Refuse unless `by` is the lead of the site and works there, or is the system."""
    if by.role == SYSTEM.role:
        return
    lead = queries.lead_of(site)
    if lead is None:
        raise NoLead(site=site.name)
    if lead.pk != by.pk:
        raise NotTheLead(site=site.name, lead=lead.code)
    people.check_at_site(by, site)


def check_can_lead(by: Actor, account: Account, site: Site) -> None:
    """Refuse unless an administrator names a licensed clinician who works at the site."""
    people.check_role(by, Role.ADMINISTRATOR)
    people.check_licensed_clinician(account)
    people.check_at_site(account, site)


def check_can_be_given(account: Account, site: Site, task: str) -> None:
    """Refuse a task to whoever does not work at the site, is of a role that does not do it, or has not been trained for it."""
    people.check_at_site(account, site)
    if account.role not in DONE_BY.get(task, ()):
        raise NotThisRole(code=account.code, role=account.get_role_display())
    missing = untrained(account, task)
    if missing:
        names = ", ".join(each.name.in_language(get_language() or "") for each in missing)
        raise NotTrained(code=account.code, missing=names)


def untrained(account: Account, task: str) -> list[Training]:
    """The training that a task asks for and that is not on record."""
    had = queries.training_of([account]).get(account.pk, {})
    return [each for each in protocols.current().delegation.needed_for(task) if each.code not in had]


def check_days(first: date, last: date | None) -> None:
    """Refuse a last day before the first."""
    if last is not None and last < first:
        raise DelegatedBackwards()


def check_trained_on(day: date) -> None:
    """Refuse training that has not taken place."""
    if day > clock.today():
        raise NotYetTrained()


def check_recruits(site: Site) -> None:
    """Refuse while a site is closed to new people."""
    switch = queries.switch_of(site)
    if switch is not None and not switch.recruits:
        raise SiteClosedToRecruitment(site=site.name, since=clock.local(switch.set_at).date())


def check_randomises(site: Site) -> None:
    """Refuse while a site does not randomise; it concerns everybody there alike, so it tells no arm."""
    switch = queries.switch_of(site)
    if switch is not None and not switch.randomises:
        raise SiteClosedToRandomisation(site=site.name, since=clock.local(switch.set_at).date())
