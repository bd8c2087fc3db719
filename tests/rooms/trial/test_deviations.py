"""Deviations: recorded by staff or found by the system, judged by a rule, never changed, and in the extract without words."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.deviations import USUAL, Effects
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite
from stegvis.people.life import actions as life
from stegvis.reporting import queries as reporting
from stegvis.trial import actions as trial
from stegvis.trial import finding, tasks
from stegvis.trial import queries as trials
from stegvis.trial.deviations import actions, queries
from stegvis.trial.deviations.errors import NotDescribed, NotYetHappened, OfAnotherSite, UnknownKind
from stegvis.trial.deviations.models import Deviation, DeviationVersion

NOTHING = Effects(rights=False, safety=False, data=False)
DATA = Effects(rights=False, safety=False, data=True)


def record(by, site, kind="measurement", **more):
    given = {"happened_on": clock.today(), "description": "Two pages were left out.", "key": uuid4()} | more
    with acting_as(by):
        return actions.record(site=site, kind=kind, by=by, **given)


def newest(by, deviation):
    with acting_as(by):
        return queries.told([deviation])[0].version


def test_a_deviation_is_important_when_something_that_matters_is_affected_or_its_kind_says_so():
    by_effect, always = (next(kind for kind in USUAL if kind.code == code) for code in ("measurement", "consent"))

    assert [by_effect.is_important(effects) for effects in (None, NOTHING, DATA)] == [None, False, True]
    assert [always.is_important(effects) for effects in (None, NOTHING)] == [True, True]


def test_a_judgement_is_a_new_version_beside_the_old_one(world):
    coordinator = world.coordinator()
    deviation = record(coordinator, world.site, effects=NOTHING)
    with acting_as(coordinator):
        actions.judge(
            deviation=deviation, description="Four pages.", effects=DATA, corrective="Asked again.", key=uuid4(),
            by=coordinator,
        )  # fmt: skip
        assert [each.is_important for each in queries.versions_of(deviation)] == [True, False]
        assert not queries.at_sites([world.site.pk], waiting=True)


def test_a_visit_outside_its_window_is_found_by_the_system_and_waits_to_be_judged(world):
    person = world.planned()
    physiotherapist, coordinator = world.clinician(person, "physiotherapist"), world.coordinator()
    with acting_as(coordinator):
        assert queries.of_participant(person) == []
    world.randomise(person)
    late = clock.today() + timedelta(days=300)
    with world.acting(physiotherapist, late):
        trial.hold_visit(participant=person, number=2, mode="in_person", by=physiotherapist)
    with acting_as(coordinator):
        [found] = queries.of_participant(person)
        assert (found.deviation.kind, found.deviation.found_by, found.waits) == ("visit_outside_window", "system", True)
        assert [each.pk for each in queries.at_sites([world.site.pk], waiting=True)] == [found.deviation.pk]


def window_of(person, number):
    with acting_as(SYSTEM):
        return trials.windows(trials.enrolment(person))[f"visit_{number}"]


def find_on(day):
    with clock.frozen(clock.at(day, 9)):
        return tasks.find_visits_not_held()


def test_a_visit_that_was_not_held_is_found_once_when_its_window_has_closed(world):
    person = world.allocated(site=world.site)
    window = window_of(person, 2)
    assert find_on(window.closes_on) == 0
    day = window.closes_on + timedelta(days=1)
    assert (find_on(day), find_on(day)) == (1, 0)
    with acting_as(world.coordinator()):
        [found] = queries.of_participant(person)
        assert (found.deviation.kind, found.deviation.found_by, found.waits) == ("visit_outside_window", "system", True)
        assert found.deviation.happened_on == day
    physiotherapist = world.clinician(person, "physiotherapist")
    with world.acting(physiotherapist, day + timedelta(days=3)):
        trial.hold_visit(participant=person, number=2, mode="in_person", by=physiotherapist)
    with acting_as(world.coordinator()):
        assert len(queries.of_participant(person)) == 1


def test_it_is_enough_to_look_in_the_first_minutes_of_an_hour(world):
    person = world.allocated(site=world.site)
    day = window_of(person, 2).closes_on + timedelta(days=1)
    with clock.frozen(clock.at(day, 9, 5)):
        assert tasks.find_visits_not_held() == 0
    with clock.frozen(clock.at(day, 10, 4)):
        assert tasks.find_visits_not_held() == 1


def test_a_visit_that_was_held_in_its_window_or_long_ago_missed_is_not_found(world):
    held, missed = world.allocated(site=world.site), world.allocated(site=world.sites[1])
    physiotherapist = world.clinician(held, "physiotherapist")
    with world.acting(physiotherapist, window_of(held, 2).due_on):
        trial.hold_visit(participant=held, number=2, mode="in_person", by=physiotherapist)
    day = window_of(missed, 2).closes_on
    assert find_on(day + finding.LOOKS_BACK + timedelta(days=3)) == 0
    with acting_as(SYSTEM):
        assert not Deviation.objects.exists()


def test_whoever_withdrew_from_visits_or_died_did_not_miss_one(world):
    withdrew, died = world.allocated(site=world.site), world.allocated(site=world.site)
    day = window_of(died, 2).closes_on + timedelta(days=1)
    with acting_as(withdrew.account):
        trial.withdraw(participant=withdrew, layers=["plan"], by=withdrew.account)
    with acting_as(world.coordinator()):
        life.keep(participant=died, kind="deceased", since=clock.today(), key=uuid4(), by=world.coordinator())
    assert find_on(day) == 0


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"kind": "unheard_of"}, UnknownKind),
        ({"description": "  "}, NotDescribed),
        ({"happened_on": clock.today() + timedelta(days=4000)}, NotYetHappened),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(world, more, refusal):
    with pytest.raises(refusal):
        record(world.coordinator(), world.site, **more)


def test_it_is_the_sites_own_and_about_its_own_people(world):
    person = world.planned()
    with pytest.raises(NotAtThisSite):
        record(world.coordinator(world.sites[1]), world.site)
    with pytest.raises(OfAnotherSite):
        record(world.coordinator(world.sites[1]), world.sites[1], participant=person)
    deviation = record(world.coordinator(), world.site, participant=person)
    with acting_as(world.coordinator(world.sites[1])):
        assert (Deviation.objects.count(), DeviationVersion.objects.count()) == (0, 0)
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Deviation.objects.filter(pk=deviation.pk).update(kind="other")


def test_the_extract_has_the_judgement_and_no_words(world):
    record(world.coordinator(), world.site, effects=DATA)
    with acting_as(SYSTEM):
        [row] = reporting.deviations(unblinded=False)
    assert (row.number, row.site, row.kind, row.important, row.versions) == (1, world.site.code, "measurement", True, 1)
    assert "pages" not in str(row)
