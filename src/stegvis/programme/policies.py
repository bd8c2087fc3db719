"""Who may do what in the programme."""

from collections.abc import Iterable

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import policies as people
from stegvis.people.errors import NotInYourCaseload
from stegvis.people.models import Role
from stegvis.programme import queries
from stegvis.programme.errors import (
    CourseStopped,
    HomeworkSent,
    ModuleNotOpen,
    NoRelease,
    NoReviewer,
    NothingWritten,
    NotReviewed,
    TooLong,
    UnknownLanguage,
    UnknownProfession,
    UnlikelyTime,
)
from stegvis.programme.models import PROFESSIONS, Course, Release
from stegvis.protocol import queries as protocol

MOST_CHARACTERS = 20_000
MOST_SECONDS = 4 * 3600


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


def check_can_write(course: Course, module: str) -> None:
    """Refuse a module that is not open, and one whose homework was sent: those words stand."""
    if check_is_open(course, module).is_done:
        raise HomeworkSent()


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
    if not reviewer.strip():
        raise NoReviewer()
    if profession not in PROFESSIONS:
        raise UnknownProfession(profession=profession, known=", ".join(PROFESSIONS))
    languages = queries.content(release.pk).languages
    if language not in languages:
        raise UnknownLanguage(language=language, known=", ".join(languages))


def in_words(professions: Iterable[str]) -> str:
    """Professions in the reader's language, between commas."""
    return ", ".join(str(PROFESSIONS[each]) for each in professions)
