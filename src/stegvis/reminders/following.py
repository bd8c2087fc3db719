"""Following: whether a reminder of the programme is due, asked at the moment of sending and never before.

One planned row a person follows them through the programme. When its time comes it is sent, or it waits for a later moment,
or it ends. A person is reminded after so many days without a sign of use (the protocol's, more at a slower pace), at most
as often as the protocol has such days; then it is the therapist's turn, and the row waits until they are back. A pause, a
quiet week, a step that a therapist holds or that waits for an answer are no reason to remind anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stegvis.audit import clock
from stegvis.methods.programme import pace
from stegvis.people.models import Participant
from stegvis.programme import arrangements
from stegvis.programme import queries as courses
from stegvis.programme.arrangements import Arrangement
from stegvis.programme.models import Course
from stegvis.protocol import queries as protocols
from stegvis.reminders import queries
from stegvis.reminders.models import PlannedMessage, Preference

LATEST_HOUR = 21
"""Nothing goes out from this hour on: what was held up until the evening waits for the next day."""


@dataclass(frozen=True)
class Send:
    """It is due now, by this channel and with the way to the exact next part."""

    channel: str
    target: str


@dataclass(frozen=True)
class Wait:
    """It is not due yet; ask again then."""

    until: datetime


@dataclass(frozen=True)
class End:
    """It will never be due again."""


Decision = Send | Wait | End


def decide(message: PlannedMessage) -> Send | Wait | End:
    """What is to be done with a person's row now that its time has come."""
    person = message.participant
    course = courses.course_of(person) if person is not None else None
    if person is None or course is None or course.stopped_at is not None:
        return End()
    arranged = arrangements.arrangement_of(course)
    if _is_over(course, arranged):
        return End()
    return _decide(person, course, arranged, queries.preference_of(person))


def _decide(person: Participant, course: Course, arranged: Arrangement, chosen: Preference) -> Send | Wait | End:
    today = clock.today()
    rests_until = max(_rests_until(course, arranged, chosen, today), default=None)
    if rests_until is not None:
        return Wait(clock.at(rests_until + timedelta(days=1), chosen.hour))
    days = _days_to_remind(arranged)
    since = _last_sign(course, arranged, chosen)
    soonest = clock.at(since + timedelta(days=min(days, default=0)), chosen.hour)
    if clock.now() < soonest:  # what most are found to be, before anything dearer is asked
        return Wait(soonest)
    sent = queries.sent_since(person, queries.NEXT_STEP, since)
    later = Wait(clock.at(today + timedelta(days=min(days, default=1)), chosen.hour))  # no sign makes it due sooner
    if sent >= len(days) or chosen.channel == queries.NONE:
        return later
    moment = clock.at(since + timedelta(days=days[sent]), chosen.hour)
    if clock.now() < moment:
        return Wait(moment)
    if not chosen.hour <= clock.local(clock.now()).hour < LATEST_HOUR:
        soonest = clock.at(today, chosen.hour)
        return Wait(soonest if clock.now() < soonest else clock.at(today + timedelta(days=1), chosen.hour))
    way = courses.way(course)  # the dearest question last
    if all(step.is_done for step in way.on_way if step.module.written):
        return End()
    if way.next is None:
        return later
    part = way.next_part(way.next, person.account.language)
    return Send(chosen.channel, queries.part_path(person.account.language, way.next.module.code, part))


def _rests_until(course: Course, arranged: Arrangement, chosen: Preference, today: date) -> Iterator[date]:
    """The last day of whatever keeps reminders quiet today: before the opening, a pause, a quiet week."""
    if course.opens_on > today:
        yield course.opens_on
    pause = arranged.pause_on(today)
    if pause is not None:
        yield pause.last_on
    if chosen.quiet_from and chosen.quiet_until and chosen.quiet_from <= today <= chosen.quiet_until:
        yield chosen.quiet_until


def _days_to_remind(arranged: Arrangement) -> list[int]:
    """After how many days without use each reminder goes, at this person's pace."""
    schedule = protocols.current().programme
    return [arranged.patience(days) for days in (schedule.remind_after_days if schedule else ())]


def _last_sign(course: Course, arranged: Arrangement, chosen: Preference) -> date:
    """The last day of use, of a step that opened, of a pause or of a quiet week; the opening when there is none."""
    today = clock.today()
    used = courses.days_in_use([course.pk], course.opens_on).get(course.pk, set())
    paused = arranged.last_paused(today)
    quiet = [chosen.quiet_until] if chosen.quiet_until and chosen.quiet_until < today else []
    opened = courses.last_opened_on(course)
    return max([course.opens_on, *used, *quiet, *(day for day in (paused, opened) if day)])


def _is_over(course: Course, arranged: Arrangement) -> bool:
    """Whether the weeks of the programme have passed, at this person's pace and without days of pause, and four more."""
    weeks = max((module.week for module in courses.content(course.release_id).modules), default=0)
    days = pace.stretched(weeks * 7, arranged.planned, min(arranged.per_week, arranged.planned)) + 28
    today = clock.today()
    return (today - course.opens_on).days - arranged.days_paused(course.opens_on, today) > days
