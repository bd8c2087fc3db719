"""What makes sense at a visit, and what must be answered before what."""

from collections.abc import Collection, Mapping, Sequence

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.people import policies as people
from stegvis.people.models import Participant
from stegvis.physiotherapy import policies as room
from stegvis.physiotherapy.models import Effort, Plan, Visit
from stegvis.physiotherapy.queries import DraftActivity
from stegvis.physiotherapy.visiting import queries
from stegvis.physiotherapy.visiting.errors import (
    ActivityStopped,
    AskBeforeEffort,
    DecisionNeedsWords,
    LimitsNeedWords,
    NoSuchFlag,
    NoSuchNote,
    NotANumberHere,
    NothingToDecide,
    NotOfThisPlan,
    RedFlagUndecided,
    ResultOrReason,
    ResultOutside,
    ReviewEach,
)
from stegvis.physiotherapy.visiting.models import Going, NotDone, Said, Verdict
from stegvis.protocol import queries as protocols


def check_note(question: str, words: str) -> None:
    """Refuse a question that there is not, a number that is none, and more words than there is room for."""
    if question not in queries.QUESTIONS and not queries.HALF_WRITTEN.fullmatch(question):
        raise NoSuchNote()
    most = queries.NUMBERS.get(question)
    if most is not None and words and not (words.isascii() and words.isdigit() and int(words) <= most):
        raise NotANumberHere(most=most)
    room.check_lines(words, most=room.MOST_CHARACTERS)


def check_answers(answers: Mapping[str, str]) -> None:
    """Refuse a warning sign that the protocol does not ask about, and what is no answer."""
    asked = {each.code for each in protocols.current().physiotherapy.asked}
    for flag, said in answers.items():
        if flag not in asked:
            raise NoSuchFlag()
        room.check_choice(said, Said)


def check_may_plan(participant: Participant) -> None:
    """Refuse to plan activity while a warning sign waits for a decision, and after one that stops it."""
    found = queries.standing(participant)
    if found.waiting:
        raise RedFlagUndecided(participant=participant.code)
    if found.is_stopped and found.decision is not None:
        day = clock.local(found.decision.decided_at).date()
        raise ActivityStopped(code=found.decision.decided_by.code, day=day, participant=participant.code)


def check_effort(participant: Participant, activities: Sequence[DraftActivity]) -> None:
    """Refuse hard effort until heart and lung symptoms, pregnancy and falls have a clear answer."""
    if any(each.effort == Effort.HARD for each in activities):
        _check_clear(participant, None)


def check_may_test(visit: Visit) -> None:
    """Refuse a test of capacity until they have a clear answer at this visit, and while activity is stopped."""
    check_may_plan(visit.participant)
    _check_clear(visit.participant, visit)


def _check_clear(participant: Participant, visit: Visit | None) -> None:
    flags = protocols.current().physiotherapy.before_effort if protocols.is_loaded() else ()
    left = queries.standing(participant).unclear(flags, visit)
    if left:
        raise AskBeforeEffort(left=len(left))


def check_decides(by: Actor, participant: Participant) -> None:
    """Refuse a decision by anybody but a licensed clinician who works at the person's site."""
    people.check_licensed_clinician(by)
    people.check_at_site(by, participant.site)


def check_decision(participant: Participant, outcome: str, reason: str, limits: str) -> None:
    """Refuse a decision about nothing, one without a reason, and limits without words."""
    room.check_choice(outcome, Going)
    room.check_lines(reason, limits)
    found = queries.standing(participant)
    is_unknown = any(each.said == Said.UNKNOWN for each in found.answers.values())
    if not found.waiting and not found.is_stopped and not is_unknown:
        raise NothingToDecide(participant=participant.code)
    if not reason.strip():
        raise DecisionNeedsWords()
    if outcome == Going.LIMITS and not limits.strip():
        raise LimitsNeedWords()


def check_result(value: int | None, not_done: str, most: int) -> None:
    """Refuse a result outside the test's range, both a result and a reason, and neither."""
    if (value is None) == (not not_done):
        raise ResultOrReason()
    if not_done:
        room.check_choice(not_done, NotDone)
    elif value is not None and not 0 <= value <= most:
        raise ResultOutside(most=most)


def check_reviews(plan: Plan | None, verdicts: Mapping[int, tuple[str, str]]) -> None:
    """Refuse a review that leaves an activity of the plan in force out, and one of another plan."""
    there: Collection[int] = [each.pk for each in plan.activities.all()] if plan else ()
    if not set(verdicts) <= set(there):
        raise NotOfThisPlan()
    left = len(there) - len(verdicts)
    if left:
        raise ReviewEach(left=left)
    for verdict, why in verdicts.values():
        room.check_choice(verdict, Verdict)
        room.check_lines(why)
