"""What the worker does here: carry out the deletions that two roles have agreed to."""

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reporting.models import Deletion
from stegvis.reporting.retention import actions


def delete_due() -> int:
    """Carry out each deletion that was agreed to, in a transaction of its own; how many."""
    with acting_as(SYSTEM):
        agreed = list(Deletion.objects.filter(agreement__isnull=False, done=None).order_by("pk"))
    for deletion in agreed:
        with acting_as(SYSTEM):
            actions.carry_out(deletion=deletion, by=SYSTEM)
    return len(agreed)
