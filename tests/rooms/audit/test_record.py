"""The record: every action leaves one line, and nobody rewrites a line."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction

from stegvis.audit import actions, clock, queries
from stegvis.audit.action import ACTIONS, SYSTEM, action, note
from stegvis.audit.errors import Refused
from stegvis.audit.fields import lookup_hash, seal, unseal
from stegvis.audit.models import ClockOffset, Event, Reading
from stegvis.audit.reading import record_reading

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class NoMoreCoffee(Refused):
    """There is no coffee left on floor {floor}. Ask one floor down."""


@pytest.fixture
def brewed():
    @action("audit.coffee_brewed", detail=("cups",))
    def brew(*, cups: int, secret: str, reason: str = "", by) -> int:
        if cups > 9:
            raise NoMoreCoffee(floor=3)
        note(strength="mild")
        return cups

    yield brew
    del ACTIONS["audit.coffee_brewed"]


def test_an_action_leaves_one_event_with_who_when_what_and_why(brewed):
    with clock.frozen(NOON):
        assert brewed(cups=2, secret="family recipe", reason="Monday", by=SYSTEM) == 2

    event = Event.objects.get()
    assert (event.verb, event.actor_role, event.reason) == ("audit.coffee_brewed", "system", "Monday")
    assert event.occurred_at == NOON
    assert event.recorded_at != NOON


def test_the_record_keeps_only_what_the_action_names_and_notes(brewed):
    brewed(cups=2, secret="family recipe", by=SYSTEM)
    assert Event.objects.get().detail == {"cups": 2, "strength": "mild"}


def test_a_failing_action_leaves_neither_row_nor_event(brewed):
    with pytest.raises(NoMoreCoffee):
        brewed(cups=10, secret="", by=SYSTEM)
    assert not Event.objects.exists()


def test_a_refusal_says_what_forbids_it_and_the_way_out():
    assert str(NoMoreCoffee(floor=3)) == "There is no coffee left on floor 3. Ask one floor down."


@pytest.mark.parametrize("shape", [lambda cups, *, by: cups, lambda *, cups: cups])
def test_an_action_that_reads_badly_is_refused_on_import(shape):
    with pytest.raises(TypeError):
        action("audit.misshapen")(shape)


def test_two_actions_cannot_share_a_name(brewed):
    with pytest.raises(TypeError, match="could not tell them apart"):
        action("audit.coffee_brewed")(lambda *, by: None)


@pytest.mark.parametrize("table", ["audit_event", "audit_reading"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET actor_code = 'x'", "TRUNCATE {}"])
def test_the_database_itself_refuses_to_rewrite_the_record(brewed, table, statement):
    brewed(cups=1, secret="", by=SYSTEM)
    record_reading(participant_code="1-001", kind="overview", by=SYSTEM)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert Event.objects.count() == 1
    assert Reading.objects.count() == 1


def test_a_reading_keeps_who_opened_whose_record_where():
    with clock.frozen(NOON):
        record_reading(participant_code="2-017", kind="participant page", by=SYSTEM)
    reading = queries.readings_of("2-017").get()
    assert (reading.actor_code, reading.site, reading.kind, reading.occurred_at) == (
        "system", "2", "participant page", NOON,
    )  # fmt: skip


def test_the_clock_stands_still_when_frozen_and_refuses_a_moment_without_a_zone():
    with clock.frozen(NOON):
        assert clock.now() == NOON
        assert clock.today().isoformat() == "2026-03-02"
    with pytest.raises(ValueError, match="no time zone"), clock.frozen(NOON.replace(tzinfo=None)):
        pass


def test_a_day_begins_at_midnight_in_stockholm_and_not_in_greenwich():
    with clock.frozen(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)):
        assert clock.today().isoformat() == "2026-07-02"


def test_the_demonstrations_clock_runs_beside_the_real_one():
    actions.set_clock(offset=timedelta(days=-9), by=SYSTEM)
    actions.set_clock(offset=timedelta(days=9), by=SYSTEM)
    assert ClockOffset.objects.count() == 1
    with clock.shifted(queries.stored_offset()):
        assert timedelta(days=8, hours=23) < clock.now() - clock.wall() < timedelta(days=9, hours=1)


def test_a_sealed_text_opens_only_where_it_was_sealed():
    sealed = seal("Åsa", b"people_identity.name")
    assert b"sa" not in sealed
    assert unseal(sealed, b"people_identity.name") == "Åsa"
    with pytest.raises(InvalidTag):
        unseal(sealed, b"people_identity.email")


def test_an_address_is_found_however_it_is_typed_and_its_digest_tells_nothing():
    assert lookup_hash(" Anna@Example.org ") == lookup_hash("anna@example.org")
    assert "anna" not in lookup_hash("anna@example.org")
