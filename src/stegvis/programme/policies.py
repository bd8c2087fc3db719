"""Who may do what in the programme."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.audit.releases import check_signature, in_words
from stegvis.methods.programme import snippets
from stegvis.methods.programme.content import Module
from stegvis.people import policies as people
from stegvis.people.errors import NotInYourCaseload
from stegvis.people.models import Account, Role
from stegvis.programme import arrangements, queries
from stegvis.programme.errors import (
    AlreadyHeld,
    CourseStopped,
    DayToCome,
    HomeworkNotOpened,
    HomeworkSent,
    ModuleNotOpen,
    NoReason,
    NoRelease,
    NoSuchPart,
    NotAPause,
    NotAPracticeDay,
    NotHeld,
    NothingWritten,
    NotReviewed,
    NotYourAnswer,
    NotYourSnippet,
    OnlyThatPart,
    PauseOver,
    StartNotAssessed,
    TimeWithoutReason,
    TooLateToTakeBack,
    TooLong,
    UnknownBehaviour,
    UnknownPlaceholder,
    UnlikelyContact,
    UnlikelyDay,
    UnlikelyPace,
    UnlikelyTime,
)
from stegvis.programme.models import (
    ContactKind,
    ContactOutcome,
    Course,
    Feedback,
    Hold,
    Homework,
    OwnSnippet,
    Pause,
    Release,
)
from stegvis.protocol import queries as protocol

MOST_CHARACTERS = 20_000
MOST_SECONDS = 4 * 3600
MOST_A_WEEK = 7
MOST_PAUSE_DAYS = 56
"""As long as the whole programme; whoever pauses longer agrees anew, so that nobody is forgotten."""
MOST_CONTACT_MINUTES = 240
START_FINDINGS = ("suitability", "exhaustion", "time", "risk")
"""What a start call finds out, each by a code."""
MOST_HOLD_DAYS = 14
"""A held module is looked at again within two weeks: it would otherwise be a pause that nobody agreed."""


def check_is_own(by: Actor, course: Course) -> None:
    """Refuse unless it is the participant's own course."""
    if by.role != SYSTEM.role and not people.is_own(by, course.participant):
        raise NotInYourCaseload(participant=course.participant.code)


def check_goes_on(by: Actor, course: Course) -> None:
    """Refuse unless it is the participant's own course and it has not been stopped."""
    check_is_own(by, course)
    if course.stopped_at is not None:
        raise CourseStopped()


def check_guides(by: Actor, course: Course) -> None:
    """Refuse unless `by` is the therapist in whose caseload the participant is."""
    people.check_role(by, Role.THERAPIST)
    people.check_caseload(by, course.participant)


def check_is_open(course: Course, module: str) -> queries.Step:
    """The step of an open module; refuse one that is not open."""
    step = queries.way(course).step(module)
    if step is None or not step.is_open:
        raise ModuleNotOpen()
    return step


def check_can_write(course: Course, module: str, fields: Collection[str]) -> None:
    """Refuse a module that is not open, one whose homework was sent (those words stand), and all but a part asked for again."""
    step = check_is_open(course, module)
    if step.is_done:
        raise HomeworkSent()
    if step.again_part is not None:
        part = step.module.part(step.again_part, course.participant.language)
        if not set(fields) <= {each.name for each in part.fields}:
            raise OnlyThatPart(part=step.again_part)


def check_was_opened(homework: Homework) -> None:
    """Refuse to answer what nobody has opened."""
    if homework.opened_at is None:
        raise HomeworkNotOpened()


def check_part_can_be_asked_for(homework: Homework, part: int) -> None:
    """Refuse to ask again for a part that is not there, or in which nothing can be written."""
    module = queries.content(homework.course.release_id).module(homework.module)
    if part not in parts_to_write_in(module, homework.course.participant.language):
        raise NoSuchPart(part=part)


def parts_to_write_in(module: Module, language: str) -> dict[int, str]:
    """The parts of a module with something to write in, by number: their titles."""
    return {part.number: part.title for part in module.parts(language) if part.fields}


def check_can_take_back(by: Account, feedback: Feedback) -> None:
    """Refuse whoever did not send it, and everybody once the time is over: the person may be reading it."""
    if feedback.account_id != by.pk:
        raise NotYourAnswer(code=feedback.account.code)
    if clock.now() >= feedback.sent_at + queries.TAKEN_BACK_WITHIN:
        raise TooLateToTakeBack(seconds=int(queries.TAKEN_BACK_WITHIN.total_seconds()))


def check_reached(feedback: Feedback) -> None:
    """Refuse to open an answer that can still be taken back, as if it were not there."""
    if queries.reached(feedback) is None:
        raise ModuleNotOpen()


def check_adjustment(course: Course, on: date, seconds: int, reason: str) -> None:
    """Refuse to set a day's time right without a reason, on a day that cannot have any, or to a time nobody works."""
    if not reason.strip():
        raise TimeWithoutReason()
    if not clock.local(course.made_at).date() <= on <= clock.today():
        raise DayToCome()
    if not 0 <= seconds <= 2 * MOST_SECONDS:
        raise UnlikelyTime(hours=2 * MOST_SECONDS // 3600)


def check_own_snippet(by: Account, snippet: OwnSnippet) -> None:
    """Refuse to touch a colleague's library."""
    if snippet.account_id != by.pk:
        raise NotYourSnippet()


def check_snippet(group: str, text: str) -> None:
    """Refuse an empty sentence, an unknown behaviour, and a placeholder that nothing can fill."""
    check_words(text)
    if group not in snippets.GROUPS:
        raise UnknownBehaviour(group=group)
    for name in snippets.placeholders(text):
        if name not in snippets.PLACEHOLDERS:
            known = ", ".join(f"{{{each}}}" for each in snippets.PLACEHOLDERS)
            raise UnknownPlaceholder(name=name, known=known)


def check_words(text: str) -> None:
    """Refuse an empty text, and one without end."""
    if not text.strip():
        raise NothingWritten()
    check_length(text)


def check_length(*texts: str) -> None:
    """Refuse a text without end, rather than cut it."""
    for text in texts:
        if len(text) > MOST_CHARACTERS:
            raise TooLong(characters=len(text), most=MOST_CHARACTERS)


def check_time(seconds: int) -> None:
    """Refuse no time at all, and more than anybody works for one person at a stretch."""
    if not 1 <= seconds <= MOST_SECONDS:
        raise UnlikelyTime(hours=MOST_SECONDS // 3600)


def check_can_be_arranged(by: Actor, course: Course) -> None:
    """Refuse unless the therapist of the person asks, for a course that goes on."""
    check_guides(by, course)
    if course.stopped_at is not None:
        raise CourseStopped()


def check_reason(reason: str) -> None:
    """Refuse a decision without words for the record, and words without end."""
    if not reason.strip():
        raise NoReason()
    check_length(reason)


def check_pace(per_week: int) -> None:
    """Refuse a pace that is none."""
    if not 1 <= per_week <= MOST_A_WEEK:
        raise UnlikelyPace()


def check_slower_has_reason(per_week: int, reason: str, *, core_only: bool) -> None:
    """Refuse a pace slower than the protocol's without words for the record."""
    schedule = protocol.current().programme
    if core_only or (schedule is not None and per_week < schedule.pace_per_week):
        check_reason(reason)
    check_length(reason)


def check_pause(course: Course, from_on: date, until_on: date) -> None:
    """Refuse a pause that lies in the past, ends before it begins, has no likely length, or touches another."""
    days = (until_on - from_on).days + 1
    others = arrangements.arrangement_of(course).pauses
    touches = any(each.from_on <= until_on and from_on <= each.last_on for each in others)
    if from_on < clock.today() or not 1 <= days <= MOST_PAUSE_DAYS or touches:
        raise NotAPause(most=MOST_PAUSE_DAYS)


def check_pause_goes_on(pause: Pause) -> None:
    """Refuse to end what has ended."""
    if pause.ended_at is not None or pause.until_on < clock.today():
        raise PauseOver()


def check_can_hold(course: Course, look_again_on: date) -> None:
    """Refuse a second hold beside one, and a day on which nobody would look in time."""
    if arrangements.is_held(course):
        raise AlreadyHeld()
    tomorrow = clock.today() + timedelta(days=1)
    if not tomorrow <= look_again_on <= clock.today() + timedelta(days=MOST_HOLD_DAYS):
        raise UnlikelyDay(most=MOST_HOLD_DAYS)


def check_is_held(hold: Hold) -> None:
    """Refuse to release what is not held."""
    if hold.released_at is not None:
        raise NotHeld()


def check_contact(course: Course, held_on: date, minutes: int) -> None:
    """Refuse a conversation on a day that cannot be, or that took longer than any does."""
    if not clock.local(course.made_at).date() <= held_on <= clock.today() or not 0 <= minutes <= MOST_CONTACT_MINUTES:
        raise UnlikelyContact()


def check_found(kind: str, outcome: str, found: Mapping[str, str]) -> None:
    """Refuse a start call that was held and does not say what it is for."""
    if kind == ContactKind.START and outcome == ContactOutcome.HELD and set(found) != set(START_FINDINGS):
        raise StartNotAssessed()


def check_practice_day(course: Course, on: date, days: int) -> None:
    """Refuse practice on a day to come, on one too long ago to remember, and before the programme opened."""
    first = max(course.opens_on, clock.today() - timedelta(days=days - 1))
    if not first <= on <= clock.today():
        raise NotAPracticeDay(days=days - 1)


def check_can_be_given(language: str) -> Release:
    """The release that a new course would be given; refuse when there is none, and one unsigned for real people.

    To be asked before anybody is allocated, whatever their arm: a refusal in one arm only would tell it.
    """
    release = queries.newest_release()
    if release is None:
        raise NoRelease()
    missing = queries.missing_signatures(release.pk, language) if protocol.is_live() else []
    if missing:
        raise NotReviewed(professions=in_words(missing))
    return release


def check_can_sign(release: Release, language: str, reviewer: str, profession: str) -> None:
    """Refuse a signature without a name, by a profession that signs nothing here, or in a language that is not written."""
    check_signature(language, reviewer, profession, languages=queries.content(release.pk).languages)
