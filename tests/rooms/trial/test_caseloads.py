"""Caseloads: a full one is refused where it can be, somebody always cares where it cannot, and those who can act are told."""

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.caseloads import Caseloads, SiteLimits
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions, placing, queries
from stegvis.trial.errors import CaseloadFull, EveryoneFull
from stegvis.trial.models import Stage


def limited(world, **limits):
    return world.protocol.model_copy(update={"caseloads": Caseloads(**limits)})


def told(kind):
    with acting_as(SYSTEM):
        return [row.account.role for row in PlannedMessage.objects.filter(kind=kind).select_related("account")]


def test_a_site_may_have_limits_of_its_own():
    caseloads = Caseloads(therapist=40, site_limits=(SiteLimits(site="BJ", therapist=10),))
    assert [caseloads.most(site, "therapist") for site in ("BJ", "EK")] == [10, 40]
    assert caseloads.most("BJ", "physiotherapist") is None


def test_nobody_is_randomised_while_every_therapist_is_full_whatever_the_arm_would_be(world, monkeypatch):
    world.allocated(arm="intervention")
    taken = next(each for each in world.sites if _load(world, each) == 1)
    waiting = world.planned(site=taken)
    monkeypatch.setattr(queries, "protocol_of", lambda enrolment: limited(world, therapist=1))

    with pytest.raises(EveryoneFull, match="is the most"):
        world.randomise(waiting)
    with acting_as(world.coordinator(waiting)):
        assert queries.enrolment(waiting).stage == Stage.PLANNED


def _load(world, site):
    with acting_as(SYSTEM):
        return people.load_of(world.staff(Role.THERAPIST, site), Role.THERAPIST)


def test_what_cannot_be_refused_goes_to_whoever_has_fewest_and_coordinators_are_told_once_a_day(world):
    person, full = world.baseline_done(), limited(world, physiotherapist=1)
    others = [world.baseline_done(), world.baseline_done()]
    with acting_as(SYSTEM):
        placed = [placing.place(each, Role.PHYSIOTHERAPIST, full) for each in (person, *others)]

    assert None not in placed
    assert told("physiotherapists_full") == [Role.COORDINATOR]
    assert told("therapists_full") == []


def test_another_physiotherapist_takes_over_with_a_reason_that_both_see_and_a_letter_to_the_person(world):
    person, coordinator = world.baseline_done(), world.coordinator()
    before = world.clinician(person, Role.PHYSIOTHERAPIST)
    with acting_as(coordinator):
        after = next(each for each in people.staff_at(world.site, Role.PHYSIOTHERAPIST) if each != before)
        actions.change_physiotherapist(participant=person, clinician=after, why="On leave from Monday", by=coordinator)
    for account in (before, after, coordinator):
        with acting_as(account):
            newest, earlier = people.caseloads_of(person, Role.PHYSIOTHERAPIST)
            assert (newest.clinician, newest.reason, newest.given_by) == (after, "On leave from Monday", coordinator)
            assert earlier.until_at == clock.now()
    assert "new_physiotherapist" in _kinds(person)


def _kinds(person):
    with acting_as(SYSTEM):
        return set(PlannedMessage.objects.filter(participant=person).values_list("kind", flat=True))


def test_a_full_colleague_is_refused_and_the_present_one_kept(world):
    person, coordinator = world.baseline_done(), world.coordinator()
    world.baseline_done()  # goes to the other of the two
    before = world.clinician(person, Role.PHYSIOTHERAPIST)
    full = limited(world, physiotherapist=1)
    with acting_as(coordinator):
        colleague = next(each for each in people.staff_at(world.site, Role.PHYSIOTHERAPIST) if each != before)
        with pytest.raises(CaseloadFull):
            placing.check_has_room(colleague, person, Role.PHYSIOTHERAPIST, full)
        placing.check_has_room(before, person, Role.PHYSIOTHERAPIST, full)
