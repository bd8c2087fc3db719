"""Arranged: what a made-up therapist arranges with a person: a pace, a pause, a hold, the core alone, and notes of it.

The days are fitted around those on which the person does modules, which were drawn long before: a hold is released before the
next module that it would have kept closed, and a pause lies between two modules or after the last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from stegvis.audit import clock
from stegvis.demonstration.lives import Life, workday
from stegvis.methods.study.measurement import ProgrammeSchedule
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import actions as programme
from stegvis.programme import arranging
from stegvis.programme import queries as courses
from stegvis.programme.models import Course, Hold, Pause

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

AGREES, SLOW, PAUSES, IS_HELD, CORE_ALONE = 0.9, 0.2, 0.5, 0.2, 0.4
"""The shares who agree a pace, of these a slow one, who pause, who are held, and to whom the core alone is offered once they
have gone quiet; guesses."""
LONG_PAUSE = 14
ENDED_EARLY = 0.4


def begin(director: Director, life: Life, person: Participant, schedule: ProgrammeSchedule) -> None:
    """Put what will be arranged with this person on the agenda."""
    each = _Arranging(director, life, person, schedule)
    each.pace()
    each.pause()
    each.hold()
    each.core_alone()


class _Arranging:
    """What is arranged with one person."""

    def __init__(self, director: Director, life: Life, person: Participant, schedule: ProgrammeSchedule) -> None:
        self.director, self.life, self.person, self.schedule = director, life, person, schedule
        self.days = life.module_days

    def pace(self) -> None:
        """Two weekdays before the programme opens: the pace, most often the planned one, and a note of the conversation."""
        chance = self.life.stream("pace")
        agrees, slow, minute = chance.random() < AGREES, chance.random() < SLOW, chance.randint(0, 40)
        if agrees and self.life.visit1_on is not None:
            opens = self.life.visit1_on + timedelta(days=self.schedule.day)
            self._at(_weekday_before(opens - timedelta(days=1)), 15, minute, self._agree, slow, False, chance)

    def pause(self) -> None:
        """A few days between two modules, or two weeks after the last of somebody who will not go on."""
        chance = self.life.stream("pause")
        gaps = [(a, b) for a, b in zip(self.days, self.days[1:], strict=False) if (b - a).days >= 5 and a.weekday() < 5]
        if chance.random() >= PAUSES or not self.days:
            return
        if gaps and self._goes_all_the_way:
            before, after = chance.choice(gaps)
            self._at(before, 18, 30, self._pause, before + timedelta(days=1), after - timedelta(days=1), False, chance)
        elif not self._goes_all_the_way:
            first = workday(self.days[-1] + timedelta(days=3))
            ends_early = chance.random() < ENDED_EARLY
            self._at(first, 9, 40, self._pause, first, first + timedelta(days=LONG_PAUSE - 1), ends_early, chance)

    def hold(self) -> None:
        """After a module the next one waits, and is released in the morning of the day that needs it, at the latest."""
        chance = self.life.stream("hold")
        if chance.random() >= IS_HELD or len(self.days) < 3:
            return
        place = chance.randrange(len(self.days) - 2)
        held_on = workday(self.days[place] + timedelta(days=1))
        released_on = _weekday_before(self.days[place + 2])
        if held_on < released_on:
            self._at(held_on, 14, 10, self._hold, released_on, chance)

    def core_alone(self) -> None:
        """Somebody who has gone quiet is offered the core alone."""
        chance = self.life.stream("core alone")
        if self.days and not self._goes_all_the_way and chance.random() < CORE_ALONE:
            self._at(workday(self.days[-1] + timedelta(days=12)), 10, 20, self._agree, True, True, chance)

    @property
    def _goes_all_the_way(self) -> bool:
        model = self.director.model.programme
        return model is not None and len(self.days) == model.modules

    # The steps ----------------------------------------------------------------------------------------------------
    def _at(self, day: date, hour: int, minute: int, step: Callable[..., None], *told: Any) -> None:
        """Put a step on the agenda; on its day it is left out when the person has stopped."""

        def take() -> None:
            course = courses.course_of(self.person)
            if course is not None and course.stopped_at is None:
                step(course, self.director.clinician(self.person, Role.THERAPIST), *told)

        self.director.later(max(clock.at(day, hour, minute), clock.now() + timedelta(minutes=1)), take)

    def _agree(self, course: Course, therapist: Account, slow: bool, core_only: bool, chance: Random) -> None:
        words = self._words("slower", chance) if slow or core_only else ""
        per_week = max(self.schedule.pace_per_week - 1, 1) if slow else self.schedule.pace_per_week
        key = self.director.key(self.life, "pace", core_only)
        arranging.agree_pace(course=course, per_week=per_week, core_only=core_only, words=words, key=key, by=therapist)
        note = self.director.key(self.life, "note", core_only)
        programme.write_note(course=course, text=self._words("notes", chance), key=note, by=therapist)

    def _pause(
        self, course: Course, therapist: Account, first: date, last: date, ends_early: bool, chance: Random
    ) -> None:
        pause = arranging.plan_pause(
            course=course, from_on=first, until_on=last, words=self._words("pauses", chance),
            key=self.director.key(self.life, "pause"), by=therapist,
        )  # fmt: skip
        if ends_early:
            day = workday(first + timedelta(days=7))
            self._at(day, 11, 15, partial(self._end_pause, pause))

    def _end_pause(self, pause: Pause, _course: Course, therapist: Account) -> None:
        arranging.end_pause(pause=pause, by=therapist)

    def _hold(self, course: Course, therapist: Account, released_on: date, chance: Random) -> None:
        hold = arranging.hold_next(
            course=course, look_again_on=released_on, words=self._words("holds", chance),
            key=self.director.key(self.life, "hold"), by=therapist,
        )  # fmt: skip
        self._at(released_on, 8, 20, partial(self._release, hold))

    def _release(self, hold: Hold, _course: Course, therapist: Account) -> None:
        arranging.release(hold=hold, next_opens=self.schedule.next_opens, by=therapist)

    def _words(self, kind: str, chance: Random) -> str:
        return self.director.words(self.life, kind, chance)


def _weekday_before(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
