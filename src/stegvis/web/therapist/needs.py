"""What a person needs of their therapist, and in which order: rules over what was read, without a query of their own.

Three rules act before anybody asks. *Welcome*: the course has opened and nothing has been written to the person yet.
*Week 2*: the second step is not open by day 10, since being behind in week 2 goes with finishing fewer modules
(Gasslander N et al. BMC Psychol 2021, doi:10.1186/s40359-021-00663-x). *Quiet*: nothing was read, written or sent for a
week. A message, an answer or a call gives a week of rest; whoever waits for an answer needs no reminder of being quiet.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from stegvis.audit import clock
from stegvis.methods.programme.content import Module, Programme
from stegvis.methods.study.workdays import Workdays
from stegvis.programme.queries import Course

Kind = Literal["safety", "homework", "message", "welcome", "week_two", "quiet"]

WEEK_TWO_DAY = 10
QUIET_DAYS = 7
USE_DAYS = 14


@dataclass(frozen=True)
class Aims:
    """When an answer is due: within so many working days, by the trial's calendar."""

    today: date
    workdays: Workdays
    reply_days: int


@dataclass(frozen=True)
class Waiting:
    """Messages without an answer: since when, and how many have not been read."""

    since: datetime
    unread: int


@dataclass(frozen=True)
class Standing:
    """One person of the caseload as they stand today.

    `homework` waits for an answer, oldest first; `alert` is the oldest that nobody has closed. `written_at`,
    `answered_at` and `called_on` are the therapist's last message, answer and call; `used` are days in use of late.
    """

    course: Course
    programme: Programme
    went_on: bool = False
    sent: int = 0
    homework: tuple[Any, ...] = ()
    message: Waiting | None = None
    alert: Any = None
    written_at: datetime | None = None
    answered_at: datetime | None = None
    called_on: date | None = None
    used: frozenset[date] = frozenset()

    @property
    def code(self) -> str:
        """The participant's code."""
        return str(self.course.participant.code)

    @property
    def language(self) -> str:
        """The language in which the person has the programme."""
        chosen = self.course.participant.language
        return chosen if chosen in self.programme.languages else self.programme.languages[0]

    @property
    def step(self) -> Module | None:
        """The step they are at: the first whose homework has not been sent; None when all have."""
        written = self.programme.written
        return written[self.sent] if self.sent < len(written) else None

    @property
    def weeks(self) -> int:
        """How many weeks the programme is laid out for."""
        return max((module.week for module in self.programme.modules), default=0)

    def days_open(self, today: date) -> int:
        """For how many days the course has been open; negative before it opens."""
        return (today - self.course.opens_on).days

    def is_under_way(self, today: date) -> bool:
        """Whether the person is in the middle of it: open, not stopped, within its weeks, and with a step to go."""
        in_time = 0 <= self.days_open(today) < self.weeks * 7
        return in_time and self.course.stopped_at is None and self.step is not None

    def steps_behind(self, today: date, pace_per_week: int) -> int:
        """By how many steps they are behind the protocol's pace, counted in whole weeks; 0 when they are not."""
        if not self.is_under_way(today):
            return 0
        planned = min(self.days_open(today) // 7 * pace_per_week, len(self.programme.written))
        return max(planned - self.sent, 0)

    def quiet_days(self, today: date) -> int:
        """For how many days nothing has been read, written or sent; `USE_DAYS` stands for that many or more."""
        return min((today - max({*self.used, self.course.opens_on})).days, USE_DAYS)


@dataclass(frozen=True)
class Need:
    """One reason to turn to a person: what, since when it waits, and the day by which it is due."""

    kind: Kind
    since: datetime
    due: date

    def is_late(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.due < today


def needs_of(person: Standing, aims: Aims) -> tuple[Need, ...]:
    """What a person needs, the most pressing first: safety, then what is late, then the longest wait."""
    asked = [*_safety(person), *_answers(person, aims)]
    found = asked if person.homework or person.message else [*asked, *_unasked(person, aims)]
    return tuple(sorted(found, key=lambda need: pressing(need, aims.today)))


def pressing(need: Need, today: date) -> tuple[bool, bool, datetime]:
    """The order of the worklist: safety, late, longest wait."""
    return need.kind != "safety", not need.is_late(today), need.since


def _safety(person: Standing) -> list[Need]:
    if person.alert is None:
        return []
    raised = person.alert.raised_at
    return [Need("safety", raised, clock.local(raised).date())]


def _answers(person: Standing, aims: Aims) -> list[Need]:
    """Homework and messages: due within the protocol's working days, the day on which they came not counted."""
    found: list[tuple[Kind, datetime]] = []
    if person.homework:
        found.append(("homework", person.homework[0].sent_at))
    if person.message:
        found.append(("message", person.message.since))
    return [Need(kind, since, aims.workdays.after(clock.local(since).date(), aims.reply_days)) for kind, since in found]


def _unasked(person: Standing, aims: Aims) -> list[Need]:
    """The first of welcome, week 2 and quiet that holds for somebody who is under way."""
    if not person.is_under_way(aims.today):
        return []
    opened = person.course.opens_on
    week_two = opened + timedelta(days=WEEK_TWO_DAY)
    quiet_from = _last_sign(person) + timedelta(days=QUIET_DAYS)
    if person.written_at is None and person.answered_at is None:
        return [_on("welcome", opened, aims)]
    if aims.today >= week_two and _is_stuck(person) and not _turned_to(person, week_two):
        return [_on("week_two", week_two, aims)]
    if aims.today >= quiet_from:
        return [_on("quiet", quiet_from, aims)]
    return []


def _on(kind: Kind, day: date, aims: Aims) -> Need:
    """Something that comes up by itself on a day, and is due that day or on the next working day."""
    return Need(kind, clock.at(day, 0), aims.workdays.on_or_after(day))


def _is_stuck(person: Standing) -> bool:
    return len(person.programme.written) > 1 and not person.went_on


def _contacts(person: Standing) -> list[date]:
    moments = [moment for moment in (person.written_at, person.answered_at) if moment]
    return [*(clock.local(moment).date() for moment in moments), *([person.called_on] if person.called_on else [])]


def _turned_to(person: Standing, since: date) -> bool:
    return any(day >= since for day in _contacts(person))


def _last_sign(person: Standing) -> date:
    """The last day on which the person used the programme or was turned to; the opening when there is none."""
    return max([person.course.opens_on, *person.used, *_contacts(person)])
