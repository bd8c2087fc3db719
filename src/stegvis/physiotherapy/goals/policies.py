"""What makes sense of a goal, a rating, a guess: nothing changes that is locked, nothing is told that cannot have been."""

from collections.abc import Mapping
from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.audit.errors import SentWithOtherWords
from stegvis.people import policies as people
from stegvis.people.models import Participant
from stegvis.physiotherapy import policies as room
from stegvis.physiotherapy.errors import (
    DayIsToday,
    GoalIsLocked,
    GoalNotLocked,
    GoalSetAside,
    GuessedAlready,
    HeldByAColleague,
    LevelsNotUsed,
    LevelsRepeat,
    MiddleLevelMissing,
    NeedsItsMainGoal,
    NoMainGoal,
    NoSuchLevel,
    NotInItsPlace,
    NotTheRatingThatCounts,
    NotYet,
    OutsideTheScale,
    RatedAlready,
    RatedBeforeItWasLocked,
    RatedByNobodyThere,
    SayHowSure,
    StartMissing,
    UnknownGroup,
)
from stegvis.physiotherapy.goals import queries
from stegvis.physiotherapy.models import (
    EXPECTED,
    HIGHEST,
    LOWEST,
    MOST_WEEKS,
    STARTS,
    Goal,
    GoalKind,
    GoalRating,
    Rater,
    RatingMode,
    Sureness,
    ToldBy,
    ToldHow,
    Visit,
)
from stegvis.protocol import queries as protocols


def check_place(participant: Participant, kind: str, parent: Goal | None) -> None:
    """Refuse a step without its main goal, a main goal under another, and a goal under another person's."""
    room.check_choice(kind, GoalKind)
    if (kind == GoalKind.INTERMEDIATE) != (parent is not None):
        raise NeedsItsMainGoal()
    if parent is not None and (parent.participant_id != participant.pk or parent.kind != GoalKind.MAIN):
        raise NeedsItsMainGoal()
    if parent is not None:
        check_stands(parent)


def check_scales(target_week: int | None, **scales: int | None) -> None:
    """Refuse a week, or an answer on a scale of 0–10, that is outside."""
    for value, most in [(target_week, MOST_WEEKS), *((value, 10) for value in scales.values())]:
        if value is not None and not 0 <= value <= most:
            raise OutsideTheScale(least=0, most=most)


def check_replaceable(participant: Participant, kind: str, old: Goal | None) -> None:
    """Refuse to put a goal in the place of another person's, or of one of the other kind."""
    if old is not None and (old.participant_id, old.kind) != (participant.pk, kind):
        raise NotInItsPlace()


def check_stands(goal: Goal) -> None:
    """Refuse a goal that was set aside."""
    if queries.is_set_aside(goal):
        raise GoalSetAside()


def check_unlocked(goal: Goal) -> None:
    """Refuse a goal that is locked, or set aside already."""
    check_stands(goal)
    if goal.locked_at:
        raise GoalIsLocked()


def check_lockable(participant: Participant) -> None:
    """Refuse unless there is a main goal."""
    if not queries.standing_goals(participant).filter(kind=GoalKind.MAIN).exists():
        raise NoMainGoal(participant=participant.code)


def check_ratable(goal: Goal) -> None:
    """Refuse a goal that is not locked."""
    check_stands(goal)
    if not goal.locked_at:
        raise GoalNotLocked(participant=goal.participant.code)


def check_rater(by: Actor, participant: Participant, rater: str, mode: str) -> None:
    """Refuse a rating in a way in which it cannot have been given.

    The person rates on their own screen. What the physiotherapist enters is either the person's answer to what was read
    out, asked by telephone or written on paper, or the physiotherapist's own judgement.
    """
    room.check_choice(rater, Rater)
    room.check_choice(mode, RatingMode)
    by_person = (rater, mode) == (Rater.PARTICIPANT, RatingMode.OWN_SCREEN)
    entered = (rater == Rater.PARTICIPANT) != (mode == RatingMode.OWN_SCREEN)
    fits = by_person if people.is_own(by, participant) else entered
    if not fits and by.role != SYSTEM.role:
        raise RatedByNobodyThere()


def check_levels(levels: Mapping[int, str], starts_at: int | None) -> None:
    """Refuse levels that repeat, lack the middle one, or do not say where the person is now; none at all are fine."""
    if not levels and starts_at is None:
        return
    if not protocols.current().uses_goal_levels:
        raise LevelsNotUsed()
    for value in levels:
        if not LOWEST <= value <= HIGHEST:
            raise OutsideTheScale(least=LOWEST, most=HIGHEST)
    room.check_lines(*levels.values())
    if EXPECTED not in levels:
        raise MiddleLevelMissing()
    check_levels_differ(levels)
    if starts_at not in STARTS or starts_at not in levels:
        raise StartMissing()


def check_levels_differ(levels: Mapping[int, str]) -> None:
    """Refuse two levels that say the same, whatever their spaces and capitals."""
    seen: dict[str, int] = {}
    for value, text in sorted(levels.items()):
        words = " ".join(text.casefold().split())
        if words in seen:
            raise LevelsRepeat(one=f"{seen[words]:+d}", other=f"{value:+d}")
        seen[words] = value


def check_same_levels(goal: Goal, levels: Mapping[int, str]) -> None:
    """Refuse a form sent again whose levels are not those that it made."""
    if queries.levels_of(goal) != dict(levels):
        raise SentWithOtherWords()


def check_gas_level(goal: Goal, gas_level: int | None) -> None:
    """Refuse a level of a goal that has none, and one that is outside."""
    if gas_level is None:
        return
    if not LOWEST <= gas_level <= HIGHEST:
        raise OutsideTheScale(least=LOWEST, most=HIGHEST)
    if not queries.has_levels(goal):
        raise NoSuchLevel()


def check_given_on(goal: Goal, mode: str, given_on: date | None) -> None:
    """Refuse a day that has not come or was before the goal was locked, and any for what can only be rated today."""
    if given_on is None:
        return
    if mode not in {RatingMode.TELEPHONE, RatingMode.PAPER}:
        raise DayIsToday()
    if given_on > clock.today():
        raise NotYet(day=given_on)
    locked = clock.local(goal.locked_at).date() if goal.locked_at else given_on
    if given_on < locked:
        raise RatedBeforeItWasLocked(day=given_on, locked=locked)


def check_follows(goal: Goal, rater: str, occasion: str, corrects: GoalRating | None, reason: str) -> None:
    """Refuse a second rating on an occasion that is no correction, a correction of another one, and one without a reason."""
    counts = queries.rating_that_counts(goal, occasion, rater)
    if corrects is None and counts is not None:
        raise RatedAlready(day=counts.on)
    if corrects is not None:
        if corrects != counts:
            raise NotTheRatingThatCounts()
        room.check_written(reason)
        room.check_lines(reason)


def check_guess(arm: str, sure: str) -> None:
    """Refuse an arm that the protocol does not have, a guess that does not say how sure, and sureness without one."""
    if bool(arm) != bool(sure):
        raise SayHowSure()
    if arm and arm not in {each.code for each in protocols.current().arms}:
        raise UnknownGroup()
    if sure:
        room.check_choice(sure, Sureness)


def check_not_guessed(by: Actor, visit: Visit) -> None:
    """Refuse a second guess of the same physiotherapist at a visit, and any at a visit that a colleague has held."""
    if queries.guess_of(by, visit) is not None:
        raise GuessedAlready(number=visit.number, participant=visit.participant.code)
    if queries.is_held_by_another(by, visit):
        raise HeldByAColleague(number=visit.number, participant=visit.participant.code)


def check_told(participant: Participant, told_by: str, how: str, told_on: date, words: str) -> None:
    """Refuse what cannot have been: an unknown way, a day ahead or before the person joined."""
    room.check_choice(told_by, ToldBy)
    room.check_choice(how, ToldHow)
    room.check_day(participant, told_on)
    room.check_lines(words, most=room.MOST_CHARACTERS)
