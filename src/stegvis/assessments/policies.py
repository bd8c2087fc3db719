"""What can be answered, when, and with what."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from stegvis.assessments.errors import (
    AlreadySent,
    AnswerNotPossible,
    DataLocked,
    NoReason,
    NotOpenYet,
    NotPartOfThis,
    NotSentYet,
)
from stegvis.assessments.models import Assessment, Response
from stegvis.audit import clock
from stegvis.methods.instruments import answers as answering
from stegvis.methods.instruments.positions import item_at
from stegvis.methods.instruments.questionnaire import Questionnaire


def check_can_answer(assessment: Assessment, instrument: str) -> None:
    """Refuse an answer to a questionnaire that the occasion does not have, or when none is taken any more or yet."""
    if instrument not in assessment.instruments:
        raise NotPartOfThis(instrument=instrument, occasion=assessment.occasion)
    check_takes_answers(assessment)


def check_takes_answers(assessment: Assessment) -> None:
    """Refuse when an occasion has been sent, is locked, or has not opened; for one that came from `as_it_stands`."""
    check_is_not_sent(assessment.submitted_at)
    check_is_open(assessment)


def check_is_not_sent(at: datetime | None) -> None:
    """Refuse when it was sent, at this moment: what was sent is corrected, not answered again."""
    if at is not None:
        raise AlreadySent(on=clock.local(at).date())


def check_is_open(assessment: Assessment) -> None:
    """Refuse before the window opens, and once the data are locked."""
    locked_at = assessment.data_locked_at  # type: ignore[attr-defined]  # see `as_it_stands`
    if locked_at is not None:
        raise DataLocked(on=clock.local(locked_at).date())
    if clock.today() < assessment.opens_on:
        raise NotOpenYet(opens=assessment.opens_on)


def check_answer(questionnaire: Questionnaire, link_id: str, value: Any) -> None:
    """Refuse an answer that the questionnaire does not allow, with the first problem's sentence."""
    item = item_at(questionnaire, link_id)
    if item is None:
        raise AnswerNotPossible(problem=link_id)
    for problem in answering.validate_answer(item, value):
        raise AnswerNotPossible(problem=gettext(problem.message) % problem.params)


def check_can_correct(assessment: Assessment, response: Response | None, reason: str) -> None:
    """Refuse a correction of what was not sent, after the data lock, or without a reason."""
    if response is None or response.submitted_at is None:
        raise NotSentYet()
    check_is_open(assessment)
    if not reason.strip():
        raise NoReason()
