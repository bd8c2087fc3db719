"""What is kept with an allocation and did not go as the protocol says is a deviation in the same transaction, once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.allocation import queries as allocations
from stegvis.allocation.errors import MistakeKeptAlready, NotAllocated, NoticedBefore, WordsMissing
from stegvis.allocation.models import Accident, RandomisationMistake
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import SentWithOtherWords
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.reporting import queries as reporting
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.trial.deviations import queries
from stegvis.trial.deviations.models import Deviation
from stegvis.trial.models import Stage


@pytest.fixture
def person(world):
    """Somebody who was randomised a week ago."""
    return world.allocated(site=world.site, on=clock.today() - timedelta(days=7))


def own_up(person, by, kind="wrong_stratum", **more):
    given = {
        "noticed_on": clock.today(),
        "how": "The age was read wrong.",
        "what_follows": "Two people look.",
        "key": uuid4(),
    }
    with acting_as(by):
        return trial.record_mistake(participant=person, kind=kind, by=by, **(given | more))


def accident(person, by, **more):
    given = {
        "learner": "assessor", "learnt_on": clock.today(), "how": "Read a letter aloud.",
        "what_follows": "A colleague calls.", "key": uuid4(),
    }  # fmt: skip
    with acting_as(by):
        return trial.record_accident(participant=person, by=by, **(given | more))


def deviations(person, by):
    with acting_as(by):
        return queries.of_participant(person)


@pytest.mark.parametrize(
    ("kind", "recorded"),
    [
        ("in_error", "randomised_in_error"),
        ("wrong_stratum", "wrong_stratum"),
        ("ineligible", "found_ineligible"),
    ],
)
def test_a_mistake_of_a_randomisation_is_an_important_deviation_and_the_person_stays(world, person, kind, recorded):
    coordinator, arm = world.coordinator(), world.arm_of(person)
    own_up(person, coordinator, kind)
    [found] = deviations(person, coordinator)
    assert (found.deviation.kind, found.deviation.happened_on) == (recorded, clock.today() - timedelta(days=7))
    assert (found.version.is_important, found.waits) == (True, True)
    assert found.version.written_by == coordinator
    assert (found.version.description, found.version.corrective) == ("The age was read wrong.", "Two people look.")
    with acting_as(SYSTEM):
        enrolment = trials.enrolment(person)
        assert (enrolment.stage, enrolment.randomised_on) == (Stage.ALLOCATED, clock.today() - timedelta(days=7))
        assert [each.kind for each in allocations.mistakes_of(person)] == [kind]
        assert person.code in {row.participant for row in reporting.participants(())}
    assert world.arm_of(person) == arm


def test_an_arm_that_became_known_by_accident_is_a_deviation_that_waits_to_be_judged(world, person):
    coordinator = world.coordinator()
    accident(person, coordinator)
    [found] = deviations(person, coordinator)
    assert (found.deviation.kind, found.waits, found.version.is_important) == ("blinding", True, None)
    assert found.version.description.endswith(": Read a letter aloud.")
    assert found.version.corrective == "A colleague calls."


def test_a_form_that_is_sent_twice_makes_one_row_and_one_deviation(world, person):
    coordinator, key, other = world.coordinator(), uuid4(), uuid4()
    for _ in range(2):
        own_up(person, coordinator, key=key)
        accident(person, coordinator, key=other)
    assert len(deviations(person, coordinator)) == 2
    with acting_as(SYSTEM):
        assert (RandomisationMistake.objects.count(), Accident.objects.count()) == (1, 1)
    with pytest.raises(SentWithOtherWords):
        own_up(person, coordinator, key=key, how="Something else.")
    with pytest.raises(SentWithOtherWords):
        accident(person, coordinator, key=other, how="Something else.")


def test_the_same_mistake_of_the_same_person_is_kept_once_and_another_beside_it(world, person):
    coordinator = world.coordinator()
    own_up(person, coordinator, "ineligible")
    with pytest.raises(MistakeKeptAlready):
        own_up(person, coordinator, "ineligible")
    own_up(person, coordinator, "in_error")
    assert {each.deviation.kind for each in deviations(person, coordinator)} == {
        "found_ineligible",
        "randomised_in_error",
    }


def test_what_cannot_be_is_refused_and_leaves_neither_row_nor_deviation(world, person):
    coordinator, planned = world.coordinator(), world.planned(site=world.site)
    for wrong in ({"noticed_on": clock.today() - timedelta(days=8)}, {"noticed_on": clock.today() + timedelta(days=1)}):
        with pytest.raises(NoticedBefore):
            own_up(person, coordinator, **wrong)
    with pytest.raises(WordsMissing):
        own_up(person, coordinator, what_follows=" ")
    for keep in (own_up, accident):
        with pytest.raises(NotAllocated):
            keep(planned, coordinator)
        with pytest.raises(NotAtThisSite):
            keep(person, world.coordinator(world.sites[1]))
        with pytest.raises(NotTheirRole):
            keep(person, world.staff("physiotherapist"))
    with acting_as(SYSTEM):
        assert not Deviation.objects.exists()
        assert not RandomisationMistake.objects.exists()
        assert not Accident.objects.exists()


def test_mistakes_are_seen_by_coordinators_of_the_site_alone(world, person):
    own_up(person, world.coordinator())
    for blind in (world.coordinator(world.sites[1]), world.staff("physiotherapist"), world.staff("data_manager")):
        with acting_as(blind):
            assert allocations.mistakes_of(person) == []
