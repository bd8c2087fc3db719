"""Conversations: what a therapist and a made-up person talk about: a start call for most, a closing one at the end.

Drawn from a random stream of its own, so that it changes nothing else in the lives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from stegvis.audit import clock
from stegvis.demonstration.lives import Life, workday
from stegvis.demonstration.parameters import Parameters
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import queries as courses
from stegvis.trial import actions as trial

START_CALLS = 0.9
"""The share of those given the programme who are called before it opens; a guess."""

WEEKS = 8
"""After how many weeks whoever has not gone through all of it is talked with at the end."""

FINDINGS = {"suitability": "fits", "exhaustion": "some", "time": "enough", "risk": "none"}
"""What every start call of the demonstration finds."""


@dataclass(frozen=True)
class Conversation:
    """One conversation, its kind and its length in minutes."""

    at: datetime
    kind: str
    minutes: int


def planned(model: Parameters, life: Life, opens_after: int) -> list[Conversation]:
    """The conversations of somebody whose programme opens so many days after the first visit."""
    if life.visit1_on is None:
        return []
    chance = Random(f"conversations:{life.number}")  # noqa: S311 - made up on purpose
    called = workday(life.visit1_on + timedelta(days=opens_after - chance.randint(2, 6)))
    found = []
    if chance.random() < START_CALLS:
        found.append(Conversation(clock.at(called, 11, 5), "start", chance.randint(15, 35)))
    if model.programme and life.module_days:
        is_done = len(life.module_days) == model.programme.modules
        last = life.module_days[-1] if is_done else life.visit1_on + timedelta(days=opens_after + WEEKS * 7)
        ended = workday(last + timedelta(days=chance.randint(3, 7)))
        found.append(Conversation(clock.at(ended, 14, 20), "closing", chance.randint(10, 25)))
    return found


def hold(each: Conversation, person: Participant, key: UUID, clinician: Callable[[Participant, str], Account]) -> None:
    """The therapist calls and keeps what was found, or whoever covers; nobody calls whoever has stopped."""
    course = courses.course_of(person)
    if course is None or course.stopped_at is not None:
        return
    therapist = clinician(person, Role.THERAPIST)
    trial.keep_contact(
        course=course, kind=each.kind, mode="telephone", outcome="held", held_on=clock.today(), minutes=each.minutes,
        found=FINDINGS if each.kind == "start" else {}, words="", key=key, by=therapist,
    )  # fmt: skip
