"""Who may write, keep and share a worksheet, and who may read one."""

from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.methods.programme.content import Worksheet
from stegvis.people import policies as people
from stegvis.people.models import Participant
from stegvis.programme import policies as programme
from stegvis.programme.errors import ModuleNotOpen, NothingWritten
from stegvis.programme.models import Course
from stegvis.programme.worksheets import queries
from stegvis.programme.worksheets.errors import (
    DayToCome,
    NotSharedWithYou,
    SheetSetAside,
    SheetStaysBetweenYouAndTherapist,
    SheetUnderWay,
    UnknownSheet,
)
from stegvis.programme.worksheets.models import PHYSIOTHERAPIST, WorksheetEntry, WorksheetShare


def check_can_write(by: Actor, course: Course, code: str) -> Worksheet:
    """The worksheet; refuse before the programme has opened, once it was stopped, and one that it does not have."""
    programme.check_goes_on(by, course)
    if course.opens_on > clock.today():
        raise ModuleNotOpen()
    found = queries.sheet(course, code)
    if found is None:
        raise UnknownSheet()
    return found


def check_is_written(words: dict[str, str]) -> None:
    """Refuse a sheet with nothing in it."""
    if not any(text.strip() for text in words.values()):
        raise NothingWritten()


def check_nothing_under_way(course: Course, code: str) -> None:
    """Refuse to write over a sheet that was begun."""
    if any(text.strip() for name, text in queries.drafts(course, code).items() if name != queries.DAY):
        raise SheetUnderWay()


def check_day(on: date) -> None:
    """Refuse a day that has not come."""
    if on > clock.today():
        raise DayToCome()


def check_can_share(by: Actor, entry: WorksheetEntry, audience: str) -> None:
    """Refuse what is not one's own or set aside, and the physiotherapist for a sheet that the programme keeps from there."""
    programme.check_goes_on(by, entry.course)
    if entry.set_aside_at is not None:
        raise SheetSetAside()
    if audience == PHYSIOTHERAPIST and not queries.sheet_of(entry).physiotherapist:
        raise SheetStaysBetweenYouAndTherapist()


def check_can_read(by: Actor, participant: Participant, share: WorksheetShare | None) -> WorksheetShare:
    """The sharing by which a clinician reads; refuse outside the caseload, and what is not shared or was taken back."""
    people.check_caseload(by, participant)
    if share is None:
        raise NotSharedWithYou()
    people.check_role(by, share.audience)
    return share
