"""A trial without blocks: arms drawn beforehand by a coin, or computed when people come; all of it recomputed afterwards."""

import json

import pytest
from django.db import DatabaseError, transaction

from stegvis.allocation import actions, drawing, queries, recomputing
from stegvis.allocation.errors import ChoicesDiffer, FactorsChanged, MethodDiffers, SequenceUsedUp
from stegvis.allocation.models import Allocation, Draw, Sequence
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.randomisation.design import EVERYBODY
from stegvis.methods.randomisation.generating import generate_from
from stegvis.methods.randomisation.keys import design_of
from stegvis.methods.randomisation.margins import counted, keys_of
from stegvis.people.acting import acting_as
from tests.rooms.allocation.small_trial import ARMS, arms_in, load_list, load_protocol, people_at

pytestmark = pytest.mark.usefixtures("moment")


def made(method, seed=3, per_stratum=12, **own):
    strata = {"factors": ["site"]} if method == "minimisation" else {"strata": ["AL", "BO"]}
    return generate_from(design_of({"method": method, "arms": ARMS, "per_stratum": per_stratum, **strata, **own}), seed)


def allocate(person):
    with acting_as(SYSTEM):
        actions.allocate(participant=person, stratum=person.site.code, by=SYSTEM)
        return queries.arm_of(person, purpose="treatment")


def everybody(site, other_site, count=6):
    return [
        person for pair in zip(people_at(site, count), people_at(other_site, count), strict=True) for person in pair
    ]


@pytest.mark.parametrize("method", ["simple", "biased_coin", "big_stick", "urn"])
def test_a_list_of_any_coin_is_given_in_its_order(method, site, other_site):
    load_protocol(method=method)
    file = made(method)
    sequence = load_list(file)
    assert (sequence.method, sequence.generator) == (method, "stegvis.one-by-one/1")
    arms = [allocate(person) for person in everybody(site, other_site)]
    assert (arms[::2], arms[1::2]) == (arms_in(file, "AL")[:6], arms_in(file, "BO")[:6])


@pytest.mark.parametrize("ratio", [(1, 1), (2, 1)])
def test_minimised_arms_follow_from_who_came_and_the_numbers_of_the_list(site, other_site, ratio):
    load_protocol(method="minimisation", ratio=ratio)
    file = made("minimisation", ratio=ratio)
    load_list(file)
    people, margins = everybody(site, other_site), {}
    for person, place in zip(people, file.places, strict=True):
        levels = [person.site.code]
        expected = file.design.rule.arm(margins, levels, ratio, int(place.arm, 16))
        assert allocate(person) == ARMS[expected]
        margins = counted(margins, keys_of(["site"], levels), expected, 2)
    with queries.opened("all"):
        assert [row.position for row in Allocation.objects.order_by("position")] == list(range(1, 13))


def test_everything_that_shows_an_arm_shows_the_one_that_was_drawn(site, other_site, data_manager):
    load_protocol(method="minimisation")
    load_list(made("minimisation"))
    people = everybody(site, other_site, 2)
    arms = [allocate(person) for person in people]
    shown = [actions.disclose(participant=each, kind="lookup", reason="test", by=SYSTEM).shown_arm for each in people]
    read = {row.participant: (row.stratum, row.arm) for row in actions.arms_for_extract(blinded=True, by=data_manager)}
    assert shown == arms
    assert read == {each.code: (each.site.code, arm) for each, arm in zip(people, arms, strict=True)}


def test_every_arm_comes_out_again_and_a_row_that_was_changed_does_not(site, other_site):
    load_protocol(method="minimisation")
    load_list(made("minimisation"))
    for person in everybody(site, other_site):
        allocate(person)
    with queries.opened("all"):
        assert [is_same for _, is_same in drawing.recomputed()] == [True] * 12
        row = Draw.objects.select_related("allocation__place__sequence").get(number=4)
        other = {ARMS[0]: ARMS[1], ARMS[1]: ARMS[0]}[row.allocation.arm_code()]
        row.arm = row.allocation.place.seal_drawn(other)
        with pytest.raises(DatabaseError, match=r"permission denied|never changed"), transaction.atomic():
            row.save()


def test_a_further_list_goes_on_with_the_margins_of_the_first(site, other_site):
    load_protocol(method="minimisation")
    load_list(made("minimisation", per_stratum=4))
    people = everybody(site, other_site, 3)
    for person in people[:4]:
        allocate(person)
    with pytest.raises(SequenceUsedUp):
        allocate(people[4])
    load_list(made("minimisation", seed=4))
    allocate(people[4])
    with queries.opened("all"):
        assert [(row.number, row.allocation.sequence.number) for row in Draw.objects.order_by("number")][3:] == [
            (4, 1),
            (5, 2),
        ]
        assert all(is_same for _, is_same in drawing.recomputed())


def test_what_is_sealed_has_one_length_and_no_word_of_it_is_written_down(site, other_site):
    load_protocol(method="minimisation")
    load_list(made("minimisation", p="9/10"))
    for person in everybody(site, other_site):
        allocate(person)
    with queries.opened("all"):
        assert len({len(row.arm) for row in Draw.objects.all()}) == 1
        assert len({len(row.margins) for row in Draw.objects.filter(number__gte=2)}) == 1
    kept = json.dumps([event.detail for event in Event.objects.filter(verb__startswith="allocation.")])
    assert not any(word in kept for word in (*ARMS, "9/10", "weights"))


def test_a_list_of_another_method_or_other_factors_is_refused(site):
    load_protocol(method="minimisation")
    with pytest.raises(MethodDiffers, match="--method minimisation"):
        load_list(made("urn"))
    with pytest.raises(ChoicesDiffer, match="these factors: site"):
        load_list(made("minimisation", factors=["site", "age"]))
    with pytest.raises(ChoicesDiffer):
        load_list(made("minimisation", ratio=[2, 1]))
    assert not Sequence.objects.exists()


def test_an_amendment_with_other_factors_randomises_nobody_until_its_list_is_there(participant):
    load_protocol(method="minimisation")
    load_list(made("minimisation"))
    load_protocol(method="minimisation", number=2, factors=True)
    with pytest.raises(FactorsChanged, match=r"minimises by site, and the protocol now by site, old"):
        allocate(participant)
    assert not queries.is_allocated(participant)


def test_draws_show_to_nobody_outside_the_room_and_to_nobody_of_another_site(site, other_site, coordinator):
    load_protocol(method="minimisation")
    load_list(made("minimisation"))
    for person in everybody(site, other_site, 1):
        allocate(person)
    with acting_as(SYSTEM):
        assert not Draw.objects.exists()
    with acting_as(coordinator), queries.opened():
        assert [row.levels for row in Draw.objects.all()] == ["site=AL"]


def test_a_list_of_numbers_that_comes_while_somebody_waits_is_locked_before_it_is_used(site, monkeypatch):
    load_protocol(method="minimisation")
    load_list(made("minimisation"))
    locked, lock = [], queries.lock
    monkeypatch.setattr(
        queries, "_OPEN_AND_LOCK", queries._OPEN_AND_LOCK.replace("method = %s", "method = %s AND false")
    )
    monkeypatch.setattr(queries, "lock", lambda stratum: (locked.append(stratum), lock(stratum)))
    (person,) = people_at(site, 1)
    allocate(person)
    assert locked == [EVERYBODY]
    assert recomputing.everything().problems == ()
