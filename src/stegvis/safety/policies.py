"""Who may deal with alerts."""

from collections.abc import Mapping

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import policies as people
from stegvis.people.models import Role, Site
from stegvis.safety import queries
from stegvis.safety.errors import (
    AssessmentNeedsWords,
    ChecklistEmpty,
    ClosedByTwo,
    ClosingNeedsWords,
    ConfirmedByAnother,
    NoSuchStep,
    NothingToConfirm,
    NotOnTheRota,
)
from stegvis.safety.models import Alert, AlertStep, Step


def check_can_change_rota(by: Actor, site: Site) -> None:
    """Refuse unless `by` is an administrator, or a coordinator at the site."""
    people.check_role(by, Role.ADMINISTRATOR, Role.COORDINATOR)
    if by.role == Role.COORDINATOR:
        people.check_at_site(by, site)


def check_step(step: str) -> None:
    """Refuse what is no step."""
    if step not in Step.values or step == Step.ASKED:  # a checklist is kept by an action of its own
        raise NoSuchStep()


def check_on_rota(by: Actor, site: Site) -> None:
    """Refuse unless `by` is on the site's safety rota."""
    if by.role != SYSTEM.role and not queries.is_on_rota(by, site):
        raise NotOnTheRota(code=by.code, site=site.code)


def check_may_handle(by: Actor, alert: Alert) -> None:
    """Refuse unless `by` is on the rota of the person's site, or was told because nobody on it had taken the alert."""
    if not queries.was_told(by, alert):
        check_on_rota(by, alert.participant.site)


def check_assessment(by: Actor, words: str) -> None:
    """Refuse an assessment by anybody but a licensed clinician, and one that says nothing."""
    people.check_licensed_clinician(by)
    if not words.strip():
        raise AssessmentNeedsWords()


def check_answers(answers: Mapping[str, str]) -> None:
    """Refuse a checklist in which nothing is answered."""
    if not any(each.strip() for each in answers.values()):
        raise ChecklistEmpty()


def check_to_close(alert: Alert, words: str) -> None:
    """Refuse to write that an alert can be closed where one person closes it, or without saying why."""
    if not alert.closed_by_two:
        raise NoSuchStep()
    if not words.strip():
        raise ClosingNeedsWords()


def check_closing(by: Actor, alert: Alert, standing: AlertStep | None, confirms: int | None) -> None:
    """Refuse to close an alert of two people unless `by` confirms what a colleague wrote, and nothing came after it.

    `standing` is what can be confirmed now, `confirms` the number of what `by` has read.
    """
    if not alert.closed_by_two:
        return
    if confirms is None and standing is None:
        raise ClosedByTwo()
    if standing is None or confirms not in {None, standing.pk}:
        raise NothingToConfirm()
    if standing.account_id == by.pk:
        raise ConfirmedByAnother(code=by.code)
    if confirms is None:
        raise NothingToConfirm()
