"""What the worker does here: it writes down what answers have opened, and a therapist's absence never closes the programme.

An answer opens a module once it can no longer be taken back; that is true without the worker, and written down by it.
Where the protocol lets the next module wait for the answer (`next_opens = "on_feedback"`), it opens by itself on the day
after the one by which the answer was promised. A held module stays held in both.
"""

from datetime import timedelta

from django.db import transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.programme import actions, arranging, opening, queries
from stegvis.programme.models import Homework
from stegvis.protocol import queries as protocols

MOST_IN_A_ROUND = 100
LOOKED_BACK = timedelta(days=30)
"""How long a worker may have been still; what an answer opens is open without it, only not yet written down."""


def write_down_openings() -> int:
    """Keep the opening of every module that an answer of late has opened; how many were written down."""
    with transaction.atomic(), acting_as(SYSTEM):
        found = [each for each in queries.opening_answers(clock.now() - LOOKED_BACK) if opening.promised(each)]
        for feedback in found:
            actions.open_by_reply(feedback=feedback, by=SYSTEM)
    return len(found)


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
    workdays_at, today = protocols.current().workdays_at, clock.today()
    least = clock.at(today - timedelta(days=schedule.reply_within_working_days), 0)
    waiting = queries.blocked_by_an_answer(least)[:MOST_IN_A_ROUND]
    promised = schedule.reply_within_working_days
    return [
        each
        for each in waiting
        if workdays_at(each.course.participant.site.code).after(clock.local(each.sent_at).date(), promised) < today
    ]
