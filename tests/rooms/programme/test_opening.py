"""When the next module opens, by both settings of the protocol; and that an absent therapist closes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.programme import actions, arranging, queries, tasks
from stegvis.protocol import queries as protocols
from tests.worlds import FRIDAY

MONDAY, TUESDAY, WEDNESDAY = (FRIDAY + timedelta(days=n) for n in (3, 4, 5))


@pytest.fixture
def on_feedback(monkeypatch, world):
    """The protocol lets the next module wait for the answer."""
    protocol = protocols.current()
    schedule = protocol.programme.model_copy(update={"next_opens": "on_feedback"})
    changed = protocol.model_copy(update={"programme": schedule})
    monkeypatch.setattr(protocols, "current", lambda on=None: changed)


@pytest.fixture
def homework(course, person):
    """The first homework, sent on Friday, without the next module opening."""
    with acting_as(person.account):
        return actions.send_homework(
            course=course, module="start", next_opens="on_feedback", key=uuid4(), by=person.account
        )


def second_is_open(course):
    with acting_as(course.participant.account):
        return queries.way(course).steps[1].is_open


def round_on(day):
    with clock.frozen(clock.at(day, 12)):
        return tasks.open_unanswered()


def reach():
    """The moment from which an answer of now is the person's to read."""
    return clock.frozen(clock.now() + queries.REACHES_AFTER)


def answer(homework, therapist, **more):
    with acting_as(therapist):
        actions.open_homework(homework=homework, by=therapist)
        return actions.answer_homework(
            homework=homework, text="You did it.", language="en", key=uuid4(), by=therapist, **more
        )


def test_by_the_example_trial_the_next_opens_on_sending(world, course, person):
    assert world.protocol.programme.next_opens == "on_homework"
    world.send_homework(person)
    assert second_is_open(course)


def test_an_answer_that_opens_it_opens_it(course, homework, therapist):
    assert not second_is_open(course)
    answer(homework, therapist, open_next=True)
    assert not second_is_open(course)
    with reach():
        assert second_is_open(course)


def test_the_answer_promised_for_tuesday_is_waited_for_until_tuesday(on_feedback, course, homework):
    assert [round_on(day) for day in (FRIDAY, MONDAY, TUESDAY)] == [0, 0, 0]
    assert not second_is_open(course)


def test_without_an_answer_the_next_opens_on_wednesday_and_once(on_feedback, course, homework):
    assert [round_on(WEDNESDAY), round_on(WEDNESDAY)] == [1, 0]
    assert second_is_open(course)
    with acting_as(SYSTEM):
        assert Event.objects.filter(verb="programme.opened_unanswered").get().tells_arm


def test_what_is_held_waits_for_its_release_however_late_the_answer(on_feedback, course, homework, therapist):
    with acting_as(therapist):
        arranging.hold_next(course=course, look_again_on=MONDAY, words="Call first", key=uuid4(), by=therapist)
    assert round_on(WEDNESDAY) == 0
    assert not second_is_open(course)


def test_nothing_opens_for_whoever_stopped(on_feedback, world, course, person, homework):
    world.withdraw(person, "programme")
    assert round_on(WEDNESDAY) == 0


def test_where_it_does_not_wait_for_the_answer_the_worker_does_nothing(homework):
    assert round_on(WEDNESDAY) == 0
