"""From invitation to the first visit: consent, baseline, a physiotherapist, goals; and leaving on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consent
from stegvis.consent.errors import NotSigned
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.errors import NoMainGoal
from stegvis.protocol import queries as protocol
from stegvis.reminders import queries as reminders
from stegvis.trial import actions, consent_texts, queries
from stegvis.trial.errors import NotAReason, NotAtThisStage, NotYours, ReferralMissing
from stegvis.trial.models import Stage


def stage_of(person):
    return queries.enrolment(person).stage


def stages_of(person):
    return [change.stage for change in queries.changes_of(queries.enrolment(person))]


def consent_to(person, key=None, by=None, name="Made Up"):
    actor = by or person.account
    with acting_as(person.account):
        count = len(consent_texts.of(queries.enrolment_of(person), person.language).pages)
        pages = range(1, count + 1)
        actions.read_pages(participant=person, language=person.language, pages=pages, by=person.account)
    with acting_as(actor):
        return actions.give_consent(
            participant=person, typed_name=name, language=person.language, key=key or uuid4(), by=actor
        )


def leave(person, why, by):
    with acting_as(by):
        return actions.leave_before_randomisation(participant=person, why=why, by=by)


def test_consent_is_bound_to_the_text_in_the_language_that_was_read(world):
    person = world.invited(language="en")
    consent_to(person)

    with acting_as(person.account):
        given = consent.consents_of(person).get()
    text = protocol.text("consent", "en")
    assert (given.text_code, given.text_version, given.language) == ("consent", "1", "en")
    assert given.text_sha256 == text.sha256


def test_consent_opens_the_baseline_and_plans_its_reminders(world):
    person = world.invited()
    enrolment = consent_to(person)
    baseline = world.assessment(person, world.baseline)

    assert (enrolment.stage, enrolment.consented_on) == (Stage.CONSENTED, clock.today())
    assert (baseline.opens_on, baseline.closes_on) == (clock.today(), clock.today() + timedelta(days=14))
    assert baseline.instruments == list(world.protocol.occasion("baseline").instruments)
    with acting_as(SYSTEM):
        assert reminders.planned_for(person).filter(kind=reminders.REMINDER).count() == 3


def test_consenting_twice_moves_nobody_twice(world):
    person = world.invited()
    key = uuid4()
    for each in (key, key, uuid4()):
        consent_to(person, each)

    assert stages_of(person) == [Stage.INVITED, Stage.CONSENTED]


def test_only_the_person_consents_and_signs(world):
    person = world.invited()
    for other in (world.coordinator(), world.invited().account):
        with pytest.raises(NotYours):
            consent_to(person, by=other)
    with pytest.raises(NotSigned):
        consent_to(person, name=" ")

    assert stage_of(person) == Stage.INVITED


def test_the_baseline_brings_a_physiotherapist_and_a_day_for_the_first_visit(world):
    person = world.baseline_done()

    assert stage_of(person) == Stage.BASELINE_DONE
    physiotherapist = world.clinician(person, Role.PHYSIOTHERAPIST)
    with acting_as(physiotherapist):
        visits = [(visit.number, visit.planned_on) for visit in plans.visits_of(person)]
    assert visits == [(1, queries.enrolment(person).consented_on + timedelta(days=7))]


def test_people_are_shared_out_among_the_sites_physiotherapists(world):
    physiotherapists = {world.clinician(world.baseline_done(), Role.PHYSIOTHERAPIST) for _ in range(2)}

    assert len(physiotherapists) == 2


def test_the_first_visit_locks_the_goals_and_books_the_later_ones(world):
    person = world.planned()
    enrolment = queries.enrolment(person)

    assert (enrolment.stage, enrolment.visit1_on) == (Stage.PLANNED, clock.today())
    with acting_as(SYSTEM):
        assert plans.goals_locked_at(person) == clock.at(clock.today(), 8)
        booked = {visit.number: visit.planned_on for visit in plans.visits_of(person)}
    assert booked[2] == clock.today() + timedelta(days=28)
    assert booked[3] == clock.today() + timedelta(days=84)


def test_the_first_visit_is_not_held_without_a_goal(world):
    person = world.baseline_done()

    with pytest.raises(NoMainGoal):
        world.hold_visit(person, 1)
    assert stage_of(person) == Stage.BASELINE_DONE


def test_each_stage_is_kept_with_its_moment(world):
    person = world.planned()
    changes = list(queries.changes_of(queries.enrolment(person)))

    assert [change.stage for change in changes] == ["invited", "consented", "baseline_done", "planned"]
    assert [change.entered_at for change in changes] == sorted(change.entered_at for change in changes)


def test_who_leaves_before_randomisation_is_counted_and_keeps_the_plan(world):
    person = world.planned()
    leave(person, "changed_mind", world.coordinator())

    last = queries.changes_of(queries.enrolment(person)).last()
    assert (stage_of(person), last.reason) == (Stage.NOT_RANDOMISED, "changed_mind")
    with acting_as(person.account):
        assert plans.plan_now(person)


def test_who_leaves_is_reminded_of_nothing(world):
    person = world.consented()
    leave(person, "no_baseline", world.coordinator())

    with acting_as(SYSTEM):
        assert not reminders.planned_for(person).filter(kind=reminders.REMINDER).exists()


def test_why_somebody_leaves_is_a_code_and_never_words(world):
    person = world.consented()

    with pytest.raises(NotAReason):
        leave(person, "she moved to Kiruna", world.coordinator())
    assert stage_of(person) == Stage.CONSENTED


def test_only_the_sites_coordinator_keeps_that_somebody_left(world):
    person = world.consented()
    for by, refusal in (
        (world.coordinator(world.sites[1]), NotAtThisSite),
        (world.staff(Role.PHYSIOTHERAPIST), NotTheirRole),
    ):
        with pytest.raises(refusal):
            leave(person, "changed_mind", by)


def test_nobody_leaves_before_randomisation_after_it_or_twice(world):
    randomised, left = world.allocated(), world.consented()
    leave(left, "changed_mind", world.coordinator())

    for person in (randomised, left):
        with pytest.raises(NotAtThisStage, match=f"{person.code} cannot go from"):
            leave(person, "changed_mind", world.coordinator())


def test_a_coordinator_sees_how_many_stand_where(world):
    world.invited()
    world.consented()
    planned = world.planned()
    sites = [world.site.pk]

    assert queries.stage_counts(sites) == {"invited": 1, "consented": 1, "planned": 1}
    assert [row.participant for row in queries.ready_to_randomise(sites)] == [planned]
    assert queries.stage_counts([world.sites[1].pk]) == {}


def test_a_page_of_enrolments_costs_one_query(world, django_assert_num_queries):
    for _ in range(3):
        world.invited()

    with django_assert_num_queries(1):
        rows = [(row.participant.code, row.site.code) for row in queries.enrolments([world.site.pk])]
    assert rows == [("BJ-003", "BJ"), ("BJ-002", "BJ"), ("BJ-001", "BJ")]


def test_what_was_asked_at_the_start_is_the_persons_clinicians_to_see(world):
    person = world.baseline_done()

    assert people.participant_of(person.account) == person
    assert assessments.submitted_on(person, "baseline") == clock.today()


def test_nobody_leaves_before_a_referral_that_is_owed_has_been_kept(world):
    person, coordinator = world.planned(levels={"hads_anxiety": 20.0}), world.coordinator()
    with acting_as(coordinator):
        with pytest.raises(ReferralMissing, match=r"Svår ångest|Severe anxiety"):
            actions.leave_before_randomisation(participant=person, why="not_eligible", by=coordinator)
        actions.keep_referral(participant=person, rule="severe_distress", referred_to="a psychologist", by=coordinator)
        actions.leave_before_randomisation(participant=person, why="not_eligible", by=coordinator)
        assert queries.enrolment(person).stage == "not_randomised"
