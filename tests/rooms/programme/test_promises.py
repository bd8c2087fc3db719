"""What an answer promises opens by the one rule for all that opens: holds, the slow track and stopping are respected."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.programme import actions, arranging, queries, tasks
from stegvis.programme.models import ModuleOpening

REACHED = queries.REACHES_AFTER
SECOND = timedelta(seconds=1)


@pytest.fixture
def homework(world, person, course):
    """The third module's homework; after it comes one beside the core, and neither it nor another has opened."""
    for _ in range(2):
        world.send_homework(person)
    third = queries.content(course.release_id).written[2].code
    with world.acting(person.account):
        sending = {"course": course, "module": third, "next_opens": "on_feedback", "by": person.account}
        return actions.send_homework(key=uuid4(), **sending)


def after(moment):
    """So long after the eight o'clock at which everything in a world happens."""
    return clock.frozen(clock.at(clock.today(), 8) + moment)


def hold(course, by):
    day = clock.today() + timedelta(days=3)
    return arranging.hold_next(course=course, look_again_on=day, words="Call first", key=uuid4(), by=by)


def slow_down(course, by):
    return arranging.agree_pace(course=course, per_week=1, core_only=True, words="Tired", key=uuid4(), by=by)


def opened(course, moment=REACHED):
    """The numbers of the modules that are open to the person above the third, also once the worker has been round."""
    with after(moment):
        with acting_as(course.participant.account):
            seen = [step.module.number for step in queries.way(course).steps[3:] if step.is_open]
        tasks.write_down_openings()
        assert tasks.write_down_openings() == 0, "what is written down is not written again"
        with acting_as(SYSTEM):
            kept = ModuleOpening.objects.filter(course=course, number__gt=3).order_by("number")
            assert list(kept.values_list("number", flat=True)) == seen
    return seen


def test_the_next_module_opens_with_the_answer(world, course, homework):
    world.reply(homework, open_next=True)
    assert opened(course, REACHED - SECOND) == []
    assert opened(course) == [4]


def test_held_before_the_answer_reaches_the_person_it_waits_for_the_release(world, course, homework, therapist):
    world.reply(homework, open_next=True)
    with after(30 * SECOND), acting_as(therapist):
        held = hold(course, therapist)
    assert opened(course) == []
    with after(2 * REACHED), acting_as(therapist):
        arranging.release(hold=held, next_opens="on_feedback", by=therapist)
        assert ModuleOpening.objects.get(number=4).opened_at == clock.now()
    assert opened(course, 2 * REACHED) == [4]


def test_a_hold_after_the_answer_has_reached_the_person_closes_nothing(world, course, homework, therapist):
    world.reply(homework, open_next=True)
    with after(REACHED), acting_as(therapist):
        hold(course, therapist)  # before the worker has written anything down
    assert opened(course, 2 * REACHED) == [4]


def test_on_the_slow_track_an_answer_opens_the_next_of_the_core(world, course, homework, therapist):
    with acting_as(therapist):
        slow_down(course, therapist)
    assert world.reply(homework, open_next=True).opens == queries.content(course.release_id).modules[4].code
    assert opened(course) == [5]


def test_the_slow_track_agreed_within_the_minute_counts(world, course, homework, therapist):
    world.reply(homework, open_next=True)
    with after(30 * SECOND), acting_as(therapist):
        slow_down(course, therapist)
    assert opened(course) == [5]


def test_the_slow_track_agreed_later_closes_nothing_that_an_answer_has_opened(world, course, homework, therapist):
    world.reply(homework, open_next=True)
    with after(REACHED), acting_as(therapist):
        slow_down(course, therapist)
    assert opened(course, 2 * REACHED) == [4]


def test_nothing_opens_for_whoever_stops_within_the_minute(world, course, homework):
    world.reply(homework, open_next=True)
    with after(30 * SECOND), acting_as(SYSTEM):
        actions.stop_course(course=course, by=SYSTEM)
    assert opened(course) == []


def test_a_release_opens_nothing_while_a_part_is_asked_for_again(world, course, homework, therapist):
    module = queries.content(course.release_id).module(homework.module)
    part = next(each.number for each in module.parts("sv") if each.fields)
    with acting_as(therapist):
        held = hold(course, therapist)
    world.reply(homework, again_part=part)
    with after(REACHED), acting_as(therapist):
        arranging.release(hold=held, next_opens="on_feedback", by=therapist)
    assert opened(course, 2 * REACHED) == []
