"""Who may lock, and who may see which report."""

from stegvis.audit.action import Actor
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.people import policies as people
from stegvis.people.models import Role
from stegvis.reporting import queries
from stegvis.reporting.errors import NotLocked, ReasonMissing


def check_can_lock(by: Actor) -> None:
    """Refuse unless `by` manages the data."""
    people.check_role(by, Role.DATA_MANAGER)


def check_reason(reason: str) -> None:
    """Refuse a lock that does not say why."""
    if not reason.strip():
        raise ReasonMissing()


def check_can_see(by: Actor, analysis: str, kind: str) -> None:
    """Refuse anyone but data manager and statistician, and the arms before the lock."""
    people.check_role(by, Role.DATA_MANAGER, Role.STATISTICIAN)
    if kind == UNBLINDED and not queries.is_locked(analysis):
        raise NotLocked()
