"""Emergencies, of which a second person is told; arms that became known by accident."""

from datetime import timedelta

import pytest

from stegvis.allocation import actions, queries
from stegvis.allocation.errors import InformedAlready, NotAllocated, ReadLater, SameSecondPerson, WordsMissing
from stegvis.allocation.models import Accident
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole


@pytest.fixture
def allocated(sequence, participant):
    with acting_as(SYSTEM):
        actions.allocate(participant=participant, stratum="AL", by=SYSTEM)
    return participant


def emergency(person, by):
    with acting_as(by):
        return actions.disclose(participant=person, kind="emergency", reason="Taken to hospital", by=by)


def inform(person, disclosure, by, whom="Karin Ek, responsible researcher"):
    with acting_as(by):
        return actions.record_informing(disclosure=disclosure, participant=person, whom=whom, by=by)


def accident(person, by, day, how="Read a letter aloud", follows="A colleague takes over the calls"):
    with acting_as(by):
        return actions.record_accident(
            participant=person, learner="assessor", learnt_on=day, how=how, what_follows=follows, by=by
        )


def untold(by, site):
    with acting_as(by):
        return queries.untold_emergencies([site.pk], limit=3)


def test_an_emergency_waits_until_a_second_person_has_been_told(allocated, coordinator, site, moment):
    shown = emergency(allocated, coordinator)
    assert [row.pk for row in untold(coordinator, site)] == [shown.pk]
    kept = inform(allocated, shown, coordinator)
    assert (kept.whom, kept.at, kept.by_code) == ("Karin Ek, responsible researcher", moment, coordinator.code)
    assert untold(coordinator, site) == []
    with pytest.raises(InformedAlready, match="Karin Ek"):
        inform(allocated, shown, coordinator)


def test_the_second_person_is_somebody_and_somebody_else(allocated, coordinator, site):
    shown = emergency(allocated, coordinator)
    for whom in (" ", coordinator.code.lower()):
        with pytest.raises(SameSecondPerson):
            inform(allocated, shown, coordinator, whom)
    assert len(untold(coordinator, site)) == 1


def test_an_emergency_at_another_site_is_not_seen(allocated, coordinator, other_coordinator, site):
    shown = emergency(allocated, coordinator)
    assert untold(other_coordinator, site) == []
    with pytest.raises(NotAtThisSite):
        inform(allocated, shown, other_coordinator)


def test_an_accident_is_kept_with_who_how_and_what_follows(allocated, coordinator, moment):
    accident(allocated, coordinator, moment.date())
    with acting_as(coordinator):
        (kept,) = queries.accidents_of(allocated)
    assert (kept.learner, kept.how, kept.what_follows) == (
        "assessor", "Read a letter aloud", "A colleague takes over the calls",
    )  # fmt: skip


def test_an_accident_that_says_too_little_or_cannot_have_been_is_refused(allocated, coordinator, moment):
    with pytest.raises(WordsMissing):
        accident(allocated, coordinator, moment.date(), follows=" ")
    with pytest.raises(ReadLater):
        accident(allocated, coordinator, moment.date() + timedelta(days=1))
    with acting_as(SYSTEM):
        assert not Accident.objects.exists()


def test_nothing_can_have_become_known_of_somebody_not_randomised(sequence, participant, coordinator, moment):
    with pytest.raises(NotAllocated):
        accident(participant, coordinator, moment.date())


def test_accidents_are_the_coordinators_of_the_site(allocated, coordinator, other_coordinator, physiotherapist, moment):
    accident(allocated, coordinator, moment.date())
    with pytest.raises(NotAtThisSite):
        accident(allocated, other_coordinator, moment.date())
    with pytest.raises(NotTheirRole):
        accident(allocated, physiotherapist, moment.date())
    for blind in (other_coordinator, physiotherapist):
        with acting_as(blind):
            assert queries.accidents_of(allocated) == []
