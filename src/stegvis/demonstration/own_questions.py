"""Own questions: made-up people answer what only the programme asks: each week, after its first module, at its end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.demonstration.lives import Life
from stegvis.methods.study.measurement import ProgrammeSchedule
from stegvis.people.models import Participant
from stegvis.programme import queries as courses

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

ANSWERS = {"weekly": 0.6, "after_first_module": 0.8, "at_end": 0.85}
"""How many answer, of those who are asked while they use the programme; guesses."""


def begin(director: Director, life: Life, person: Participant, schedule: ProgrammeSchedule) -> None:
    """Put what this person will answer on the agenda; whoever never starts answers none."""
    if not life.module_days:
        return
    chance, first, last = life.stream("own questions"), life.module_days[0], life.module_days[-1]
    is_done = director.model.programme is not None and len(life.module_days) == director.model.programme.modules
    for questions in schedule.questions:
        weeks = (last - first).days // 7 + 1 if questions.when == "weekly" else 1
        for week in range(1, weeks + 1):
            answers = chance.random() < ANSWERS[questions.when]
            days, minute = chance.randint(0, 1), chance.randint(0, 59)
            day = {"weekly": first + timedelta(days=7 * week - 2), "after_first_module": first, "at_end": last}
            if answers and (is_done or questions.when != "at_end"):
                code = f"{questions.code}_{week}" if questions.when == "weekly" else questions.code
                moment = clock.at(day[questions.when] + timedelta(days=days), 20, minute)
                director.later(moment, partial(_answer, director, life, person, code))


def _answer(director: Director, life: Life, person: Participant, occasion: str) -> None:
    """Answer, while it is open and the programme goes on; the lives know neither exactly."""
    course, found = courses.course_of(person), assessments.assessment(person, occasion)
    if course is None or course.stopped_at is not None or found is None or found.submitted_at is not None:
        return
    if found.opens_on <= clock.today() <= found.closes_on:
        director.answer(life, person, occasion, {}, life.stream(occasion))
