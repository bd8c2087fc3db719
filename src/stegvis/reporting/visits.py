"""Rows of an extract about the visits: numbers and codes, never words, the same in every arm."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from stegvis.audit import clock
from stegvis.methods.analysis import visit_tables as tables
from stegvis.physiotherapy.models import (
    ActivityDecision,
    ActivityReview,
    CapacityResult,
    MissedVisit,
    RedFlagAnswer,
    VisitAgreement,
    VisitNote,
    WhoJudgement,
)
from stegvis.physiotherapy.visiting.queries import NUMBERS
from stegvis.reporting.queries import CHUNK


def rows() -> dict[str, Iterator[Any]]:
    """The rows of every table about the visits, by its name."""
    return {
        "activity_now": activity_now(), "red_flags": red_flags(), "activity_decisions": decisions(),
        "capacity": capacity(), "activity_reviews": reviews(), "agreements": agreements(),
        "who_judgements": judgements(), "missed_visits": missed(),
    }  # fmt: skip


def activity_now() -> Iterator[tables.ActivityNow]:
    """The numbers of an ordinary week, the newest of each at a visit."""
    for rows in _by_visit(VisitNote.objects.filter(question__in=NUMBERS), "written_at"):
        said: dict[str, int | None] = dict.fromkeys(NUMBERS)
        said |= {row.question: int(row.words) if row.words else None for row in rows}
        visit = rows[0].visit
        yield tables.ActivityNow(participant=visit.participant.code, visit=visit.number, **said)


def red_flags() -> Iterator[tables.RedFlag]:
    """Every answer about a warning sign."""
    counts: Counter[tuple[int, str]] = Counter()
    for row in _in_order(RedFlagAnswer.objects.all(), "answered_at"):
        counts[row.visit_id, row.flag] += 1
        yield tables.RedFlag(
            participant=row.visit.participant.code, visit=row.visit.number, flag=row.flag,
            number=counts[row.visit_id, row.flag], said=row.said, on=_day(row.answered_at),
        )  # fmt: skip


def decisions() -> Iterator[tables.ActivityDecision]:
    """Every decision about warning signs."""
    counts: Counter[str] = Counter()
    for row in _in_order(ActivityDecision.objects.select_related("decided_by"), "decided_at"):
        code = row.visit.participant.code
        counts[code] += 1
        yield tables.ActivityDecision(
            participant=code, number=counts[code], visit=row.visit.number, outcome=row.outcome,
            on=_day(row.decided_at), clinician=row.decided_by.code,
        )  # fmt: skip


def capacity() -> Iterator[tables.Capacity]:
    """The newest result of each test at each visit."""
    for row in _newest(CapacityResult.objects.all(), "measured_at", "test"):
        yield tables.Capacity(
            participant=row.visit.participant.code, visit=row.visit.number, test=row.test, value=row.value,
            seconds=row.seconds, not_done=row.not_done or None, on=_day(row.measured_at),
        )  # fmt: skip


def reviews() -> Iterator[tables.ActivityReview]:
    """The newest verdict on each activity at each visit."""
    for row in _newest(ActivityReview.objects.select_related("activity"), "reviewed_at", "activity_id"):
        yield tables.ActivityReview(
            participant=row.visit.participant.code, visit=row.visit.number, activity=f"A{row.activity_id}",
            kind=row.activity.kind, verdict=row.verdict,
        )  # fmt: skip


def agreements() -> Iterator[tables.VisitAgreement]:
    """Every agreement."""
    counts: Counter[int] = Counter()
    for row in _in_order(VisitAgreement.objects.select_related("plan"), "agreed_at"):
        counts[row.visit_id] += 1
        yield tables.VisitAgreement(
            participant=row.visit.participant.code, visit=row.visit.number, number=counts[row.visit_id],
            on=_day(row.agreed_at), plan_version=row.plan.version if row.plan else None, read_aloud=row.read_aloud,
            app_shown=row.app_shown,
        )  # fmt: skip


def judgements() -> Iterator[tables.WhoJudgement]:
    """The newest judgement at each visit."""
    for row in _newest(WhoJudgement.objects.all(), "judged_at"):
        yield tables.WhoJudgement(
            participant=row.visit.participant.code, visit=row.visit.number, aerobic=row.aerobic, strength=row.strength,
            source=row.source, on=_day(row.judged_at),
        )  # fmt: skip


def missed() -> Iterator[tables.MissedVisit]:
    """Every booking that came to nothing."""
    counts: Counter[int] = Counter()
    for row in _in_order(MissedVisit.objects.all(), "missed_at"):
        counts[row.visit_id] += 1
        yield tables.MissedVisit(
            participant=row.visit.participant.code, visit=row.visit.number, number=counts[row.visit_id],
            planned_on=row.planned_on, reason=row.reason,
        )  # fmt: skip


def _in_order(found: QuerySet[Any], when: str) -> Iterator[Any]:
    rows = found.select_related("visit__participant")
    return rows.order_by("visit__participant__code", "visit__number", when, "pk").iterator(chunk_size=CHUNK)


def _by_visit(found: QuerySet[Any], when: str) -> Iterator[list[Any]]:
    """The rows of each visit."""
    for _visit, rows in groupby(_in_order(found, when), key=lambda row: row.visit_id):
        yield list(rows)


def _newest(found: QuerySet[Any], when: str, *also: str) -> Iterator[Any]:
    """The last row of each visit, and of each of `also` there."""
    for rows in _by_visit(found, when):
        yield from {tuple(getattr(row, name) for name in also): row for row in rows}.values()


def _day(moment: Any) -> Any:
    return clock.local(moment).date()
