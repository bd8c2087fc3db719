"""Adverse events: asked of everybody alike, told, described, judged twice, settled; nothing is ever changed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotALicensedClinician, NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.safety import queries as alerts
from stegvis.safety.harms import actions, errors, queries
from stegvis.safety.harms.models import (
    AdverseEvent,
    EventAssessment,
    EventVersion,
    EventWords,
    SeriousClock,
    SolicitedAnswer,
    SponsorTold,
)
from stegvis.trial import actions as trial
from stegvis.trial.errors import JudgedUnmasked

AGAINST = ("activity_plan", "programme", "procedures")


@pytest.fixture
def person(world):
    """Was randomised, and came to visit 2 today."""
    found = world.allocated(on=date(2026, 10, 1))
    world.hold_visit(found, 2)
    return found


@pytest.fixture
def physio(world):
    return world.staff(Role.PHYSIOTHERAPIST)


@pytest.fixture
def assessor(world):
    return world.staff(Role.OUTCOME_ASSESSOR)


@pytest.fixture
def event(world, person):
    return tell(person, person.account)


def tell(person, by, **more):
    with acting_as(by):
        given = {"words": "My knee hurts.", "key": uuid4()} | more
        return trial.tell_of_event(participant=person, by=by, **given)


def answer(person, by, said=True, moment="visit_2", **more):
    with acting_as(by):
        given = {"words": "My knee hurts." if said else "", "key": uuid4()} | more
        return trial.answer_about_harms(participant=person, moment=moment, said=said, by=by, **given)


def describe(event, by, after=0, **more):
    given = {
        "term": "injury", "narrative": "Fell on the stairs.", "started_on": date(2026, 11, 1), "ended_on": None,
        "expected": False, "severity": "mild", "measure": "none", "course": "recovering", "key": uuid4(),
    }  # fmt: skip
    with acting_as(by):
        return actions.describe_event(event=event, after=after, by=by, **(given | more))


def judge(event, by, place, serious=(), relation="unlikely", **more):
    given = {"relations": dict.fromkeys(AGAINST, relation), "key": uuid4()} | more
    with acting_as(by):
        return trial.assess_event(event=event, place=place, serious=serious, by=by, **given)


def settle(event, by, how="third", words="Read the letter from the hospital."):
    with acting_as(by):
        relations = dict.fromkeys(AGAINST, "unlikely")
        return actions.settle_event(
            event=event, serious=["hospitalisation"], relations=relations, how=how, words=words, key=uuid4(), by=by
        )


# Asked ----------------------------------------------------------------------------------------------------------------
def test_the_question_waits_from_its_time_until_it_is_answered_once(person):
    with acting_as(person.account):
        assert queries.asked_of(person).moment == "visit_2"
    answer(person, person.account, said=False)
    with acting_as(person.account):
        assert queries.asked_of(person) is None
    with pytest.raises(errors.AskedAlready):
        answer(person, person.account)


def test_it_is_not_asked_before_its_time_after_its_days_or_of_who_stopped_answering(world, person):
    with pytest.raises(errors.NotAskedNow):
        answer(person, person.account, moment="six_months")
    with clock.frozen(clock.now() + timedelta(days=50)), acting_as(person.account):
        assert queries.asked_of(person) is None
    world.withdraw(person, "questions")
    with acting_as(person.account):
        assert queries.asked_of(person) is None


def test_a_yes_keeps_the_event_with_its_words_and_without_words_nothing_is_kept(person):
    with pytest.raises(errors.EventNeedsWords):
        answer(person, person.account, words="  ")
    key = uuid4()
    assert answer(person, person.account, key=key) == answer(person, person.account, key=key)
    with acting_as(SYSTEM):
        event = AdverseEvent.objects.get()
        assert (event.how, event.answer.said, event.told.words) == ("solicited", True, "My knee hurts.")


def test_what_needed_care_reaches_the_rota_at_once_and_starts_the_clock(person):
    event = tell(person, person.account, needed_care=True)
    with acting_as(SYSTEM):
        assert [each.trigger for each in alerts.open_alerts_of(person)] == ["serious_event"]
        assert event.clock.tell_by - event.clock.started_at == timedelta(hours=24)
        assert list(queries.to_tell(AdverseEvent.objects.all())) == [event]


# Described ------------------------------------------------------------------------------------------------------------
def test_a_later_description_needs_a_reason_and_leaves_the_earlier_one(event, physio):
    describe(event, physio)
    with pytest.raises(errors.ChangeNeedsReason):
        describe(event, physio, after=1)
    describe(event, physio, after=1, ended_on=date(2026, 11, 9), changed_why="It is over.")
    with acting_as(physio):
        assert [each.ended_on for each in queries.versions_of(event)] == [date(2026, 11, 9), None]


def test_two_who_describe_at_once_do_not_overwrite_each_other(event, physio, world):
    describe(event, physio)
    with pytest.raises(errors.DescribedMeanwhile):
        describe(event, world.coordinator())


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"term": "dragon"}, errors.UnknownTerm),
        ({"severity": "awful"}, errors.UnknownWord),
        ({"started_on": date(2027, 1, 1)}, errors.BeganLater),
        ({"ended_on": date(2026, 10, 1)}, errors.EndsBefore),
        ({"narrative": " "}, errors.EventNeedsWords),
    ],
)
def test_what_makes_no_sense_is_refused(event, physio, given, refused):
    with pytest.raises(refused):
        describe(event, physio, **given)


def test_a_therapist_notes_events_and_describes_none(world, person):
    therapist = world.staff(Role.THERAPIST)
    event = tell(person, therapist)
    assert event.how == "noticed"
    with pytest.raises(NotTheirRole):
        describe(event, therapist)
    with pytest.raises(NotAtThisSite):
        tell(person, world.staff(Role.PHYSIOTHERAPIST, world.sites[1]))


# Judged ---------------------------------------------------------------------------------------------------------------
def test_a_disagreement_is_found_and_settled_by_a_third_or_by_both(world, event, physio, assessor):
    describe(event, physio)
    judge(event, physio, "first")
    judge(event, assessor, "second", serious=["hospitalisation"], relation="possible")
    with acting_as(physio):
        assert queries.to_settle(queries.newest(event)) == ("serious", *sorted(AGAINST))
        assert list(queries.unsettled(AdverseEvent.objects.all())) == [event]
    with pytest.raises(errors.NotTheThird):
        settle(event, physio)
    assert settle(event, world.coordinator()).serious
    with acting_as(physio):
        assert not queries.to_settle(queries.newest(event))
        assert not queries.unsettled(AdverseEvent.objects.all())
    with pytest.raises(errors.NothingToSettle):
        settle(event, physio, how="consensus")


def test_who_may_judge(world, event, physio, assessor):
    with pytest.raises(errors.NotDescribed):
        judge(event, physio, "first")
    describe(event, physio)
    with pytest.raises(NotTheirRole):
        judge(event, physio, "second")
    with pytest.raises(errors.RelationMissing):
        judge(event, physio, "first", relations={"programme": "unlikely"})
    physio.licensed_clinician = False
    with pytest.raises(NotALicensedClinician):
        judge(event, physio, "first")


def test_who_has_learnt_the_arm_does_not_judge_second(person, event, physio, assessor):
    describe(event, physio)
    with acting_as(assessor):
        trial.keep_unmasking(participant=person, occasion="six_months", said="Told me.", key=uuid4(), by=assessor)
    with pytest.raises(JudgedUnmasked):
        judge(event, assessor, "second")


def test_the_second_assessor_is_shown_neither_words_nor_the_first_judgement(event, physio, assessor):
    describe(event, physio)
    judge(event, physio, "first", relation="definite")
    judge(event, assessor, "second")
    with acting_as(assessor):
        assert EventVersion.objects.exists()
        assert not EventWords.objects.exists()
        assert [each.place for each in EventAssessment.objects.all()] == ["second"]
        assert not SeriousClock.objects.exists()


def test_a_serious_event_is_told_outside_and_what_is_not_serious_is_not(event, physio):
    describe(event, physio)
    judge(event, physio, "first")
    with acting_as(physio), pytest.raises(errors.NotSerious):
        actions.tell_sponsor(event=event, told_to="The sponsor", key=uuid4(), by=physio)
    judge(event, physio, "first", serious=["important"])
    with acting_as(physio):
        found = queries.event(event.pk)
        assert list(queries.to_tell(AdverseEvent.objects.all())) == [found]
        actions.tell_sponsor(event=found, told_to="The sponsor, by telephone", key=uuid4(), by=physio)
        assert not queries.to_tell(AdverseEvent.objects.all())


# Walls ----------------------------------------------------------------------------------------------------------------
def test_nothing_of_an_event_is_changed_or_removed(person, physio):
    event = answer(person, person.account, needed_care=True)
    version, judged = describe(event, physio), judge(event, physio, "first")
    with acting_as(physio):
        told = actions.tell_sponsor(event=queries.event(event.pk), told_to="The sponsor", key=uuid4(), by=physio)
    for row in (event, event.answer, event.told, event.clock, version, judged, told):
        with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_another_site_sees_nothing_and_the_person_sees_what_they_told(world, person, physio):
    event = answer(person, person.account, needed_care=True)
    describe(event, physio)
    judge(event, physio, "first")
    tables = (SolicitedAnswer, AdverseEvent, EventWords, EventVersion, EventAssessment, SeriousClock, SponsorTold)
    with acting_as(world.coordinator(world.sites[1])):
        assert not any(table.objects.exists() for table in tables)
    with acting_as(person.account):
        assert [table.objects.count() for table in tables] == [1, 1, 1, 0, 0, 0, 0]
