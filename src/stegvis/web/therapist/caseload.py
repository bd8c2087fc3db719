"""The therapist's caseload, read whole in a fixed number of queries, and the worklist made of it.

Asked once a request: the list, the count in the rail, the person's head and "then goes to" all come from the same reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

from django.http import HttpRequest

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.one_of import OneOf
from stegvis.messaging import queries as messaging
from stegvis.messaging.queries import Channel
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.programme import arrangements
from stegvis.programme import queries as programme
from stegvis.programme.queries import Course
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.web.therapist.needs import QUIET_DAYS, USE_DAYS, Aims, Need, Standing, Waiting, needs_of, pressing

MOST_WAITING = 1000
"""More messages than this are never waiting in one caseload; the inbox wants a limit."""

_KEPT = "therapist_worklist"


@dataclass(frozen=True)
class Row:
    """A person and what they need, the most pressing first."""

    person: Standing
    needs: tuple[Need, ...] = ()

    @property
    def for_therapist(self) -> Need | None:
        """What the therapist can see to: the first need that is not the safety rota's."""
        return next((need for need in self.needs if need.kind != "safety"), None)


@dataclass(frozen=True)
class Worklist:
    """The caseload of one therapist on one day."""

    aims: Aims
    protocol: Protocol
    everyone: tuple[Row, ...] = ()
    on_rota: bool = False
    """Whether the therapist is on a safety rota, and so opens alerts as well."""

    @cached_property
    def needs_you(self) -> tuple[Row, ...]:
        """Whoever needs the therapist: safety, then what is late, then the longest wait."""
        needed = [row for row in self.everyone if row.needs]
        return tuple(sorted(needed, key=lambda row: pressing(row.needs[0], self.aims.today)))

    @cached_property
    def waiting(self) -> tuple[Row, ...]:
        """Whoever is in the middle of it and needs nothing now: the next move is theirs."""
        return tuple(row for row in self.everyone if not row.needs and row.person.is_under_way(self.aims.today))

    def row(self, code: str) -> Row | None:
        """The row of one participant."""
        return next((row for row in self.everyone if row.person.code == code), None)

    def after(self, code: str) -> Row | None:
        """Who is next when one is done with a person: whoever stands below them, and from the top after the last.

        Somebody who only has an open alert is passed over: the safety rota has that.
        """
        codes = [row.person.code for row in self.needs_you]
        place = codes.index(code) + 1 if code in codes else 0
        others = [*self.needs_you[place:], *self.needs_you[:place]]
        return next((row for row in others if row.for_therapist and row.person.code != code), None)


def of(request: HttpRequest) -> Worklist:
    """The worklist of the therapist who is signed in; read once a request."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, worklist(cast(Actor, request.user)))
    return cast(Worklist, getattr(request, _KEPT))


def quiet_after(reminded: Sequence[int]) -> int:
    """After how many days without use it is the therapist's turn: on the day after the last reminder."""
    return reminded[-1] + 1 if reminded else QUIET_DAYS


def worklist(therapist: Actor) -> Worklist:
    """A therapist's worklist today, in sixteen queries whatever the caseload."""
    protocol = protocols.current()
    schedule = protocol.programme
    courses = list(programme.courses_of(therapist))
    aims = Aims(
        clock.today(),
        protocol.workdays_at(*{course.participant.site.code for course in courses}),
        reply_days=schedule.reply_within_working_days if schedule else 1,
        quiet_days=quiet_after(schedule.remind_after_days if schedule else ()),
    )
    rows = tuple(Row(person, needs_of(person, aims)) for person in _standings(therapist, courses, aims.today))
    return Worklist(aims, protocol, rows, on_rota=bool(safety.sites_watched_by(therapist)))


def _standings(therapist: Actor, courses: list[Course], today: date) -> list[Standing]:
    everyone = [course.pk for course in courses]
    going_on = [course.pk for course in courses if course.stopped_at is None and course.opens_on <= today]
    first = min((course.opens_on for course in courses), default=today)
    homework = programme.waiting_in(everyone)
    messages = {row.participant.pk: row for row in messaging.inbox(therapist, limit=MOST_WAITING)}
    written = messaging.last_answers(going_on, Channel.THERAPIST)
    counts, opened = programme.homework_counts(everyone), programme.last_opened(everyone)
    arranged = arrangements.arrangements(everyone)
    used = programme.days_in_use(going_on, today - timedelta(days=USE_DAYS - 1))
    calls = programme.last_calls(going_on, first)
    alerts = _oldest_alerts(everyone)
    away = {each.clinician_id: each.clinician.code for each in people.covers_today(therapist)}
    nothing = programme.HomeworkCount()
    return [
        Standing(
            course=course,
            programme=programme.content(course.release_id),
            opened=opened.get(key, 0),
            arranged=arranged[key],
            homework=tuple(homework.get(key, ())),
            message=_waiting(messages.get(key)),
            alert=alerts.get(key),
            written_at=written.get(key),
            called_on=calls.get(key),
            used=frozenset(used.get(key, ())),
            held_back=course.is_held_back,  # type: ignore[attr-defined]
            covered_for=away.get(course.clinician, ""),  # type: ignore[attr-defined]  # an annotation of the query
            **counts.get(key, nothing)._asdict(),
        )
        for key, course in zip(everyone, courses, strict=True)
    ]


def use_of(person: Standing, today: date) -> tuple[bool, ...]:
    """The last days, oldest first, True for one in use; nothing for a course that has not opened or was stopped."""
    if person.course.stopped_at is not None or person.days_open(today) < 0:
        return ()
    days = [today - timedelta(days=n) for n in reversed(range(USE_DAYS))]
    return tuple(day in person.used for day in days)


def _waiting(row: messaging.InboxRow | None) -> Waiting | None:
    return Waiting(row.since, row.unread) if row else None


def _oldest_alerts(participants: Sequence[int]) -> dict[int, Any]:
    """By participant the alert that has been open longest; what stands in its note is the rota's to read."""
    found: dict[int, Any] = {}
    for alert in safety.open_alerts().filter(OneOf("participant", participants)).defer("note"):
        found.setdefault(alert.participant_id, alert)
    return found
