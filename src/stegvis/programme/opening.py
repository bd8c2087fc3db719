"""Opening: when a module opens to a person. The parts of which several actions of this room are made.

None is an action: each is called inside one, whose event says what was done. The first module opens on the course's day
by itself; every other is opened here. A hold keeps the next one closed; a slower pace and a pause close nothing.
"""

from stegvis.audit import clock
from stegvis.methods.programme.content import Module
from stegvis.programme import arrangements, queries
from stegvis.programme.models import Course, Homework, ModuleOpening

ON_HOMEWORK, ON_FEEDBACK = "on_homework", "on_feedback"
"""The protocol's settings: the next module opens when homework is sent, or when it is answered."""


def open_module(course: Course, module: str) -> None:
    """Keep that a module became open, once."""
    _keep(course, queries.content(course.release_id).module(module))


def open_next(course: Course, module: str) -> bool:
    """Open the module after one, as far as it is on the person's way; whether there was one to open.

    Nothing opens in a course that was stopped, nor while a therapist holds the next module: `release` opens it then.
    """
    after = following(course, module)
    if after is None or course.stopped_at is not None or arrangements.is_held(course):
        return False
    _keep(course, after)
    return True


def following(course: Course, module: str) -> Module | None:
    """The module after one on this person's way: the next written one, of the core alone where that was agreed."""
    programme = queries.content(course.release_id)
    only_core = arrangements.is_core_only(course)
    number = programme.module(module).number
    return next((m for m in programme.written if m.number > number and (m.core or not only_core)), None)


def open_what_was_held(course: Course, next_opens: str) -> bool:
    """After a release: open what would be open without the hold. The first module needs no opening."""
    last = Homework.objects.filter(course=course).defer("content").order_by("-number").first()
    if last is None or (next_opens == ON_FEEDBACK and last.answered_at is None):
        return False
    return open_next(course, last.module)


def _keep(course: Course, module: Module) -> None:
    ModuleOpening.objects.get_or_create(
        course=course, module=module.code, defaults={"number": module.number, "opened_at": clock.now()}
    )
