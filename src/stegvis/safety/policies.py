"""Who may deal with alerts."""

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people.models import Site
from stegvis.safety import queries
from stegvis.safety.errors import NotOnTheRota


def check_on_rota(by: Actor, site: Site) -> None:
    """Refuse unless `by` is on the site's safety rota."""
    if by.role != SYSTEM.role and not queries.is_on_rota(by, site):
        raise NotOnTheRota(code=by.code, site=site.code)
