"""What the worker does here: a therapist's absence never closes the programme.

Where the protocol lets the next module wait for the answer (`next_opens = "on_feedback"`), it opens by itself on the day
after the one by which the answer was promised. A held module stays held.
"""

from datetime import timedelta

from django.db import transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.programme import arranging, opening, queries
from stegvis.programme.models import Homework
from stegvis.protocol import queries as protocols

MOST_IN_A_ROUND = 100


def open_unanswered() -> int:
    """Open the next module of everybody whose answer is late; how many homeworks were seen to."""
    with transaction.atomic(), acting_as(SYSTEM):
        late = _late()
        for homework in late:
            arranging.open_unanswered(homework=homework, by=SYSTEM)
    return len(late)


def _late() -> list[Homework]:
    schedule = protocols.current().programme if protocols.is_loaded() else None
    if schedule is None or schedule.next_opens != opening.ON_FEEDBACK:
        return []
    workdays, today = protocols.current().workdays(), clock.today()
    least = clock.at(today - timedelta(days=schedule.reply_within_working_days), 0)
    waiting = queries.blocked_by_an_answer(least)[:MOST_IN_A_ROUND]
    promised = schedule.reply_within_working_days
    return [each for each in waiting if workdays.after(clock.local(each.sent_at).date(), promised) < today]
