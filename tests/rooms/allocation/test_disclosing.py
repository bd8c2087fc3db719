"""An arm is shown to a person once, or with a reason, and always leaves a row."""

import pytest

from stegvis.allocation import actions, queries
from stegvis.allocation.errors import NotAllocated, ReasonMissing, ShownAlready
from stegvis.allocation.models import Disclosure, DisclosureKind
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from tests.rooms.allocation.small_trial import arms_in, people_at


@pytest.fixture
def allocated(sequence, participant):
    with acting_as(SYSTEM):
        actions.allocate(participant=participant, stratum="AL", by=SYSTEM)
    return participant


def disclose(participant, by, kind=DisclosureKind.LOOKUP, reason="The participant telephones and asks"):
    with acting_as(by):
        return actions.disclose(participant=participant, kind=kind, reason=reason, by=by)


def test_a_look_up_shows_the_arm_and_keeps_who_when_and_why(allocated, made, coordinator, moment):
    shown = disclose(allocated, coordinator)
    assert shown.shown_arm == arms_in(made, "AL")[0]
    with acting_as(coordinator):
        (kept,) = queries.disclosures_of(allocated)
    assert (kept.kind, kept.by_code, kept.at) == ("lookup", coordinator.code, moment)
    assert kept.reason == "The participant telephones and asks"
    assert kept.shown_arm == ""
    event = Event.objects.get(verb="allocation.disclosed")
    assert (event.participant, event.detail) == (allocated.code, {"kind": "lookup"})


def test_a_look_up_without_a_reason_is_refused(allocated, coordinator):
    with pytest.raises(ReasonMissing):
        disclose(allocated, coordinator, reason="  ")
    assert not Event.objects.filter(verb="allocation.disclosed").exists()


def test_the_result_is_shown_once(allocated, coordinator):
    disclose(allocated, coordinator, DisclosureKind.AT_ALLOCATION)
    with pytest.raises(ShownAlready, match="with a reason"):
        disclose(allocated, coordinator, DisclosureKind.AT_ALLOCATION)
    disclose(allocated, coordinator)
    disclose(allocated, coordinator)
    with acting_as(coordinator):
        assert [row.kind for row in queries.disclosures_of(allocated)] == ["at_allocation", "lookup", "lookup"]


def test_someone_not_allocated_has_nothing_to_show(sequence, participant, coordinator):
    with pytest.raises(NotAllocated):
        disclose(participant, coordinator)


@pytest.mark.parametrize("role", ["statistician", "data_manager", "administrator"])
def test_blind_roles_are_shown_no_arm_not_even_in_an_emergency(allocated, role, request):
    with pytest.raises(NotTheirRole):
        disclose(allocated, request.getfixturevalue(role), DisclosureKind.EMERGENCY)


def test_a_physiotherapist_is_shown_an_arm_in_an_emergency_only(allocated, physiotherapist, outsider, made):
    with pytest.raises(NotTheirRole):
        disclose(allocated, physiotherapist)
    with pytest.raises(NotAtThisSite):
        disclose(allocated, outsider, DisclosureKind.EMERGENCY)
    shown = disclose(allocated, physiotherapist, DisclosureKind.EMERGENCY, reason="Taken to hospital tonight")
    assert shown.shown_arm == arms_in(made, "AL")[0]


def test_the_reason_lies_encrypted(allocated, coordinator):
    disclose(allocated, coordinator, reason="Asked about the plan")
    with acting_as(SYSTEM), queries.opened():
        raw = Disclosure.objects.extra(select={"raw": "reason"}).values_list("raw", flat=True).get()
    assert b"Asked" not in bytes(raw)


def test_the_extracts_arms_are_read_for_a_data_manager_and_recorded(sequence, made, site, data_manager, coordinator):
    people = people_at(site, 3)
    with acting_as(SYSTEM):
        for person in people:
            actions.allocate(participant=person, stratum="AL", by=SYSTEM)
    with pytest.raises(NotTheirRole):
        actions.arms_for_extract(blinded=True, by=coordinator)
    arms = actions.arms_for_extract(blinded=True, by=data_manager)
    assert [(row.participant, row.stratum, row.arm) for row in arms] == [
        (person.code, "AL", arm) for person, arm in zip(people, arms_in(made, "AL"), strict=False)
    ]
    assert arms[0].arm not in repr(arms)
    event = Event.objects.get(verb="allocation.arms_read")
    assert event.detail == {"blinded": True, "participants": 3}
