"""Who may deal with alerts."""

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import policies as people
from stegvis.people.models import Role, Site
from stegvis.safety import queries
from stegvis.safety.errors import AssessmentNeedsWords, NoSuchStep, NotOnTheRota
from stegvis.safety.models import Alert, Step


def check_can_change_rota(by: Actor, site: Site) -> None:
    """Refuse unless `by` is an administrator, or a coordinator at the site."""
    people.check_role(by, Role.ADMINISTRATOR, Role.COORDINATOR)
    if by.role == Role.COORDINATOR:
        people.check_at_site(by, site)


def check_step(step: str) -> None:
    """Refuse what is no step."""
    if step not in Step.values:
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
