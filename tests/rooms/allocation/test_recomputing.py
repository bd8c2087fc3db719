"""`stegvis randomise recompute`: everything comes out again, or it is said what does not."""

import pytest

from stegvis.allocation import actions, queries, recomputing
from stegvis.allocation.models import Place
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from tests.rooms.allocation.small_trial import ARMS, load_list, load_protocol, make_list, people_at
from tests.rooms.allocation.test_load_command import typed


@pytest.fixture
def allocated(sequence, site):
    with acting_as(SYSTEM):
        for person in people_at(site, 3):
            actions.allocate(participant=person, stratum="AL", by=SYSTEM)


def everything():
    with acting_as(SYSTEM):
        return recomputing.everything()


def test_all_that_was_given_is_found_in_order(allocated):
    assert everything() == recomputing.Recomputed(lists=1, allocations=3, drawn=0, problems=())


def test_a_list_whose_seals_were_exchanged_is_named_and_no_arm(allocated, monkeypatch):
    """Two sealed values change places, as somebody with the tables' owner's rights could do."""
    real = Place.from_db.__func__
    with queries.opened("all"):
        first, second = Place.objects.order_by("pk")[:2]

    def exchanged(cls, *arguments):
        place = real(cls, *arguments)
        place.arm = {first.pk: second.arm, second.pk: first.arm}.get(place.pk, place.arm)
        return place

    monkeypatch.setattr(Place, "from_db", classmethod(exchanged))
    (problem,) = everything().problems
    assert problem == "List 1 has a place that does not hold what was sealed in it."


def test_the_command_prints_numbers_and_loads_a_reserve(fresh_database, tmp_path):
    load_protocol()
    load_list(make_list())
    (tmp_path / "reserve.csv").write_text(make_list(seed=4).csv())
    loaded = typed(fresh_database.environment, str(tmp_path / "reserve.csv"), "--seed-kind", "typed", "--reserve")
    assert loaded.returncode == 0, loaded.stderr
    done = typed(fresh_database.environment, verb="recompute")
    assert (done.returncode, "Lists: 2. Allocations: 0" in done.stdout) == (0, True), done.stderr
    assert not any(arm in done.stdout + done.stderr for arm in ARMS)
