"""Guidance: the therapist in whose caseload the person is reads, answers, and the time is kept."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload, NotTheirRole
from stegvis.people.models import Role
from stegvis.programme import actions, drafts, queries
from stegvis.programme.errors import AlreadyAnswered, NothingWritten
from stegvis.programme.models import Feedback, Homework


@pytest.fixture
def homework(world, person):
    """The person's first homework, sent yesterday evening."""
    return world.send_homework(person, words="I walked on Tuesday.", on=clock.today() - timedelta(days=1))


def now(homework):
    return queries.homework(homework.pk)


def test_homework_waits_for_its_therapist_until_it_is_answered(world, homework, therapist):
    with acting_as(therapist):
        assert list(queries.waiting_homework(therapist)) == [homework]
    world.reply(homework)

    with acting_as(therapist):
        assert not queries.waiting_homework(therapist).exists()
        assert now(homework).answered_at == clock.at(clock.today(), 8)


def test_an_answer_reaches_the_person_and_is_marked_as_read(world, homework, person, course, moment):
    world.reply(homework, text="You walked although it was hard.")

    with acting_as(person.account):
        feedback = queries.unread_feedback(course)
        assert feedback.text == "You walked although it was hard."
        actions.read_feedback(feedback=feedback, by=person.account)
        assert queries.unread_feedback(course) is None
        assert Feedback.objects.get().read_at == moment


def test_an_answer_can_be_read_after_the_course_was_stopped(world, homework, person, course):
    feedback = world.reply(homework)
    world.withdraw(person, "programme")

    with acting_as(person.account):
        feedback.refresh_from_db()
        assert actions.read_feedback(feedback=feedback, by=person.account).read_at


def test_homework_is_answered_once(world, homework):
    key = uuid4()
    first = world.reply(homework, key=key)

    assert world.reply(homework, key=key) == first
    with pytest.raises(AlreadyAnswered, match="has an answer already"):
        world.reply(homework, text="Another thought")


def test_an_empty_answer_is_not_sent(world, homework):
    with pytest.raises(NothingWritten):
        world.reply(homework, text="  \n")


def test_the_therapist_opens_the_next_module_where_homework_does_not(world, person, course, therapist):
    first = queries.content(course.release_id).written[0].code
    with world.acting(person.account):
        sent = actions.send_homework(
            course=course, module=first, next_opens="on_feedback", key=uuid4(), by=person.account
        )
    world.reply(sent, open_next=True)

    with acting_as(person.account):
        assert queries.way(course).next.module.number == 2


def test_only_the_therapist_of_the_caseload_guides(world, homework, course, control, person):
    elsewhere = world.staff(Role.THERAPIST, world.sites[1])
    others = (
        (world.clinician(person, Role.PHYSIOTHERAPIST), NotTheirRole),
        (world.coordinator(), NotTheirRole),
        (person.account, NotTheirRole),
        (elsewhere, NotInYourCaseload),
    )
    for by, refusal in others:
        with pytest.raises(refusal):
            actions.answer_homework(
                homework=homework, text="Well done", open_next=False, language="sv", key=uuid4(), by=by
            )
        with pytest.raises(refusal):
            actions.open_homework(homework=homework, by=by)
        with pytest.raises(refusal):
            actions.keep_time(course=course, seconds=60, kind="page", by=by)
        with pytest.raises(refusal):
            drafts.save_reply(homework=homework, text="Well", by=by)


def test_an_answer_on_its_way_is_kept_until_it_is_sent(world, homework, therapist):
    with acting_as(therapist):
        for text in ("You", "You did it"):
            drafts.save_reply(homework=homework, text=text, by=therapist)
        assert drafts.reply(homework) == "You did it"
    world.reply(homework, text="You did it.")

    with acting_as(therapist):
        assert drafts.reply(homework) == ""


def test_that_homework_was_opened_is_kept_the_first_time(homework, therapist, moment):
    with acting_as(therapist):
        actions.open_homework(homework=now(homework), by=therapist)
        with clock.frozen(moment + timedelta(hours=2)):
            assert actions.open_homework(homework=now(homework), by=therapist).opened_at == moment


def test_the_time_spent_is_added_up_by_person(world, course, therapist):
    with acting_as(therapist):
        for seconds, ago in ((300, 10), (240, 0)):
            with clock.frozen(clock.at(clock.today() - timedelta(days=ago))):
                actions.keep_time(course=course, seconds=seconds, kind="page", by=therapist)
        assert queries.guidance_seconds([course]) == {course.pk: 540}
        assert queries.guidance_seconds([course], since=clock.today()) == {course.pk: 240}


def test_a_caseload_is_the_therapists_own_with_what_was_sent_and_answered(world, homework, person, therapist):
    feedback = world.reply(homework)

    with acting_as(therapist):
        assert [course.participant for course in queries.courses_of(therapist)] == [person]
        assert queries.homework_counts([person.pk]) == {person.pk: (1, 1, feedback.sent_at)}
        assert queries.days_in_use([person.pk], since=person.created_at.date()) == {
            person.pk: {clock.local(homework.sent_at).date()}
        }
    elsewhere = world.staff(Role.THERAPIST, world.sites[1])
    with acting_as(elsewhere):
        assert not queries.courses_of(elsewhere).exists()


def test_sent_answers_stand_in_the_database(world, homework, therapist):
    feedback = world.reply(homework)

    with acting_as(therapist):
        with pytest.raises(DatabaseError), transaction.atomic():
            Feedback.objects.filter(pk=feedback.pk).update(text="Other words")
        with pytest.raises(DatabaseError), transaction.atomic():
            feedback.delete()


def test_nobodys_words_stand_in_the_record(world, homework):
    world.reply(homework, text="You walked although it was hard.")

    with acting_as(SYSTEM):
        record = str(list(Event.objects.values_list("detail", "reason")))
    assert "walked" not in record
    assert Homework.objects.count() == 0  # outside any context nothing shows at all
