"""The demonstration's sign-ins: one a role, with a password that stands on the demonstration's own page."""

from dataclasses import dataclass

import pyotp

from stegvis.audit.action import SYSTEM
from stegvis.demonstration.cast import PASSWORD
from stegvis.people import actions as people
from stegvis.people.models import Account, Participant, Role
from stegvis.programme.models import Course
from stegvis.trial import queries as trial


@dataclass(frozen=True)
class SignIn:
    """How one sees the demonstration as one of its people."""

    role: str
    address: str
    password: str
    second_factor: str
    account: int


def make() -> None:
    """Give one person of each role a password, and each member of staff an authenticator."""
    for account in [*_staff(), *(person.account for person in _participants())]:
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
            second_factor="" if each.role == Role.PARTICIPANT else "/demo/",
        )
        for each in rows
    ]  # fmt: skip


def _staff() -> list[Account]:
    found: dict[str, Account] = {}
    for account in Account.objects.exclude(role=Role.PARTICIPANT).filter(made_up=True).order_by("pk"):
        found.setdefault(account.role, account)
    return list(found.values())


def _participants() -> list[Participant]:
    """Someone in the middle of the programme, someone in an arm without it, and someone who has yet to consent."""
    first_site = trial.all_enrolments().order_by("site__code").values_list("site", flat=True).first()
    rows = trial.all_enrolments().filter(stage="allocated", site=first_site).order_by("-randomised_at")
    in_programme = set(
        Course.objects.filter(homework__isnull=False, stopped_at=None).values_list("participant", flat=True)
    )
    with_homework = next((row for row in rows if row.participant_id in in_programme), None)
    offered = set(Course.objects.values_list("participant", flat=True))
    without = next((row for row in rows if row.participant_id not in offered), None)
    invited = trial.all_enrolments().filter(stage="invited").order_by("-stage_since").first()
    return [row.participant for row in (with_homework, without, invited) if row]
