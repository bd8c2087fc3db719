"""What therapists gave and what was arranged, in the unblinded extract: without words, and with every minute."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme import actions as programme
from stegvis.programme import arranging
from stegvis.programme import queries as courses
from stegvis.reporting import course as told
from stegvis.web.therapist.guidance import by_week

MARKED = "Thank you for trying. I understand that it was hard. I am sure that you can. The next step is one more day."


@pytest.fixture
def person(world):
    """Somebody whose programme has been open for a while."""
    return world.allocated(arm="intervention", on=clock.today() - timedelta(days=90))


@pytest.fixture
def course(person, world):
    """Their course."""
    with world.acting(person.account):
        return world.course(person)


@pytest.fixture
def homework(person, world):
    """The homework of their first module, sent three days ago."""
    return world.send_homework(person, on=clock.today() - timedelta(days=3))


def read(table):
    """What the extract is given, as whoever writes it reads it."""
    with acting_as(SYSTEM):
        return list(table())


@pytest.fixture
def therapist(world, person):
    """Who guides them."""
    return world.clinician(person, Role.THERAPIST)


def test_a_reply_is_told_by_its_length_its_time_and_what_rules_found(world, person, homework, therapist):
    world.reply(homework, text=MARKED, language="en", on=clock.today() - timedelta(days=1))

    (row,) = read(told.replies)
    assert (row.participant, row.module, row.round, row.therapist) == (person.code, homework.module, 1, therapist.code)
    assert (row.words, row.asks_again, row.rules) == (23, False, "1")
    assert (row.effort, row.understanding, row.ability, row.next_step) == (True, True, True, True)
    assert row.days_to_answer == pytest.approx(2, abs=0.5)
    assert not {"hard", MARKED} & {getattr(row, name) for name in row.__slots__}


def test_a_reply_that_was_taken_back_is_not_told_and_one_that_asks_again_is(world, course, homework, therapist):
    with world.acting(therapist):
        programme.open_homework(homework=homework, by=therapist)
        first = programme.answer_homework(homework=homework, text="Too soon", language="en", key=uuid4(), by=therapist)
        programme.take_back(feedback=first, by=therapist)
        assert not read(told.replies)
        module = courses.content(course.release_id).module(homework.module)
        part = next(each.number for each in module.parts("sv") if each.fields)
        programme.answer_homework(
            homework=homework, text=MARKED, language="en", key=uuid4(), again_part=part, by=therapist
        )
    assert [row.asks_again for row in read(told.replies)] == [True]


def test_minutes_set_right_are_summed_alike_in_the_extract_and_on_the_page(world, course, therapist):
    """By hand: 100 s on a page three times are 5 min; a call of 20 makes 25; set right to 15, then to 18: 18 in all."""
    with world.acting(therapist):
        for _ in range(3):
            programme.keep_time(course=course, seconds=100, kind="page", by=therapist)
        programme.keep_time(course=course, seconds=1200, kind="call", key=uuid4(), by=therapist)
        for minutes in (15, 18):
            programme.adjust_time(
                course=course, on=clock.today(), minutes=minutes, reason="Forgot the clock", key=uuid4(), by=therapist
            )
        rows = read(told.guidance)
        week = by_week(courses.guidance_of(course), clock.today())[0]
        in_all = courses.guidance_seconds([course])[course.pk]

    assert [(row.kind, row.minutes) for row in rows] == [
        ("page", 1.6667), ("page", 1.6667), ("page", 1.6667), ("call", 20), ("adjusted", -10), ("adjusted", 3)
    ]  # fmt: skip
    assert round(sum(row.minutes for row in rows), 3) == week.minutes == in_all / 60 == 18


def test_paces_pauses_and_holds_are_told_by_their_days_and_never_by_their_reasons(world, course, therapist):
    today = clock.today()
    with world.acting(therapist):
        arranging.agree_pace(course=course, per_week=1, core_only=False, words="Very tired", key=uuid4(), by=therapist)
        pause = {"course": course, "words": "A journey", "by": therapist}
        arranging.plan_pause(from_on=today, until_on=today + timedelta(days=6), key=uuid4(), **pause)
        later = {"from_on": today + timedelta(days=20), "until_on": today + timedelta(days=25)}
        off = arranging.plan_pause(key=uuid4(), **later, **pause)
        arranging.end_pause(pause=off, by=therapist)
        hold = arranging.hold_next(
            course=course, look_again_on=today + timedelta(days=3), words="Low mood", key=uuid4(), by=therapist
        )
        arranging.release(hold=hold, next_opens="on_homework", by=therapist)

    rows = read(told.arranged)
    assert [(row.number, row.kind, row.from_on, row.until_on, row.modules_a_week, row.slower) for row in rows] == [
        (1, "hold", today, today, None, None), (2, "pace", today, None, 1, True),
        (3, "pause", today, today + timedelta(days=6), None, None),
    ]  # fmt: skip


def test_reading_replies_and_arrangements_takes_as_many_queries_for_many_people_as_for_one(
    world, homework, django_assert_max_num_queries
):
    world.reply(homework, on=clock.today())
    with acting_as(SYSTEM), django_assert_max_num_queries(6):
        list(told.replies())
        list(told.arranged())
