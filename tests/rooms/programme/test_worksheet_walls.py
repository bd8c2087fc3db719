"""The database itself keeps worksheets as they were kept, and shows them to nobody whom the person has not chosen."""

import pytest
from django.db import ProgrammingError, connection, transaction

from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme.models import WorksheetDraft, WorksheetEntry, WorksheetShare
from stegvis.programme.worksheets import actions


@pytest.fixture
def entry(world, person, course):
    """A ladder that the person shares with the physiotherapist, and a letter on its way."""
    world.write_sheet(person, "letter")
    return world.keep_sheet(person, "fear_ladder", audience="physiotherapist")


def refused(actor, change):
    with acting_as(actor), pytest.raises(ProgrammingError), transaction.atomic():
        change()


def test_a_kept_sheet_can_be_set_aside_and_nothing_else(person, entry):
    rows = WorksheetEntry.objects.filter(pk=entry.pk)
    refused(person.account, lambda: rows.update(content="{}"))
    refused(person.account, lambda: rows.update(on="2026-01-01"))
    refused(person.account, lambda: rows._raw_delete(rows.db))
    with acting_as(person.account):
        assert rows.update(set_aside_at=entry.kept_at) == 1


def test_that_a_sheet_was_shared_and_read_cannot_be_undone(world, person, entry):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with acting_as(physio):
        actions.read(entry=entry, participant=person, audience="physiotherapist", by=physio)
    rows = WorksheetShare.objects.filter(entry=entry)
    refused(person.account, lambda: rows.update(read_at=None))
    refused(person.account, rows.delete)
    with acting_as(person.account):
        actions.take_back(entry=entry, audience="physiotherapist", by=person.account)
    refused(person.account, lambda: rows.update(taken_back_at=None))


def test_no_clinician_can_share_a_sheet_with_themselves(world, person, therapist, entry):
    def share():
        WorksheetShare.objects.create(
            course_id=person.pk, entry_id=entry.pk, audience="therapist", shared_at=entry.kept_at
        )

    refused(therapist, share)


def test_a_sheet_is_not_shared_under_somebody_else_s_name(world, person, entry):
    other = world.allocated(arm="intervention")

    def share():
        WorksheetShare.objects.create(
            course_id=other.pk, entry_id=entry.pk, audience="therapist", shared_at=entry.kept_at
        )

    refused(other.account, share)


def test_only_whom_the_person_chose_sees_a_row(world, person, control, therapist, entry):
    tables = (WorksheetDraft, WorksheetEntry, WorksheetShare)

    def seen(actor):
        with acting_as(actor):
            return [model.objects.count() for model in tables]

    assert seen(person.account) == [1, 1, 1]
    assert seen(world.clinician(person, Role.PHYSIOTHERAPIST)) == [0, 1, 1]
    assert seen(therapist) == seen(control.account) == [0, 0, 0]
    others = (Role.COORDINATOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR)
    assert all(seen(world.staff(role)) == [0, 0, 0] for role in others)
    assert seen(world.staff(Role.PHYSIOTHERAPIST, world.sites[1])) == [0, 0, 0]


def test_words_are_unreadable_in_the_tables(person, entry):
    with acting_as(person.account), connection.cursor() as cursor:
        cursor.execute(
            "SELECT content FROM programme_worksheetentry UNION ALL SELECT value FROM programme_worksheetdraft"
        )
        stored = [bytes(value) for (value,) in cursor.fetchall()]
    assert len(stored) == 2
    assert not any(b"few words" in value for value in stored)
