"""What the worker does here: it makes the files that were ordered, and removes those that were kept long enough."""

from django.db import transaction

from stegvis.audit.action import SYSTEM
from stegvis.audit.beside import Beside
from stegvis.exchange import actions, making, queries
from stegvis.people.acting import acting_as

_maker = Beside("export", making.make_next, what="An export")


def make_exports() -> bool:
    """Begin to make the file that has waited longest, beside the rounds.

    One is made at a time; what a worker that is ended leaves is gone on with. Whether a making was begun.
    """
    if _maker.is_busy:
        return False
    with transaction.atomic(), acting_as(SYSTEM):
        if queries.next_waiting() is None:
            return False
    _maker.begin()
    return True


def remove_old_exports() -> int:
    """Remove the files that were kept long enough; how many."""
    with transaction.atomic(), acting_as(SYSTEM):
        return actions.remove_files(by=SYSTEM) if queries.old_parts().exists() else 0
