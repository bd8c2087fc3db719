"""What the worker does here: send what is due.

A message goes through three commits: written (`SENDING`), handed over, confirmed (`SENT`). A kill in between leaves it
at `SENDING`, where the outbox shows it: it is never sent twice by itself, and never lost in silence.
"""

from django.core.mail import EmailMessage
from django.db import transaction

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, queries
from stegvis.reminders.models import Sent


MOST_IN_A_ROUND = 500


def send_due() -> int:
    """Send messages whose time has come, at most `MOST_IN_A_ROUND`; how many went out. Any number may run at once."""
    count = 0
    for _ in range(MOST_IN_A_ROUND):
        with transaction.atomic(), acting_as(SYSTEM):
            if not queries.anything_due():
                break
            taken = actions.take_up(by=SYSTEM)
        if isinstance(taken, Sent):
            EmailMessage(subject=taken.subject, body=taken.body, to=[taken.address]).send()
            with transaction.atomic(), acting_as(SYSTEM):
                actions.confirm(sent=taken, by=SYSTEM)
            count += 1
    return count
