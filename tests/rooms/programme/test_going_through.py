"""Going through the programme: modules open one after the other, words are kept on their way and stand once sent."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload
from stegvis.programme import actions, drafts, policies, queries
from stegvis.programme.errors import CourseStopped, HomeworkSent, ModuleNotOpen, TooLong, UnknownField
from stegvis.programme.models import Course, Draft, Homework, ModuleOpening, PartReading


@pytest.fixture(autouse=True)
def as_person(course, person):
    """The person sits at the page."""
    with acting_as(person.account):
        yield


def codes(course):
    return [module.code for module in queries.content(course.release_id).written]


def fields(course, module, language="sv"):
    found = queries.content(course.release_id).module(module).fields(language)
    return [field.name for field in found if field.kind == "long-text"]


def write(course, module, by, **values):
    drafts.save(course=course, module=module, values=values, by=by)


def send(course, module, by, **more):
    given = {"next_opens": "on_homework", "key": uuid4()} | more
    return actions.send_homework(course=course, module=module, by=by, **given)


def status(course):
    return [step.status for step in queries.way(course).steps][:3]


def test_on_the_opening_day_the_first_module_is_open_and_no_other(course):
    assert queries.way(course, course.opens_on).steps[0].status == "not_started"
    assert [step.is_open for step in queries.way(course, course.opens_on).steps].count(True) == 1
    assert not any(step.is_open for step in queries.way(course, course.opens_on - timedelta(days=1)).steps)


def test_a_module_that_is_not_open_takes_nothing(course, person):
    second = codes(course)[1]
    doings = (
        lambda: actions.finish_part(course=course, module=second, part=1, length="full", by=person.account),
        lambda: write(course, second, person.account),
        lambda: send(course, second, person.account),
    )
    for do in doings:
        with pytest.raises(ModuleNotOpen, match="This step is not open yet"):
            do()


def test_a_part_read_is_kept_once(course, person):
    first = codes(course)[0]
    rows = [
        actions.finish_part(course=course, module=first, part=1, length=length, by=person.account)
        for length in ("short", "full")
    ]

    assert rows[0] == rows[1]
    assert rows[0].length == "short"
    assert status(course)[0] == "started"
    step = queries.way(course).step(first)
    assert queries.way(course).next_part(step, "sv") == 2


def test_sending_homework_opens_the_next_module(course, person):
    first, second = codes(course)[:2]
    send(course, first, person.account)

    assert status(course) == ["sent", "not_started", "not_open"]
    assert queries.way(course).next.module.code == second
    assert queries.modules_done(person) == queries.way(course).done == 1


def test_where_the_therapist_opens_it_sending_does_not(course, person):
    send(course, codes(course)[0], person.account, next_opens="on_feedback")

    assert status(course) == ["sent", "not_open", "not_open"]


def test_the_whole_way_is_gone_module_by_module_to_the_last(course, person):
    for module in codes(course):
        send(course, module, person.account)

    way = queries.way(course)
    assert (way.done, way.core_done, way.next) == (14, 8, None)
    assert ModuleOpening.objects.count() == 14


def test_a_module_that_is_only_announced_never_opens(course, person):
    whole = queries.content(course.release_id)
    announced = [replace(each, written=False, translations={}) for each in whole.modules[2:]]
    with acting_as(SYSTEM):
        release = actions.publish(programme=replace(whole, modules=(*whole.modules[:2], *announced)), by=SYSTEM)
        Course.objects.filter(pk=course.pk).update(release=release)
    course.refresh_from_db()
    for module in codes(course):
        send(course, module, person.account)

    assert status(course) == ["sent", "sent", "not_open"]
    assert ModuleOpening.objects.count() == 2


def test_drafts_are_overwritten_and_leave_no_event(course, person):
    first = codes(course)[0]
    name = fields(course, first)[0]
    before = Event.objects.count()
    for words in ("I tri", "I tried the walk"):
        write(course, first, person.account, **{name: words})

    assert queries.drafts(course, first) == {name: "I tried the walk"}
    assert Draft.objects.count() == 1
    assert Event.objects.count() == before


def test_words_for_a_field_that_is_not_there_are_not_swallowed(course, person):
    with pytest.raises(UnknownField, match="has no field nowhere"):
        write(course, codes(course)[0], person.account, nowhere="Where do my words go?")


def test_words_without_end_are_refused_and_not_cut(course, person):
    first = codes(course)[0]
    name = fields(course, first)[0]
    with pytest.raises(TooLong, match="has 20001 characters, and there is room for 20000"):
        write(course, first, person.account, **{name: "x" * (policies.MOST_CHARACTERS + 1)})

    write(course, first, person.account, **{name: "x" * policies.MOST_CHARACTERS})
    assert len(queries.drafts(course, first)[name]) == policies.MOST_CHARACTERS


def test_what_is_sent_is_what_was_written(course, person, moment):
    first = codes(course)[0]
    name = fields(course, first)[0]
    write(course, first, person.account, **{name: "Det gick bra, åtminstone på tisdagen."})
    homework = send(course, first, person.account)

    assert json.loads(homework.content) == {name: "Det gick bra, åtminstone på tisdagen."}
    assert (homework.sent_at, homework.number) == (moment, 1)


def test_nothing_is_written_into_homework_that_was_sent(course, person):
    first = codes(course)[0]
    send(course, first, person.account)

    with pytest.raises(HomeworkSent, match="what was sent stands"):
        write(course, first, person.account, **{fields(course, first)[0]: "One more thing"})


def test_sending_twice_gives_the_homework_that_was_sent_first(course, person):
    first = codes(course)[0]
    key = uuid4()
    sent = send(course, first, person.account, key=key)

    assert send(course, first, person.account, key=key) == sent
    assert send(course, first, person.account) == sent  # another tab
    assert Homework.objects.count() == 1
    with acting_as(SYSTEM):
        assert Event.objects.filter(verb="programme.homework_sent").latest("pk").detail == {
            "module": first,
            "again": True,
        }


def test_a_key_that_sent_one_module_does_not_send_another(course, person):
    first, second = codes(course)[:2]
    homework = send(course, first, person.account)

    assert send(course, second, person.account, key=homework.key) == homework
    assert Homework.objects.count() == 1


def test_sent_words_stand_in_the_database(course, person):
    homework = send(course, codes(course)[0], person.account)

    for change in ({"content": "{}"}, {"sent_at": clock.now() + timedelta(days=1)}, {"module": "another"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Homework.objects.filter(pk=homework.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        homework.delete()


def test_nobody_goes_through_the_programme_for_another(course, control, therapist):
    for other in (control.account, therapist):
        with pytest.raises(NotInYourCaseload):
            send(course, codes(course)[0], other)
        with pytest.raises(NotInYourCaseload):
            write(course, codes(course)[0], other)


def test_a_stopped_course_takes_nothing_more_and_keeps_what_there_is(course, person):
    first, second = codes(course)[:2]
    send(course, first, person.account)
    stopped = actions.stop_course(course=course, by=SYSTEM)

    for do in (send, write):
        with pytest.raises(CourseStopped):
            do(stopped, second, person.account)
    assert actions.stop_course(course=course, by=SYSTEM).stopped_at == stopped.stopped_at
    assert queries.modules_done(person) == 1


def test_how_far_a_course_has_come_takes_the_same_queries_at_its_start_and_its_end(
    course, person, django_assert_num_queries
):
    queries.way(course)  # the release is read once for each process
    for _ in range(2):
        with django_assert_num_queries(4):
            queries.way(course)
        for module in codes(course):
            send(course, module, person.account)
            PartReading.objects.get_or_create(
                course=course, module=module, part=1, defaults={"length": "full", "finished_at": clock.now()}
            )


def test_keys_are_the_persons_own(course, person, control):
    homework = send(course, codes(course)[0], person.account)
    with acting_as(SYSTEM):
        other = actions.make_course(participant=control, opens_on=clock.today(), by=SYSTEM)

    with pytest.raises(KeyUsedElsewhere), acting_as(control.account):
        send(other, codes(course)[0], control.account, key=homework.key)
