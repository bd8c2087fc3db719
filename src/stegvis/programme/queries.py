"""Reads of the programme as delivered. A course tells the arm: only its participant and therapists may come here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)  # fmt: skip
from django.db.models.functions import TruncDate

from stegvis.audit import clock
from stegvis.audit import releases as common
from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.audit.one_of import OneOf
from stegvis.methods.programme import release as releases
from stegvis.methods.programme.content import Module, Programme
from stegvis.people import queries as people
from stegvis.people.life import queries as life
from stegvis.people.models import Participant, Role
from stegvis.programme.models import ADJUSTED as ADJUSTED
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
    Note,
    OwnSnippet,
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
AGAIN = "again"
"""Where a step stands; `AGAIN`: its homework was answered, and one part of it is open to be done once more."""

TAKEN_BACK_WITHIN = timedelta(seconds=60)
REACHES_AFTER = TAKEN_BACK_WITHIN + timedelta(seconds=5)
"""A little later than the last moment to take an answer back, so that nobody reads one that is being taken back."""


@lru_cache(maxsize=8)
def content(release_pk: int) -> Programme:
    """The programme of a release; read once for each process, since releases never change."""
    return _content(Release.objects.values_list("sha256", flat=True).get(pk=release_pk))


@lru_cache(maxsize=8)
def _content(sha256: str) -> Programme:
    """By what its hash is of, so that it is the same in whichever database the release stands."""
    return releases.from_data(Release.objects.values_list("content", flat=True).get(sha256=sha256))


def newest_release() -> Release | None:
    """The release that new courses are given."""
    return published().first()


def published() -> QuerySet[Release]:
    """Every release without its content, newest first."""
    return common.published(Release)


def release_of(sha256: str) -> Release | None:
    """The release with this hash, or with the one hash that begins so (from eight characters)."""
    return common.named(Release, sha256)


def needed_signatures(release_pk: int) -> tuple[str, ...]:
    """The professions that sign a release in each language: psychologist, and physiotherapist where it touches activity."""
    return (PSYCHOLOGIST, PHYSIOTHERAPIST) if content(release_pk).touches_activity else (PSYCHOLOGIST,)


def missing_signatures(release_pk: int, language: str) -> list[str]:
    """The professions that have still to sign this release in this language. One small query."""
    return common.missing(Review, release_pk, language, needed_signatures(release_pk))


def is_reviewed(release_pk: int, language: str) -> bool:
    """Whether everyone whose signature this release needs has signed it in this language."""
    return not missing_signatures(release_pk, language)


def signatures(release_pk: int) -> QuerySet[Review]:
    """Who has signed a release, by language, in the order of signing."""
    return common.signatures(Review, release_pk)


@asked_once
def course_of(participant: Participant) -> Course | None:
    """A participant's course, if their arm has the programme; it knows the participant without asking again."""
    found = Course.objects.filter(participant=participant).first()
    if found is not None:
        found.participant = participant
    return found


@dataclass(frozen=True)
class Step:
    """One module on a participant's way."""

    module: Module
    status: str
    parts_read: frozenset[int]
    again_part: int | None = None
    """The only part that can be written in, when one was asked for again."""

    @property
    def is_open(self) -> bool:
        """Whether it can be entered."""
        return self.status != NOT_OPEN

    @property
    def is_done(self) -> bool:
        """Whether its homework has been sent and nothing more is asked for."""
        return self.status in {SENT, ANSWERED}

    @property
    def was_sent(self) -> bool:
        """Whether its homework has been sent at all: what counts as the dose."""
        return self.is_done or self.status == AGAIN

    def can_be_written(self, part: int) -> bool:
        """Whether a part's fields are open: all of a step that was not sent, one of a step that is asked for again."""
        return self.is_open and not self.is_done and self.again_part in {None, part}


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
        return sum(step.was_sent for step in self.steps)

    @property
    def core_done(self) -> int:
        """How many core modules' homework has been sent: the dose that the minimum is counted in."""
        return sum(step.was_sent for step in self.steps if step.module.core)

    @property
    def next(self) -> Step | None:
        """The step to go on with: the first open one whose homework has not been sent, or is asked for again."""
        return next((step for step in self.steps if step.is_open and not step.is_done), None)

    def step(self, code: str) -> Step | None:
        """The step of one module."""
        return next((step for step in self.steps if step.module.code == code), None)

    def after(self, code: str) -> Module | None:
        """The module after one on this way, open or not; None after the last."""
        programme = content(self.course.release_id)
        return first_on_way(programme, programme.module(code).number + 1, core_only=self.core_only)

    def next_part(self, step: Step, language: str) -> int:
        """The part to go on with in a step: the one asked for again, or the first not read; the last when all have been."""
        if step.again_part is not None:
            return step.again_part
        numbers = [part.number for part in step.module.parts(language)]
        return next((number for number in numbers if number not in step.parts_read), numbers[-1] if numbers else 1)


def way(course: Course, on: date | None = None) -> Way:
    """How far a course has come: four small queries, whatever the programme's length.

    The first module is open from the course's day on, unless a therapist has held it before that day: what is open is
    never closed again. The others are open once they were opened, or once an answer that opens them has reached the
    person while nothing is held.
    """
    day = on or clock.today()
    held_at, core_only = _decided(course)
    first_is_held = held_at is not None and clock.local(held_at).date() < course.opens_on
    opened = set(ModuleOpening.objects.filter(course=course).values_list("module", flat=True))
    read: dict[str, set[int]] = {}
    for code, part in PartReading.objects.filter(course=course).values_list("module", "part"):
        read.setdefault(code, set()).add(part)
    sent, promised = _sent(course)
    programme = content(course.release_id)
    if held_at is None and course.stopped_at is None:
        opened |= _opened_by_answers(programme, promised - opened, core_only=core_only)
    first = programme.written[0].code if programme.written else None
    steps = []
    for module in programme.modules:
        is_open = module.code in opened or (module.code == first and course.opens_on <= day and not first_is_held)
        status, again = sent.get(module.code) or (_before_sending(module.code, is_open, read), None)
        steps.append(Step(module, status, frozenset(read.get(module.code, ())), again))
    return Way(course, tuple(steps), held_at is not None, core_only)


def first_on_way(programme: Programme, number: int, *, core_only: bool) -> Module | None:
    """The first written module from `number` on, of the core alone where only that is on the way; None after the last."""
    return next((m for m in programme.written if m.number >= number and (m.core or not core_only)), None)


def _opened_by_answers(programme: Programme, promised: set[str], *, core_only: bool) -> set[str]:
    """What answers have opened that is not written down yet (`opening.promised` is the same for one of them)."""
    found = (first_on_way(programme, programme.module(code).number, core_only=core_only) for code in promised)
    return {module.code for module in found if module}


def _decided(course: Course) -> tuple[datetime | None, bool]:
    """Since when the next module is held, None when it is not, and whether only the core is on the way; one query."""
    held = Hold.objects.filter(course=OuterRef("pk"), released_at=None).values("held_at")[:1]
    newest = Agreement.objects.filter(course=OuterRef("pk")).order_by("-agreed_at", "-pk").values("core_only")[:1]
    held_at, core_only = Course.objects.values_list(Subquery(held), Subquery(newest)).get(pk=course.pk)
    return held_at, bool(core_only)


def _sent(course: Course) -> tuple[dict[str, tuple[str, int | None]], set[str]]:
    """By module where its homework stands and which part is asked for again; and the modules that answers promise.

    Only answers that have reached the person count. One query.
    """
    reached = FilteredRelation(
        "answers", condition=Q(answers__taken_back_at=None, answers__sent_at__lte=clock.now() - REACHES_AFTER)
    )
    rows = Homework.objects.filter(course=course).annotate(reached=reached).order_by("round")
    found: dict[str, tuple[str, int | None]] = {}
    opened = set()
    for code, answer, opens, again in rows.values_list(
        "module", "reached__pk", "reached__opens", "reached__again_part"
    ):
        found[code] = (SENT if answer is None else AGAIN if again else ANSWERED, again)
        opened.add(opens or "")
    return found, opened - {""}


def _before_sending(code: str, is_open: bool, read: dict[str, set[int]]) -> str:
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


def _with_answers(rows: QuerySet[Homework]) -> QuerySet[Homework]:
    """Homework with the answer that was not taken back read along (`feedback`)."""
    return rows.prefetch_related(Prefetch("answers", Feedback.objects.filter(taken_back_at=None), to_attr="standing"))


def homework_of(course: Course) -> QuerySet[Homework]:
    """Homework sent, newest first, with its answers."""
    return _with_answers(Homework.objects.filter(course=course).order_by("-number", "-round"))


def homework(pk: int) -> Homework | None:
    """One piece of homework with whose it is."""
    return _with_answers(Homework.objects.select_related("course__participant__site").filter(pk=pk)).first()


def reached(feedback: Feedback | None) -> Feedback | None:
    """An answer once it can no longer be taken back, and so is the person's to read; None before."""
    return feedback if feedback is not None and feedback.sent_at <= clock.now() - REACHES_AFTER else None


def unread_feedback(course: Course) -> Feedback | None:
    """The newest answer that has reached the participant and that they have not read."""
    return (
        _reached(Feedback.objects.filter(homework__course=course, read_at=None))
        .select_related("homework", "account")
        .order_by("-sent_at")
        .first()
    )


def _reached(rows: QuerySet[Feedback]) -> QuerySet[Feedback]:
    return rows.filter(taken_back_at=None, sent_at__lte=clock.now() - REACHES_AFTER)


def to_take_back(therapist: Actor) -> Feedback | None:
    """The answer that a therapist has sent last, while it can still be taken back."""
    since = clock.now() - TAKEN_BACK_WITHIN
    rows = Feedback.objects.filter(account_id=therapist.pk, taken_back_at=None, sent_at__gt=since)
    return rows.select_related("homework__course__participant__site").order_by("-sent_at", "-pk").first()


def opening_answers(since: datetime | None = None, *, course: Course | None = None) -> list[Feedback]:
    """Answers that have reached the person and promise a module whose opening is not written down, oldest first.

    Those sent since a moment, or those of one course; of courses that go on and in which nothing is held.
    """
    there = ModuleOpening.objects.filter(course=OuterRef("homework__course"), module=OuterRef("opens"))
    held = Hold.objects.filter(course=OuterRef("homework__course"), released_at=None)
    rows = _reached(Feedback.objects.exclude(opens="")).filter(~Exists(there), ~Exists(held))
    rows = rows.filter(homework__course__stopped_at=None)
    rows = rows.filter(sent_at__gte=since) if since else rows
    rows = rows.filter(homework__course=course) if course else rows
    return list(rows.select_related("homework__course__participant__site").order_by("sent_at"))


def waiting_homework(therapist: Actor) -> QuerySet[Homework]:
    """Homework without an answer from the caseload that a therapist sees to today, the longest waiting first."""
    return (
        Homework.objects.filter(
            answered_at=None,
            course__participant__caseloads__clinician_id__in=people.acts_for(therapist),
            course__participant__caseloads__until_at=None,
            course__participant__caseloads__role="therapist",
        )
        .select_related("course__participant")
        .order_by("sent_at")
    )


def waiting_in(courses: Iterable[int]) -> dict[int, list[Homework]]:
    """By course the homework without an answer, the longest waiting first; what was written is not read. One query."""
    found: dict[int, list[Homework]] = {}
    for row in Homework.objects.filter(OneOf("course", courses), answered_at=None).defer("content").order_by("sent_at"):
        found.setdefault(row.course_id, []).append(row)
    return found


def blocked_by_an_answer(sent_before: datetime) -> QuerySet[Homework]:
    """Homework sent before a moment, without an answer, whose next module is not open: it may wait for the answer."""
    later = ModuleOpening.objects.filter(course=OuterRef("course"), number__gt=OuterRef("number"))
    held = Hold.objects.filter(course=OuterRef("course"), released_at=None)
    found = Homework.objects.filter(
        ~Exists(later), ~Exists(held), answered_at=None, sent_at__lt=sent_before, course__stopped_at=None
    )
    return found.select_related("course__participant__site").defer("content").order_by("sent_at", "pk")


def courses_of(therapist: Actor) -> QuerySet[Course]:
    """The courses in the caseload that a therapist sees to today, their own and that of colleagues they cover for.

    By participant; `clinician` is whose caseload it is, `is_held_back` whether nothing is sent to the person now.
    """
    return (
        Course.objects.filter(
            participant__caseloads__clinician_id__in=people.acts_for(therapist),
            participant__caseloads__until_at=None,
            participant__caseloads__role="therapist",
        )
        .select_related("participant__site")
        .annotate(clinician=F("participant__caseloads__clinician"), is_held_back=life.held_back())
        .order_by("participant__code")
    )


def without_therapist(sites: Iterable[int]) -> QuerySet[Course]:
    """Courses at some sites that go on and whose therapist works there no more, by participant."""
    left = people.left_alone(Role.THERAPIST, sites).values("participant")
    found = Course.objects.filter(participant__in=left, stopped_at=None)
    return found.select_related("participant__site").order_by("participant__code")


def last_opened(courses: Iterable[int]) -> dict[int, int]:
    """By course the number of the last module that was opened; courses in which only the first is are left out. One query."""
    rows = ModuleOpening.objects.filter(OneOf("course", courses)).values_list("course")
    return dict(rows.annotate(Max("number")))


class HomeworkCount(NamedTuple):
    """How many modules' homework was sent, the number of the last of them, and when one was last answered.

    A core alone leaves numbers out, so that the two numbers differ.
    """

    sent: int = 0
    furthest: int = 0
    answered_at: datetime | None = None


def homework_counts(courses: Iterable[int]) -> dict[int, HomeworkCount]:
    """By course what was sent; courses without any are left out. One query."""
    rows = Homework.objects.filter(OneOf("course", courses)).values_list("course")
    counted = rows.annotate(Count("module", distinct=True), Max("number"), Max("answered_at"))
    return {pk: HomeworkCount(*count) for pk, *count in counted}


def days_in_use(courses: Iterable[int], since: date) -> dict[int, set[date]]:
    """By course: the days, from `since` on, on which something was opened, read to its end, written or sent. One query."""
    ids, begin = list(courses), clock.at(since, 0)
    used = [
        rows.filter(OneOf("course", ids), **{f"{moment}__gte": begin})
        .annotate(day=TruncDate(moment, tzinfo=clock.STOCKHOLM))
        .values_list("course", "day")
        for rows, moment in (
            (PartReading.objects, "finished_at"),
            (Homework.objects, "sent_at"),
            (WorksheetEntry.objects, "kept_at"),
        )
    ]
    on_a_day = [
        rows.filter(OneOf("course", ids), **{f"{day}__gte": since}).values_list("course", day)
        for rows, day in (
            (Draft.objects, "saved_on"),
            (WorksheetDraft.objects, "saved_on"),
            (PartOpening.objects, "on"),
        )
    ]
    days: dict[int, set[date]] = {}
    for course, day in used[0].union(*used[1:], *on_a_day):
        days.setdefault(course, set()).add(day)
    return days


def last_opened_on(course: Course) -> date | None:
    """The day on which a module was last opened to a person; None while only the first is."""
    at = ModuleOpening.objects.filter(course=course).aggregate(Max("opened_at"))["opened_at__max"]
    return clock.local(at).date() if at else None


def last_calls(courses: Iterable[int], since: date) -> dict[int, date]:
    """By course: the day of the therapist's last telephone call, if it was on `since` or later. One query."""
    calls = GuidanceTime.objects.filter(OneOf("course", courses), kind=CALL, on__gte=since)
    return dict(calls.values_list("course").annotate(Max("on")))


def replies_of(therapist: Actor, since: datetime) -> list[tuple[datetime, datetime]]:
    """When homework came in and when this therapist answered it, for answers sent since a moment, oldest first."""
    answers = Feedback.objects.filter(account_id=therapist.pk, taken_back_at=None, sent_at__gte=since)
    answers = answers.order_by("sent_at")
    return list(answers.values_list("homework__sent_at", "sent_at"))


def parts_read(course: Course) -> QuerySet[PartReading]:
    """The parts that were read to their end, in full or short, oldest first."""
    return PartReading.objects.filter(course=course).order_by("finished_at", "pk")


def notes_of(course: Course) -> QuerySet[Note]:
    """The notes in a person's record, newest first, with who wrote them."""
    return Note.objects.filter(course=course).select_related("account").order_by("-written_at", "-pk")


def own_snippets(therapist: Actor) -> QuerySet[OwnSnippet]:
    """A therapist's own sentences, as they stand in the library: by behaviour, the newest last."""
    return OwnSnippet.objects.filter(account_id=therapist.pk, removed_at=None).order_by("group", "made_at", "pk")


def seconds_on(course: Course, day: date, by: Actor) -> int:
    """How many seconds a therapist worked for one person on a day, by what is kept so far."""
    rows = GuidanceTime.objects.filter(course=course, on=day, account_id=by.pk)
    return rows.aggregate(total=Sum("seconds"))["total"] or 0


def guidance_of(course: Course) -> QuerySet[GuidanceTime]:
    """The time that was worked for one participant, oldest day first."""
    return GuidanceTime.objects.filter(course=course).select_related("account").order_by("on", "pk")


def modules_done(participant: Participant) -> int:
    """How many modules' homework a participant has sent; 0 without a course."""
    return Homework.objects.filter(course=participant.pk, round=1).count()


def guidance_seconds(courses: Iterable[Course], since: date | None = None) -> dict[int, int]:
    """Seconds of guidance by course, since a day."""
    in_time = Q() if since is None else Q(on__gte=since)
    ours = OneOf("course", [course.pk for course in courses])
    rows = GuidanceTime.objects.filter(ours, in_time).values_list("course")
    return dict(rows.annotate(total=Sum("seconds")))


def delivered() -> QuerySet[ModuleOpening]:
    """Every module opened to anyone, for an unblinded extract."""
    return ModuleOpening.objects.select_related("course__participant").order_by("course__participant__code", "number")


def all_homework() -> QuerySet[Homework]:
    """Every homework sent, for an unblinded extract."""
    rows = Homework.objects.select_related("course__participant")
    return _with_answers(rows.order_by("course__participant__code", "number", "round"))


def all_guidance() -> QuerySet[GuidanceTime]:
    """All time that therapists spent, for an unblinded extract."""
    return GuidanceTime.objects.select_related("course__participant", "account").order_by("pk")


def all_replies() -> QuerySet[Feedback]:
    """Every reply that was not taken back, with its homework but not the words of that, for an unblinded extract."""
    rows = Feedback.objects.filter(taken_back_at=None).defer("homework__content")
    return rows.select_related("homework__course__participant", "account").order_by("sent_at", "pk")
