"""A list is loaded once, whole, by someone who sees no participants, and lies sealed."""

import pytest
from django.db import connection

from stegvis.allocation import actions, queries
from stegvis.allocation.errors import (
    HashNotGiven,
    ListHashDiffers,
    ListLoadedAlready,
    ListNotSound,
    ListUnreadable,
    PlaceDamaged,
    SeedWasTyped,
    SetAsideAlready,
    StrataMissing,
    StrataUnknown,
)
from stegvis.allocation.models import Place, Sequence
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.randomisation.sequence import to_csv
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.protocol import actions as protocols
from tests.rooms.allocation.small_trial import ARMS, load_list, load_protocol, make_list

pytestmark = pytest.mark.usefixtures("protocol")


def load(made, *, by=SYSTEM, seed_kind="entropy", **more):
    return actions.load_sequence(csv_text=made.csv(), seed_kind=seed_kind, by=by, **more)


def nothing_is_loaded() -> bool:
    with acting_as(SYSTEM), queries.opened():
        loaded = Sequence.objects.exists() or Place.objects.exists()
    return not loaded and not Event.objects.filter(verb="allocation.sequence_loaded").exists()


def test_an_administrator_loads_a_list_that_bears_the_hash_written_down(made, administrator):
    with acting_as(administrator):
        sequence = load(made, by=administrator, live=True, expected_sha256=made.sha256().upper())
    assert (sequence.sha256, sequence.n_places, sequence.number) == (made.sha256(), 24, 1)
    event = Event.objects.get(verb="allocation.sequence_loaded")
    assert event.detail == {"seed_kind": "entropy", "number": 1, "sha256": made.sha256(), "places": 24}


def test_what_is_stored_gives_the_list_back_byte_for_byte(made):
    sequence = load(made)
    with acting_as(SYSTEM), queries.opened():
        assert queries.stored_sha256(sequence) == made.sha256()


@pytest.mark.parametrize("role", ["coordinator", "data_manager", "statistician", "therapist", "physiotherapist"])
def test_nobody_who_sees_participants_loads_a_list(made, role, request):
    person = request.getfixturevalue(role)
    with acting_as(person), pytest.raises(NotTheirRole):
        load(made, by=person)
    assert nothing_is_loaded()


def test_a_list_is_loaded_once(made, administrator):
    load(made)
    with pytest.raises(ListLoadedAlready, match="2026-11-13"), acting_as(administrator):
        load(made, by=administrator)
    assert Sequence.objects.count() == 1


def test_a_live_installation_refuses_a_typed_seed_and_a_list_without_hash(made):
    with pytest.raises(SeedWasTyped):
        load(made, seed_kind="typed", live=True, expected_sha256=made.sha256())
    with pytest.raises(HashNotGiven):
        load(made, live=True)
    assert nothing_is_loaded()


def test_an_installation_that_has_gone_live_cannot_be_told_otherwise(made):
    protocols.go_live(by=SYSTEM)
    with pytest.raises(SeedWasTyped):
        load(made, seed_kind="typed", live=False, expected_sha256=made.sha256())


def test_whether_a_list_from_a_typed_seed_is_in_use_is_known(made):
    assert not queries.has_typed_list()
    sequence = load(made, seed_kind="typed")
    assert queries.has_typed_list()
    actions.set_aside_sequence(sequence=sequence, reason="for the demonstration only", by=SYSTEM)
    assert not queries.has_typed_list()


def test_another_list_than_the_sealed_one_is_refused(made):
    with pytest.raises(ListHashDiffers, match="Load the file that was sealed"):
        load(make_list(seed=2), expected_sha256=made.sha256())
    assert nothing_is_loaded()


@pytest.mark.parametrize("text", ["", "not a list", "stratum,position,block,arm\n1,1,1,\n"])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(ListUnreadable, match="cannot be read"):
        actions.load_sequence(csv_text=text, seed_kind="entropy", by=SYSTEM)


def test_a_list_that_is_not_sound_is_refused_whole(made):
    broken = to_csv(place for place in made.places if (place.stratum, place.position) != ("BO", 9))
    with pytest.raises(ListNotSound, match="2 problems, the first in row 20"):
        actions.load_sequence(csv_text=broken, seed_kind="entropy", by=SYSTEM)
    assert nothing_is_loaded()


def test_a_list_with_another_ratio_than_the_protocols_is_refused():
    with pytest.raises(ListNotSound):
        load(make_list(ratio=(2, 1)))


def test_a_list_with_a_stratum_that_the_protocol_lacks_is_refused():
    with pytest.raises(StrataUnknown, match=r"no stratum XX\. Make a list with the protocol's: AL, BO\."):
        load(make_list(strata=("AL", "BO", "XX")))


def test_a_list_that_forgets_a_stratum_is_refused():
    with pytest.raises(StrataMissing, match="BO"):
        load(make_list(strata=("AL",)))
    assert nothing_is_loaded()


def test_once_all_strata_have_places_a_further_list_may_be_for_one_stratum(made):
    load(made)
    assert load(make_list(strata=("AL",), seed=2)).number == 2


def test_a_site_that_an_amendment_adds_waits_for_a_list_of_its_own(made):
    load_list(made)
    load_protocol(strata=("AL", "BO", "CE"), number=2)
    assert [queries.is_ready(stratum) for stratum in ("AL", "CE")] == [True, False]
    load_list(make_list(strata=("CE",), seed=2))
    assert queries.is_ready("CE")


def test_a_list_that_was_set_aside_is_not_set_aside_again(sequence, administrator, coordinator):
    with pytest.raises(NotTheirRole):
        actions.set_aside_sequence(sequence=sequence, reason="left in the printer", by=coordinator)
    row = actions.set_aside_sequence(sequence=sequence, reason="left in the printer", by=administrator)
    assert row.by_code == administrator.code
    with pytest.raises(SetAsideAlready, match="2026-11-13"):
        actions.set_aside_sequence(sequence=sequence, reason="again", by=administrator)
    assert not queries.is_ready("AL")


def test_a_list_without_the_places_of_a_list_set_aside_is_refused(sequence):
    actions.set_aside_sequence(sequence=sequence, reason="left in the printer", by=SYSTEM)
    with pytest.raises(StrataMissing, match="BO"):
        load(make_list(strata=("AL",), seed=2))


def test_the_sealed_columns_tell_no_arm_neither_by_content_nor_by_length(sequence, made):
    with acting_as(SYSTEM), queries.opened(), connection.cursor() as cursor:
        cursor.execute("SELECT arm, block FROM allocation_place")
        cells = [bytes(cell) for row in cursor.fetchall() for cell in row]
    assert len(cells) == 2 * len(made.places)
    assert len(set(cells)) == len(cells)
    assert len({len(cell) for cell in cells}) == 1
    assert not any(arm.encode() in cell for cell in cells for arm in ARMS)


@pytest.mark.parametrize("column", ["arm", "block"])
def test_what_was_sealed_for_one_place_does_not_open_in_another(sequence, column):
    with acting_as(SYSTEM), queries.opened():
        first, second = Place.objects.filter(sequence=sequence).order_by("pk")[:2]
    assert first.arm_code() in ARMS
    assert first.block_number() == 1
    setattr(first, column, getattr(second, column))
    with pytest.raises(PlaceDamaged, match="does not hold what was sealed"):
        first.arm_code() if column == "arm" else first.block_number()


def test_what_was_sealed_in_one_list_does_not_open_in_another(made):
    one, other = load_list(made), load_list(make_list(seed=2))
    with acting_as(SYSTEM), queries.opened():
        place = Place.objects.get(sequence=one, stratum="AL", position=1)
    place.sequence = other
    with pytest.raises(PlaceDamaged):
        place.arm_code()


def test_arms_in_another_ratio_are_loaded_when_the_protocol_says_so():
    load_protocol(ratio=(4, 2), number=2)
    assert load(make_list(ratio=(2, 1))).n_places == 24
