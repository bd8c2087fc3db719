"""Worksheets: written, kept, gone on with, set aside, shared and taken back. What was kept stands; nothing is lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit import queries as record
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload
from stegvis.people.models import Role
from stegvis.programme import queries as courses
from stegvis.programme.errors import CourseStopped, NothingWritten, UnknownField
from stegvis.programme.worksheets import actions, drafts, queries
from stegvis.programme.worksheets.errors import (
    DayToCome,
    NotSharedWithYou,
    SheetSetAside,
    SheetStaysBetweenYouAndTherapist,
    SheetUnderWay,
    UnknownSheet,
)

LADDER = {"want_back": "The bus to town", "step_1": "To the stop", "worry_before_1": "3"}


@pytest.fixture
def entry(world, person, course):
    """A ladder that the person has kept."""
    return world.keep_sheet(person, "fear_ladder", **LADDER)


def events(person):
    with acting_as(SYSTEM):
        return [each.verb for each in record.events_of(person.code) if "worksheet" in each.verb]


def test_writing_leaves_no_event_and_keeping_leaves_one(world, person, course):
    world.write_sheet(person, "fear_ladder", **LADDER)
    with acting_as(person.account):
        assert queries.drafts(course, "fear_ladder") == LADDER
    assert events(person) == []
    entry = world.keep_sheet(person, "fear_ladder", **LADDER)
    assert events(person) == ["programme.worksheet_kept"]
    with acting_as(person.account):
        assert queries.words(entry) == LADDER
        assert queries.drafts(course, "fear_ladder") == {}


def test_a_sheet_is_about_today_unless_another_day_was_chosen(world, person, course):
    earlier = clock.today() - timedelta(days=2)
    assert world.keep_sheet(person, "letter").on == clock.today()
    assert world.keep_sheet(person, "letter", words="Rest.", day=earlier.isoformat()).on == earlier
    with pytest.raises(DayToCome):
        world.keep_sheet(person, "letter", words="Rest.", day=(clock.today() + timedelta(days=1)).isoformat())


def test_a_sheet_kept_twice_by_the_same_form_is_one(person, world, course):
    world.write_sheet(person, "letter")
    key = uuid4()
    with acting_as(person.account):
        first = actions.keep(course=course, sheet="letter", key=key, by=person.account)
        assert actions.keep(course=course, sheet="letter", key=key, by=person.account) == first


def test_what_cannot_be_kept_or_written_is_refused(world, person, course):
    by = person.account
    with acting_as(by):
        with pytest.raises(NothingWritten):
            actions.keep(course=course, sheet="letter", key=uuid4(), by=by)
        with pytest.raises(UnknownSheet):
            drafts.save(course=course, sheet="nothing", values={"a": "b"}, by=by)
        with pytest.raises(UnknownField):
            drafts.save(course=course, sheet="letter", values={"nothing": "b"}, by=by)
    world.withdraw(person, "programme")
    with acting_as(by), pytest.raises(CourseStopped):
        drafts.save(course=world.course(person), sheet="letter", values={"words": "b"}, by=by)


def test_a_new_sheet_begins_with_the_last_one_and_writes_over_none(world, person, course, entry):
    with acting_as(person.account):
        drafts.begin_with(entry=entry, by=person.account)
        assert queries.drafts(course, "fear_ladder") == LADDER
        drafts.save(course=course, sheet="fear_ladder", values={"step_2": "One stop"}, by=person.account)
        with pytest.raises(SheetUnderWay):
            drafts.begin_with(entry=entry, by=person.account)
        assert queries.drafts(course, "fear_ladder")["step_2"] == "One stop"
        assert queries.words(entry) == LADDER


def test_a_sheet_set_aside_is_shared_with_nobody_and_comes_back(world, person, course, entry):
    by = person.account
    with acting_as(by):
        actions.share(entry=entry, audience="therapist", by=by)
        actions.set_aside(entry=entry, by=by)
        assert not queries.entries(course).exists()
        assert queries.entries(course, aside=True).get() == entry
        assert queries.shares(entry)[0].taken_back_at
        with pytest.raises(SheetSetAside):
            actions.share(entry=entry, audience="therapist", by=by)
        actions.bring_back(entry=entry, by=by)
        assert queries.entries(course).get() == entry


def test_sharing_shows_a_sheet_to_the_therapist_until_it_is_taken_back(person, course, entry, therapist):
    def seen():
        with acting_as(therapist):
            return queries.shared_entry(entry.pk, person, "therapist")

    assert seen() is None
    with acting_as(person.account):
        actions.share(entry=entry, audience="therapist", by=person.account)
    assert seen() == entry
    with acting_as(person.account):
        actions.take_back(entry=entry, audience="therapist", by=person.account)
    assert seen() is None


def test_what_was_read_stays_known_to_have_been_read(person, course, entry, therapist):
    with acting_as(person.account):
        actions.share(entry=entry, audience="therapist", by=person.account)
    with acting_as(therapist):
        read = actions.read(entry=entry, participant=person, audience="therapist", by=therapist)
    with acting_as(person.account):
        actions.take_back(entry=entry, audience="therapist", by=person.account)
        (row,) = queries.shares(entry)
    assert row.read_at == read.read_at
    assert row.taken_back_at
    with acting_as(therapist), pytest.raises(NotSharedWithYou):
        actions.read(entry=entry, participant=person, audience="therapist", by=therapist)


def test_only_the_sheets_that_the_programme_names_go_to_the_physiotherapist(world, person, course, entry):
    physio, letter = world.clinician(person, Role.PHYSIOTHERAPIST), world.keep_sheet(person, "letter")
    with acting_as(person.account):
        actions.share(entry=entry, audience="physiotherapist", by=person.account)
        with pytest.raises(SheetStaysBetweenYouAndTherapist):
            actions.share(entry=letter, audience="physiotherapist", by=person.account)
    with acting_as(physio):
        found = queries.shared_entry(entry.pk, person, "physiotherapist")
        assert queries.words(found) == LADDER
        assert actions.read(entry=found, participant=person, audience="physiotherapist", by=physio).read_at
        assert queries.shared_entry(letter.pk, person, "physiotherapist") is None


def test_what_is_shared_with_one_is_not_shared_with_the_other(world, person, course, entry, therapist):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with acting_as(person.account):
        actions.share(entry=entry, audience="physiotherapist", by=person.account)
    with acting_as(therapist):
        assert not queries.shared_with(person, "therapist").exists()
        with pytest.raises(NotSharedWithYou):
            actions.read(entry=entry, participant=person, audience="therapist", by=therapist)
    with acting_as(physio), pytest.raises(NotInYourCaseload):
        actions.read(entry=entry, participant=person, audience="physiotherapist", by=world.staff(Role.COORDINATOR))


def test_nobody_outside_the_caseload_reads_and_nobody_else_shares(world, person, course, entry, therapist):
    other = world.allocated(arm="intervention", site=world.sites[1])
    stranger = world.clinician(other, Role.THERAPIST)
    with acting_as(person.account):
        actions.share(entry=entry, audience="therapist", by=person.account)
    with acting_as(stranger):
        assert queries.shared_entry(entry.pk, person, "therapist") is None
        with pytest.raises(NotInYourCaseload):
            actions.read(entry=entry, participant=person, audience="therapist", by=stranger)
    with acting_as(therapist), pytest.raises(NotInYourCaseload):
        actions.share(entry=entry, audience="therapist", by=therapist)


def test_sharing_ends_also_once_the_programme_was_stopped(world, person, course, entry, therapist):
    with acting_as(person.account):
        actions.share(entry=entry, audience="therapist", by=person.account)
    world.withdraw(person, "programme")
    with acting_as(person.account):
        kept = queries.entry(entry.pk, person)
        actions.take_back(entry=kept, audience="therapist", by=person.account)
        with pytest.raises(CourseStopped):
            actions.share(entry=kept, audience="therapist", by=person.account)
    with acting_as(therapist):
        assert queries.shared_entry(entry.pk, person, "therapist") is None


def test_what_another_device_wrote_meanwhile_is_told(person, course, world):
    world.write_sheet(person, "letter", words="From the telephone")
    with acting_as(person.account):
        version = queries.version(queries.saved_drafts(course, "letter")["words"])
        changed = queries.changed_since(course, "letter", {"words": "From the tablet"}, {})
        assert changed["words"].value == "From the telephone"
        assert not queries.changed_since(course, "letter", {"words": "From the telephone"}, {})
        assert not queries.changed_since(course, "letter", {"words": "Later"}, {"words": version})


def test_writing_in_a_sheet_is_a_day_in_use(world, person, course, therapist):
    two_days_ago = clock.today() - timedelta(days=2)
    world.write_sheet(person, "letter", on=two_days_ago)
    world.keep_sheet(person, "stress_diary")
    with acting_as(SYSTEM):
        days = courses.days_in_use([course.pk], clock.today() - timedelta(days=5))
    assert days == {course.pk: {two_days_ago, clock.today()}}
