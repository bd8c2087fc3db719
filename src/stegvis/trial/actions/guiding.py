"""Guiding: a therapist's conversation is kept with its time, and a risk found in it reaches the safety rota at once."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from stegvis.audit.action import action
from stegvis.people.models import Account
from stegvis.programme import actions as programme
from stegvis.programme import arranging
from stegvis.programme.models import CALL, Contact, Course
from stegvis.trial import policies
from stegvis.trial.actions.calling import report_concern


@action("trial.guided", detail=("kind",), tells_arm=True)
def keep_contact(
    *, course: Course, kind: str, mode: str, outcome: str, held_on: date, minutes: int, found: Mapping[str, str],
    words: str, risk_words: str = "", key: UUID, by: Account,
) -> Contact:  # fmt: skip
    """Keep a conversation with its time, once per key; a risk is told to the site's rota, as any concern of staff is.

    The alert says nothing of a start call or a therapist, since some on the rota must not know the arm.
    """
    policies.check_risk_is_told(found, risk_words)
    contact = arranging.keep_contact(
        course=course, kind=kind, mode=mode, outcome=outcome, held_on=held_on, minutes=minutes, found=found, words=words,
        key=key, by=by,
    )  # fmt: skip
    if minutes:
        programme.keep_time(course=course, seconds=minutes * 60, kind=CALL, key=key, by=by)
    if found.get("risk") == policies.RISK:
        report_concern(participant=course.participant, words=risk_words, key=key, by=by)
    return contact
