"""Who may do what here: the person, and the physiotherapist in whose caseload the person is. And what makes sense.

A colleague who takes over does so by the caseload; a coordinator of the site may book visits. The person's therapist may
read plan and goals. Nothing in this room knows an arm.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import TextChoices

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.people.queries import in_caseload, works_at
from stegvis.physiotherapy import queries
from stegvis.physiotherapy.errors import (
    AlreadyLogged,
    BeforeTheStart,
    EmptyPlan,
    LowEnergyIsMore,
    NameTheActivity,
    NothingDone,
    NothingWritten,
    NotInThePlan,
    NotSmaller,
    NotYet,
    NotYours,
    OutsideTheScale,
    TooLong,
    UnknownChoice,
    UnlikelyActivity,
    VisitAlreadyHeld,
)
from stegvis.physiotherapy.models import (
    MOST_MINUTES,
    ActivityKind,
    DiaryEntry,
    Effort,
    Felt,
    PlannedActivity,
    Visit,
)
from stegvis.physiotherapy.queries import DraftActivity, Made

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
