"""What the worker does here: send what is due.

A message goes through three commits: written (`SENDING`), handed over, confirmed (`SENT`). A kill in between leaves it
at `SENDING`, where the outbox shows it: it is never sent twice by itself, and never lost in silence. So is one of which the
other side did not say whether it took it. What was refused for certain, by the mail server or the gateway, is tried again
(`retrying`). While the mail server does not answer at all, no e-mail is taken up and all of them wait; text messages go.
"""

import logging
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from stegvis.audit.action import SYSTEM
from stegvis.audit.mark import is_restored_copy
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, gateways, queries, reports
from stegvis.reminders.models import Channel, PlannedMessage, Sent

MOST_IN_A_ROUND = 500
_REFUSALS = (gateways.NotTaken, SMTPRecipientsRefused, SMTPResponseException)
"""By these the other side has said that it did not take a message, or could not be reached to hear of it."""

logger = logging.getLogger(__name__)


def send_due() -> int:
    """Send messages whose time has come, at most `MOST_IN_A_ROUND`; how many went out. Any number may run at once.

    A restored copy sends nothing: the installation that it was copied from does.

    Raises what the mail server's connection raises when it cannot be opened; then only text messages have been sent.
    """
    if not _is_anything_due() or is_restored_copy():
        return 0
    server = get_connection()
    try:
        server.open()
    except OSError:
        _send_all(server, Channel.SMS)
        raise
    try:
        return _send_all(server)
    finally:
        server.close()


def _send_all(server: BaseEmailBackend, channel: str | None = None) -> int:
    """Send what is due, by one channel alone when told; how many went out."""
    count = 0
    for _ in range(MOST_IN_A_ROUND):
        taken = _take_up(channel)
        if taken is None:
            break
        if isinstance(taken, Sent) and _hand_over(taken, server):
            count += 1
    return count


def _is_anything_due() -> bool:
    with acting_as(SYSTEM):
        return queries.anything_due()


def _take_up(channel: str | None) -> Sent | PlannedMessage | None:
    """The next message that is due; None when there is none, or others are at work on the rest."""
    with acting_as(SYSTEM):
        message = queries.next_due(channel)
        return actions.take_up(message=message, by=SYSTEM) if message is not None else None


def _hand_over(message: Sent, server: BaseEmailBackend) -> bool:
    """Give a message to the mail server, or to the gateway for text messages, and keep that it was taken, or refused.

    Where neither is known it stays where the outbox shows it.
    """
    try:
        _send(message, server)
    except _REFUSALS as error:  # their text may hold the address
        logger.warning("Message %s was not taken (%s).", message.planned_id, type(error).__name__)
        with acting_as(SYSTEM):
            actions.refuse(sent=message, by=SYSTEM)
        return False
    except OSError as error:  # smtplib's other errors are among them
        logger.warning("Message %s may not have been taken (%s).", message.planned_id, type(error).__name__)
        return False
    with acting_as(SYSTEM):
        actions.confirm(sent=message, by=SYSTEM)
    return True


def _send(message: Sent, server: BaseEmailBackend) -> None:
    if message.planned.channel == Channel.SMS:
        gateway = gateways.gateway()
        if gateway is None or not message.address:
            raise gateways.NotTaken("text messages are off, or the number is none")
        gateway.send(message.address, message.body, reports.address(message))
        return
    EmailMessage(subject=message.subject, body=message.body, to=[message.address], connection=server).send()
