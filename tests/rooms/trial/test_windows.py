"""Windows: answers are taken until the data are locked, with their true date; the primary outcomes alone will do."""

from datetime import timedelta

import pytest

from stegvis.assessments import actions as answering
from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import AlreadySent, DataLocked, NothingToSend, NotOpenYet
from stegvis.assessments.models import Response, Score
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.programme import actions as programme
from stegvis.programme import queries as courses
from stegvis.reminders.models import PlannedMessage, State
from stegvis.trial import actions, queries
from stegvis.trial.models import Stage
from tests.locking import locked

PAIN = {"pain-intensity": 61}


@pytest.fixture
def person(world):
    """Was randomised today."""
    return world.allocated(site=world.site)


def save(world, person, instrument="pain-intensity", answers=PAIN):
    with acting_as(person.account):
        return actions.save_answers(
            assessment=world.assessment(person, world.primary), instrument=instrument, answers=answers,
            language="sv", by=person.account,
        )  # fmt: skip


def send(world, person, **more):
    with acting_as(person.account):
        assessment = world.assessment(person, world.primary)
        return actions.submit_assessment(assessment=assessment, by=person.account, **more)


def day_of(world, person, which, days=0, hour=9):
    window = world.assessment(person, world.primary)
    return clock.frozen(clock.at(getattr(window, which) + timedelta(days=days), hour))


# Until the lock ---------------------------------------------------------------------------------------------------
def test_before_the_window_nothing_is_taken_and_on_its_first_day_all_is(world, person):
    with day_of(world, person, "opens_on", -1), pytest.raises(NotOpenYet):
        save(world, person)
    with day_of(world, person, "opens_on"):
        save(world, person)


@pytest.mark.parametrize(("days", "in_window"), [(0, True), (1, False), (200, False)])
def test_answers_after_the_window_keep_their_true_day_and_are_marked(world, person, days, in_window):
    with day_of(world, person, "closes_on", days):
        save(world, person)
        save(world, person, "stress-now", {"stress-now": 4})
        send(world, person)
        today = clock.today()

    kept = Response.objects.filter(assessment__occasion=world.primary).values_list("completed_on", "in_window")
    assert set(kept) == {(today, in_window)}
    assert assessments.assessment(person, world.primary).submitted_in_window is in_window


def test_a_lock_refuses_answers_and_sending_with_its_day(world, person):
    with day_of(world, person, "opens_on"):
        save(world, person)
        locked(world, world.primary)
        with pytest.raises(DataLocked, match="locked on"):
            save(world, person, answers={"pain-intensity": 62})
        with pytest.raises(DataLocked):
            send(world, person)
        assert assessments.to_answer(person) is None

    assert assessments.closed_on(world.baseline) is not None


def test_a_lock_closes_what_the_analysis_reads_and_not_what_comes_later(world):
    codes = [each.code for each in world.protocol.occasions]
    locked(world, world.primary)

    closed = [code for code in codes if assessments.closed_on(code)]
    assert closed == codes[: codes.index(world.primary) + 1] != codes


def test_a_slow_way_or_a_stopped_programme_never_moves_the_six_month_date(world):
    person = world.allocated(arm="intervention")
    before = world.assessment(person, world.primary)
    with clock.frozen(clock.now() + timedelta(days=60)), acting_as(SYSTEM):
        actions.hold_visit(participant=person, number=2, mode="in_person", by=SYSTEM)
        programme.stop_course(course=courses.course_of(person), by=SYSTEM)
        actions.withdraw(participant=person, layers=["programme"], by=SYSTEM)

    after = world.assessment(person, world.primary)
    assert (after.opens_on, after.due_on, after.closes_on) == (before.opens_on, before.due_on, before.closes_on)
    assert after.due_on == queries.enrolment(person).randomised_on + timedelta(days=182)


# The minimum data set ---------------------------------------------------------------------------------------------
def test_the_minimum_is_offered_from_the_reminder_that_says_so_and_after_the_window(world, person):
    window = world.assessment(person, world.primary)
    days = [window.opens_on + timedelta(days=n) for n in (9, 10)] + [window.closes_on + timedelta(days=9)]

    assert [queries.is_minimum_offered(window, day) for day in days] == [False, True, True]


def test_the_primary_outcomes_alone_count_as_answered_and_stop_the_reminders(world, person):
    with day_of(world, person, "opens_on", 10):
        save(world, person)
        save(world, person, "pain-map", {"pain-map": ["b-neck"]})
        sent = send(world, person, minimum=True)

    assert (sent.submitted_at, sent.minimum_at is not None) == (None, True)
    assert queries.enrolment(person).stage == Stage.FOLLOWED_UP
    assert set(Score.objects.filter(occasion=world.primary).values_list("name", flat=True)) >= {"pain_intensity"}
    with acting_as(SYSTEM):
        planned = PlannedMessage.objects.filter(participant=person, occasion=world.primary, kind="reminder")
        assert set(planned.values_list("state", flat=True)) == {State.CANCELLED}


def test_what_was_sent_alone_stands_and_the_rest_can_follow_in_the_window_or_late(world, person):
    with day_of(world, person, "opens_on", 10):
        save(world, person)
        send(world, person, minimum=True)
        with pytest.raises(AlreadySent):
            save(world, person, answers={"pain-intensity": 5})
        assert assessments.to_answer(person).occasion == world.primary
    with day_of(world, person, "closes_on", 1):
        assert assessments.to_answer(person) is None  # not asked any more, and still taken
        save(world, person, "stress-now", {"stress-now": 4})
        sent = send(world, person)

    kept = dict(Response.objects.filter(assessment=sent).values_list("code", "in_window"))
    assert kept == {"pain-intensity": True, "stress-now": False}
    assert sent.minimum_at < sent.submitted_at
    assert Score.objects.filter(occasion=world.primary, name="pain_intensity").count() == 1


def test_nothing_answered_is_nothing_sent(world, person):
    with day_of(world, person, "opens_on", 10), pytest.raises(NothingToSend):
        send(world, person, minimum=True)
    assert not assessments.is_submitted(person, world.primary)


def test_sending_the_minimum_twice_sends_it_once(world, person):
    with day_of(world, person, "opens_on", 10):
        save(world, person)
        first, second = (send(world, person, minimum=True) for _ in range(2))

    assert first.minimum_at == second.minimum_at
    with acting_as(person.account):
        assert answering.submit(assessment=second, only=["pain-intensity"], by=person.account).submitted_at is None
