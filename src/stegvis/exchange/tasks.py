"""What the worker does here: it makes the files that were ordered, and removes those that were kept long enough."""

import logging
from contextvars import copy_context
from threading import Thread

from django.db import connection, transaction

from stegvis.audit.action import SYSTEM
from stegvis.exchange import actions, making, queries
from stegvis.people.acting import acting_as

logger = logging.getLogger(__name__)
_makers: list[Thread] = []


def make_exports() -> bool:
    """Begin to make the file that has waited longest, beside the rounds, since it takes minutes and alerts must not wait.

    One is made at a time; what a worker that is ended leaves is gone on with. Whether a making was begun.
    """
    if any(each.is_alive() for each in _makers):
        return False
    with transaction.atomic(), acting_as(SYSTEM):
        if queries.next_waiting() is None:
            return False
    maker = Thread(target=copy_context().run, args=(_make,), name="export", daemon=True)
    _makers[:] = [maker]
    maker.start()
    return True


def remove_old_exports() -> int:
    """Remove the files that were kept long enough; how many."""
    with transaction.atomic(), acting_as(SYSTEM):
        return actions.remove_files(by=SYSTEM) if queries.old_parts().exists() else 0


def _make() -> None:
    try:
        making.make_next()
    except Exception:  # it is tried again in a later round, and ends after three
        logger.exception("An export could not be made; a later round goes on with it.")
    finally:
        connection.close()  # this thread's own
