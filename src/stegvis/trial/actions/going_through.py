"""Going through the programme: homework is sent, and the questions that follow from it open."""

import json
from uuid import UUID

from stegvis.audit.action import Actor, action
from stegvis.programme import actions as programme
from stegvis.programme import queries as courses
from stegvis.programme.models import Course, Homework
from stegvis.trial import programme_questions, queries, worries


@action("trial.homework_sent", tells_arm=True)
def send_homework(*, course: Course, module: str, key: UUID, by: Actor) -> Homework:
    """Send a module's homework as the protocol wants it, and open the questions that come after the first or the last.

    The trial's words are looked for in it as in every message, where the trial has any.
    """
    enrolment = queries.enrolment(course.participant)
    schedule = queries.protocol_of(enrolment).programme if enrolment else None
    next_opens = schedule.next_opens if schedule else ""
    homework = programme.send_homework(course=course, module=module, next_opens=next_opens, key=key, by=by)
    worries.raise_on_words(course.participant, "\n".join(json.loads(homework.content).values()), homework.key, by)
    if schedule is not None:
        way = courses.way(course)
        if way.done == 1:
            programme_questions.open_once(course.participant, schedule, "after_first_module")
        if all(step.was_sent for step in way.on_way if step.module.written):
            programme_questions.open_once(course.participant, schedule, "at_end")
    return homework
