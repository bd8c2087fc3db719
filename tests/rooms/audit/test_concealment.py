"""What happened can tell an arm by having happened: such lines of the record are hidden from blind roles."""

import pytest

from stegvis.audit import queries
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event, Reading
from stegvis.audit.reading import record_reading
from stegvis.people.acting import acting_as


@pytest.fixture
def blind(physiotherapist, coordinator, data_manager, statistician, administrator, control):
    """Everyone who must not learn an arm from the record."""
    return (physiotherapist, coordinator, data_manager, statistician, administrator, control.account)


def assigned(participant, actor):
    """In which roles the record tells `actor` that the participant was given somebody."""
    with acting_as(actor):
        events = queries.events_of(participant.code).filter(verb="people.clinician_assigned")
        return {event.detail["role"] for event in events}


def readers(participant, actor):
    with acting_as(actor):
        return {row.actor_role for row in queries.readings_of(participant.code)}


def test_that_a_therapist_was_given_shows_to_those_who_may_know(participant, therapist):
    for actor in (SYSTEM, therapist, participant.account):
        assert assigned(participant, actor) == {"physiotherapist", "therapist"}


def test_that_a_therapist_was_given_is_hidden_from_blind_roles(participant, blind, other_therapist):
    for actor in (*blind, other_therapist):
        assert assigned(participant, actor) == {"physiotherapist"}


def test_that_a_therapist_opened_a_record_is_hidden_from_blind_roles(participant, therapist, physiotherapist, blind):
    for reader in (therapist, physiotherapist):
        with acting_as(reader):
            record_reading(participant_code=participant.code, kind="participant page", by=reader)

    for actor in blind:
        assert readers(participant, actor) == {"physiotherapist"}
    for actor in (SYSTEM, therapist, participant.account):
        assert readers(participant, actor) == {"physiotherapist", "therapist"}


def test_outside_any_context_nothing_that_tells_an_arm_is_visible(participant):
    assert not Event.objects.filter(tells_arm=True).exists()
    assert not Reading.objects.filter(tells_arm=True).exists()
    assert Event.objects.filter(participant=participant.code).exists()


def test_the_mark_is_a_column_and_does_not_stand_among_the_details(participant):
    with acting_as(SYSTEM):
        details = list(Event.objects.filter(participant=participant.code).values_list("detail", flat=True))

    assert not any("tells_arm" in detail for detail in details)
