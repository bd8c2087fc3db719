"""Reads of the programme as delivered. A course tells the arm: only its participant and therapists may come here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.methods.programme import release as releases
from stegvis.methods.programme.content import Module, Programme
from stegvis.people import queries as people
from stegvis.people.models import Participant, Role
from stegvis.programme.models import CALL as CALL
from stegvis.programme.models import PAGE as PAGE
from stegvis.programme.models import (
    PHYSIOTHERAPIST,
    PSYCHOLOGIST,
    Agreement,
    Draft,
    Feedback,
    GuidanceTime,
    Hold,
    ModuleOpening,
    PartOpening,
    PartReading,
    Review,
    WorksheetDraft,
    WorksheetEntry,
)
from stegvis.programme.models import Course as Course
from stegvis.programme.models import Homework as Homework
from stegvis.programme.models import Release as Release

NOT_OPEN, NOT_STARTED, STARTED, SENT, ANSWERED = "not_open", "not_started", "started", "sent", "answered"


@lru_cache(maxsize=8)
def content(release_pk: int) -> Programme:
    """The programme of a release; read once for each process, since releases never change."""
    return releases.from_data(Release.objects.values_list("content", flat=True).get(pk=release_pk))


def newest_release() -> Release | None:
    """The release that new courses are given."""
    return published().first()


def published() -> QuerySet[Release]:
    """Every release without its content, newest first."""
    return Release.objects.defer("content").order_by("-published_at", "-pk")


def release_of(sha256: str) -> Release | None:
    """The release with this hash, or with the one hash that begins so (from eight characters)."""
    found = list(Release.objects.defer("content").filter(sha256__startswith=sha256)[:2]) if len(sha256) >= 8 else []
    return found[0] if len(found) == 1 else None


def needed_signatures(release_pk: int) -> tuple[str, ...]:
    """The professions that sign a release in each language: psychologist, and physiotherapist where it touches activity."""
    return (PSYCHOLOGIST, PHYSIOTHERAPIST) if content(release_pk).touches_activity else (PSYCHOLOGIST,)


def missing_signatures(release_pk: int, language: str) -> list[str]:
    """The professions that have still to sign this release in this language. One small query."""
    rows = Review.objects.filter(release_id=release_pk, language=language)
    signed = set(rows.values_list("profession", flat=True))
    return [each for each in needed_signatures(release_pk) if each not in signed]


def is_reviewed(release_pk: int, language: str) -> bool:
    """Whether everyone whose signature this release needs has signed it in this language."""
    return not missing_signatures(release_pk, language)


def signatures(release_pk: int) -> QuerySet[Review]:
    """Who has signed a release, by language, in the order of signing."""
    return Review.objects.filter(release_id=release_pk).order_by("language", "signed_at", "pk")


@asked_once
def course_of(participant: Participant) -> Course | None:
    """A participant's course, if their arm has the programme."""
    return Course.objects.filter(participant=participant).first()


@dataclass(frozen=True)
class Step:
    """One module on a participant's way."""

    module: Module
    status: str
    parts_read: frozenset[int]

    @property
    def is_open(self) -> bool:
        """Whether it can be entered."""
        return self.status != NOT_OPEN

    @property
    def is_done(self) -> bool:
        """Whether its homework has been sent."""
        return self.status in {SENT, ANSWERED}


@dataclass(frozen=True)
class Way:
    """A participant's whole way through the programme on one day."""

    course: Course
    steps: tuple[Step, ...]
    is_held: bool = False
    core_only: bool = False

    @property
    def on_way(self) -> tuple[Step, ...]:
        """The steps that are this person's: all of them, or the core and what was open before that was agreed."""
        return tuple(step for step in self.steps if step.is_open or step.module.core or not self.core_only)

    @property
    def done(self) -> int:
        """How many modules' homework has been sent."""
        return sum(step.is_done for step in self.steps)

    @property
    def core_done(self) -> int:
        """How many core modules' homework has been sent: the dose that the minimum is counted in."""
        return sum(step.is_done for step in self.steps if step.module.core)

    @property
    def next(self) -> Step | None:
        """The step to go on with: the first open one whose homework has not been sent."""
        return next((step for step in self.steps if step.is_open and not step.is_done), None)

    def step(self, code: str) -> Step | None:
        """The step of one module."""
        return next((step for step in self.steps if step.module.code == code), None)

    def next_part(self, step: Step, language: str) -> int:
        """The part to go on with in a step: the first not read; the last when all have been."""
        numbers = [part.number for part in step.module.parts(language)]
        return next((number for number in numbers if number not in step.parts_read), numbers[-1] if numbers else 1)


def way(course: Course, on: date | None = None) -> Way:
    """How far a course has come: four small queries, whatever the programme's length.

    The first module is open from the course's day on, unless a therapist has held it before that day: what is open is
    never closed again. The others are open once they were opened.
    """
    day = on or clock.today()
    held_at, core_only = _decided(course)
    first_is_held = held_at is not None and clock.local(held_at).date() < course.opens_on
    opened = set(ModuleOpening.objects.filter(course=course).values_list("module", flat=True))
    read: dict[str, set[int]] = {}
    for code, part in PartReading.objects.filter(course=course).values_list("module", "part"):
        read.setdefault(code, set()).add(part)
    sent = dict(Homework.objects.filter(course=course).values_list("module", "answered_at"))
    programme = content(course.release_id)
    first = programme.written[0].code if programme.written else None
    steps = []
    for module in programme.modules:
        is_open = module.code in opened or (module.code == first and course.opens_on <= day and not first_is_held)
        status = _status(module.code, is_open, read, sent)
        steps.append(Step(module, status, frozenset(read.get(module.code, ()))))
    return Way(course, tuple(steps), held_at is not None, core_only)


def _decided(course: Course) -> tuple[datetime | None, bool]:
    """Since when the next module is held, None when it is not, and whether only the core is on the way; one query."""
    held = Hold.objects.filter(course=OuterRef("pk"), released_at=None).values("held_at")[:1]
    newest = Agreement.objects.filter(course=OuterRef("pk")).order_by("-agreed_at", "-pk").values("core_only")[:1]
    held_at, core_only = Course.objects.values_list(Subquery(held), Subquery(newest)).get(pk=course.pk)
    return held_at, bool(core_only)


def _status(code: str, is_open: bool, read: dict[str, set[int]], sent: dict[str, Any]) -> str:
    if code in sent:
        return ANSWERED if sent[code] else SENT
    if not is_open:
        return NOT_OPEN
    return STARTED if code in read else NOT_STARTED


def drafts(course: Course, module: str) -> dict[str, str]:
    """What has been written in a module's fields and not yet sent, by field."""
    return dict(Draft.objects.filter(course=course, module=module).values_list("field", "value"))


def last_written(course: Course, module: str) -> str | None:
    """The field of a module that was written in last: where a person goes on."""
    rows = Draft.objects.filter(course=course, module=module).order_by("-saved_at", "-pk")
    return rows.values_list("field", flat=True).first()


def homework_of(course: Course) -> QuerySet[Homework]:
    """Homework sent, newest first, with its answers."""
    return Homework.objects.filter(course=course).select_related("feedback").order_by("-number")


def homework(pk: int) -> Homework | None:
    """One piece of homework with whose it is."""
    return Homework.objects.select_related("course__participant__site", "feedback").filter(pk=pk).first()


def unread_feedback(course: Course) -> Feedback | None:
    """The newest answer that the participant has not read."""
    return (
        Feedback.objects.filter(homework__course=course, read_at=None)
        .select_related("homework", "account")
        .order_by("-sent_at")
        .first()
    )


def waiting_homework(therapist: Actor) -> QuerySet[Homework]:
    """Homework without an answer from a therapist's own caseload, the longest waiting first."""
    return (
        Homework.objects.filter(
            answered_at=None,
            course__participant__caseloads__clinician_id=therapist.pk,
            course__participant__caseloads__until_at=None,
            course__participant__caseloads__role="therapist",
        )
        .select_related("course__participant")
        .order_by("sent_at")
    )


def blocked_by_an_answer(sent_before: datetime) -> QuerySet[Homework]:
    """Homework sent before a moment, without an answer, whose next module is not open: it may wait for the answer."""
    later = ModuleOpening.objects.filter(course=OuterRef("course"), number__gt=OuterRef("number"))
    held = Hold.objects.filter(course=OuterRef("course"), released_at=None)
    found = Homework.objects.filter(
        ~Exists(later), ~Exists(held), answered_at=None, sent_at__lt=sent_before, course__stopped_at=None
    )
    return found.select_related("course__participant").defer("content").order_by("sent_at", "pk")


def courses_of(therapist: Actor) -> QuerySet[Course]:
    """The courses in a therapist's own caseload, by participant; `went_on` says whether a second module has opened.

    `opened` is the number of the last module that was opened, `furthest` that of the last whose homework was sent; None
    where there is none. A core alone leaves numbers out.
    """
    later = ModuleOpening.objects.filter(course=OuterRef("pk"), number__gt=1)
    last = ModuleOpening.objects.filter(course=OuterRef("pk")).order_by("-number").values("number")[:1]
    sent = Homework.objects.filter(course=OuterRef("pk")).order_by("-number").values("number")[:1]
    return (
        Course.objects.filter(
            participant__caseloads__clinician_id=therapist.pk,
            participant__caseloads__until_at=None,
            participant__caseloads__role="therapist",
        )
        .select_related("participant")
        .annotate(went_on=Exists(later), opened=Subquery(last), furthest=Subquery(sent))
        .order_by("participant__code")
    )


def without_therapist(sites: Iterable[int]) -> QuerySet[Course]:
    """Courses at some sites that go on and whose therapist works there no more, by participant."""
    left = people.left_alone(Role.THERAPIST, sites).values("participant")
    found = Course.objects.filter(participant__in=left, stopped_at=None)
    return found.select_related("participant__site").order_by("participant__code")


def homework_counts(courses: Iterable[int]) -> dict[int, tuple[int, datetime | None]]:
    """By course: how many modules' homework was sent, and when one was last answered. One query."""
    rows = Homework.objects.filter(course__in=list(courses)).values_list("course")
    return {pk: (sent, answered) for pk, sent, answered in rows.annotate(Count("pk"), Max("answered_at"))}


def days_in_use(courses: Iterable[int], since: date) -> dict[int, set[date]]:
    """By course: the days, from `since` on, on which something was opened, read to its end, written or sent. One query."""
    ids, begin = list(courses), clock.at(since, 0)
    used = [
        rows.filter(course__in=ids, **{f"{moment}__gte": begin})
        .annotate(day=TruncDate(moment, tzinfo=clock.STOCKHOLM))
        .values_list("course", "day")
        for rows, moment in (
            (PartReading.objects, "finished_at"),
            (Homework.objects, "sent_at"),
            (Draft.objects, "saved_at"),
            (WorksheetDraft.objects, "saved_at"),
            (WorksheetEntry.objects, "kept_at"),
        )
    ]
    opened = PartOpening.objects.filter(course__in=ids, on__gte=since).values_list("course", "on")
    days: dict[int, set[date]] = {}
    for course, day in used[0].union(*used[1:], opened):
        days.setdefault(course, set()).add(day)
    return days


def last_opened_on(course: Course) -> date | None:
    """The day on which a module was last opened to a person; None while only the first is."""
    at = ModuleOpening.objects.filter(course=course).aggregate(Max("opened_at"))["opened_at__max"]
    return clock.local(at).date() if at else None


def last_calls(courses: Iterable[int], since: date) -> dict[int, date]:
    """By course: the day of the therapist's last telephone call, if it was on `since` or later. One query."""
    calls = GuidanceTime.objects.filter(course__in=list(courses), kind=CALL, on__gte=since)
    return dict(calls.values_list("course").annotate(Max("on")))


def replies_of(therapist: Actor, since: datetime) -> list[tuple[datetime, datetime]]:
    """When homework came in and when this therapist answered it, for answers sent since a moment, oldest first."""
    answers = Feedback.objects.filter(account_id=therapist.pk, sent_at__gte=since).order_by("sent_at")
    return list(answers.values_list("homework__sent_at", "sent_at"))


def parts_read(course: Course) -> QuerySet[PartReading]:
    """The parts that were read to their end, in full or short, oldest first."""
    return PartReading.objects.filter(course=course).order_by("finished_at", "pk")


def guidance_of(course: Course) -> QuerySet[GuidanceTime]:
    """The time that was worked for one participant, oldest day first."""
    return GuidanceTime.objects.filter(course=course).order_by("on", "pk")


def modules_done(participant: Participant) -> int:
    """How many modules' homework a participant has sent; 0 without a course."""
    return Homework.objects.filter(course=participant.pk).count()


def guidance_seconds(courses: Iterable[Course], since: date | None = None) -> dict[int, int]:
    """Seconds of guidance by course, since a day."""
    in_time = Q() if since is None else Q(on__gte=since)
    rows = (
        GuidanceTime.objects.filter(in_time, course__in=list(courses)).values("course").annotate(total=Sum("seconds"))
    )
    return {row["course"]: row["total"] for row in rows}


def delivered() -> QuerySet[ModuleOpening]:
    """Every module opened to anyone, for an unblinded extract."""
    return ModuleOpening.objects.select_related("course__participant").order_by("course__participant__code", "number")


def all_homework() -> QuerySet[Homework]:
    """Every homework sent, for an unblinded extract."""
    return Homework.objects.select_related("course__participant", "feedback").order_by(
        "course__participant__code", "number"
    )


def all_guidance() -> QuerySet[GuidanceTime]:
    """All time that therapists spent, for an unblinded extract."""
    return GuidanceTime.objects.select_related("course__participant", "account").order_by("pk")
