"""What the worker does here: tell somebody further of alerts that nobody has taken in time."""

from django.db import transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.safety import queries as safety
from stegvis.trial import actions

MOST_IN_A_ROUND = 100


def escalate_alerts() -> int:
    """Escalate alerts whose staffed time has passed unopened, each in a transaction of its own; how many.

    A second worker at the same moment tells nobody twice: the notice of an alert to an account exists once.
    """
    with transaction.atomic(), acting_as(SYSTEM):
        waiting = list(safety.unopened(clock.now()).values_list("pk", flat=True)[:MOST_IN_A_ROUND])
    return sum(_escalate(pk) for pk in waiting)


def _escalate(pk: int) -> bool:
    with transaction.atomic(), acting_as(SYSTEM):
        alert = safety.unopened(clock.now()).filter(pk=pk).first()
        if alert is None:
            return False
        actions.escalate_alert(alert=alert, by=SYSTEM)
        return True
