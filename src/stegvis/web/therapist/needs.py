"""What a person needs of their therapist, and in which order: rules over what was read, without a query of their own.

Three rules act before anybody asks. *Welcome*: the course has opened and nothing has been written to the person yet.
*Week 2*: the second step is not open by day 10, since being behind in week 2 goes with finishing fewer modules
(Gasslander N et al. BMC Psychol 2021, doi:10.1186/s40359-021-00663-x). *Quiet*: nothing was read, written or sent for a
week. A message, an answer or a call gives a week of rest; whoever waits for an answer needs no reminder of being quiet.
Two conversations are asked for besides: the start call from a week before the course opens, and a closing one once it is
over or done. A pause that was agreed silences the three, and a slower pace gives them as much more time. A held step comes
up on the day on which it is to be looked at again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from stegvis.audit import clock
from stegvis.methods.programme import pace
from stegvis.methods.programme.content import Module, Programme
from stegvis.methods.study.workdays import Workdays
from stegvis.programme.arrangements import Arrangement
from stegvis.programme.queries import Course

Kind = Literal["safety", "homework", "message", "held", "start", "closing", "welcome", "week_two", "quiet"]

WEEK_TWO_DAY = 10
QUIET_DAYS = 7
USE_DAYS = 14
START_CALL_DAYS = 7


@dataclass(frozen=True)
class Aims:
    """When an answer is due: within so many working days, by the trial's calendar; after how many days quiet is a need."""

    today: date
    workdays: Workdays
    reply_days: int
    quiet_days: int = QUIET_DAYS


@dataclass(frozen=True)
class Waiting:
    """Messages without an answer: since when, and how many have not been read."""

    since: datetime
    unread: int


def language_of(participant: Any, programme: Programme) -> str:
    """The language in which somebody has the programme: their own, or the first that it is written in."""
    chosen = str(participant.language)
    return chosen if chosen in programme.languages else programme.languages[0]


@dataclass(frozen=True)
class Standing:
    """One person of the caseload as they stand today.

    `sent` counts the modules whose homework was sent, and `furthest` is the number of the last of them; `opened`
    is that of the last that was opened, 0 while only the first is; `arranged` is what was agreed about pace, pauses and
    holds. `homework` waits for an answer, oldest first; `alert` is the oldest that nobody has closed. `written_at`,
    `answered_at` and `called_on` are the therapist's last message, answer and call; `used` are days in use of late.
    """

    course: Course
    programme: Programme
    sent: int = 0
    furthest: int = 0
    opened: int = 0
    arranged: Arrangement | None = None
    homework: tuple[Any, ...] = ()
    message: Waiting | None = None
    alert: Any = None
    written_at: datetime | None = None
    answered_at: datetime | None = None
    called_on: date | None = None
    used: frozenset[date] = frozenset()
    held_back: bool = False
    """Whether something has happened because of which nobody writes to the person or calls."""
    covered_for: str = ""
    """The code of the colleague whose caseload it is, when they are away and this is cover."""

    @property
    def code(self) -> str:
        """The participant's code."""
        return str(self.course.participant.code)

    @property
    def language(self) -> str:
        """The language in which the person has the programme."""
        return language_of(self.course.participant, self.programme)

    @cached_property
    def on_way(self) -> tuple[Module, ...]:
        """The modules on this person's way: all that are written, or from where they are on the core alone."""
        only_core = self.arranged is not None and self.arranged.core_only
        last = max(self.furthest, self.sent, self.opened)
        return tuple(each for each in self.programme.written if each.core or not only_core or each.number <= last)

    @cached_property
    def step(self) -> Module | None:
        """The step they are at: the first on their way whose homework has not been sent; None when all have."""
        last = self.furthest or self.sent
        return next((each for each in self.on_way if each.number > last), None)

    @cached_property
    def weeks(self) -> int:
        """How many weeks the programme is laid out for, more at a slower pace; days of pause come on top."""
        planned = max((module.week for module in self.programme.modules), default=0)
        if self.arranged is None or not self.arranged.is_slow:
            return planned
        return max(planned, pace.weeks_needed(len(self.on_way), self.arranged.per_week))

    def days_open(self, today: date) -> int:
        """For how many days the course has been open; negative before it opens."""
        return (today - self.course.opens_on).days

    def days_counted(self, today: date) -> int:
        """The same without days of pause: what pace and weeks are counted in."""
        yesterday = today - timedelta(days=1)
        off = self.arranged.days_paused(self.course.opens_on, yesterday) if self.arranged else 0
        return self.days_open(today) - off

    def is_paused(self, today: date) -> bool:
        """Whether today lies in a pause that was agreed."""
        return self.arranged is not None and self.arranged.pause_on(today) is not None

    def is_under_way(self, today: date) -> bool:
        """Whether the person is in the middle of it: open, not stopped, within its weeks, and with a step to go."""
        in_time = self.days_open(today) >= 0 and self.days_counted(today) < self.weeks * 7
        return in_time and self.course.stopped_at is None and self.step is not None

    def steps_behind(self, today: date, pace_per_week: int) -> int:
        """By how many steps they are behind the agreed pace, or the protocol's, in whole weeks; 0 when they are not."""
        if not self.is_under_way(today):
            return 0
        per_week = self.arranged.per_week if self.arranged else pace_per_week
        return max(pace.expected(self.days_counted(today), per_week, len(self.on_way)) - self.sent, 0)

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
    """What a person needs, the most pressing first: safety, then what is late, then the longest wait.

    Of whom a life event holds everything back, an alert and what they have sent themselves; nobody is asked to turn to them.
    """
    if person.held_back:
        found = [*_safety(person), *_answers(person, aims)]
        return tuple(sorted(found, key=lambda need: pressing(need, aims.today)))
    asked = [*_safety(person), *_answers(person, aims), *_held(person, aims), *_conversations(person, aims)]
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


def _held(person: Standing, aims: Aims) -> list[Need]:
    """A held module, from the day on which it is to be looked at again: whoever has the caseload then is asked."""
    hold = person.arranged.held if person.arranged else None
    if hold is None or person.course.stopped_at is not None or aims.today < hold.look_again_on:
        return []
    return [_on("held", hold.look_again_on, aims)]


def _conversations(person: Standing, aims: Aims) -> list[Need]:
    """The start call, from a week before the course opens until its weeks are over, and the closing one after them.

    Neither closes anything: the first module opens on its day whether or not somebody has called.
    """
    if person.arranged is None or person.course.stopped_at is not None:
        return []
    settled, opens_on = person.arranged.settled, person.course.opens_on
    is_over = person.days_counted(aims.today) >= person.weeks * 7
    if not is_over and "start" not in settled and aims.today >= opens_on - timedelta(days=START_CALL_DAYS):
        return [
            Need("start", clock.at(opens_on - timedelta(days=START_CALL_DAYS), 0), aims.workdays.on_or_after(opens_on))
        ]
    if person.sent and "closing" not in settled and (is_over or person.step is None):
        return [_on("closing", _ended_on(person, aims.today), aims)]
    return []


def _ended_on(person: Standing, today: date) -> date:
    """The day from which a closing conversation is due: the last answer when all is done, otherwise the end of its weeks."""
    if person.step is None:
        return clock.local(person.answered_at).date() if person.answered_at else today
    off = person.days_open(today) - person.days_counted(today)
    return person.course.opens_on + timedelta(days=person.weeks * 7 + off)


def _unasked(person: Standing, aims: Aims) -> list[Need]:
    """The first of welcome, week 2 and quiet that holds for somebody who is under way."""
    if not person.is_under_way(aims.today) or person.is_paused(aims.today):
        return []
    opened = person.course.opens_on
    week_two = _shifted(opened, WEEK_TWO_DAY, person, aims.today)
    quiet_from = _last_sign(person, aims.today) + timedelta(days=_patience(person, aims.quiet_days))
    if person.written_at is None and person.answered_at is None:
        return [_on("welcome", opened, aims)]
    if person.arranged and person.arranged.held:
        return []
    if aims.today >= week_two and _is_stuck(person) and not _turned_to(person, week_two):
        return [_on("week_two", week_two, aims)]
    if aims.today >= quiet_from:
        return [_on("quiet", quiet_from, aims)]
    return []


def _on(kind: Kind, day: date, aims: Aims) -> Need:
    """Something that comes up by itself on a day, and is due that day or on the next working day."""
    return Need(kind, clock.at(day, 0), aims.workdays.on_or_after(day))


def _is_stuck(person: Standing) -> bool:
    return len(person.programme.written) > 1 and person.opened <= 1


def _contacts(person: Standing) -> list[date]:
    moments = [moment for moment in (person.written_at, person.answered_at) if moment]
    return [*(clock.local(moment).date() for moment in moments), *([person.called_on] if person.called_on else [])]


def _turned_to(person: Standing, since: date) -> bool:
    return any(day >= since for day in _contacts(person))


def _last_sign(person: Standing, today: date) -> date:
    """The last day on which the person used the programme, was turned to or paused; the opening when there is none."""
    paused = person.arranged.last_paused(today) if person.arranged else None
    return max([person.course.opens_on, *person.used, *_contacts(person), *([paused] if paused else [])])


def _patience(person: Standing, days: int) -> int:
    """So many days at the protocol's pace, at the one agreed with this person."""
    return person.arranged.patience(days) if person.arranged else days


def _shifted(day: date, days: int, person: Standing, today: date) -> date:
    """So many days after a day, later by the days of pause and by a slower pace."""
    paused = person.arranged.days_paused(day, today) if person.arranged else 0
    return day + timedelta(days=_patience(person, days) + paused)
