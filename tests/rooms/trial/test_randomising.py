"""Randomising: every gate closed is refused with its sentence, all open give one place; and nothing tells the arm."""

import logging
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.allocation import queries as allocation
from stegvis.allocation.errors import ReasonMissing, ShownAlready
from stegvis.allocation.models import Disclosure
from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit import queries as record
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions as people
from stegvis.people import queries as staff
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.people.models import Caseload, Role
from stegvis.physiotherapy import queries as plans
from stegvis.programme import queries as courses
from stegvis.programme.errors import NoRelease
from stegvis.programme.models import Release
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions, queries
from stegvis.trial.errors import AlreadyRandomised, GatesClosed, NobodyToGuide
from stegvis.trial.models import Stage

BLIND = (Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR)


def randomise(person, by):
    with acting_as(by):
        return actions.randomise(participant=person, by=by)


def closed(world, person):
    """The gates that are closed, as the coordinator's page shows them."""
    with acting_as(world.coordinator(person)):
        return [gate.check for gate in queries.gates(queries.enrolment(person)) if not gate.is_open]


def refused(world, person, check, sentence):
    assert closed(world, person) == [check]
    with pytest.raises(GatesClosed, match=f"cannot be randomised yet: {sentence}"):
        randomise(person, world.coordinator(person))
    with acting_as(SYSTEM):
        assert not allocation.is_allocated(person)
    assert queries.enrolment(person).randomised_at is None


# Gates ------------------------------------------------------------------------------------------------------------
def test_with_every_gate_open_one_place_is_given(world):
    person = world.planned()
    assert closed(world, person) == []
    randomise(person, world.coordinator())
    enrolment = queries.enrolment(person)

    assert (enrolment.stage, enrolment.randomised_on, enrolment.randomised_at) == (
        Stage.ALLOCATED,
        clock.today(),
        clock.now(),
    )
    assert queries.changes_of(enrolment).last().stage == Stage.ALLOCATED
    with acting_as(SYSTEM):
        assert allocation.allocated_count() == 1


def test_the_form_that_randomised_shows_the_arm_again_and_no_other_form_does(world):
    person, by, key = world.planned(), world.coordinator(), uuid4()
    with acting_as(by):
        first = actions.randomise(participant=person, key=key, by=by)
        assert actions.show_again(participant=person, key=key, by=by).arm == first.arm
        with pytest.raises(AlreadyRandomised):
            actions.show_again(participant=person, key=uuid4(), by=by)
    with acting_as(SYSTEM), allocation.opened("all"):
        assert Counter(Disclosure.objects.values_list("kind", flat=True)) == {"at_allocation": 1, "lookup": 1}


def test_nobody_elsewhere_is_shown_the_arm_by_it(world):
    person, by, key = world.planned(), world.coordinator(), uuid4()
    with acting_as(by):
        actions.randomise(participant=person, key=key, by=by)
    elsewhere = world.staff(Role.COORDINATOR, world.sites[1])
    with acting_as(elsewhere), pytest.raises(NotAtThisSite):
        actions.show_again(participant=person, key=key, by=elsewhere)


def test_nobody_is_randomised_where_no_therapist_works(world):
    """Asked before allocation: afterwards it would tell the arm."""
    person = world.planned()
    with acting_as(SYSTEM):
        people.deactivate(account=world.staff(Role.THERAPIST), reason="moved", by=SYSTEM)

    with pytest.raises(NobodyToGuide, match="nobody was randomised"):
        randomise(person, world.coordinator())
    with acting_as(SYSTEM):
        assert not allocation.is_allocated(person)


def test_criteria_not_found_yet_close_it(world):
    person = world.planned()
    with acting_as(world.coordinator()):
        actions.decide_criterion(
            screening=world.screening(person), criterion="severe_distress", verdict="unknown", source="call",
            by=world.coordinator(),
        )  # fmt: skip

    refused(world, person, "criteria_confirmed", "Not every criterion has been decided")


def test_a_criterion_that_speaks_against_closes_it(world):
    person = world.planned()
    world.decided(world.screening(person), at="baseline", severe_distress="yes")

    refused(world, person, "criteria_confirmed", "A criterion speaks against randomisation")


def test_a_referral_that_is_owed_closes_it_until_it_is_kept(world):
    person = world.planned(levels={"hads_anxiety": 20.0})
    refused(world, person, "criteria_confirmed", "A referral that a rule asks for has not been recorded")
    coordinator = world.coordinator()
    with acting_as(coordinator):
        actions.keep_referral(participant=person, rule="severe_distress", referred_to="a psychologist", by=coordinator)

    assert closed(world, person) == []
    assert "psychologist" not in str(Event.objects.get(verb="trial.referral_made").detail)


def test_a_consent_withdrawn_closes_it(world):
    person = world.planned()
    world.withdraw(person, "everything")

    assert closed(world, person) == ["consent_given"]
    with pytest.raises(GatesClosed, match="There is no consent in force"):
        randomise(person, world.coordinator())


def test_primary_outcomes_not_answered_close_it(world):
    person = world.consented()
    with acting_as(person.account):
        baseline = world.assessment(person, world.baseline)
        actions.submit_assessment(assessment=baseline, by=person.account)
    world.visit_one(person, on=clock.today() + timedelta(days=1))
    world.decided(world.screening(person), at="baseline")

    refused(world, person, "baseline_primary_complete", "The primary outcomes have not been answered and sent")


def test_baseline_answers_that_are_too_old_close_it(world):
    person = world.baseline_done(on=clock.today() - timedelta(days=15))
    world.visit_one(person)
    world.decided(world.screening(person), at="baseline")
    refused(world, person, "baseline_primary_complete", "The answers are older than 14 days")

    with clock.frozen(clock.at(clock.today() - timedelta(days=1), 9)):
        assert "baseline_primary_complete" not in closed(world, person)


def test_a_first_visit_too_long_ago_closes_it(world):
    person = world.planned(on=clock.today() - timedelta(days=8))
    refused(world, person, "visit_held", "The visit was more than 7 days ago")


def test_without_a_first_visit_and_goals_it_is_closed(world):
    person = world.baseline_done()
    world.decided(world.screening(person), at="baseline")

    assert closed(world, person) == ["visit_held", "goals_locked"]
    with pytest.raises(GatesClosed, match=r"The visit has not been held\. The goals have not been locked at visit 1"):
        randomise(person, world.coordinator())


def test_an_empty_rota_closes_it(world):
    person = world.planned()
    coordinator = world.coordinator()
    other = world.staff(Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        people.deactivate(account=coordinator, reason="has left", by=SYSTEM)
        substitute = people.add_staff(
            role=Role.COORDINATOR, email="substitute@example.org", name="S", sites=[world.site], by=SYSTEM
        )

    assert closed(world, person) == ["safety_rota_filled"]
    with pytest.raises(GatesClosed, match="Nobody is on the site's safety rota"):
        randomise(person, substitute)

    from stegvis.safety import actions as safety

    safety.join_rota(site=world.site, account=other, by=SYSTEM)
    assert randomise(person, substitute).arm


def test_only_a_coordinator_of_the_site_randomises(world):
    person = world.planned()
    with pytest.raises(NotAtThisSite):
        randomise(person, world.coordinator(world.sites[1]))
    for role in (Role.PHYSIOTHERAPIST, Role.THERAPIST, Role.ADMINISTRATOR, Role.DATA_MANAGER):
        with pytest.raises(NotTheirRole):
            randomise(person, world.staff(role))


def test_whoever_was_randomised_is_not_randomised_again(world):
    person = world.allocated()

    with pytest.raises(AlreadyRandomised):
        randomise(person, world.coordinator())
    with acting_as(SYSTEM):
        assert allocation.allocated_count() == 1


# What follows -----------------------------------------------------------------------------------------------------
def letters(person):
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(participant=person).exclude(
            kind__in=["welcome", "reminder", "consent_copy", "contact_refresh"]
        )
        return {(row.kind, row.text) for row in rows}


def test_whoever_gets_the_programme_gets_a_therapist_and_a_day_on_which_it_opens(world):
    person = world.allocated(arm="intervention")

    assert world.clinician(person, Role.THERAPIST).role == Role.THERAPIST
    with acting_as(person.account):
        assert world.course(person).opens_on == queries.enrolment(person).visit1_on + timedelta(days=56)
    planned = {("allocation_letter", "allocation-intervention"), ("programme_opens", ""), ("next_step", "")}
    assert letters(person) == planned


def test_whoever_does_not_gets_neither(world):
    person = world.allocated(arm="control")

    with acting_as(SYSTEM):
        assert staff.clinician_of(person, Role.THERAPIST) is None
        assert courses.course_of(person) is None
    assert letters(person) == {("allocation_letter", "allocation-control")}


def test_in_every_arm_the_primary_occasion_opens_and_what_is_only_declared_does_not(world):
    for arm in ("intervention", "control"):
        person = world.allocated(arm=arm)
        found = [(each.occasion, each.due_on) for each in assessments.assessments_of(person)]
        assert found[1:] == [("six_months", clock.today() + timedelta(days=182))]


def test_people_are_shared_out_among_the_sites_therapists(world):
    with acting_as(SYSTEM):
        people.add_staff(role=Role.THERAPIST, email="second@example.org", name="T", sites=[world.site], by=SYSTEM)
    given = [
        world.clinician(world.allocated(arm="intervention", site=world.site), Role.THERAPIST).code for _ in range(2)
    ]

    assert len(set(given)) == 2


# Nothing tells the arm --------------------------------------------------------------------------------------------
def test_the_arm_is_shown_once_and_afterwards_looked_up_with_a_reason(world):
    person = world.planned()
    coordinator = world.coordinator()
    shown = randomise(person, coordinator)
    assert shown.arm.code == world.arm_of(person)

    from stegvis.allocation import actions as places

    with acting_as(coordinator), pytest.raises(ShownAlready):
        places.disclose(participant=person, kind="at_allocation", reason="once more", by=coordinator)
    with acting_as(coordinator), pytest.raises(ReasonMissing):
        actions.look_up_arm(participant=person, reason=" ", by=coordinator)
    with acting_as(coordinator):
        assert actions.look_up_arm(participant=person, reason="The person asks", by=coordinator).arm == shown.arm
    with acting_as(SYSTEM), allocation.opened("all"):
        assert list(Disclosure.objects.order_by("pk").values_list("kind", flat=True)) == ["at_allocation", "lookup"]


def test_an_arm_is_looked_up_by_the_sites_coordinator_only(world):
    person = world.allocated()
    for by, refusal in (
        (world.coordinator(world.sites[1]), NotAtThisSite),
        (world.clinician(person, Role.PHYSIOTHERAPIST), NotTheirRole),
        (world.staff(Role.STATISTICIAN), NotTheirRole),
    ):
        with acting_as(by), pytest.raises(refusal):
            actions.look_up_arm(participant=person, reason="curious", by=by)


@pytest.fixture
def both(world):
    """One randomised to each arm at the same site, everything else alike."""
    return [world.allocated(arm=arm, site=world.site) for arm in ("intervention", "control")]


def test_what_blind_roles_read_in_the_record_is_the_same_in_every_arm(world, both):
    def told(person, actor):
        with acting_as(actor):
            return Counter((event.verb, str(event.detail.get("kind"))) for event in record.events_of(person.code))

    for role in BLIND:
        first, second = (told(person, world.staff(role)) for person in both)
        assert first == second, role
        assert first["trial.randomised", "None"] == 1
    first, second = (told(person, SYSTEM) for person in both)
    assert first != second


def test_nothing_in_the_record_names_an_arm(world, both):
    with acting_as(SYSTEM):
        lines = [f"{event.detail} {event.reason} {event.subject}" for event in Event.objects.all()]

    assert not [line for line in lines if "intervention" in line or "control" in line]


def test_nothing_in_an_enrolment_differs_between_arms(both):
    fields = ("stage", "randomised_on", "consented_on", "baseline_on", "visit1_on", "age", "sex", "site_id")
    first, second = ([getattr(queries.enrolment(person), name) for name in fields] for person in both)

    assert first == second


def test_blind_roles_see_no_therapist_in_a_caseload(world, both):
    for role in BLIND:
        with acting_as(world.staff(role)):
            assert not Caseload.objects.filter(role=Role.THERAPIST).exists(), role


def test_logs_and_what_is_printed_of_a_result_hold_no_arm(world, caplog):
    person = world.planned()
    with caplog.at_level(logging.DEBUG, logger="stegvis"):
        revealed = randomise(person, world.coordinator())

    assert revealed.arm.code not in repr(revealed)
    assert not [r for r in caplog.records if revealed.arm.code in r.getMessage()]


@pytest.mark.parametrize("arm", ["intervention", "control"])
def test_without_a_programme_nobody_is_randomised_to_any_arm(world, monkeypatch, arm):
    person = world.planned(site=next(site for site in world.sites if world.next_arm(site) == arm))
    monkeypatch.setattr(courses, "newest_release", lambda: None)

    with pytest.raises(NoRelease):
        randomise(person, world.coordinator(person))
    assert Release.objects.exists()
    with acting_as(SYSTEM):
        assert not allocation.is_allocated(person)


def test_a_refusal_after_the_place_was_taken_gives_the_place_back(world, monkeypatch):
    person = world.planned()
    expected = world.next_arm(world.site)

    def fails(**_):
        raise RuntimeError("the lights go out")

    monkeypatch.setattr("stegvis.reminders.actions.plan", fails)
    with pytest.raises(RuntimeError):
        randomise(person, world.coordinator())
    monkeypatch.undo()

    assert queries.enrolment(person).stage == Stage.PLANNED
    assert not Event.objects.filter(verb__in=["allocation.made", "trial.randomised"]).exists()
    assert randomise(person, world.coordinator()).arm.code == expected


def test_the_plan_looks_the_same_to_the_physiotherapist_in_every_arm(world, both):
    for person in both:
        with acting_as(world.clinician(person, Role.PHYSIOTHERAPIST)):
            assert [visit.number for visit in plans.visits_of(person)] == [1, 2, 3]
            assert courses.course_of(person) is None
