"""A reply's endings: it opens the next module, asks for a part again, can be taken back for a minute; and what is kept."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload
from stegvis.people.models import Role
from stegvis.programme import actions, dose, drafts, queries, tasks
from stegvis.programme.errors import (
    HomeworkNotOpened,
    HomeworkSent,
    NoSuchPart,
    NotYourAnswer,
    OnlyThatPart,
    TakenBack,
    TooLateToTakeBack,
)
from stegvis.programme.models import Feedback, Homework, ModuleOpening
from stegvis.safety.models import Alert
from stegvis.trial import actions as trial
from stegvis.trial.errors import AlertOpen

SECOND = timedelta(seconds=1)
WARM = "You tried it. I understand that it was hard. I believe that you can. Pick one day until next time."


@pytest.fixture
def homework(world, person):
    """The person's first homework, sent yesterday evening; the next module waits for the answer."""
    with world.acting(person.account, clock.today() - timedelta(days=1)):
        course = world.course(person)
        first = queries.content(course.release_id).written[0]
        return actions.send_homework(
            course=course, module=first.code, next_opens="on_feedback", key=uuid4(), by=person.account
        )


@pytest.fixture
def writable(homework, course):
    """The numbers of the parts of that module with something to write in, and a field of each."""
    module = queries.content(course.release_id).module(homework.module)
    return {part.number: part.fields[0].name for part in module.parts("sv") if part.fields}


def reply(world, homework, **more):
    return world.reply(homework, text=more.pop("text", WARM), **more)


def later(seconds):
    """So long after the eight o'clock at which everything in a world happens."""
    return clock.frozen(clock.at(clock.today(), 8) + seconds * SECOND)


def step_of(person, course, code):
    with acting_as(person.account):
        return queries.way(course).step(code)


# Reaching the person ------------------------------------------------------------------------------------------------
def test_an_answer_and_what_it_opens_reach_the_person_after_a_minute(world, homework, person, course):
    reply(world, homework, open_next=True)

    for seconds, reached in ((0, False), (64, False), (65, True)):
        with later(seconds), acting_as(person.account):
            way = queries.way(course)
            assert (queries.unread_feedback(course) is not None) is reached
            assert way.steps[1].is_open is reached
            assert way.steps[0].status == (queries.ANSWERED if reached else queries.SENT)


def test_the_worker_writes_down_once_what_an_answer_has_opened_and_when(world, homework, course):
    sent = reply(world, homework, open_next=True)
    with later(30):
        tasks.write_down_openings()
    with acting_as(SYSTEM):
        assert not ModuleOpening.objects.filter(number=2).exists()

    for _ in range(2):
        tasks.write_down_openings()
    with acting_as(SYSTEM):
        assert ModuleOpening.objects.get(number=2).opened_at == sent.sent_at + queries.REACHES_AFTER
        assert Event.objects.get(verb="programme.opened_by_reply").tells_arm


def test_send_only_opens_nothing(world, homework, person, course):
    reply(world, homework)

    tasks.write_down_openings()
    assert not step_of(person, course, homework.module).again_part
    with acting_as(person.account):
        assert not queries.way(course).steps[1].is_open


# Before it is sent --------------------------------------------------------------------------------------------------
def test_homework_that_nobody_has_opened_is_not_answered(homework, therapist):
    with acting_as(therapist):
        given = {"homework": homework, "text": WARM, "language": "en", "key": uuid4(), "by": therapist}
        with pytest.raises(HomeworkNotOpened, match="has not been opened"):
            actions.answer_homework(**given)
        actions.open_homework(homework=homework, by=therapist)
        assert actions.answer_homework(**given)


def test_while_an_alert_of_the_person_is_open_no_reply_goes_out(world, homework, person, therapist):
    with world.acting(person.account):
        alert = trial.something_is_wrong(participant=person, words="I fell.", key=uuid4(), by=person.account)
    with acting_as(therapist):
        actions.open_homework(homework=homework, by=therapist)
        given = {"homework": homework, "text": WARM, "language": "en", "key": uuid4(), "by": therapist}
        with pytest.raises(AlertOpen, match="so the answer waits"):
            trial.send_reply(**given)
    with acting_as(SYSTEM):
        alert = Alert.objects.get(pk=alert.pk)
        first = alert.steps.create(step="to_close", account=world.coordinator(), taken_at=clock.now())
        colleague = world.staff(Role.PHYSIOTHERAPIST)
        alert.steps.create(step="closed", confirms=first, account=colleague, taken_at=clock.now())
    with acting_as(therapist):
        assert trial.send_reply(**given).text == WARM


# Taken back ---------------------------------------------------------------------------------------------------------
def test_within_a_minute_an_answer_is_taken_back_and_is_the_draft_again(world, homework, person, course, therapist):
    sent = reply(world, homework, open_next=True)
    with later(59), acting_as(therapist):
        assert queries.to_take_back(therapist) == sent
        actions.take_back(feedback=queries.to_take_back(therapist), by=therapist)
        assert drafts.reply(homework) == WARM
        assert list(queries.waiting_homework(therapist)) == [homework]
        assert Feedback.objects.get().taken_back_at is not None, "nothing is deleted"

    with acting_as(person.account):
        assert not Feedback.objects.exists(), "the database itself does not show it"
        assert queries.unread_feedback(course) is None
        assert not queries.way(course).steps[1].is_open


def test_after_a_minute_an_answer_stands(world, homework, therapist):
    sent = reply(world, homework)

    with later(60), acting_as(therapist):
        assert queries.to_take_back(therapist) is None
        with pytest.raises(TooLateToTakeBack, match="for 60 seconds"):
            actions.take_back(feedback=sent, by=therapist)


def test_one_that_was_taken_back_is_sent_anew_with_a_form_of_its_own(world, homework, therapist):
    key = uuid4()
    sent = reply(world, homework, key=key)
    with later(10), acting_as(therapist):
        actions.take_back(feedback=sent, by=therapist)
        with pytest.raises(TakenBack):
            actions.answer_homework(homework=homework, text=WARM, language="en", key=key, by=therapist)
        anew = actions.answer_homework(homework=homework, text="Better.", language="en", key=uuid4(), by=therapist)
        assert queries.homework(homework.pk).feedback == anew
        assert Feedback.objects.count() == 2


def test_only_whoever_sent_an_answer_takes_it_back(world, homework, person, therapist):
    sent = reply(world, homework)
    elsewhere = world.staff(Role.THERAPIST, world.sites[1])
    with later(10), pytest.raises(NotInYourCaseload):
        actions.take_back(feedback=sent, by=elsewhere)
    with acting_as(SYSTEM):
        from stegvis.people import actions as people

        colleague = people.add_staff(role="therapist", email="c@example.org", name="C", sites=[world.site], by=SYSTEM)
        people.assign_clinician(participant=person, clinician=colleague, role="therapist", by=SYSTEM)
    with later(10), acting_as(colleague), pytest.raises(NotYourAnswer):
        actions.take_back(feedback=sent, by=colleague)


def test_an_answer_that_was_read_cannot_be_taken_back_whatever_the_code_does(world, homework, person, course):
    sent = reply(world, homework)
    with acting_as(person.account):
        actions.read_feedback(feedback=queries.unread_feedback(course), by=person.account)
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=sent.pk).update(taken_back_at=clock.now())


# One part again -----------------------------------------------------------------------------------------------------
def test_a_part_asked_for_again_opens_for_the_person_and_nothing_else(world, homework, person, course, writable):
    (part, field), *others = writable.items()
    reply(world, homework, again_part=part)

    step = step_of(person, course, homework.module)
    assert (step.status, step.again_part, step.was_sent) == (queries.AGAIN, part, True)
    with acting_as(person.account):
        assert queries.way(course).next.module.code == homework.module
        drafts.save(course=course, module=homework.module, values={field: "Anew."}, by=person.account)
        for _other, name in others:
            with pytest.raises(OnlyThatPart, match=f"Only part {part}"):
                drafts.save(course=course, module=homework.module, values={name: "Also."}, by=person.account)


def test_sent_anew_it_is_another_round_and_the_first_stands(world, homework, person, course, writable, therapist):
    part, field = next(iter(writable.items()))
    reply(world, homework, again_part=part)
    with acting_as(person.account):
        drafts.save(course=course, module=homework.module, values={field: "Anew."}, by=person.account)
        sending = {"course": course, "module": homework.module, "next_opens": "on_homework", "by": person.account}
        second = actions.send_homework(**sending, key=uuid4())
        assert actions.send_homework(**sending, key=uuid4()) == second, "a second press sends nothing more"
        assert queries.way(course).done == 1, "the dose counts a module once"
        assert [day.homework_sent for day in dose.days([course])] == [1]
        with pytest.raises(HomeworkSent):
            drafts.save(course=course, module=homework.module, values={field: "More."}, by=person.account)

    with acting_as(therapist):
        assert list(Homework.objects.order_by("round").values_list("round", flat=True)) == [1, 2]
        assert "Anew." in second.content
        assert "Anew." not in Homework.objects.get(round=1).content
        assert queries.homework_counts([course.pk])[course.pk][0] == 1
        assert list(queries.waiting_homework(therapist)) == [second]


def test_a_part_without_anything_to_write_in_cannot_be_asked_for(world, homework, writable):
    nothing = next(number for number in range(1, 9) if number not in writable)
    with pytest.raises(NoSuchPart):
        reply(world, homework, again_part=nothing)


# Fidelity -----------------------------------------------------------------------------------------------------------
def test_the_marks_are_kept_with_the_version_of_their_rules(world, homework):
    sent = reply(world, homework, language="en")

    assert sent.marks == ["ability", "effort", "next_step", "understanding"]
    assert sent.rules


def test_where_the_protocol_has_them_off_nothing_is_looked_for(world, homework, monkeypatch):
    protocol = world.protocol
    off = protocol.model_copy(update={"programme": protocol.programme.model_copy(update={"reply_check": False})})
    monkeypatch.setattr("stegvis.programme.actions.protocol.current", lambda: off)
    sent = reply(world, homework, language="en")

    assert (sent.marks, sent.rules) == ([], "")
