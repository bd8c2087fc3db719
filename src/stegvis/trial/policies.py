"""Who may move an enrolment, and when."""

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.trial import queries
from stegvis.trial.errors import (
    AlreadyRandomised,
    CriteriaNotMet,
    CriteriaUndecided,
    GatesClosed,
    NotAtThisStage,
    NotYours,
    ReferralMissing,
    ScreeningEnded,
)
from stegvis.trial.models import TRANSITIONS, Enrolment, Outcome, Screening, Stage


def check_own(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the participant, or the system."""
    if by.role != SYSTEM.role and not people.is_own(by, participant):
        raise NotYours()


def check_coordinates(by: Actor, screening: Screening) -> None:
    """Refuse unless `by` coordinates at the screening's site."""
    people.check_role(by, Role.COORDINATOR)
    if screening.site is not None:
        people.check_at_site(by, screening.site)


def check_is_open(screening: Screening) -> None:
    """Refuse when the screening has ended."""
    if screening.outcome != Outcome.OPEN:
        raise ScreeningEnded(number=screening.pk, outcome=Outcome(screening.outcome).label)


def check_criteria_met(screening: Screening) -> None:
    """Refuse unless a clinician has decided every criterion of the screening, and none speaks against."""
    rows = queries.criteria_of(screening, at="screening")
    against = [row.criterion.code for row in rows if row.passes is False]
    if against:
        raise CriteriaNotMet(number=screening.pk, criteria=", ".join(against))
    undecided = [row.criterion.code for row in rows if row.passes is None]
    if undecided:
        raise CriteriaUndecided(number=screening.pk, criteria=", ".join(undecided))


def check_may_go_to(enrolment: Enrolment, stage: str) -> None:
    """Refuse a stage that does not follow from the present one."""
    if stage not in TRANSITIONS[enrolment.stage]:
        raise NotAtThisStage(
            participant=enrolment.participant.code,
            stage=Stage(enrolment.stage).label,
            wanted=Stage(stage).label,
        )


def check_can_randomise(by: Actor, enrolment: Enrolment) -> None:
    """Refuse unless a coordinator of the site asks, every gate is open, and nobody has randomised before."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, enrolment.site)
    if enrolment.randomised_at is not None:
        raise AlreadyRandomised(participant=enrolment.participant.code)
    closed = [str(gate.missing) for gate in queries.gates(enrolment) if not gate.is_open]
    if closed:
        raise GatesClosed(participant=enrolment.participant.code, missing=" ".join(closed))
    check_may_go_to(enrolment, Stage.ALLOCATED)


def check_referrals_made(screening: Screening) -> None:
    """Refuse while a referral that a rule demands has not been recorded."""
    missing = queries.referrals_missing(screening)
    if missing:
        raise ReferralMissing(rule=", ".join(each.code for each in missing))
