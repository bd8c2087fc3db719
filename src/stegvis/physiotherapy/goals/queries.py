"""Reads of goals with their ratings, and of what whoever asks believed or was told of the arm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Prefetch, QuerySet

from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.people.models import Participant
from stegvis.physiotherapy.models import (
    ArmGuess,
    ArmTold,
    Goal,
    GoalKind,
    GoalLevel,
    GoalRating,
    SetAside,
    Visit,
)


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


@asked_once
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
