"""Samples of readings: drawn by chance, each with what explains it, and what the check found."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.reading import record_reading
from stegvis.people.acting import acting_as
from stegvis.people.errors import NoReadings, NothingNoted, NotTheirRole
from stegvis.people.models import Role
from stegvis.people.readings import actions, queries


@pytest.fixture
def world(example_trial):
    """It is ten o'clock, in the example trial."""
    with clock.frozen(clock.at(clock.today(), 10)):
        yield example_trial


@pytest.fixture
def manager(world):
    """Who checks."""
    return world.staff(Role.DATA_MANAGER)


def opened(person, by, kind="person"):
    with acting_as(by):
        record_reading(participant_code=person.code, kind=kind, by=by)


def drawn(by):
    with acting_as(by):
        return actions.draw_readings(first=clock.today(), last=clock.today(), by=by)


def test_each_reading_is_explained_by_caseload_or_clinic_or_not_at_all(world, manager):
    person = world.allocated(arm="intervention")
    elsewhere = world.coordinator(world.sites[1])
    for by in (world.clinician(person, Role.PHYSIOTHERAPIST), world.coordinator(person), elsewhere):
        opened(person, by)

    with acting_as(manager):
        found = {each.actor: each.because for each in queries.explained(drawn(manager))}
    assert found[world.clinician(person, Role.PHYSIOTHERAPIST).code] == "caseload"
    assert found[world.coordinator(person).code] == "site"
    assert found[elsewhere.code] == "nothing"


def test_whose_record_a_therapist_opened_is_not_told(world, manager):
    person = world.allocated(arm="intervention")
    opened(person, world.clinician(person, Role.THERAPIST), "homework")
    with acting_as(manager):
        [row] = [each for each in queries.explained(drawn(manager)) if each.role == Role.THERAPIST]
    assert (row.participant, row.site, row.because) == ("", person.site.code, "caseload")


def test_a_check_is_kept_and_what_is_odd_needs_words(world, manager):
    opened(world.allocated(), world.coordinator())
    sample = drawn(manager)
    with acting_as(manager):
        with pytest.raises(NothingNoted):
            actions.check_readings(sample=sample, all_in_order=False, words=" ", by=manager)
        check = actions.check_readings(sample=sample, all_in_order=True, words="", by=manager)
    for row in (sample, check):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_samples_are_drawn_by_the_data_manager_where_there_are_readings(world, manager):
    with acting_as(manager), pytest.raises(NoReadings):
        actions.draw_readings(
            first=clock.today() - timedelta(days=9), last=clock.today() - timedelta(days=8), by=manager
        )
    with pytest.raises(NotTheirRole):
        drawn(world.coordinator())
