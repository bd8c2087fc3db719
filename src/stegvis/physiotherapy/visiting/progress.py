"""Progress: how far a visit has come, and where it was left, so that anybody who meets the person goes on there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import RedFlagAnswer, Visit, VisitNote
from stegvis.physiotherapy.visiting import half_written, queries


@dataclass(frozen=True)
class Left:
    """Where a visit was left: on which part, at which question if there is one, by whom (code) and when."""

    part: str
    question: str
    by: str
    at: datetime


def left_at(visit: Visit, capacity_test: str) -> Left | None:
    """Where somebody wrote last at a visit that has not been held; None when nobody has written anything."""
    note = next((each for each in queries.history_of(visit).iterator() if _tells_a_place(each)), None)
    flag = RedFlagAnswer.objects.filter(visit=visit).select_related("answered_by").order_by("-answered_at").first()
    test = queries.capacity_at(visit, capacity_test)
    goals = plans.goals_of(visit.participant)
    draft = plans.draft_row(visit.participant)
    found = [
        *([Left(_part(note), note.question, _code(note.written_by), note.written_at)] if note else []),
        *([Left("check", f"flag_{flag.flag}", _code(flag.answered_by), flag.answered_at)] if flag else []),
        *([Left("check", "value", _code(test.measured_by), test.measured_at)] if test else []),
        *([Left("plan", "", _code(draft.saved_by), draft.saved_at)] if draft else []),
        *(Left("goals", "", _code(each.goal.set_by), each.goal.set_at) for each in goals if not each.goal.locked_at),
    ]
    return max(found, key=lambda each: each.at, default=None)


def _tells_a_place(note: VisitNote) -> bool:
    """A form that was sent empties what was half written; nobody was there."""
    return bool(note.words) or note.question in queries.QUESTIONS


def _part(note: VisitNote) -> str:
    form, _field = half_written.apart(note.question)
    if form:
        return half_written.part_of(form)
    return "onward" if note.question == queries.ONWARD else "talk"


def _code(account: object) -> str:
    return str(getattr(account, "code", ""))


def done_parts(visit: Visit, flags: Sequence[str], capacity_test: str) -> frozenset[str]:
    """Which parts of a visit have something in them, for the row of steps."""
    participant = visit.participant
    found = {
        "talk": any(note.words for name, note in queries.notes_of(visit).items() if name in queries.QUESTIONS),
        "check": set(flags) <= set(queries.flags_at(visit)) and queries.capacity_at(visit, capacity_test) is not None,
        "goals": bool(plans.goals_of(participant)),
        "since": queries.reviews_of(visit).exists(),
        "plan": plans.draft_of(participant) is not None or visit.plans.exists(),
        "onward": queries.who_judgement_of(visit) is not None,
        "agree": visit.held_at is not None,
    }
    return frozenset(name for name, is_done in found.items() if is_done)
