"""What the worker does here: print the closed reports that were ordered, carry out the deletions that two roles agreed to."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from stegvis.audit.action import SYSTEM
from stegvis.audit.beside import Beside
from stegvis.audit.errors import Refused
from stegvis.people.acting import acting_as
from stegvis.reporting import actions as reporting
from stegvis.reporting import queries
from stegvis.reporting.models import Deletion, ReportOrder
from stegvis.reporting.retention import actions

logger = logging.getLogger(__name__)


def print_ordered() -> bool:
    """Begin to print the closed report that has waited longest, beside the rounds. Whether a printing was begun."""
    if _printer.is_busy:
        return False
    with transaction.atomic(), acting_as(SYSTEM):
        if queries.next_order() is None:
            return False
    _printer.begin()
    return True


def delete_due() -> int:
    """Carry out each deletion that was agreed to, in a transaction of its own; how many."""
    with acting_as(SYSTEM):
        agreed = list(Deletion.objects.filter(agreement__isnull=False, done=None).order_by("pk"))
    for deletion in agreed:
        with acting_as(SYSTEM):
            actions.carry_out(deletion=deletion, by=SYSTEM)
    return len(agreed)


def _print_next() -> bool:
    """Print the report that was ordered first, and keep it, or why there is none. Whether there was an order."""
    with transaction.atomic(), acting_as(SYSTEM):
        order = queries.next_order()
    if order is None:
        return False
    with override(order.language):
        try:
            with transaction.atomic(), acting_as(SYSTEM):
                printed = reporting.print_closed_report(
                    analysis=order.analysis, plan=queries.plan_file(), language=order.language, by=order.ordered_by
                )
                reporting.end_order(order=order, printed=printed, refusal="", by=SYSTEM)
        except Refused as refused:
            _refuse(order, str(refused))
        except Exception:  # whatever it is, the same order would meet it again
            logger.exception("A closed report could not be printed.")
            _refuse(order, _("It could not be printed. The worker's log says more."))
    return True


def _refuse(order: ReportOrder, why: str) -> None:
    with transaction.atomic(), acting_as(SYSTEM):
        reporting.end_order(order=order, printed=None, refusal=why, by=SYSTEM)


_printer = Beside("closed-report", _print_next, what="A closed report")
