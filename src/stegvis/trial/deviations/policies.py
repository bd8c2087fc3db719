"""Who may record and judge a deviation, and what of it can be kept."""

from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.methods.study.deviations import DeviationKind
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role, Site
from stegvis.protocol import queries as protocols
from stegvis.trial.deviations.errors import NotDescribed, NotYetHappened, OfAnotherSite, UnknownKind


def check_can_write(by: Actor, site: Site) -> None:
    """Refuse unless `by` coordinates at the site, or is the system."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, site)


def check_about(site: Site, participant: Participant | None) -> None:
    """Refuse a participant of another site."""
    if participant is not None and participant.site_id != site.pk:
        raise OfAnotherSite(participant=participant.code, site=site.name)


def check_kind(code: str) -> DeviationKind:
    """The kind with this code; refuse a code that the protocol does not have."""
    kind = protocols.current().deviation_kind(code)
    if kind is None:
        raise UnknownKind()
    return kind


def check_said(happened_on: date, description: str) -> None:
    """Refuse what has not happened yet, and what nobody has described."""
    if happened_on > clock.today():
        raise NotYetHappened()
    if not description.strip():
        raise NotDescribed()
