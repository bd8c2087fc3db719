"""The grid: participants down, occasions and visits across, one word for each; filtered, ordered, a page at a time.

However many people a site has, a page asks for its enrolments, and then once each for their occasions and their visits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.consent.models import Withdrawal
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.schedule import CLOSING_DAYS, Window
from stegvis.physiotherapy.models import Visit
from stegvis.trial.models import Enrolment
from stegvis.trial.scheduling.queries import ENDED, NO_QUESTIONS, NO_VISITS

ORDERS = ("newest", "code", "closing", "waiting")
"""newest first; by code; whose open window closes first; the longest at their stage."""
WORDS = ("done", "short", "open", "closing", "late", "before", "planned", "unrecorded", "missed", "stopped")
"""What a cell may say. short: the primary outcomes alone are in; stopped: asked to stop, or left."""
FILTERS = ("late", "closing", "open", "done", "unrecorded", "missed", "planned")
"""The words by which the grid can be filtered."""


@dataclass(frozen=True)
class Column:
    """An occasion or a visit: its code, its name in every language, and the visit's number, 0 for an occasion."""

    code: str
    name: Any
    number: int = 0


@dataclass(frozen=True)
class Box:
    """One person at one column: a word, and the day that goes with it (sent, closes, planned, opens)."""

    word: str = ""
    on: date | None = None


NOTHING = Box()


def columns(protocol: Protocol) -> list[Column]:
    """What is planned for everybody, in the order of a person's way: by anchor, then by day."""
    order = ["consent", "visit_1", "randomisation"]
    there = [each for each in protocol.occasions if not each.declared_only]
    planned = [(each.anchor, each.day, Column(each.code, each.name)) for each in there]
    planned += [(each.anchor, each.day, Column(each.code, each.name, each.number)) for each in protocol.visits]
    planned.sort(key=lambda row: (order.index(row[0]) if row[0] in order else len(order), row[1]))
    return [column for _anchor, _day, column in planned]


# Who ----------------------------------------------------------------------------------------------------------------
def people(
    sites: Iterable[int], *, stage: str = "", column: Column | None = None, word: str = "", order: str = ""
) -> QuerySet[Enrolment]:
    """The enrolments at some sites, of a stage when told, and with `word` at `column` (at any where none is told)."""
    found = Enrolment.objects.filter(site__in=list(sites)).select_related("participant", "site")
    if stage:
        found = found.filter(stage=stage)
    if word in FILTERS:
        found = found.filter(_with(word, column, clock.today()))
    return _ordered(found, order)


def _ordered(found: QuerySet[Enrolment], order: str) -> QuerySet[Enrolment]:
    if order == "code":
        return found.order_by("participant__code")
    if order == "waiting":
        return found.order_by("stage_since", "participant_id")
    if order == "closing":
        asked = Assessment.objects.filter(
            participant=OuterRef("participant"), submitted_at=None, minimum_at=None, tells_arm=False,
            closes_on__gte=clock.today(), opens_on__lte=clock.today(),
        )  # fmt: skip
        first = asked.order_by().values("participant").annotate(first=Min("closes_on")).values("first")
        return found.annotate(closes=Subquery(first)).order_by(F("closes").asc(nulls_last=True), "participant_id")
    return found.order_by("-participant_id")


def _with(word: str, column: Column | None, day: date) -> Q:
    """Whether somebody has a word at a column, or at any."""
    conditions = Q(pk=None)
    if column is None or not column.number:
        asked = Assessment.objects.filter(participant=OuterRef("participant"), tells_arm=False)
        asked = asked.filter(occasion=column.code) if column else asked
        wanted = _questions(word, day)
        if wanted is not None:
            conditions |= Q(Exists(asked.filter(wanted))) & _is_asked(word, NO_QUESTIONS)
    if column is None or column.number:
        booked = Visit.objects.filter(participant=OuterRef("participant"))
        booked = booked.filter(number=column.number) if column else booked
        planned = _visits(word, day)
        if planned is not None:
            conditions |= Q(Exists(booked.filter(planned))) & _is_asked(word, NO_VISITS)
    return conditions


def _is_asked(word: str, layers: Iterable[str]) -> Q:
    """What is done stays done; everything else is said of people who are still in it."""
    if word == "done":
        return Q()
    withdrew = Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=list(layers))
    return ~Q(Exists(withdrew)) & ~Q(stage__in=ENDED)


def _questions(word: str, day: date) -> Q | None:
    last = day + timedelta(days=CLOSING_DAYS - 1)
    missing = Q(submitted_at=None, minimum_at=None)
    return {
        "late": missing & Q(closes_on__lt=day),
        "closing": missing & Q(opens_on__lte=day, closes_on__range=(day, last)),
        "open": missing & Q(opens_on__lte=day, closes_on__gt=last),
        "done": ~missing,
    }.get(word)


def _visits(word: str, day: date) -> Q | None:
    missed = Q(missed_at__gt=F("booked_at"))
    booked = Q(held_at=None) & (Q(missed_at=None) | Q(missed_at__lte=F("booked_at")))
    return {
        "unrecorded": booked & Q(planned_on__lt=day),
        "planned": booked & Q(planned_on__gte=day),
        "missed": Q(held_at=None) & missed,
        "done": Q(held_at__isnull=False),
    }.get(word)


# What stands in the boxes -------------------------------------------------------------------------------------------
def boxes(page: Sequence[Enrolment]) -> dict[int, Mapping[str, Box]]:
    """For each participant (by key) of a page, what stands at each column; three queries, however many people."""
    people = [each.participant_id for each in page]
    ended = {each.participant_id for each in page if each.stage in ENDED}
    stopped: dict[str, set[int]] = {"questions": set(ended), "plan": set(ended)}
    for person, layer in Withdrawal.objects.filter(participant__in=people).values_list("participant", "layer"):
        for kind in ("questions", "plan") if layer == "everything" else (layer,):
            stopped.setdefault(kind, set()).add(person)
    found: dict[int, dict[str, Box]] = {person: {} for person in people}
    for asked in Assessment.objects.filter(participant__in=people, tells_arm=False):
        found[asked.participant_id][asked.occasion] = _answered(asked, asked.participant_id in stopped["questions"])
    for visit in Visit.objects.filter(participant__in=people).defer("missed_reason"):
        found[visit.participant_id][f"visit_{visit.number}"] = _held(visit, visit.participant_id in stopped["plan"])
    return dict(found)


def _answered(asked: Assessment, is_stopped: bool) -> Box:
    day = clock.today()
    if asked.submitted_at:
        return Box("done", clock.local(asked.submitted_at).date())
    if asked.minimum_at:
        return Box("short", clock.local(asked.minimum_at).date())
    if is_stopped:
        return Box("stopped")
    if asked.opens_on > day:
        return Box("before", asked.opens_on)
    if asked.closes_on < day:
        return Box("late", asked.closes_on)
    window = Window(asked.opens_on, asked.due_on, asked.closes_on)
    return Box("closing" if window.is_closing(day) else "open", asked.closes_on)


def _held(visit: Visit, is_stopped: bool) -> Box:
    if visit.held_at:
        return Box("done", clock.local(visit.held_at).date())
    if is_stopped:
        return Box("stopped")
    if visit.state == "missed":
        return Box("missed", visit.planned_on)
    return Box("unrecorded" if visit.planned_on < clock.today() else "planned", visit.planned_on)
