"""Reads of visits; those of plans, the diary and goals are known here too, each from its own module.

Everything is found by participant (or by a clinician's caseload) through an index, and a list costs the same number of
queries however long it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Max, OuterRef, Q

from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.methods.activity import minutes as activity
from stegvis.people import queries as people
from stegvis.people.models import Participant, Role
from stegvis.physiotherapy.diary.queries import RECENT as RECENT
from stegvis.physiotherapy.diary.queries import Day as Day
from stegvis.physiotherapy.diary.queries import Made as Made
from stegvis.physiotherapy.diary.queries import PlannedToday as PlannedToday
from stegvis.physiotherapy.diary.queries import Week as Week
from stegvis.physiotherapy.diary.queries import diary as diary
from stegvis.physiotherapy.diary.queries import diary_entry as diary_entry
from stegvis.physiotherapy.diary.queries import entry_with as entry_with
from stegvis.physiotherapy.diary.queries import is_logged as is_logged
from stegvis.physiotherapy.diary.queries import monday_of as monday_of
from stegvis.physiotherapy.diary.queries import planned_between as planned_between
from stegvis.physiotherapy.diary.queries import planned_on as planned_on
from stegvis.physiotherapy.diary.queries import recent as recent
from stegvis.physiotherapy.diary.queries import setbacks as setbacks
from stegvis.physiotherapy.diary.queries import stands as stands
from stegvis.physiotherapy.diary.queries import week as week
from stegvis.physiotherapy.diary.queries import weeks as weeks
from stegvis.physiotherapy.drafts import Draft as Draft
from stegvis.physiotherapy.drafts import DraftActivity as DraftActivity
from stegvis.physiotherapy.drafts import DraftExercise as DraftExercise
from stegvis.physiotherapy.goals.queries import GoalNow as GoalNow
from stegvis.physiotherapy.goals.queries import goal as goal
from stegvis.physiotherapy.goals.queries import goals_locked_at as goals_locked_at
from stegvis.physiotherapy.goals.queries import goals_of as goals_of
from stegvis.physiotherapy.goals.queries import guess_of as guess_of
from stegvis.physiotherapy.goals.queries import has_guessed as has_guessed
from stegvis.physiotherapy.goals.queries import has_levels as has_levels
from stegvis.physiotherapy.goals.queries import is_held_by_another as is_held_by_another
from stegvis.physiotherapy.goals.queries import is_set_aside as is_set_aside
from stegvis.physiotherapy.goals.queries import levels_of as levels_of
from stegvis.physiotherapy.goals.queries import rating_that_counts as rating_that_counts
from stegvis.physiotherapy.goals.queries import ratings_of as ratings_of
from stegvis.physiotherapy.goals.queries import standing_goals as standing_goals
from stegvis.physiotherapy.goals.queries import steps_towards as steps_towards
from stegvis.physiotherapy.goals.queries import told_of as told_of
from stegvis.physiotherapy.goals.queries import waits_to_be_locked as waits_to_be_locked
from stegvis.physiotherapy.models import MOVING as MOVING
from stegvis.physiotherapy.models import (
    STARTS as STARTS,
)
from stegvis.physiotherapy.models import ActivityKind as ActivityKind
from stegvis.physiotherapy.models import (
    Conversation,
    Goal,
    Plan,
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
from stegvis.physiotherapy.plans import as_draft as as_draft
from stegvis.physiotherapy.plans import draft_of as draft_of
from stegvis.physiotherapy.plans import draft_row as draft_row
from stegvis.physiotherapy.plans import draft_saved_at as draft_saved_at
from stegvis.physiotherapy.plans import every_plan as every_plan
from stegvis.physiotherapy.plans import minutes_planned as minutes_planned
from stegvis.physiotherapy.plans import plan_now as plan_now
from stegvis.physiotherapy.plans import plan_on as plan_on
from stegvis.physiotherapy.plans import planned_activity as planned_activity
from stegvis.physiotherapy.plans import plans_of as plans_of
from stegvis.physiotherapy.plans import strength_planned as strength_planned

DAYS = activity.DAYS
HARD_COUNTS = activity.HARD_COUNTS


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
