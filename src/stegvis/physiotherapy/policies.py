"""Who may do what here: the person, and the physiotherapist in whose caseload the person is. And what makes sense.

A colleague who takes over does so by the caseload; a coordinator of the site may book visits. The person's therapist may
read plan and goals. Nothing in this room knows an arm.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import TextChoices

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.audit.errors import SentWithOtherWords
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.people.queries import in_caseload, works_at
from stegvis.physiotherapy import queries
from stegvis.physiotherapy.errors import (
    AlreadyLogged,
    BeforeTheStart,
    DayIsToday,
    EmptyPlan,
    GoalIsLocked,
    GoalNotLocked,
    GoalSetAside,
    GuessedAlready,
    HeldByAColleague,
    LevelsNotUsed,
    LevelsRepeat,
    LowEnergyIsMore,
    MiddleLevelMissing,
    NameTheActivity,
    NeedsItsMainGoal,
    NoMainGoal,
    NoSuchLevel,
    NothingDone,
    NothingWritten,
    NotInItsPlace,
    NotInThePlan,
    NotSmaller,
    NotTheRatingThatCounts,
    NotYet,
    NotYours,
    OutsideTheScale,
    RatedAlready,
    RatedBeforeItWasLocked,
    RatedByNobodyThere,
    SayHowSure,
    StartMissing,
    TooLong,
    UnknownChoice,
    UnknownGroup,
    UnlikelyActivity,
    VisitAlreadyHeld,
)
from stegvis.physiotherapy.models import (
    EXPECTED,
    HIGHEST,
    LOWEST,
    MOST_MINUTES,
    MOST_WEEKS,
    STARTS,
    ActivityKind,
    DiaryEntry,
    Effort,
    Felt,
    Goal,
    GoalKind,
    GoalRating,
    PlannedActivity,
    Rater,
    RatingMode,
    Sureness,
    ToldBy,
    ToldHow,
    Visit,
)
from stegvis.physiotherapy.queries import DraftActivity, Made
from stegvis.protocol import queries as protocols

MOST_CHARACTERS = 2000
MOST_IN_A_LINE = 500
MOST_AIM = 3000


# Who --------------------------------------------------------------------------------------------------------------
def check_own_physiotherapist(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the physiotherapist in whose caseload the person is."""
    people.check_role(by, Role.PHYSIOTHERAPIST)
    people.check_caseload(by, participant)


def check_may_book(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the person's physiotherapist or a coordinator at their site."""
    if by.role == Role.COORDINATOR:
        people.check_at_site(by, participant.site)
    else:
        check_own_physiotherapist(by, participant)


def check_is_self(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the person."""
    if by.role != SYSTEM.role and not people.is_own(by, participant):
        raise NotYours(participant=participant.code)


def take_turns(participant: Participant) -> None:
    """Two actions about one person at the same moment wait for each other here, before they look at what there is."""
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(pk=participant.pk)


def check_person_or_physiotherapist(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the person or their physiotherapist."""
    if not can_write(by, participant):
        raise NotYours(participant=participant.code)


def can_write(by: Actor, participant: Participant) -> bool:
    """Whether `by` keeps this person's diary and ratings: the person, or their physiotherapist."""
    if by.role == SYSTEM.role or people.is_own(by, participant):
        return True
    return by.role == Role.PHYSIOTHERAPIST and in_caseload(by, participant)


def can_read(by: Actor, participant: Participant) -> bool:
    """Whether `by` may read this person's plan, diary and goals: the person, their clinicians, the site's coordinator."""
    if by.role in {Role.THERAPIST, Role.PHYSIOTHERAPIST}:
        return in_caseload(by, participant)
    if by.role == Role.COORDINATOR:
        return works_at(by, participant.site)
    return can_write(by, participant)


# Visits -----------------------------------------------------------------------------------------------------------
def check_open(visit: Visit) -> None:
    """Refuse when the visit has been held."""
    if visit.held_at:
        day = clock.local(visit.held_at).date()
        raise VisitAlreadyHeld(number=visit.number, participant=visit.participant.code, day=day)


def check_has_been(moment: datetime) -> None:
    """Refuse a moment that lies ahead."""
    if moment > clock.now():
        raise NotYet(day=clock.local(moment).date())


# The plan ---------------------------------------------------------------------------------------------------------
def check_plan(activities: Sequence[DraftActivity]) -> None:
    """Refuse a plan without activities, or with one that lacks something."""
    if not activities:
        raise EmptyPlan()
    for activity in activities:
        check_activity(activity)


def check_aims(minutes: int | None, strength_days: int | None) -> None:
    """Refuse an aim that no week has room for."""
    for value, most in ((minutes, MOST_AIM), (strength_days, queries.DAYS)):
        if value is not None and not 0 <= value <= most:
            raise OutsideTheScale(least=0, most=most)


def check_visit_of(participant: Participant, visit: Visit | None) -> None:
    """Refuse a visit of someone else's."""
    if visit is not None and visit.participant_id != participant.pk:
        raise NotYours(participant=participant.code)


def check_activity(activity: DraftActivity) -> None:
    """Refuse an activity without days, minutes or effort, and one of one's own without a name."""
    check_choice(activity.kind, ActivityKind)
    check_choice(activity.effort, Effort)
    check_minutes(activity.minutes)
    if not activity.days or not set(activity.days) <= set(range(1, queries.DAYS + 1)):
        raise UnlikelyActivity(most=MOST_MINUTES)
    check_named(activity.kind, activity.title)
    check_lines(activity.title, activity.when_where, activity.low_energy, activity.growth)
    check_low_energy(activity.low_energy_minutes, activity.minutes)


def check_low_energy(minutes: int | None, most: int) -> None:
    """Refuse a low-energy version that is longer than the activity itself."""
    if minutes is not None and not 1 <= minutes <= most:
        raise LowEnergyIsMore(minutes=minutes, most=most)


def check_minutes(minutes: int) -> None:
    """Refuse minutes that no activity lasts."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise UnlikelyActivity(most=MOST_MINUTES)


def check_named(kind: str, title: str) -> None:
    """Refuse an activity of one's own without a name."""
    if kind == ActivityKind.OWN and not title.strip():
        raise NameTheActivity()


# The diary --------------------------------------------------------------------------------------------------------
def check_day(participant: Participant, on: date, made: Made | None = None) -> None:
    """Refuse a day that has not come, and one before the person joined.

    A device's own day counts where it has one. It can be a day ahead of Stockholm's, in the east of the world; a device
    whose clock is further off is not believed.
    """
    start = clock.local(participant.created_at).date()
    if on > latest_day(made):
        raise NotYet(day=on)
    if on < start:
        raise BeforeTheStart(day=on, start=start, participant=participant.code)


def latest_day(made: Made | None) -> date:
    """The day that it is where the entry was made."""
    today = clock.today()
    return today if made is None else min(made.on, today + timedelta(days=1))


def check_felt(felt: str) -> None:
    """Refuse what is not among the choices; not saying is one of them."""
    if felt:
        check_choice(felt, Felt)


def check_own(participant: Participant, activity: PlannedActivity | None) -> None:
    """Refuse an activity from someone else's plan."""
    if activity is not None and activity.plan.participant_id != participant.pk:
        raise NotInThePlan(participant=participant.code)


def check_free(activity: PlannedActivity | None, on: date) -> None:
    """Refuse an activity that the diary has for that day already."""
    if activity is not None and queries.is_logged(activity, on):
        raise AlreadyLogged(day=on)


def check_something_done(entry: DiaryEntry) -> None:
    """Refuse a rest, a setback, and an entry that was undone."""
    if not entry.minutes or not queries.stands(entry):
        raise NothingDone()


# Changes of the plan ----------------------------------------------------------------------------------------------
def check_is_person(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the person: only they make their plan smaller, or answer a step, between visits."""
    if by.role != SYSTEM.role and not people.is_own(by, participant):
        raise NotYours(participant=participant.code)


def check_smaller(activity: PlannedActivity, minutes: int) -> None:
    """Refuse minutes that are not fewer than now; 0 takes the activity out."""
    if not 0 <= minutes < activity.minutes:
        raise NotSmaller(most=activity.minutes)


# Goals ------------------------------------------------------------------------------------------------------------
def check_place(participant: Participant, kind: str, parent: Goal | None) -> None:
    """Refuse a step without its main goal, a main goal under another, and a goal under another person's."""
    check_choice(kind, GoalKind)
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
    check_choice(rater, Rater)
    check_choice(mode, RatingMode)
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
    check_lines(*levels.values())
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
        check_written(reason)
        check_lines(reason)


# Concealment ------------------------------------------------------------------------------------------------------
def check_guess(arm: str, sure: str) -> None:
    """Refuse an arm that the protocol does not have, a guess that does not say how sure, and sureness without one."""
    if bool(arm) != bool(sure):
        raise SayHowSure()
    if arm and arm not in {each.code for each in protocols.current().arms}:
        raise UnknownGroup()
    if sure:
        check_choice(sure, Sureness)


def check_not_guessed(by: Actor, visit: Visit) -> None:
    """Refuse a second guess of the same physiotherapist at a visit, and any at a visit that a colleague has held."""
    if queries.guess_of(by, visit) is not None:
        raise GuessedAlready(number=visit.number, participant=visit.participant.code)
    if queries.is_held_by_another(by, visit):
        raise HeldByAColleague(number=visit.number, participant=visit.participant.code)


def check_told(participant: Participant, told_by: str, how: str, told_on: date, words: str) -> None:
    """Refuse what cannot have been: an unknown way, a day ahead or before the person joined."""
    check_choice(told_by, ToldBy)
    check_choice(how, ToldHow)
    check_day(participant, told_on)
    check_lines(words, most=MOST_CHARACTERS)


# Words ------------------------------------------------------------------------------------------------------------
def check_choice(value: str, choices: type[TextChoices]) -> None:
    """Refuse what is not among `choices`."""
    if value not in choices.values:
        raise UnknownChoice(choices=choices.__name__)


def check_written(*texts: str) -> None:
    """Refuse when all of the texts are empty."""
    if not any(text.strip() for text in texts):
        raise NothingWritten()


def check_lines(*texts: str, most: int = MOST_IN_A_LINE) -> None:
    """Refuse a text that is too long for its place."""
    for text in texts:
        if len(text) > most:
            raise TooLong(characters=len(text), most=most)
