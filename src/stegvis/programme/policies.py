"""Who may do what in the programme."""

from stegvis.audit.action import SYSTEM, Actor
from stegvis.people import policies as people
from stegvis.people.errors import NotInYourCaseload
from stegvis.programme import queries
from stegvis.programme.errors import CourseStopped, ModuleNotOpen
from stegvis.programme.models import Course


def check_is_own(by: Actor, course: Course) -> None:
    """Refuse unless it is the participant's own course and it has not been stopped."""
    if by.role != SYSTEM.role and not people.is_own(by, course.participant):
        raise NotInYourCaseload(participant=course.participant.code)
    if course.stopped_at is not None:
        raise CourseStopped()


def check_is_open(course: Course, module: str) -> queries.Step:
    """The step of an open module; refuse one that is not open."""
    step = queries.way(course).step(module)
    if step is None or not step.is_open:
        raise ModuleNotOpen()
    return step
