"""Questions of the programme: opened for those who have it, by the system, in rows that blind roles are not shown.

None is an action: each is called inside one. Nothing of the schedule of activities follows from them: no reminder, no call,
no stage, and the day of no outcome.
"""

from datetime import date, timedelta

from stegvis.assessments import actions as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.measurement import ProgrammeQuestions, ProgrammeSchedule
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant


def open_once(participant: Participant, schedule: ProgrammeSchedule, when: str) -> None:
    """Open what is asked once, from today; a second call changes nothing."""
    for questions in schedule.questions:
        if questions.when == when:
            _open(participant, questions, questions.code, clock.today())


def open_weekly(participant: Participant, schedule: ProgrammeSchedule, opens_on: date, weeks: int) -> None:
    """Open what is asked in each week of the programme, at the end of the week: the first on its sixth day."""
    for questions in schedule.questions:
        for week in range(1, weeks + 1) if questions.when == "weekly" else ():
            day = opens_on + timedelta(days=7 * week - 2)
            _open(participant, questions, f"{questions.code}_{week}", day)


def _open(participant: Participant, questions: ProgrammeQuestions, code: str, opens_on: date) -> None:
    closes_on = opens_on + timedelta(days=questions.days - 1)
    with acting_as(SYSTEM):
        assessments.open_assessment(
            participant=participant, occasion=code, instruments=questions.instruments, opens_on=opens_on,
            due_on=opens_on, closes_on=closes_on, tells_arm=True, by=SYSTEM,
        )  # fmt: skip
