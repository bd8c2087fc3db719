"""Guided: one made-up person's way through the programme and their therapist's replies, each call that of a page.

The old draws come from the life's own stream, in the order in which they always came; whatever is new draws from a stream
of its own (`Life.stream`), so that no figure of the trial changes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from stegvis.audit import clock
from stegvis.audit.reading import record_reading
from stegvis.demonstration import arranged, conversations, own_questions, sheets, using, writing
from stegvis.demonstration.corresponding import Corresponding
from stegvis.demonstration.lives import Life, workday
from stegvis.demonstration.replies import told_by
from stegvis.methods.study.measurement import ProgrammeSchedule
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import actions as programme
from stegvis.programme import drafts, policies
from stegvis.programme import queries as courses
from stegvis.programme.models import Feedback, Homework
from stegvis.safety import queries as alerts
from stegvis.trial import actions as trial

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

ASKS_AGAIN, TAKES_BACK, SETS_RIGHT = 0.08, 0.04, 0.05
"""The shares of replies that ask for a part again, that are taken back and sent anew, and after which the day's time is set
right; guesses."""
NOTICED, SENT_ANEW = timedelta(seconds=40), timedelta(minutes=6)


@dataclass(frozen=True)
class Drawn:
    """What the life's own stream says about one reply: its words, seconds of work, hours until it is read, a question."""

    words: str
    seconds: int
    read_after: int | None
    asks: bool


class Guided:
    """Plays the programme for a director."""

    def __init__(self, director: Director) -> None:
        self.director = director
        self.corresponding = Corresponding(director)

    def go_through(self, life: Life, person: Participant) -> None:
        """Put the person's modules on the agenda."""
        from stegvis.demonstration.life import hour_of

        for number, day in enumerate(life.module_days, start=1):
            self.director.later(clock.at(day, *hour_of(life)), partial(self._module, life, person, number))

    def begin(self, life: Life, person: Participant, schedule: ProgrammeSchedule) -> None:
        """Put what goes with the programme on the agenda: conversations, arrangements, check-ins, a therapist's letter."""
        for each in conversations.planned(self.director.model, life, schedule.day):
            key = self.director.key(life, "talk", each.kind)
            self.director.later(
                max(each.at, clock.now() + timedelta(minutes=1)),
                partial(conversations.hold, each, person, key, self.director.clinician),
            )
        arranged.begin(self.director, life, person, schedule)
        own_questions.begin(self.director, life, person, schedule)
        self.corresponding.begin(life, person)

    # The person ---------------------------------------------------------------------------------------------------
    def _module(self, life: Life, person: Participant, number: int) -> None:
        """Read a module, write, send; the therapist answers a day or two later."""
        course = courses.course_of(person)
        assert course is not None  # only lives in an arm with the programme have days for it
        module = courses.content(course.release_id).written[number - 1]
        account = person.account
        is_short = life.choices.random() < 0.25
        length = "short" if is_short else "full"
        low_energy = using.has_low_energy(life, module, length)
        using.use(life, course, module, length, low_energy=low_energy)
        for part in module.parts(life.language):
            programme.finish_part(
                course=course, module=module.code, part=part.number, length=length, low_energy=low_energy, by=account
            )
        hand = Random(f"{life.number} {module.code}")  # noqa: S311 - its own, so that a new field changes no life
        words = writing.written(module, life.language, self.director.model.homework, hand, short=is_short)
        drafts.save(course=course, module=module.code, values=words, by=account)
        key = self.director.key(life, "homework", number)
        homework = trial.send_homework(course=course, module=module.code, key=key, by=account)
        sheets.write(self.director.model, life, person, module.code)
        self._reply_later(life, person, homework, life.choices.randint(1, 2))

    def _again(self, life: Life, person: Participant, asked: Homework, part: int) -> None:
        """Write the part that was asked for once more, and send it; whoever has stopped does not."""
        course = courses.course_of(person)
        if course is None or course.stopped_at is not None:
            return
        module = courses.content(course.release_id).module(asked.module)
        chance = life.stream(f"again:{module.code}")
        words = writing.written_in(module.part(part, life.language), module.code, life.language,
                                   self.director.model.homework, chance)  # fmt: skip
        drafts.save(course=course, module=module.code, values=words, by=person.account)
        key = self.director.key(life, "again", module.code)
        homework = trial.send_homework(course=course, module=module.code, key=key, by=person.account)
        day = workday(clock.today() + timedelta(days=1))
        said = self.director.words(life, "thanks", chance)
        drawn = Drawn(said, chance.randint(120, 300), chance.randint(4, 40), asks=False)
        self.director.later(clock.at(day, 13, life.number % 60), partial(self._send, life, person, homework, drawn))

    def _read(self, person: Participant, feedback: Feedback) -> None:
        programme.read_feedback(feedback=feedback, by=person.account)

    # The therapist ------------------------------------------------------------------------------------------------
    def _reply_later(self, life: Life, person: Participant, homework: Homework, days: int) -> None:
        day = workday(clock.today() + timedelta(days=days))
        self.director.later(clock.at(day, 13, life.number % 60), partial(self._reply, life, person, homework))

    def _reply(self, life: Life, person: Participant, homework: Homework) -> None:
        choices = life.choices
        words, seconds = self.director.words(life, "replies"), choices.randint(240, 900)
        read_after = choices.randint(4, 40) if choices.random() < 0.9 else None
        self._send(life, person, homework, Drawn(words, seconds, read_after, asks=choices.random() < 0.08))

    def _send(self, life: Life, person: Participant, homework: Homework, drawn: Drawn) -> None:
        """Open homework and answer it; while an alert of the person is open, look again on the next working day."""
        if alerts.open_alerts_of(person):
            day = workday(clock.today() + timedelta(days=1))
            self.director.later(clock.at(day, 15, life.number % 60), partial(self._send, life, person, homework, drawn))
            return
        therapist = self.director.clinician(person, Role.THERAPIST)
        chance = life.stream(f"reply:{homework.module}:{homework.round}")
        again, takes_back, sets_right = (chance.random() for _ in range(3))
        record_reading(participant_code=person.code, kind="homework", by=therapist)  # as the page does, once opened
        programme.open_homework(homework=homework, by=therapist)
        part = self._part_to_ask_for(life, homework, chance) if again < ASKS_AGAIN else None
        text = told_by(therapist, drawn.words, chance)
        if part is not None:
            text = f"{text} {self.director.words(life, 'again', chance)}"
        feedback = self._answer(life, homework, text, part, therapist, "reply")
        programme.keep_time(course=homework.course, seconds=drawn.seconds, kind="page", by=therapist)
        sent = partial(self._after_sending, life, person, homework, part, drawn)
        if takes_back < TAKES_BACK:
            self.director.later(
                clock.now() + NOTICED, partial(self._take_back, life, homework, feedback, text, part, therapist, sent)
            )
        else:
            sent(feedback)
        if sets_right < SETS_RIGHT:
            self._set_right(life, homework, drawn, chance, therapist)

    def _part_to_ask_for(self, life: Life, homework: Homework, chance: Random) -> int | None:
        """A part of the first round to do once more; None where the way has ended or nothing can be written."""
        module = courses.content(homework.course.release_id).module(homework.module)
        parts = sorted(policies.parts_to_write_in(module, life.language))
        return chance.choice(parts) if parts and homework.round == 1 else None

    def _answer(
        self, life: Life, homework: Homework, text: str, part: int | None, therapist: Account, which: str
    ) -> Feedback:
        return trial.send_reply(
            homework=homework, text=text, language=life.language, open_next=False, again_part=part,
            key=self.director.key(life, which, homework.pk), by=therapist,
        )  # fmt: skip

    def _take_back(
        self, life: Life, homework: Homework, feedback: Feedback, text: str, part: int | None, therapist: Account,
        sent: Any,
    ) -> None:  # fmt: skip
        """Take the reply back in its minute, and send it a little later with a greeting that was forgotten."""
        programme.take_back(feedback=feedback, by=therapist)
        greeting = {"sv": "Hej!", "en": "Hello!"}.get(life.language, "Hello!")
        again = partial(self._send_anew, life, homework, f"{greeting} {text}", part, therapist, sent)
        self.director.later(clock.now() + SENT_ANEW, again)

    def _send_anew(
        self, life: Life, homework: Homework, text: str, part: int | None, therapist: Account, sent: Any
    ) -> None:
        """Send it after all, or on the next day while an alert that came in between is open."""
        if alerts.open_alerts_of(homework.course.participant):
            again = partial(self._send_anew, life, homework, text, part, therapist, sent)
            self.director.later(clock.now() + timedelta(days=1), again)
            return
        sent(self._answer(life, homework, text, part, therapist, "anew"))

    def _after_sending(
        self, life: Life, person: Participant, homework: Homework, part: int | None, drawn: Drawn, feedback: Feedback
    ) -> None:
        """It is read or not; a part that was asked for is done again; and some ask a question."""
        if drawn.read_after is not None:
            reading = clock.now() + timedelta(hours=drawn.read_after)
            self.director.later(reading, partial(self._read, person, feedback))
            if part is not None:
                self.director.later(reading + timedelta(minutes=30), partial(self._again, life, person, homework, part))
        if drawn.asks:
            self.director.later(
                clock.now() + timedelta(hours=20), partial(self.corresponding.ask, life, person, "therapist")
            )

    def _set_right(self, life: Life, homework: Homework, drawn: Drawn, chance: Random, therapist: Account) -> None:
        """The clock ran on while somebody stood at the door: the day has fewer minutes than were measured."""
        measured = courses.seconds_on(homework.course, clock.today(), therapist)
        minutes = max((measured - drawn.seconds // 2) // 60, 1)
        programme.adjust_time(
            course=homework.course, on=clock.today(), minutes=minutes, reason=self.director.words(life, "adjusted", chance),
            key=self.director.key(life, "set right", homework.pk), by=therapist,
        )  # fmt: skip
