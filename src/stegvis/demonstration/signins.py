"""The demonstration's sign-ins: one a role, with a password that stands on the demonstration's own page.

Those who belong to a site are of the same one, where today there is something to do for each of them (`desks`).
"""

from dataclasses import dataclass

import pyotp
from django.utils.translation import gettext

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import desks
from stegvis.demonstration.cast import PASSWORD
from stegvis.people import actions as people
from stegvis.people import queries as people_queries
from stegvis.people.acting import acting_as
from stegvis.people.models import SITE_ROLES, Account, Participant, Role, Site
from stegvis.programme.models import Course
from stegvis.protocol import queries as protocol
from stegvis.trial import queries as trial
from stegvis.trial.models import Stage


@dataclass(frozen=True)
class SignIn:
    """How one sees the demonstration as one of its people."""

    role: str
    address: str
    password: str
    second_factor: str
    account: int
    name: str = ""
    about: str = ""


def make() -> None:
    """Give one person of each role a password, and each member of staff an authenticator."""
    site = desks.busiest_site()
    for account in [*_staff(site), *(person.account for person in _participants(site))]:
        people.set_password(account=account, password=PASSWORD, by=SYSTEM)
        if account.role != Role.PARTICIPANT:
            secret = people.start_second_factor(account=account, by=SYSTEM)
            code = pyotp.TOTP(secret).now()
            people.check_second_factor(account=account, code=code, by=SYSTEM)


def sign_ins() -> list[SignIn]:
    """One sign-in a role; the participant of each kind of arm first. Empty where nobody is made up."""
    rows = [each for each in Account.objects.filter(made_up=True).order_by("pk") if each.has_usable_password()]
    rows.sort(key=lambda each: list(Role.values).index(each.role))
    return [
        SignIn(
            role=each.role, address=each.email, password=PASSWORD, account=each.pk,
            second_factor="" if each.role == Role.PARTICIPANT else "/demo/", name=each.name, about=_about(each),
        )
        for each in rows
    ]  # fmt: skip


def account(pk: int) -> Account | None:
    """The account behind one of the sign-ins: made up, open, and with a password; None for any other."""
    found = Account.objects.filter(pk=pk, made_up=True, is_active=True).first()
    return found if found is not None and found.has_usable_password() else None


def current_code(pk: int) -> str:
    """The code that the authenticator app of a made-up member of staff shows now; "" for who has none."""
    found = account(pk)
    return pyotp.TOTP(found.totp_secret).now() if found is not None and found.totp_secret else ""


def _about(of: Account) -> str:
    """Who this is, in a few words: how far a participant has come, where staff work."""
    if of.role != Role.PARTICIPANT:
        return ", ".join(site.name for site in people_queries.sites_of(of)) or gettext("the whole trial")
    with acting_as(SYSTEM):
        participant = people_queries.participant_of(of)
        enrolment = trial.enrolment(participant) if participant else None
        if enrolment is None:
            return ""
        offered = Course.objects.filter(participant=enrolment.participant).exists()
        is_asked = enrolment.randomised_at is not None and _is_asked(enrolment.participant)
    stage = str(Stage(enrolment.stage).label)
    if enrolment.randomised_at is None:
        return stage
    said = f"{stage}, {gettext('with the programme') if offered else gettext('without the programme')}"
    return f"{said}, {gettext('questions waiting')}" if is_asked else said


def _staff(site: Site | None) -> list[Account]:
    """One of each role: of those who work at a site, whom there most waits for; two of some.

    Two outcome assessors, since paper is entered by one and again by the other; and two therapists, where two work at the
    site, so that cover can be tried.
    """
    found: dict[str, list[Account]] = {}
    rows = list(Account.objects.exclude(role=Role.PARTICIPANT).filter(made_up=True).order_by("pk"))
    busy = [desks.busiest(role, site) for role in SITE_ROLES]
    there = set(people_queries.staff_working_at(site)) if site else set()
    rows.sort(key=lambda each: (each not in busy, each not in there))
    for account in rows:
        found.setdefault(account.role, []).append(account)
    second = [
        role for role, they in found.items() if len(they) > 1 and (role == Role.OUTCOME_ASSESSOR or _cover(they, there))
    ]
    return [each for role, they in found.items() for each in they[: 2 if role in second else 1]]


def _cover(staff: list[Account], there: set[Account]) -> bool:
    """Whether the first two are therapists of the site, who can cover for each other."""
    return staff[0].role == Role.THERAPIST and set(staff[:2]) <= there


def _participants(site: Site | None) -> list[Participant]:
    """In the middle of the programme, in an arm without it, asked for the primary outcomes now, and yet to consent.

    From `site` when there is anybody, since its staff have sign-ins too.
    """
    rows = list(trial.all_enrolments().filter(stage="allocated").order_by("site__code", "-randomised_at"))
    rows.sort(key=lambda row: row.site != site)
    in_programme = set(
        Course.objects.filter(homework__isnull=False, stopped_at=None).values_list("participant", flat=True)
    )
    with_homework = next((row for row in rows if row.participant_id in in_programme), None)
    offered = set(Course.objects.values_list("participant", flat=True))
    without = next((row for row in rows if row.participant_id not in offered), None)
    asked = next((row for row in rows if row not in (with_homework, without) and _is_asked(row.participant)), None)
    still_to_consent = trial.all_enrolments().filter(stage="invited").order_by("-stage_since")
    invited = next((row for row in still_to_consent if row.site == site), still_to_consent.first())
    return [row.participant for row in (with_homework, without, asked, invited) if row]


def _is_asked(participant: Participant) -> bool:
    """Whether the questions of the primary outcomes are open for someone, and not sent."""
    primary = protocol.current().primary_outcomes
    found = assessments.assessment(participant, primary[0].occasion) if primary else None
    return found is not None and found.submitted_at is None and found.opens_on <= clock.today() <= found.closes_on
