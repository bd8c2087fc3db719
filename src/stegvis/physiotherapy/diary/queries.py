"""Reads of the diary: days and weeks beside the plan, and what counts of what was entered.

Days are Stockholm's, weeks begin on Monday (ISO 8601). A list costs the same number of queries however long it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from stegvis.audit import clock
from stegvis.audit.asked import asked_once
from stegvis.methods.activity import minutes as activity
from stegvis.methods.activity.minutes import Minutes
from stegvis.people.models import Participant
from stegvis.physiotherapy.models import MOVING, ActivityKind, DiaryEntry, Plan, PlannedActivity
from stegvis.physiotherapy.plans import every_plan, plan_on

DAYS = activity.DAYS


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
