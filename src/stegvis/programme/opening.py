"""Opening: when a module opens to a person. The parts of which several actions of this room are made.

None is an action: each is called inside one, whose event says what was done. The first module opens on the course's day
by itself; every other is opened here. A hold keeps the next one closed; a slower pace and a pause close nothing.

An answer to homework only promises a module: it opens once the answer has reached the person and can no longer be taken
back, from that moment and without anybody doing anything (`queries.way`). The worker writes it down a little later; a
decision that changes what may open writes it down first, so that nothing which was open closes.
"""

from datetime import datetime

from stegvis.audit import clock
from stegvis.methods.programme.content import Module
from stegvis.programme import arrangements, queries
from stegvis.programme.models import Course, Feedback, Homework, ModuleOpening

ON_HOMEWORK, ON_FEEDBACK = "on_homework", "on_feedback"
"""The protocol's settings: the next module opens when homework is sent, or when it is answered."""


def open_module(course: Course, module: str) -> None:
    """Keep that a module became open, once."""
    _keep(course, queries.content(course.release_id).module(module))


def open_next(course: Course, module: str) -> bool:
    """Open the module after one, as far as it is on the person's way; whether there was one to open."""
    after = following(course, module)
    if after is None or not _opens_more(course):
        return False
    _keep(course, after)
    return True


def following(course: Course, module: str) -> Module | None:
    """The module after one on this person's way: the next written one, of the core alone where that was agreed."""
    programme = queries.content(course.release_id)
    number = programme.module(module).number
    return queries.first_on_way(programme, number + 1, core_only=arrangements.is_core_only(course))


def promised(feedback: Feedback) -> Module | None:
    """The module that an answer which has reached the person opens now, by the rule of `open_next`.

    Its own, or the next of the core where only that is on the way; None while it is held, and once it is written down.
    """
    course = feedback.homework.course
    if not feedback.opens or queries.reached(feedback) is None or not _opens_more(course):
        return None
    programme = queries.content(course.release_id)
    number = programme.module(feedback.opens).number
    module = queries.first_on_way(programme, number, core_only=arrangements.is_core_only(course))
    is_there = module and ModuleOpening.objects.filter(course=course, module=module.code).exists()
    return None if is_there else module


def open_promised(feedback: Feedback, at: datetime | None = None) -> Module | None:
    """Write down what an answer has opened, since it reached the person or since `at`; None where it opens nothing."""
    module = promised(feedback)
    if module is not None:
        _keep(feedback.homework.course, module, at or feedback.sent_at + queries.REACHES_AFTER)
    return module


def keep_promised(course: Course, at: datetime | None = None) -> None:
    """Write down what answers have opened in one course: before a decision after which other modules would open."""
    for feedback in queries.opening_answers(course=course):
        open_promised(feedback, at)


def open_what_was_held(course: Course, next_opens: str) -> bool:
    """After a release: open what would be open without the hold. The first module needs no opening.

    An answer that asks for a part again lets nobody go on.
    """
    keep_promised(course, clock.now())
    last = queries.homework_of(course).defer("content").first()
    if last is None or (next_opens == ON_FEEDBACK and not _lets_go_on(last)):
        return False
    return open_next(course, last.module)


def _lets_go_on(homework: Homework) -> bool:
    answer = homework.feedback
    return answer is not None and answer.again_part is None


def _opens_more(course: Course) -> bool:
    """Nothing opens in a course that was stopped, nor while a therapist holds the next module: `release` opens it then."""
    return course.stopped_at is None and not arrangements.is_held(course)


def _keep(course: Course, module: Module, at: datetime | None = None) -> None:
    ModuleOpening.objects.get_or_create(
        course=course, module=module.code, defaults={"number": module.number, "opened_at": at or clock.now()}
    )
