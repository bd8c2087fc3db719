"""Corresponding: messages both ways: a question and its answer, and a therapist who writes to somebody gone quiet."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from stegvis.audit import clock
from stegvis.demonstration.lives import Life, workday
from stegvis.messaging import actions as messaging
from stegvis.people.models import Participant, Role
from stegvis.programme import queries as courses
from stegvis.trial import actions as trial

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

QUIET_DAYS = 9
ANSWERS_BACK = 0.5
"""The share of those who went quiet and write back; a guess."""


class Corresponding:
    """Plays the conversations in writing."""

    def __init__(self, director: Director) -> None:
        self.director = director

    def begin(self, life: Life, person: Participant) -> None:
        """Whoever will stop before the end is written to once, some days after their last module."""
        programme = self.director.model.programme
        if programme is None or not 0 < len(life.module_days) < programme.modules:
            return
        day = workday(life.module_days[-1] + timedelta(days=QUIET_DAYS))
        self.director.later(clock.at(day, 10, life.number % 60), partial(self._write_to, life, person))

    def ask(self, life: Life, person: Participant, channel: str) -> None:
        """The person asks something; it is answered on the next working day."""
        trial.write(
            participant=person, channel=channel, body=self.director.words(life, "questions"),
            key=self.director.key(life, "question", clock.now()), by=person.account,
        )  # fmt: skip
        day = workday(clock.today() + timedelta(days=1))
        self.director.later(clock.at(day, 11, life.number % 60), partial(self._answer, life, person, channel))

    def _answer(self, life: Life, person: Participant, channel: str) -> None:
        clinician = self.director.clinician(person, channel)
        messaging.mark_read(participant=person, channel=channel, by=clinician)
        messaging.send(
            participant=person, channel=channel, body=self.director.words(life, "answers"),
            key=self.director.key(life, "answer", clock.now()), by=clinician,
        )  # fmt: skip

    def _write_to(self, life: Life, person: Participant) -> None:
        course = courses.course_of(person)
        if course is None or course.stopped_at is not None:
            return
        chance = life.stream("quiet")
        therapist = self.director.clinician(person, Role.THERAPIST)
        messaging.send(
            participant=person, channel="therapist", body=self.director.words(life, "nudges", chance),
            key=self.director.key(life, "nudge"), by=therapist,
        )  # fmt: skip
        if chance.random() < ANSWERS_BACK:
            later = clock.now() + timedelta(hours=chance.randint(5, 60))
            self.director.later(later, partial(self._write_back, life, person))

    def _write_back(self, life: Life, person: Participant) -> None:
        """Read it and write back; the therapist reads that, and lets it be."""
        course = courses.course_of(person)
        if course is None or course.stopped_at is not None:
            return
        messaging.mark_read(participant=person, channel="therapist", by=person.account)
        trial.write(
            participant=person, channel="therapist", key=self.director.key(life, "back"), by=person.account,
            body=self.director.words(life, "written_back", life.stream("back")),
        )  # fmt: skip
        day = workday(clock.today() + timedelta(days=1))
        self.director.later(clock.at(day, 11, 30), partial(self._settle, person))

    def _settle(self, person: Participant) -> None:
        therapist = self.director.clinician(person, Role.THERAPIST)
        messaging.mark_read(participant=person, channel="therapist", by=therapist)
        messaging.settle(participant=person, channel="therapist", by=therapist)
