"""Replying: a therapist's answer goes out, unless something about the person must be looked at first."""

from uuid import UUID

from stegvis.audit.action import action
from stegvis.people.models import Account
from stegvis.programme import actions as programme
from stegvis.programme.models import Feedback, Homework
from stegvis.trial import policies
from stegvis.trial.delegation import policies as duties


@action("trial.replied", detail=("again_part",), tells_arm=True)
def send_reply(
    *, homework: Homework, text: str, language: str, key: UUID, open_next: bool = False, again_part: int | None = None,
    by: Account,
) -> Feedback:  # fmt: skip
    """Answer homework as `programme.answer_homework` does; refused while an alert of the person is open."""
    duties.check_delegated(by, homework.course.participant.site, "guide")
    policies.check_no_open_alert(homework.course.participant)
    return programme.answer_homework(
        homework=homework, text=text, language=language, key=key, open_next=open_next, again_part=again_part, by=by
    )
