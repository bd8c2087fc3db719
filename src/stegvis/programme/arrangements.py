"""Reads of what was arranged with one person: the pace agreed, pauses, holds. All of it tells the arm."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery

from stegvis.audit import clock
from stegvis.audit.one_of import OneOf
from stegvis.methods.programme import pace
from stegvis.programme.models import Agreement, Contact, ContactOutcome, Course, Hold, Pause
from stegvis.programme.models import ContactKind as ContactKind
from stegvis.programme.models import ContactMode as ContactMode
from stegvis.protocol import queries as protocols

SETTLES = (ContactOutcome.HELD, ContactOutcome.DECLINED)
"""What ends the waiting for a conversation; whoever did not answer is tried again."""


@dataclass(frozen=True)
class Arrangement:
    """How the programme is delivered to one person now.

    `planned` is the protocol's pace and `per_week` the agreed one, in modules a week; `pauses` are all there are, first
    and last day as they turned out, by day; `held` is the hold that has not been released.
    """

    planned: int
    per_week: int
    core_only: bool = False
    pauses: tuple[Pause, ...] = ()
    held: Hold | None = None
    settled: frozenset[str] = frozenset()

    @property
    def is_slow(self) -> bool:
        """Whether it goes more slowly than the protocol plans, or over fewer modules."""
        return self.core_only or self.per_week < self.planned

    def pause_on(self, day: date) -> Pause | None:
        """The pause in which a day lies."""
        return next((each for each in self.pauses if each.covers(day)), None)

    def coming_pause(self, day: date) -> Pause | None:
        """The next pause that begins after a day."""
        return next((each for each in self.pauses if each.from_on > day and each.last_on >= each.from_on), None)

    def days_paused(self, first: date, last: date) -> int:
        """How many days from `first` to `last`, both included, lay in a pause."""
        return pace.days_within(((each.from_on, each.last_on) for each in self.pauses), first, last)

    def last_paused(self, day: date) -> date | None:
        """The last day of pause before or on a day; None when there was none."""
        ended = [min(each.last_on, day) for each in self.pauses if each.from_on <= min(each.last_on, day)]
        return max(ended, default=None)

    def patience(self, days: int) -> int:
        """So many days of waiting at the protocol's pace, at this person's."""
        return pace.stretched(days, self.planned, self.per_week)


def arrangement_of(course: Course) -> Arrangement:
    """What was arranged with one person: three small queries."""
    return arrangements([course.pk])[course.pk]


def arrangements(courses: Iterable[int]) -> dict[int, Arrangement]:
    """By course what was arranged, the protocol's pace where nothing was: three queries, whatever the number."""
    ids = list(courses)
    planned = planned_pace()
    newest = Agreement.objects.filter(course=OuterRef("pk")).order_by("-agreed_at", "-pk")
    done = Contact.objects.filter(course=OuterRef("pk"), outcome__in=SETTLES)
    decided = Course.objects.filter(OneOf("pk", ids)).values_list(
        "pk", Subquery(newest.values("per_week")[:1]), Subquery(newest.values("core_only")[:1]),
        ArraySubquery(done.values("kind")),
    )  # fmt: skip
    pauses: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(OneOf("course", ids)).defer("reason").order_by("from_on", "pk"):
        pauses.setdefault(pause.course_id, []).append(pause)
    held = {row.course_id: row for row in Hold.objects.filter(OneOf("course", ids), released_at=None).defer("reason")}
    return {
        pk: Arrangement(
            planned, per_week or planned, bool(core_only), tuple(pauses.get(pk, ())), held.get(pk), frozenset(settled)
        )
        for pk, per_week, core_only, settled in decided
    }


def planned_pace() -> int:
    """The protocol's pace, in modules a week."""
    schedule = protocols.current().programme
    return schedule.pace_per_week if schedule else 1


def is_held(course: Course) -> bool:
    """Whether a therapist holds the next module."""
    return Hold.objects.filter(course=course, released_at=None).exists()


def is_core_only(course: Course) -> bool:
    """Whether only the core is on this person's way."""
    rows = Agreement.objects.filter(course=course).order_by("-agreed_at", "-pk")
    return bool(rows.values_list("core_only", flat=True).first())


def agreements_of(course: Course) -> QuerySet[Agreement]:
    """Every pace that was agreed, newest first, with who agreed it."""
    return Agreement.objects.filter(course=course).select_related("account").order_by("-agreed_at", "-pk")


def pauses_of(course: Course) -> QuerySet[Pause]:
    """Every pause, newest first, with who decided it."""
    return Pause.objects.filter(course=course).select_related("account").order_by("-from_on", "-pk")


def holds_of(course: Course) -> QuerySet[Hold]:
    """Every hold, newest first, with who held."""
    return Hold.objects.filter(course=course).select_related("account").order_by("-held_at", "-pk")


def contacts_of(course: Course) -> QuerySet[Contact]:
    """Every conversation and every try, newest first, with whose it was."""
    return Contact.objects.filter(course=course).select_related("account").order_by("-held_on", "-pk")


def found_in(contact: Contact) -> dict[str, str]:
    """What a start call found: suitability, exhaustion, time, risk, by code; nothing for other conversations."""
    found: dict[str, str] = json.loads(contact.found) if contact.found else {}
    return found


def pause_now(course: Course, on: date | None = None) -> Pause | None:
    """The pause in which a day (today) lies."""
    day = on or clock.today()
    rows = Pause.objects.filter(course=course, from_on__lte=day, until_on__gte=day)
    return next((each for each in rows if each.covers(day)), None)


# Everyone's, for an unblinded extract -----------------------------------------------------------------------------
def all_agreements() -> QuerySet[Agreement]:
    """Every pace that was agreed with anyone, oldest first; without the reasons."""
    return Agreement.objects.select_related("course__participant").defer("reason").order_by("agreed_at", "pk")


def all_pauses() -> QuerySet[Pause]:
    """Every pause of anyone, by day; without the reasons."""
    return Pause.objects.select_related("course__participant").defer("reason").order_by("from_on", "pk")


def all_holds() -> QuerySet[Hold]:
    """Every hold of anyone, oldest first; without the reasons."""
    return Hold.objects.select_related("course__participant").defer("reason").order_by("held_at", "pk")
