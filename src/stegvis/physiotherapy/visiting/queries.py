"""Reads of what visits brought out. The newest row of a question counts; the others tell who wrote what when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from stegvis.audit import clock
from stegvis.audit.asked import asked_once
from stegvis.methods.capacity import Retest, retest
from stegvis.methods.study.visiting import CapacityTest
from stegvis.people.models import Participant
from stegvis.physiotherapy import queries as room
from stegvis.physiotherapy.models import DiaryEntry, Plan, PlannedActivity, Visit
from stegvis.physiotherapy.visiting.models import (
    ActivityDecision,
    ActivityReview,
    CapacityResult,
    MissedVisit,
    RedFlagAnswer,
    VisitAgreement,
    VisitNote,
    WhoJudgement,
)
from stegvis.physiotherapy.visiting.models import Going as Going
from stegvis.physiotherapy.visiting.models import JudgedBy as JudgedBy
from stegvis.physiotherapy.visiting.models import Missed as Missed
from stegvis.physiotherapy.visiting.models import NotDone as NotDone
from stegvis.physiotherapy.visiting.models import Reached as Reached
from stegvis.physiotherapy.visiting.models import Said as Said
from stegvis.physiotherapy.visiting.models import Verdict as Verdict

NUMBERS: Mapping[str, int] = {
    "easy_minutes": 3000,
    "moderate_minutes": 3000,
    "hard_minutes": 3000,
    "strength_days": 7,
    "sitting_hours": 24,
}
"""Activity now: minutes a week by effort, days a week with strength exercises, hours a day sitting; each with its most."""

RESOURCES = ("resources_personal", "resources_social", "resources_material")
OBSTACLES = ("obstacles_health", "obstacles_doing", "obstacles_priorities", "obstacles_context")
SUPPORT = "support_wanted"
ONWARD = "onward"
"""How the person goes on after the last visit."""

QUESTIONS: tuple[str, ...] = (*NUMBERS, *RESOURCES, *OBSTACLES, SUPPORT, ONWARD)
"""What can be noted at a visit, in the order of the conversation."""

HALF_WRITTEN = re.compile(r"(goal|activity|since|agree|[0-9a-f]{16})\.[a-z0-9_]{1,20}")
"""A field of a form that has not been sent: the form's name and the field's (`half_written`)."""


# Notes ------------------------------------------------------------------------------------------------------------
def notes_of(visit: Visit) -> dict[str, VisitNote]:
    """The newest note of each question of a visit, with who wrote it."""
    return _newest(VisitNote.objects.filter(visit=visit))


def notes_about(participant: Participant) -> dict[str, VisitNote]:
    """The newest note of each question at any visit of a person; emptied ones are among them."""
    return _newest(VisitNote.objects.filter(visit__participant=participant))


def _newest(rows: QuerySet[VisitNote]) -> dict[str, VisitNote]:
    newest = rows.select_related("written_by").order_by("question", "-written_at", "-pk").distinct("question")
    return {each.question: each for each in newest}


def history_of(visit: Visit) -> QuerySet[VisitNote]:
    """Everything that was ever written at a visit, newest first."""
    return VisitNote.objects.filter(visit=visit).select_related("written_by").order_by("-written_at", "-pk")


@dataclass(frozen=True)
class Words:
    """A person's life in their own words: what helps, what gets in the way, what support is wanted."""

    resources: str = ""
    obstacles: str = ""
    support_wanted: str = ""


def words_about(participant: Participant) -> Words | None:
    """What was noted of a person's life, the parts of each heading on lines of their own; None when nothing was.

    What was noted before each heading had parts stands in the place of parts that say nothing.
    """
    notes, earlier = notes_about(participant), room.conversation_of(participant)
    said = {
        name: "\n".join(notes[each].words for each in parts if each in notes and notes[each].words)
        for name, parts in {"resources": RESOURCES, "obstacles": OBSTACLES, "support_wanted": (SUPPORT,)}.items()
    }
    if earlier is not None:
        said = {name: words or str(getattr(earlier, name)) for name, words in said.items()}
    return Words(**said) if any(said.values()) else None


# Warning signs ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """Where a person stands with the warning signs: the yes answers that nobody has decided about, and the decision last made.

    `answers` are the newest by warning sign, at any visit. A yes that was changed to a no still waits for a decision.
    """

    waiting: tuple[str, ...]
    decision: ActivityDecision | None
    answers: Mapping[str, RedFlagAnswer]

    @property
    def is_stopped(self) -> bool:
        """Whether it was decided last that the person does not go on for now."""
        return self.decision is not None and self.decision.outcome == Going.NOT

    @property
    def is_open(self) -> bool:
        """Whether activity may be planned."""
        return not self.waiting and not self.is_stopped

    @property
    def limits(self) -> str:
        """Within which limits, in words that stand on the plan."""
        return self.decision.limits if self.decision is not None and self.decision.outcome == Going.LIMITS else ""

    def unclear(self, flags: Iterable[str], visit: Visit | None = None) -> tuple[str, ...]:
        """Which of these warning signs lack a clear answer (at this visit): not asked, or not known and not decided."""
        return tuple(flag for flag in flags if not self._is_clear(self.answers.get(flag), visit))

    def _is_clear(self, answer: RedFlagAnswer | None, visit: Visit | None) -> bool:
        if answer is None or (visit is not None and answer.visit_id != visit.pk):
            return False
        decided = self.decision is not None and self.decision.decided_at >= answer.answered_at
        return answer.said == Said.NO or decided


@asked_once
def standing(participant: Participant) -> Standing:
    """Where a person stands with the warning signs. Two queries."""
    rows = RedFlagAnswer.objects.filter(visit__participant=participant).select_related("answered_by")
    decisions = ActivityDecision.objects.filter(visit__participant=participant).select_related("decided_by", "visit")
    decision = decisions.order_by("-decided_at", "-pk").first()
    newest: dict[str, RedFlagAnswer] = {}
    waiting: dict[str, None] = {}
    for each in rows.order_by("answered_at", "pk"):
        newest[each.flag] = each
        if each.said == Said.YES and (decision is None or each.answered_at > decision.decided_at):
            waiting[each.flag] = None
    return Standing(tuple(waiting), decision, newest)


@asked_once
def flags_at(visit: Visit) -> dict[str, RedFlagAnswer]:
    """The newest answer about each warning sign at one visit."""
    rows = RedFlagAnswer.objects.filter(visit=visit).select_related("answered_by")
    return {each.flag: each for each in rows.order_by("answered_at", "pk")}


def decisions_about(participant: Participant) -> QuerySet[ActivityDecision]:
    """Every decision about a person's warning signs, newest first."""
    rows = ActivityDecision.objects.filter(visit__participant=participant).select_related("decided_by", "visit")
    return rows.order_by("-decided_at", "-pk")


# Capacity ---------------------------------------------------------------------------------------------------------
def capacity_at(visit: Visit, test: str) -> CapacityResult | None:
    """The newest result of a test at a visit, done or not."""
    rows = CapacityResult.objects.filter(visit=visit, test=test).select_related("measured_by")
    return rows.order_by("-measured_at", "-pk").first()


def retest_at(visit: Visit, test: CapacityTest) -> Retest | None:
    """The result at this visit beside the first one of the person; None unless both were measured, for equally long."""
    now = capacity_at(visit, test.code)
    before = CapacityResult.objects.filter(
        visit__participant=visit.participant_id, visit__number__lt=visit.number, test=test.code, value__isnull=False
    )
    first = before.order_by("visit__number", "-measured_at", "-pk").first()
    if first is None or first.value is None or now is None or now.value is None or now.seconds != first.seconds:
        return None
    return retest(first.value, now.value, test.retest_sd)


# The plan, planned and done ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kept:
    """One activity of the plan: on how many days it was planned and done since the plan was agreed, and the verdict."""

    activity: PlannedActivity
    planned: int
    done: int
    rested: int
    review: ActivityReview | None


def kept_since(plan: Plan, visit: Visit, until: date) -> list[Kept]:
    """What became of each activity of a plan from the day after it was agreed up to and including `until`. Two queries."""
    first = clock.local(plan.agreed_at).date() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(max(0, (until - first).days + 1))]
    entries = DiaryEntry.objects.filter(planned_activity__plan=plan, undone=None, on__gte=first, on__lte=until)
    logged = list(entries.values_list("planned_activity", "rested"))
    reviews = {each.activity_id: each for each in reviews_of(visit)}
    return [
        Kept(
            activity=each,
            planned=sum(day.isoweekday() in each.days for day in days),
            done=logged.count((each.pk, False)),
            rested=logged.count((each.pk, True)),
            review=reviews.get(each.pk),
        )
        for each in plan.activities.all()
    ]


def reviews_of(visit: Visit) -> QuerySet[ActivityReview]:
    """What was said of each activity at a visit, oldest first."""
    return ActivityReview.objects.filter(visit=visit).order_by("reviewed_at", "pk")


def weeks_since(plan: Plan, until: date) -> list[room.Week]:
    """The weeks from the one in which a plan was agreed up to that of `until`, planned beside done, oldest first."""
    first = room.monday_of(clock.local(plan.agreed_at).date())
    return room.weeks(plan.participant, first, max(1, (room.monday_of(until) - first).days // room.DAYS + 1))


@dataclass(frozen=True)
class Change:
    """An activity before and after; one of the two is None where it was added or dropped."""

    before: room.DraftActivity | None
    after: room.DraftActivity | None


@dataclass(frozen=True)
class Difference:
    """What one version of a plan has that the one before has not: activities in the newer's order, and the flare rule."""

    changes: tuple[Change, ...]
    flare_rule: str | None

    def __bool__(self) -> bool:
        return bool(self.changes) or self.flare_rule is not None


def difference(before: room.Draft, after: room.Draft) -> Difference:
    """What is new, changed and gone. An activity is the same when its kind and name are; else it is another."""
    left = [each for each in before.activities if each not in after.activities]
    changes = []
    for each in (each for each in after.activities if each not in before.activities):
        old = next((one for one in left if (one.kind, one.title) == (each.kind, each.title)), None)
        if old is not None:
            left.remove(old)
        changes.append(Change(old, each))
    changes += [Change(each, None) for each in left]
    return Difference(tuple(changes), after.flare_rule if after.flare_rule != before.flare_rule else None)


def newest_difference(participant: Participant) -> tuple[Plan, Difference] | None:
    """The plan in force and what it changed; None while there is only one version, or nothing changed."""
    versions = room.every_plan(participant)[-2:]
    if len(versions) < 2:
        return None
    found = difference(room.as_draft(versions[0]), room.as_draft(versions[1]))
    return (versions[1], found) if found else None


# The rest ---------------------------------------------------------------------------------------------------------
def agreement_of(visit: Visit) -> VisitAgreement | None:
    """What was agreed at a visit, last."""
    rows = VisitAgreement.objects.filter(visit=visit).select_related("agreed_by")
    return rows.order_by("-agreed_at", "-pk").first()


def who_judgement_of(visit: Visit) -> WhoJudgement | None:
    """The judgement of the WHO's advice at a visit that was made last."""
    rows = WhoJudgement.objects.filter(visit=visit).select_related("judged_by")
    return rows.order_by("-judged_at", "-pk").first()


def missed_of(visit: Visit) -> QuerySet[MissedVisit]:
    """Every time that a visit did not take place, oldest first."""
    return MissedVisit.objects.filter(visit=visit).order_by("missed_at", "pk")
