"""Who may take data out."""

from stegvis.audit.action import Actor
from stegvis.people import policies as people
from stegvis.people.models import Role


def check_can_export(by: Actor) -> None:
    """Refuse unless `by` manages the data."""
    people.check_role(by, Role.DATA_MANAGER)
