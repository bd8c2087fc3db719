"""Reads of visits, plans, the diary and goals.

Everything is found by participant (or by a clinician's caseload) through an index, and a list costs the same number of
queries however long it is. Days are Stockholm's, weeks begin on Monday (ISO 8601).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.methods.activity import minutes as activity
from stegvis.methods.activity.minutes import Minutes
from stegvis.people import queries as people
from stegvis.people.models import Participant, Role
from stegvis.physiotherapy.models import MOVING as MOVING
from stegvis.physiotherapy.models import (
    STARTS as STARTS,
)
from stegvis.physiotherapy.models import ActivityKind as ActivityKind
from stegvis.physiotherapy.models import (
    ArmGuess,
    ArmTold,
    Conversation,
    DiaryEntry,
    Goal,
    GoalLevel,
    Plan,
    PlanDraft,
    PlannedActivity,
    SetAside,
    Visit,
)
from stegvis.physiotherapy.models import Effect as Effect
from stegvis.physiotherapy.models import Effort as Effort
from stegvis.physiotherapy.models import Felt as Felt
from stegvis.physiotherapy.models import GoalKind as GoalKind
from stegvis.physiotherapy.models import GoalRating as GoalRating
from stegvis.physiotherapy.models import GoalType as GoalType
from stegvis.physiotherapy.models import Level as Level
from stegvis.physiotherapy.models import Mode as Mode
from stegvis.physiotherapy.models import Origin as Origin
from stegvis.physiotherapy.models import Rater as Rater
from stegvis.physiotherapy.models import RatingMode as RatingMode
from stegvis.physiotherapy.models import Setback as Setback
from stegvis.physiotherapy.models import Sureness as Sureness
from stegvis.physiotherapy.models import ToldBy as ToldBy
from stegvis.physiotherapy.models import ToldHow as ToldHow

DAYS = activity.DAYS
HARD_COUNTS = activity.HARD_COUNTS


# The plan ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DraftActivity:
    """An activity as it is being agreed. Days are ISO weekdays, Monday 1 to Sunday 7."""

    kind: str
    days: tuple[int, ...]
    minutes: int
    effort: str
    title: str = ""
    when_where: str = ""
    low_energy: str = ""
    growth: str = ""
    low_energy_minutes: int | None = None

    @property
    def mark(self) -> str:
        """Tells this activity from every other of the week, so that a page can say which one it means."""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class DraftExercise:
    """An exercise of the library as it is being agreed: its code, its form, how many times in how many sets."""

    code: str
    form: str
    times: int
    sets: int


@dataclass(frozen=True)
class Draft:
    """A plan as it is being agreed: its activities, what to do in a flare, and where it aims (medium minutes a week)."""

    activities: tuple[DraftActivity, ...] = ()
    flare_rule: str = ""
    aim_minutes: int | None = None
    aim_strength_days: int | None = None
    exercises: tuple[DraftExercise, ...] = ()

    def to_json(self) -> str:
        """As text, for keeping."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def marked(self, mark: str) -> DraftActivity | None:
        """The activity with this mark, if it is (still) in the week."""
        return next((each for each in self.activities if each.mark == mark), None)

    def having(self, activity: DraftActivity, instead_of: DraftActivity | None = None) -> "Draft":
        """With an activity, in the place of `instead_of` if given; one that is in the week already is not put in again."""
        if activity in self.activities:
            return self if activity == instead_of or instead_of is None else self.without(instead_of)
        if instead_of is None:
            return replace(self, activities=(*self.activities, activity))
        return replace(self, activities=tuple(activity if each == instead_of else each for each in self.activities))

    def without(self, activity: DraftActivity) -> "Draft":
        """Without an activity."""
        return replace(self, activities=tuple(each for each in self.activities if each != activity))

    @classmethod
    def from_json(cls, text: str) -> "Draft":
        """What `to_json` made."""
        content = json.loads(text)
        activities = tuple(DraftActivity(**{**each, "days": tuple(each["days"])}) for each in content.pop("activities"))
        exercises = tuple(DraftExercise(**each) for each in content.pop("exercises", ()))
        return cls(activities=activities, exercises=exercises, **content)


def draft_of(participant: Participant) -> Draft | None:
    """The plan that lies unfinished on the physiotherapist's desk, if there is one."""
    row = draft_row(participant)
    return Draft.from_json(row.content) if row else None


def draft_row(participant: Participant) -> PlanDraft | None:
    """The same as it is kept, with who saved it and when."""
    return PlanDraft.objects.select_related("saved_by").filter(participant=participant).first()


def draft_saved_at(participant: Participant) -> datetime | None:
    """When the unfinished plan was saved last."""
    return PlanDraft.objects.filter(participant=participant).values_list("saved_at", flat=True).first()


def as_draft(plan: Plan) -> Draft:
    """An agreed plan as the beginning of its next version."""
    activities = tuple(
        DraftActivity(
            kind=each.kind, days=tuple(each.days), minutes=each.minutes, effort=each.effort, title=each.title,
            when_where=each.when_where, low_energy=each.low_energy, growth=each.growth,
            low_energy_minutes=each.low_energy_minutes,
        )
        for each in plan.activities.all()
    )  # fmt: skip
    rows = plan.exercises.order_by("position")
    exercises = tuple(DraftExercise(each.code, each.form, each.times, each.sets) for each in rows)
    return Draft(activities, plan.flare_rule, plan.aim_minutes, plan.aim_strength_days, exercises)


def minutes_planned(draft: Draft) -> Minutes:
    """Minutes of moving that a week of the plan has, by effort."""
    moving = [each for each in draft.activities if each.kind in MOVING]
    return activity.added(activity.of_effort(each.effort, each.minutes * len(each.days)) for each in moving)


def strength_planned(draft: Draft) -> int:
    """Days of a week for which the plan has strength."""
    return len({day for each in draft.activities if each.kind == ActivityKind.STRENGTH for day in each.days})


def plans_of(participant: Participant) -> QuerySet[Plan]:
    """All versions of a person's plan with their activities, oldest first."""
    activities = Prefetch("activities", PlannedActivity.objects.order_by("position"))
    return Plan.objects.filter(participant=participant).prefetch_related(activities).order_by("version")


@asked_once
def every_plan(participant: Participant) -> list[Plan]:
    """All versions of a person's plan, with their activities."""
    return list(plans_of(participant))


def plan_now(participant: Participant) -> Plan | None:
    """The newest version of the plan, with its activities; None before visit 1."""
    return plans_of(participant).order_by("-version").first()


def plan_on(participant: Participant, day: date) -> Plan | None:
    """The version that was in force on a day, with its activities: the newest agreed by the end of it."""
    end = clock.at(day + timedelta(days=1), 0)
    agreed = [plan for plan in every_plan(participant) if plan.agreed_at < end]
    return max(agreed, key=lambda plan: plan.version, default=None)


def planned_activity(participant: Participant, pk: int) -> PlannedActivity | None:
    """One of the activities in a person's plans."""
    rows = PlannedActivity.objects.select_related("plan__participant")
    return rows.filter(pk=pk, plan__participant=participant).first()


@dataclass(frozen=True)
class PlannedToday:
    """An activity planned for a day, and what the diary says about it (None: nothing yet)."""

    activity: PlannedActivity
    entry: DiaryEntry | None


def planned_on(participant: Participant, day: date | None = None) -> list[PlannedToday]:
    """What the plan in force has for a day (today unless told), and whether it is logged. At most three queries."""
    day = day or clock.today()
    return planned_between(participant, day, day)[day]


def planned_between(participant: Participant, first: date, last: date) -> dict[date, list[PlannedToday]]:
    """The same for each day from `first` to `last`, in as many queries as for one."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    plans = {day: plan_on(participant, day) for day in days}
    if not any(plans.values()):
        return {day: [] for day in days}
    entries = list(_entries(participant).filter(on__range=(first, last)))
    found = {}
    for day, plan in plans.items():
        planned = [each for each in plan.activities.all() if day.isoweekday() in each.days] if plan else []
        logged = _of_planned(planned, [entry for entry in entries if entry.on == day])
        found[day] = [PlannedToday(each, logged.get(each.pk)) for each in planned]
    return found


# The diary --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Made:
    """When a device without a connection made an entry: its own day, and the moment."""

    on: date
    at: datetime


@dataclass(frozen=True)
class Day:
    """A day beside the plan. Minutes are of moving, whatever the effort; strength and relaxation are not in them.

    `planned` and `done` count activities of the plan; a low-energy version that was done is done. `setback` is what was
    logged of an illness or a flare, "" for neither.
    """

    on: date
    minutes: int
    planned_minutes: int
    strength: bool
    rested: bool
    planned: int = 0
    done: int = 0
    setback: str = ""


@dataclass(frozen=True)
class Week:
    """A week beside the person's own plan, and in the terms of the WHO's advice. All minutes are of moving.

    `target` and `strength_target` add up what the plan in force on each day asked for, so that a plan agreed on a
    Thursday asks nothing of the Monday before.
    """

    monday: date
    days: tuple[Day, ...]
    moving: Minutes
    target: int
    strength_target: int

    @property
    def minutes(self) -> int:
        """Minutes of moving, each counted once."""
        return self.moving.in_all

    @property
    def easy_minutes(self) -> int:
        """Minutes of easy effort, which stand apart."""
        return self.moving.easy

    @property
    def equivalent(self) -> int:
        """Medium-equivalent minutes: medium, and hard twice; easy minutes stand apart (WHO 2020)."""
        return self.moving.equivalent

    @property
    def strength_days(self) -> int:
        """Days with strength exercises, each counted once."""
        return sum(day.strength for day in self.days)

    @property
    def planned(self) -> int:
        """How many times something of the plan was planned."""
        return sum(day.planned for day in self.days)

    @property
    def done(self) -> int:
        """How many of those were done, in full or smaller."""
        return sum(day.done for day in self.days)


def monday_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return activity.monday_of(day)


def week(participant: Participant, monday: date) -> Week:
    """The week that begins on `monday` (any day of the week will do)."""
    return weeks(participant, monday, 1)[0]


def weeks(participant: Participant, first: date, count: int) -> list[Week]:
    """`count` weeks from the one that `first` lies in, oldest first; the same few queries for any number."""
    mondays = [monday_of(first) + timedelta(weeks=n) for n in range(count)]
    plans = every_plan(participant)
    end = mondays[-1] + timedelta(days=DAYS)
    by_day: dict[date, list[_Logged]] = {}
    for entry in _logged_between(participant, mondays[0], end):
        by_day.setdefault(entry.on, []).append(entry)
    return [_week(monday, plans, by_day) for monday in mondays]


def _logged_between(participant: Participant, first: date, end: date) -> Iterable["_Logged"]:
    """What counts from `first` and before `end`: from what the page has read already, where that reaches so far back."""
    if first >= _recent_from():
        return [_Logged.of(each) for each in recent(participant) if first <= each.on < end]
    rows = _entries(participant).filter(on__gte=first, on__lt=end)
    # Years of a diary are counted, not shown: no model, no words.
    return [_Logged(*row) for row in rows.values_list(*_Logged._fields)]


def _recent_from() -> date:
    return monday_of(clock.today()) - RECENT


@asked_once
def recent(participant: Participant) -> list[DiaryEntry]:
    """What counts of this week and the four before it, newest first, with what was felt after: read once for a page."""
    return list(diary(participant).filter(on__gte=_recent_from()).select_related("after_effect"))


def diary(participant: Participant) -> QuerySet[DiaryEntry]:
    """What counts in a person's diary, newest day first; slice it."""
    return _entries(participant).order_by("-on", "-logged_at", "-pk")


def diary_entry(participant: Participant, pk: int) -> DiaryEntry | None:
    """One entry of a person's diary that has not been undone."""
    return _entries(participant).filter(pk=pk).first()


def is_logged(activity: PlannedActivity, day: date) -> bool:
    """Whether the diary says something about a planned activity on a day."""
    return DiaryEntry.objects.filter(planned_activity=activity, on=day, undone=None).exists()


def stands(entry: DiaryEntry) -> bool:
    """Whether an entry has not been undone."""
    return DiaryEntry.objects.filter(pk=entry.pk, undone=None).exists()


def entry_with(participant: Participant, key: UUID) -> DiaryEntry | None:
    """The entry of a person's that was made with this key, undone or not."""
    return DiaryEntry.objects.filter(participant=participant, key=key).first()


def setbacks(participant: Participant, days: int) -> list[DiaryEntry]:
    """Illnesses and flares logged for the last `days`, today included, the newest day first."""
    since = clock.today() - timedelta(days=days - 1)
    if since >= _recent_from():
        return [each for each in recent(participant) if each.setback and each.on >= since]
    return list(diary(participant).filter(on__gte=since).exclude(setback=""))


RECENT = timedelta(weeks=4)


class _Logged(NamedTuple):
    on: date
    kind: str
    minutes: int
    effort: str
    rested: bool
    setback: str
    planned_activity_id: int | None

    @classmethod
    def of(cls, entry: DiaryEntry) -> "_Logged":
        """The same of an entry that was read whole."""
        return cls(*(getattr(entry, name) for name in cls._fields))


_AnyEntry = TypeVar("_AnyEntry", _Logged, DiaryEntry)


def _entries(participant: Participant) -> QuerySet[DiaryEntry]:
    """What counts: what was not undone; and of two that two devices made of one planned activity and day, the later made.

    Which one that is follows from the entries alone, never from the order in which they arrived.
    """
    made = Coalesce("made_at", "logged_at")
    twins = DiaryEntry.objects.filter(planned_activity=OuterRef("planned_activity"), on=OuterRef("on"), undone=None)
    later = twins.annotate(moment=made).filter(
        Q(moment__gt=OuterRef("moment")) | Q(moment=OuterRef("moment"), key__gt=OuterRef("key"))
    )
    standing = DiaryEntry.objects.filter(participant=participant, undone=None).annotate(moment=made)
    return standing.filter(Q(planned_activity=None) | ~Exists(later))


def _week(monday: date, plans: Sequence[Plan], entries: dict[date, list[_Logged]]) -> Week:
    planned = {on: _planned(plans, on) for on in activity.days_of_week(monday)}
    days = tuple(_day(on, planned[on], entries.get(on, [])) for on in planned)
    moved = [each for on in planned for each in entries.get(on, []) if each.minutes and each.kind in MOVING]
    return Week(
        monday=monday,
        days=days,
        moving=activity.added(activity.of_effort(each.effort, each.minutes) for each in moved),
        target=sum(day.planned_minutes for day in days),
        strength_target=sum(any(each.kind == ActivityKind.STRENGTH for each in todays) for todays in planned.values()),
    )


def _of_planned(planned: Sequence[PlannedActivity], entries: Sequence[_AnyEntry]) -> dict[int, _AnyEntry]:
    """Which entry of a day is about which planned activity.

    After a change of the plan on the same day, an entry about an activity of the version before is about the one of its kind.
    """
    known = {each.pk for each in planned}
    found = {entry.planned_activity_id: entry for entry in entries if entry.planned_activity_id in known}
    left = [entry for entry in entries if entry.planned_activity_id and entry.planned_activity_id not in known]
    for each in planned:
        entry = next((entry for entry in left if entry.kind == each.kind), None)
        if each.pk not in found and entry is not None:
            found[each.pk] = entry
            left.remove(entry)
    return {pk: entry for pk, entry in found.items() if pk is not None}


def _day(on: date, planned: Sequence[PlannedActivity], logged: Sequence[_Logged]) -> Day:
    done = [entry for entry in logged if entry.minutes]
    return Day(
        on=on,
        minutes=sum(entry.minutes for entry in done if entry.kind in MOVING),
        planned_minutes=sum(each.minutes for each in planned if each.kind in MOVING),
        strength=any(entry.kind == ActivityKind.STRENGTH for entry in done),
        rested=any(entry.rested for entry in logged),
        planned=len(planned),
        done=len(_of_planned(planned, done)),
        setback=next((entry.setback for entry in logged if entry.setback), ""),
    )


def _planned(plans: Sequence[Plan], on: date) -> list[PlannedActivity]:
    """The activities for a day in the plan that was in force on it: the newest agreed by then."""
    in_force = [plan for plan in plans if clock.local(plan.agreed_at).date() <= on]
    return [each for each in in_force[-1].activities.all() if on.isoweekday() in each.days] if in_force else []


# Goals ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GoalNow:
    """A goal that stands, the goal it leads to (as it stands), and its newest rating on each occasion, oldest first."""

    goal: Goal
    parent: int | None
    ratings: tuple[GoalRating, ...]

    @property
    def all_ratings(self) -> list[GoalRating]:
        """Every rating ever given, corrected ones included, oldest first."""
        return list(self.goal.ratings.all())

    @property
    def levels(self) -> list[GoalLevel]:
        """What each level looks like, lowest first; none when the goal was set without."""
        return sorted(self.goal.levels.all(), key=lambda each: each.value)

    def rated_at(self, occasion: str, rater: str = "participant") -> GoalRating | None:
        """The rating that counts on an occasion; None while there is none."""
        return next((each for each in self.ratings if (each.occasion, each.rater) == (occasion, rater)), None)

    @property
    def last(self) -> GoalRating | None:
        """The newest rating; None while the goal has never been rated."""
        return self.ratings[-1] if self.ratings else None


def goals_of(participant: Participant) -> list[GoalNow]:
    """The goals that stand, main goals first, in the order in which they were set; goals never rated are among them."""
    ratings = Prefetch("ratings", GoalRating.objects.select_related("corrects").order_by("rated_at", "pk"))
    rows = Goal.objects.filter(participant=participant).select_related("set_aside", "set_by")
    rows = rows.prefetch_related(ratings, "levels")
    goals = list(rows.order_by("set_at", "pk"))
    instead = {goal.pk: goal.set_aside.replaced_by_id for goal in goals if hasattr(goal, "set_aside")}
    standing = [goal for goal in goals if goal.pk not in instead]
    standing.sort(key=lambda goal: goal.kind != GoalKind.MAIN)
    return [GoalNow(goal, _follow(goal.parent_id, instead), _newest(goal.ratings.all())) for goal in standing]


def goal(participant: Participant, pk: int) -> Goal | None:
    """One of a person's goals that stand."""
    return standing_goals(participant).select_related("participant").filter(pk=pk).first()


def is_set_aside(goal: Goal) -> bool:
    """Whether a goal has been set aside."""
    return SetAside.objects.filter(goal=goal).exists()


def standing_goals(participant: Participant) -> QuerySet[Goal]:
    """The goals that have not been set aside."""
    return Goal.objects.filter(participant=participant, set_aside=None)


def steps_towards(goal: Goal) -> list[Goal]:
    """The intermediate goals that lead to a main goal."""
    return [each.goal for each in goals_of(goal.participant) if each.parent == goal.pk]


def goals_locked_at(participant: Participant) -> datetime | None:
    """When a main goal of the person was first locked; None while none is. Goals set later have a later moment."""
    main = Goal.objects.filter(participant=participant, kind=GoalKind.MAIN)
    moment: datetime | None = main.aggregate(at=Min("locked_at"))["at"]
    return moment


def waits_to_be_locked(participant: Participant) -> bool:
    """Whether goals were set after the first were locked, and are not locked yet."""
    return goals_locked_at(participant) is not None and standing_goals(participant).filter(locked_at=None).exists()


def ratings_of(goal: Goal) -> QuerySet[GoalRating]:
    """Every rating of a goal ever given, oldest first."""
    return GoalRating.objects.filter(goal=goal).select_related("corrects").order_by("rated_at", "pk")


def rating_that_counts(goal: Goal, occasion: str, rater: str) -> GoalRating | None:
    """The newest rating of a goal on an occasion: the first one, or the last correction of it."""
    return ratings_of(goal).filter(occasion=occasion, rater=rater, correction=None).last()


def has_levels(goal: Goal) -> bool:
    """Whether a goal was set with levels of attainment."""
    return GoalLevel.objects.filter(goal=goal).exists()


def levels_of(goal: Goal) -> dict[int, str]:
    """What each level of a goal looks like, by level."""
    return {each.value: each.text for each in GoalLevel.objects.filter(goal=goal)}


def _follow(parent: int | None, instead: dict[int, int | None]) -> int | None:
    while parent in instead:
        parent = instead[parent]
    return parent


def _newest(ratings: Iterable[GoalRating]) -> tuple[GoalRating, ...]:
    newest: dict[tuple[str, str], GoalRating] = {}
    for rating in ratings:
        newest.pop((rating.occasion, rating.rater), None)
        newest[rating.occasion, rating.rater] = rating
    return tuple(newest.values())


# Concealment ------------------------------------------------------------------------------------------------------
def guess_of(by: Actor, visit: Visit) -> ArmGuess | None:
    """What a physiotherapist thought at a visit; nobody else sees it."""
    return ArmGuess.objects.filter(visit=visit, guessed_by_id=by.pk).first()


def has_guessed(by: Actor, participant: Participant) -> bool:
    """Whether whoever acts has said which arm they take a person to be in."""
    return ArmGuess.objects.filter(participant=participant, guessed_by_id=by.pk).exists()


def is_held_by_another(by: Actor, visit: Visit) -> bool:
    """Whether a visit has been held by somebody else: whoever takes over afterwards is asked for no guess about it."""
    return visit.held_at is not None and visit.by_id != by.pk


def told_of(by: Actor, participant: Participant) -> list[ArmTold]:
    """Each time that an arm became known to whoever asks, in the order of the days."""
    return list(ArmTold.objects.filter(participant=participant, kept_by_id=by.pk).order_by("told_on", "pk"))


# Visits -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Summary:
    """Where a person stands with the physiotherapist."""

    visits: tuple[Visit, ...] = ()
    plan_version: int | None = None
    goals: int = 0
    goals_locked: int = 0
    goals_rated: int = 0

    @property
    def held(self) -> int:
        """How many visits have been held."""
        return sum(visit.held_at is not None for visit in self.visits)


@dataclass(frozen=True)
class BoardRow:
    """A person in the caseload, the visit that is open (None: none is), and where they stand."""

    participant: Participant
    visit: Visit | None
    summary: Summary = field(default_factory=Summary)


@dataclass(frozen=True)
class Board:
    """A physiotherapist's visits: those that are open, the earliest day first, and the people to book one for."""

    upcoming: list[BoardRow]
    to_book: list[BoardRow]


@asked_once
def visits_of(participant: Participant) -> list[Visit]:
    """A person's visits by number."""
    return list(Visit.objects.filter(participant=participant).order_by("number"))


def visit(participant: Participant, number: int) -> Visit | None:
    """A person's visit by its number."""
    return Visit.objects.select_related("participant").filter(participant=participant, number=number).first()


def conversation_of(participant: Participant) -> Conversation | None:
    """What the person said helps, hinders and is wanted, as noted before each heading had parts."""
    rows = Conversation.objects.filter(visit__participant=participant).select_related("visit")
    return rows.order_by("-noted_at", "-pk").first()


def visits_board(account: Actor, *, visits_in_all: int, limit: int = 100) -> Board:
    """The first `limit` open visits in a caseload, and as many people without one who have not had the last visit.

    `visits_in_all` is the number of the last visit of the protocol. Always six queries.
    """
    in_care = Q(
        participant__caseloads__clinician_id=account.pk,
        participant__caseloads__role=Role.PHYSIOTHERAPIST,
        participant__caseloads__until_at=None,
    )
    open_visits = Visit.objects.filter(in_care, held_at=None).select_related("participant__site")
    upcoming = list(open_visits.order_by("planned_on", "pk")[:limit])
    theirs = Visit.objects.filter(participant=OuterRef("pk"))
    unbooked = people.caseload_of(account).exclude(
        Exists(theirs.filter(Q(held_at=None) | Q(number__gte=visits_in_all)))
    )
    to_book = list(unbooked.order_by("pk")[:limit])
    summary = summaries([visit.participant_id for visit in upcoming] + [person.pk for person in to_book])
    return Board(
        upcoming=[BoardRow(visit.participant, visit, summary[visit.participant_id]) for visit in upcoming],
        to_book=[BoardRow(person, None, summary[person.pk]) for person in to_book],
    )


def summaries(participants: Iterable[int]) -> dict[int, Summary]:
    """Where people stand, by the participants' primary keys; four queries for any number."""
    ids = list(participants)
    visits: dict[int, list[Visit]] = {pk: [] for pk in ids}
    for each in Visit.objects.filter(participant__in=ids).defer("missed_reason").order_by("number"):
        visits[each.participant_id].append(each)
    versions = dict(Plan.objects.filter(participant__in=ids).values_list("participant").annotate(Max("version")))
    standing = Goal.objects.filter(participant__in=ids, set_aside=None).values("participant")
    goals = {
        row["participant"]: row
        for row in standing.annotate(n=Count("pk"), locked=Count("pk", filter=Q(locked_at__isnull=False)))
    }
    with_rating = standing.filter(Exists(GoalRating.objects.filter(goal=OuterRef("pk"))))
    rated = {row["participant"]: row["n"] for row in with_rating.annotate(n=Count("pk"))}
    return {
        pk: Summary(
            visits=tuple(visits[pk]),
            plan_version=versions.get(pk),
            goals=goals[pk]["n"] if pk in goals else 0,
            goals_locked=goals[pk]["locked"] if pk in goals else 0,
            goals_rated=rated.get(pk, 0),
        )
        for pk in ids
    }
