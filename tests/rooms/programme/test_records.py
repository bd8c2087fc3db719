"""What a therapist keeps beside replies: time set right, notes, sentences of their own."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload, NotTheirRole
from stegvis.people.models import Role
from stegvis.programme import actions, queries
from stegvis.programme.errors import (
    DayToCome,
    NothingToAdjust,
    NothingWritten,
    NotYourSnippet,
    TimeWithoutReason,
    UnknownBehaviour,
    UnknownPlaceholder,
    UnlikelyTime,
)
from stegvis.programme.models import GuidanceTime, Note, OwnSnippet

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def acting(therapist):
    """The therapist works."""
    with acting_as(therapist):
        yield


def adjust(course, therapist, **more):
    given = {"on": clock.today(), "minutes": 5, "reason": "I was called away.", "key": uuid4(), "by": therapist}
    return actions.adjust_time(course=course, **(given | more))


# Time ---------------------------------------------------------------------------------------------------------------
def test_a_days_time_is_set_right_by_a_row_more_and_the_old_stay(course, therapist):
    actions.keep_time(course=course, seconds=1800, kind="page", by=therapist)
    row = adjust(course, therapist)

    assert (row.seconds, row.kind, row.reason) == (-1500, "adjusted", "I was called away.")
    assert queries.guidance_seconds([course]) == {course.pk: 300}
    assert GuidanceTime.objects.get(kind="page").seconds == 1800
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidanceTime.objects.update(seconds=0)


def test_a_form_sent_twice_sets_right_once(course, therapist):
    key = uuid4()
    assert adjust(course, therapist, key=key) == adjust(course, therapist, key=key)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"reason": "  "}, TimeWithoutReason),
        ({"minutes": 0}, NothingToAdjust),
        ({"minutes": -1}, UnlikelyTime),
        ({"minutes": 481}, UnlikelyTime),
        ({"on": DAY}, DayToCome),
        ({"on": -400 * DAY}, DayToCome),
    ],
)
def test_what_cannot_be_right_is_refused_and_keeps_nothing(course, therapist, more, refusal):
    if "on" in more:
        more = {"on": clock.today() + more["on"]}
    with pytest.raises(refusal):
        adjust(course, therapist, **more)
    assert not GuidanceTime.objects.exists()


def test_the_database_takes_less_time_only_with_a_reason(course, therapist):
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidanceTime.objects.create(
            course=course, account=therapist, seconds=-60, kind="adjusted", on=clock.today(), kept_at=clock.now()
        )


# Notes --------------------------------------------------------------------------------------------------------------
def test_a_note_stands_and_another_corrects_it(course, therapist):
    for text in ("Sleeps badly.", "Correction: sleeps well."):
        actions.write_note(course=course, text=text, key=uuid4(), by=therapist)

    assert [note.text for note in queries.notes_of(course)] == ["Correction: sleeps well.", "Sleeps badly."]
    for change in (lambda: Note.objects.all().delete(), lambda: Note.objects.update(text="Nothing")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_empty_note_and_one_by_anybody_else_is_refused(world, course, therapist, person):
    with pytest.raises(NothingWritten):
        actions.write_note(course=course, text=" ", key=uuid4(), by=therapist)
    elsewhere, physio = world.staff(Role.THERAPIST, world.sites[1]), world.clinician(person, Role.PHYSIOTHERAPIST)
    for by, refusal in ((elsewhere, NotInYourCaseload), (physio, NotTheirRole)):
        with pytest.raises(refusal):
            actions.write_note(course=course, text="Note.", key=uuid4(), by=by)


# Sentences ----------------------------------------------------------------------------------------------------------
def make(therapist, text="You did it, {name}.", group="effort", **more):
    return actions.make_snippet(group=group, language="en", text=text, key=uuid4(), by=therapist, **more)


def test_a_sentence_is_made_changed_and_removed_and_every_wording_is_kept(therapist):
    first = make(therapist)
    second = make(therapist, "You kept at {module}.", replaces=first)
    assert list(queries.own_snippets(therapist)) == [second]
    actions.remove_snippet(snippet=second, by=therapist)

    assert not queries.own_snippets(therapist).exists()
    assert OwnSnippet.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "group", "refusal"),
    [
        (" ", "effort", NothingWritten),
        ("Well done.", "praise", UnknownBehaviour),
        ("Dear {surname}.", "effort", UnknownPlaceholder),
    ],
)
def test_a_sentence_that_cannot_be_used_is_refused_with_what_can(therapist, text, group, refusal):
    with pytest.raises(refusal) as refused:
        make(therapist, text, group)
    assert refusal is not UnknownPlaceholder or "{name}, {goal}, {module}, {step}" in str(refused.value)
    assert not OwnSnippet.objects.exists()


def test_a_colleagues_library_is_neither_seen_nor_touched(world, therapist):
    mine = make(therapist)
    colleague = world.staff(Role.THERAPIST, world.sites[1])
    with acting_as(colleague):
        assert not OwnSnippet.objects.exists()
        with pytest.raises(NotYourSnippet):
            actions.remove_snippet(snippet=mine, by=colleague)
