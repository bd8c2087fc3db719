"""Reads of the programme for an extract: modules, what was arranged, what therapists gave, why people stopped, releases.

All of it is for unblinded extracts only, but for the releases, which tell no arm without their numbers of people.

No words leave: of a reply its length and its marks, of an arrangement its days, of a reason for stopping its code.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from stegvis.audit import clock
from stegvis.consent.models import Layer, Withdrawal
from stegvis.methods.analysis import tables
from stegvis.methods.analysis.tables import BEHAVIOURS, HOLD, PACE, PAUSE
from stegvis.programme import arrangements
from stegvis.programme import queries as programme
from stegvis.programme.models import Course, Feedback, Homework, PartReading
from stegvis.reporting.queries import CHUNK

A_DAY = 24 * 3600
COURSES = 200
"""Of so many people everything that they did in the programme is in memory at once."""


def modules() -> Iterator[tables.Module]:
    """Every module of everyone who is offered the programme, opened or not."""
    for courses in some_courses():
        yield from _modules_of(courses)


def some_courses() -> Iterator[list[Course]]:
    """Everybody who is offered the programme, so many at a time."""
    found = Course.objects.select_related("participant").order_by("pk").iterator(chunk_size=COURSES)
    while courses := list(islice(found, COURSES)):
        yield courses


def _modules_of(courses: list[Course]) -> Iterator[tables.Module]:
    read: dict[tuple[int, str], list[datetime]] = {}
    readings = PartReading.objects.filter(course__in=courses)
    for course_pk, code, at in readings.values_list("course", "module", "finished_at"):
        read.setdefault((course_pk, code), []).append(at)
    homework = programme.all_homework().filter(course__in=courses, round=1).defer("content")
    sent = {(row.course_id, row.module): row for row in homework}
    for course in courses:
        for module in programme.content(course.release_id).modules:
            key = (course.pk, module.code)
            yield _module(course, module, read.get(key, []), sent.get(key))


def releases(*, unblinded: bool) -> Iterator[tables.Release]:
    """Every published release, with the day on which it was first open to anyone; how many had it, after the lock only."""
    today = clock.today()
    given: dict[int, list[date]] = {}
    for release_pk, opens_on in Course.objects.values_list("release", "opens_on"):
        given.setdefault(release_pk, []).append(opens_on)
    for row in programme.published():
        opened = [day for day in given.get(row.pk, []) if day <= today]
        yield tables.Release(
            release=row.sha256, published_on=clock.local(row.published_at).date(), first_open_on=min(opened, default=None),
            people=len(given.get(row.pk, [])) if unblinded else None,
        )  # fmt: skip


def guidance() -> Iterator[tables.Guidance]:
    """Every piece of therapists' time; a day that was set right has one more, with the difference."""
    numbers: Counter[str] = Counter()
    for row in programme.all_guidance().iterator(chunk_size=CHUNK):
        code = row.course.participant.code
        numbers[code] += 1
        yield tables.Guidance(
            participant=code, number=numbers[code], therapist=row.account.code, on=row.on, kind=row.kind,
            minutes=round(row.seconds / 60, 4),
        )  # fmt: skip


def replies() -> Iterator[tables.Reply]:
    """Every reply that was not taken back, with its marks and its length."""
    for row in programme.all_replies().iterator(chunk_size=CHUNK):
        homework = row.homework
        marks: dict[str, bool | None] = {name: name in row.marks if row.rules else None for name in BEHAVIOURS}
        yield tables.Reply(
            participant=homework.course.participant.code, module=homework.module, round=homework.round,
            therapist=row.account.code, sent_on=_day(row.sent_at), days_to_answer=_days_to_answer(row),
            words=len(row.text.split()), asks_again=row.again_part is not None, rules=row.rules or None, **marks,
        )  # fmt: skip


def _days_to_answer(row: Feedback) -> float:
    return round((row.sent_at - row.homework.sent_at).total_seconds() / A_DAY, 2)


def arranged() -> Iterator[tables.Arrangement]:
    """Every pace that was agreed, every pause that had a day, every hold, by person and day."""
    planned = arrangements.planned_pace()
    found: list[tuple[str, date, str, date | None, int | None, bool | None]] = []
    for pace in arrangements.all_agreements():
        is_slower = pace.core_only or pace.per_week < planned
        found.append((_code(pace), _day(pace.agreed_at), PACE, None, pace.per_week, is_slower))
    for pause in arrangements.all_pauses():
        if pause.from_on <= pause.last_on:  # else it was called off before it began
            found.append((_code(pause), pause.from_on, PAUSE, pause.last_on, None, None))
    for hold in arrangements.all_holds():
        until = _day(hold.released_at) if hold.released_at else None
        found.append((_code(hold), _day(hold.held_at), HOLD, until, None, None))
    numbers: Counter[str] = Counter()
    for code, on, kind, until, per_week, slower in sorted(found, key=lambda each: each[:3]):
        numbers[code] += 1
        yield tables.Arrangement(code, numbers[code], kind, on, until, per_week, slower)


def _code(row: Any) -> str:
    return str(row.course.participant.code)


def leavings() -> Iterator[tables.Leaving]:
    """Why whoever has a course stopped it, or everything; for unblinded extracts only."""
    chosen = Withdrawal.objects.filter(
        layer__in=(Layer.PROGRAMME, Layer.EVERYTHING), participant__in=Course.objects.values("participant")
    )
    for row in chosen.select_related("participant").order_by("at", "pk").iterator(chunk_size=CHUNK):
        for reason in row.reasons or [None]:
            yield tables.Leaving(row.participant.code, _day(row.at), row.layer, reason)


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _module(course: Course, module: Any, read: list[datetime], sent: Homework | None) -> tables.Module:
    feedback = sent.feedback if sent else None
    first = min(read) if read else (sent.sent_at if sent else None)
    parts = len(next(iter(module.translations.values())).parts) if module.translations else 0
    return tables.Module(
        participant=course.participant.code, module=module.code, core=module.core, offered_from=course.opens_on,
        opened_on=_day(first) if first else None,
        finished_on=_day(max(read)) if parts and len(read) >= parts else None,
        homework_sent_on=_day(sent.sent_at) if sent else None,
        feedback_on=_day(feedback.sent_at) if feedback else None,
    )  # fmt: skip
