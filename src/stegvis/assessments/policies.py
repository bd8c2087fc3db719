"""What can be answered, when, and with what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from stegvis.assessments import queries
from stegvis.assessments.errors import (
    AlreadySent,
    AnswerNotPossible,
    DataLocked,
    NoReason,
    NotOpenYet,
    NotPartOfThis,
    NotSentYet,
    SavedElsewhere,
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
        raise AnswerNotPossible(problem=link_id, position=link_id)
    for problem in answering.validate_answer(item, value):
        raise AnswerNotPossible(problem=gettext(problem.message) % problem.params, position=link_id)


def check_is_offered(questionnaire: Questionnaire, said: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse a new answer that is not offered beside the others (SDC answerOptionsToggleExpression); `said` as stored."""
    if not questionnaire.toggling:
        return
    together = answering.given({**queries.typed(questionnaire, dict(said)), **new})
    for problem in answering.not_offered(questionnaire, together):
        if problem.at in new:
            raise AnswerNotPossible(problem=gettext(problem.message), position=problem.at)


def check_can_correct(assessment: Assessment, response: Response | None, reason: str) -> None:
    """Refuse a correction of what was not sent, after the data lock, or without a reason."""
    if response is None or response.submitted_at is None:
        raise NotSentYet()
    check_is_open(assessment)
    if not reason.strip():
        raise NoReason()


def without_left_alone(
    response: Response, stored: Mapping[str, Any], newest: Mapping[str, queries.Kept], known: Mapping[str, int]
) -> dict[str, Any]:
    """What is to be kept, in view of what others have saved since the versions that the writer knew.

    Refuses where the two disagree; what the writer did not touch is left out, so that the newer answer stays.
    """
    moved = {
        position: newest[position]
        for position, version in known.items()
        if position in stored and position in newest and newest[position].version > version
    }
    base = queries.said_before(response, [known[position] for position in moved]) if moved else {}
    left_alone = {position for position in moved if stored[position] == base.get(known[position])}
    disagree = [p for p, now in moved.items() if p not in left_alone and stored[p] != now.value]
    if disagree:
        raise SavedElsewhere(positions=disagree)
    return {position: value for position, value in stored.items() if position not in left_alone}
