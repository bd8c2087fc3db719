"""Another clinician: by a coordinator, a therapist or an administrator, each within what they may know."""

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions, queries
from stegvis.people.acting import acting_as
from stegvis.people.errors import InOtherHands, NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.programme import queries as programme
from stegvis.trial import queries as trial


@pytest.fixture
def person(world):
    """Someone who goes through the programme."""
    return world.allocated(arm="intervention", site=world.site)


def employ(world, role, site=None):
    """A colleague who is new at a site."""
    return actions.add_staff(
        role=role,
        email=f"new-{role}-{(site or world.site).code}@example.org",
        name="New",
        sites=[site or world.site],
        by=SYSTEM,
    )


def close(account):
    with acting_as(SYSTEM):
        actions.deactivate(account=account, reason="moved away", by=SYSTEM)


def give(person, to, by):
    with acting_as(by):
        return actions.assign_clinician(participant=person, clinician=to, role=to.role, by=by)


# One person -----------------------------------------------------------------------------------------------------------
def test_a_coordinator_gives_a_person_to_another_physiotherapist_of_the_site(world, person):
    colleague = employ(world, Role.PHYSIOTHERAPIST)
    give(person, colleague, world.coordinator())

    assert world.clinician(person, Role.PHYSIOTHERAPIST) == colleague


def test_nobody_is_given_to_someone_who_works_elsewhere_or_whose_account_is_closed(world, person):
    elsewhere, gone = employ(world, Role.PHYSIOTHERAPIST, world.sites[1]), world.staff(Role.PHYSIOTHERAPIST)
    close(gone)
    for clinician in (elsewhere, gone):
        with pytest.raises(NotAtThisSite):
            give(person, clinician, world.coordinator())


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.PHYSIOTHERAPIST, Role.DATA_MANAGER])
def test_only_therapists_say_who_guides_somebody(world, person, role):
    colleague = employ(world, Role.THERAPIST)
    with pytest.raises(NotTheirRole):
        give(person, colleague, world.staff(role))


def test_a_therapist_takes_over_whom_nobody_guides_any_more(world, person):
    former, colleague = world.clinician(person, Role.THERAPIST), employ(world, Role.THERAPIST)
    with pytest.raises(InOtherHands, match=f"in the care of {former.code}, who works here"):
        give(person, colleague, colleague)
    close(former)

    with acting_as(colleague):
        assert [each.participant for each in programme.without_therapist([world.site.pk])] == [person]
    give(person, colleague, colleague)
    assert world.clinician(person, Role.THERAPIST) == colleague
    with acting_as(colleague):
        assert not programme.without_therapist([world.site.pk]).exists()


def test_given_twice_to_the_same_one_is_once(world, person):
    colleague = employ(world, Role.PHYSIOTHERAPIST)
    assert give(person, colleague, world.coordinator()) == give(person, colleague, world.coordinator())


# A whole caseload -----------------------------------------------------------------------------------------------------
def hand_over(account, to, by, site):
    with acting_as(by):
        return actions.hand_over(account=account, site=site, to=to, by=by)


def test_an_administrator_hands_a_caseload_over_and_the_record_names_nobody_in_it(world, person):
    former, colleague = world.clinician(person, Role.THERAPIST), employ(world, Role.THERAPIST)
    close(former)
    administrator = world.staff(Role.ADMINISTRATOR)
    with acting_as(SYSTEM):
        assert [(each.clinician, each.count) for each in queries.left_behind()] == [(former, 1)]

    assert hand_over(former, colleague, administrator, world.site) == 1
    assert world.clinician(person, Role.THERAPIST) == colleague
    with acting_as(administrator):
        told = [(each.participant, each.detail) for each in Event.objects.filter(verb__startswith="people.c")]
    assert not [detail for code, detail in told if code and detail.get("role") == "therapist"]
    assert ("", {"role": "therapist", "sites": [world.site.code], "to": colleague.code}) in told


def test_whoever_works_at_another_site_keeps_those_there(world, person):
    former, colleague = world.clinician(person, Role.PHYSIOTHERAPIST), employ(world, Role.PHYSIOTHERAPIST)
    other = world.sites[1]
    assert hand_over(former, employ(world, Role.PHYSIOTHERAPIST, other), SYSTEM, other) == 0
    assert hand_over(former, colleague, world.coordinator(), world.site) == 1


def test_a_coordinator_hands_no_therapists_caseload_over_and_none_of_another_site(world, person):
    therapist, physio = (world.clinician(person, role) for role in (Role.THERAPIST, Role.PHYSIOTHERAPIST))
    with pytest.raises(NotTheirRole):
        hand_over(therapist, employ(world, Role.THERAPIST), world.coordinator(), world.site)
    with pytest.raises(NotAtThisSite):
        hand_over(physio, employ(world, Role.PHYSIOTHERAPIST), world.coordinator(world.sites[1]), world.site)


# Who has nobody -------------------------------------------------------------------------------------------------------
def test_whoever_is_met_by_nobody_who_works_there_is_seen_by_the_coordinator(world, person):
    coordinator = world.coordinator()
    with acting_as(coordinator):
        assert not trial.without_physiotherapist([world.site.pk]).exists()
    close(world.clinician(person, Role.PHYSIOTHERAPIST))

    with acting_as(coordinator):
        assert [each.participant for each in trial.without_physiotherapist([world.site.pk])] == [person]
        assert not programme.without_therapist([world.site.pk]).exists()
