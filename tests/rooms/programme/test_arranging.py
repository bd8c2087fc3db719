"""What a therapist arranges with a person: pace, pause, hold. Decisions are kept; nothing but a hold closes anything."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.errors import SentWithOtherWords
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload, NotTheirRole
from stegvis.people.models import Role
from stegvis.programme import actions, arrangements, arranging, queries
from stegvis.programme.errors import (
    AlreadyHeld,
    CourseStopped,
    ModuleNotOpen,
    NoReason,
    NotAPause,
    NotHeld,
    PauseOver,
    UnlikelyDay,
    UnlikelyPace,
)
from stegvis.programme.models import Agreement, Hold, Pause
from tests.worlds import FRIDAY

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def as_therapist(therapist):
    """The therapist sits at the page."""
    with acting_as(therapist):
        yield


def agree(course, by, per_week=1, **more):
    given = {"core_only": False, "words": "Little strength now", "key": uuid4()} | more
    return arranging.agree_pace(course=course, per_week=per_week, by=by, **given)


def pause(course, by, from_on=FRIDAY, until_on=FRIDAY + WEEK, **more):
    given = {"words": "Travels to her daughter", "key": uuid4()} | more
    return arranging.plan_pause(course=course, from_on=from_on, until_on=until_on, by=by, **given)


def hold(course, by, **more):
    given = {"look_again_on": FRIDAY + WEEK, "words": "Wait for the call", "key": uuid4()} | more
    return arranging.hold_next(course=course, by=by, **given)


def send(world, course, number=1):
    """The person sends a module's homework."""
    module = queries.content(course.release_id).written[number - 1].code
    with world.acting(course.participant.account, hour=9):
        return actions.send_homework(
            course=course, module=module, next_opens="on_homework", key=uuid4(), by=course.participant.account
        )


def is_open(course, number):
    return queries.way(course).steps[number - 1].is_open


def now(course):
    return arrangements.arrangement_of(course)


# Pace -------------------------------------------------------------------------------------------------------------
def test_without_an_agreement_the_protocols_pace_holds(course):
    assert (now(course).per_week, now(course).planned, now(course).is_slow) == (2, 2, False)


def test_the_newest_pace_counts_and_the_earlier_ones_stay(course, therapist):
    agree(course, therapist, per_week=1)
    with clock.frozen(clock.at(FRIDAY, 10)):
        agree(course, therapist, per_week=3, words="")

    assert (now(course).per_week, now(course).is_slow) == (3, False)
    assert [row.per_week for row in arrangements.agreements_of(course)] == [3, 1]


def test_a_slower_pace_doubles_the_patience(course, therapist):
    agree(course, therapist, per_week=1)
    assert (now(course).is_slow, now(course).patience(3)) == (True, 6)


def test_a_slower_pace_needs_its_reason_and_a_pace_is_from_one_to_seven(course, therapist):
    for more in ({"per_week": 1, "words": " "}, {"per_week": 2, "core_only": True, "words": ""}):
        with pytest.raises(NoReason, match="belongs to the record"):
            agree(course, therapist, **more)
    with pytest.raises(UnlikelyPace, match="from 1 to 7"):
        agree(course, therapist, per_week=8)
    assert not Agreement.objects.exists()


def test_on_the_slow_track_only_the_core_is_on_the_way(course, therapist):
    agree(course, therapist, per_week=1, core_only=True)
    way = queries.way(course)

    assert way.core_only
    assert [step.module.number for step in way.on_way] == [m.number for m in way_modules(course) if m.core]


def way_modules(course):
    return queries.content(course.release_id).modules


def test_the_same_form_agrees_once_and_other_words_are_refused(course, therapist):
    key = uuid4()
    assert agree(course, therapist, key=key) == agree(course, therapist, key=key)
    with pytest.raises(SentWithOtherWords):
        agree(course, therapist, key=key, words="Something else")


# Pause ------------------------------------------------------------------------------------------------------------
def test_a_pause_holds_on_both_its_days_and_not_after(course, therapist):
    pause(course, therapist)
    covered = [now(course).pause_on(FRIDAY + timedelta(days=n)) is not None for n in (-1, 0, 7, 8)]
    assert covered == [False, True, True, False]
    assert now(course).days_paused(FRIDAY - WEEK, FRIDAY + 2 * WEEK) == 8


def test_a_pause_closes_nothing(world, course, therapist):
    pause(course, therapist)
    send(world, course)
    assert is_open(course, 2)


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        (FRIDAY - timedelta(days=1), FRIDAY + WEEK),
        (FRIDAY + WEEK, FRIDAY),
        (FRIDAY, FRIDAY + timedelta(days=56)),
    ],
)
def test_a_pause_in_the_past_backwards_or_without_end_is_refused(course, therapist, from_on, until_on):
    with pytest.raises(NotAPause, match="lasts from 1 to 56 days"):
        pause(course, therapist, from_on, until_on)
    assert pause(course, therapist, FRIDAY, FRIDAY + timedelta(days=55))


def test_two_pauses_do_not_touch(course, therapist):
    pause(course, therapist)
    with pytest.raises(NotAPause):
        pause(course, therapist, FRIDAY + WEEK, FRIDAY + 2 * WEEK)
    assert pause(course, therapist, FRIDAY + timedelta(days=8), FRIDAY + 2 * WEEK)


def test_a_pause_ended_today_does_not_cover_today_and_is_ended_once(course, therapist):
    planned = pause(course, therapist)
    arranging.end_pause(pause=planned, by=therapist)
    assert arrangements.pause_now(course) is None
    assert now(course).days_paused(FRIDAY - WEEK, FRIDAY + WEEK) == 0
    with pytest.raises(PauseOver):
        arranging.end_pause(pause=planned, by=therapist)


def test_no_arrangement_moves_the_day_of_the_outcome(world, person, course, therapist):
    with acting_as(person.account):
        before = world.assessment(person, world.primary)
    pause(course, therapist)
    agree(course, therapist, core_only=True)
    with acting_as(person.account):
        after = world.assessment(person, world.primary)
    assert [(each.opens_on, each.due_on, each.closes_on) for each in (before, after)] == [
        (before.opens_on, date(2027, 3, 5), before.closes_on)
    ] * 2


# Hold -------------------------------------------------------------------------------------------------------------
def test_a_held_module_opens_when_it_is_released(world, course, therapist):
    held = hold(course, therapist)
    send(world, course)
    assert not is_open(course, 2)
    arranging.release(hold=held, next_opens="on_homework", by=therapist)
    assert is_open(course, 2)


def test_a_release_opens_nothing_before_its_homework_or_its_answer(world, course, therapist):
    arranging.release(hold=hold(course, therapist), next_opens="on_homework", by=therapist)
    assert not is_open(course, 2)
    held = hold(course, therapist)
    send(world, course)
    arranging.release(hold=held, next_opens="on_feedback", by=therapist)
    assert not is_open(course, 2)


def test_held_before_its_day_the_first_module_waits_as_well(person, course, therapist):
    with clock.frozen(clock.at(course.opens_on - timedelta(days=1))):
        held = hold(course, therapist, look_again_on=course.opens_on)
    assert not is_open(course, 1)
    with acting_as(person.account), pytest.raises(ModuleNotOpen):
        actions.finish_part(course=course, module="start", part=1, length="full", by=person.account)
    arranging.release(hold=held, next_opens="on_homework", by=therapist)
    assert is_open(course, 1)


def test_a_hold_closes_nothing_that_is_open(course, therapist):
    hold(course, therapist)
    assert is_open(course, 1)


def test_answering_does_not_open_what_is_held(world, course, therapist):
    homework = send(world, course)
    world.send_homework(course.participant)
    hold(course, therapist)
    actions.open_homework(homework=homework, by=therapist)
    actions.answer_homework(
        homework=homework, text="You did it.", open_next=True, language="en", key=uuid4(), by=therapist
    )
    assert Event.objects.filter(verb="programme.homework_answered").latest("pk").detail["opened_next"] is False


def test_a_hold_is_one_at_a_time_looked_at_soon_and_released_once(course, therapist):
    for day in (FRIDAY, FRIDAY + timedelta(days=15)):
        with pytest.raises(UnlikelyDay, match="to 14 days from now"):
            hold(course, therapist, look_again_on=day)
    held = hold(course, therapist)
    with pytest.raises(AlreadyHeld):
        hold(course, therapist)
    arranging.release(hold=held, next_opens="on_homework", by=therapist)
    with pytest.raises(NotHeld):
        arranging.release(hold=held, next_opens="on_homework", by=therapist)


# Who and how ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("arrange", [agree, pause, hold])
def test_only_the_persons_own_therapist_arranges(world, person, course, arrange):
    with acting_as(person.account), pytest.raises(NotTheirRole):
        arrange(course, person.account)
    other = world.staff(Role.THERAPIST, world.sites[1])
    with acting_as(other), pytest.raises(NotInYourCaseload):
        arrange(course, other)


@pytest.mark.parametrize("arrange", [agree, pause, hold])
def test_a_stopped_course_takes_no_arrangement(world, person, course, therapist, arrange):
    world.withdraw(person, "programme")
    course.refresh_from_db()
    with pytest.raises(CourseStopped):
        arrange(course, therapist)


def test_decisions_stand_in_the_database(course, therapist):
    changes = (
        (Agreement, agree(course, therapist), {"per_week": 2}),
        (Pause, pause(course, therapist), {"until_on": FRIDAY}),
        (Hold, hold(course, therapist), {"look_again_on": FRIDAY}),
    )
    for table, row, change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.filter(pk=row.pk).update(**change)


def test_the_record_tells_what_was_decided_and_not_why(course, therapist):
    pause(course, therapist)
    event = Event.objects.filter(verb="programme.pause_planned").latest("pk")
    assert (event.detail, event.reason, event.tells_arm) == (
        {"from_on": "2026-11-13", "until_on": "2026-11-20"},
        "",
        True,
    )


def test_arrangements_are_read_in_three_queries_and_the_protocol(course, therapist, django_assert_num_queries):
    agree(course, therapist)
    pause(course, therapist)
    hold(course, therapist)
    with django_assert_num_queries(4):
        found = arrangements.arrangements([course.pk])[course.pk]
    assert (found.per_week, len(found.pauses), found.held is not None) == (1, 1, True)
