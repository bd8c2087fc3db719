"""Questions that only those who have the programme are asked: when they open, and that they tell nobody the arm."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer, Assessment, Response, Score
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme import queries as courses
from stegvis.reporting import given
from stegvis.trial import actions
from stegvis.trial import queries as trials
from stegvis.trial.today import today
from tests.worlds import FRIDAY

BLIND = (Role.COORDINATOR, Role.PHYSIOTHERAPIST, Role.OUTCOME_ASSESSOR, Role.DATA_MANAGER, Role.STATISTICIAN)
TABLES = (Assessment, Response, Answer, Score)
CHECK_IN = {"checkin-stress": 6, "checkin-pain": 5, "checkin-confidence": 7}


@pytest.fixture
def person(world):
    """Somebody whose programme opened a week ago, so that the first check-in is open."""
    return world.allocated(arm="intervention", on=FRIDAY - timedelta(days=61))


def codes(person):
    with acting_as(person.account):
        return [each.occasion for each in assessments.assessments_of(person) if each.tells_arm]


def answer(world, person, occasion="checkin_1", given=CHECK_IN, on=FRIDAY):
    with world.acting(person.account, on):
        found = world.assessment(person, occasion)
        (instrument,) = found.instruments
        actions.save_answers(
            assessment=found, instrument=instrument, answers=given, language=person.language, by=person.account
        )
        return actions.submit_assessment(assessment=found, by=person.account)


def send(world, person, number):
    with world.acting(person.account, hour=9):
        course = world.course(person)
        module = courses.content(course.release_id).written[number - 1].code
        return actions.send_homework(course=course, module=module, key=uuid4(), by=person.account)


def asked(person):
    with acting_as(person.account):
        found = today(person).assessment
    return found.occasion if found else None


def test_a_check_in_opens_in_each_week_and_a_control_has_none(world, person):
    assert codes(person) == [f"checkin_{week}" for week in range(1, 9)]
    control = world.allocated(arm="control", on=FRIDAY - timedelta(days=61))
    assert codes(control) == []


def test_expectations_open_with_the_first_homework_and_effects_with_the_last(world, person):
    send(world, person, 1)
    assert {"expectations"} == set(codes(person)) - {f"checkin_{n}" for n in range(1, 9)}
    with acting_as(person.account):
        last = len(courses.content(world.course(person).release_id).written)
    for number in range(2, last):
        send(world, person, number)
    assert "effects" not in codes(person)
    send(world, person, last)
    assert {"expectations", "effects"} <= set(codes(person))


def test_what_is_asked_is_on_the_persons_day_for_its_days_only(world, person):
    with acting_as(person.account):
        opens_on = world.assessment(person, "checkin_1").opens_on
    for days, wanted in ((-1, None), (0, "checkin_1"), (6, "checkin_1"), (7, "checkin_2")):
        with clock.frozen(clock.at(opens_on + timedelta(days=days))):
            assert asked(person) == wanted


def test_the_trials_own_questions_come_first(world, person):
    with acting_as(person.account):
        six_months = world.assessment(person, world.primary)
    with acting_as(SYSTEM):
        Assessment.objects.filter(participant=person, occasion="checkin_8").update(
            opens_on=six_months.opens_on, due_on=six_months.opens_on, closes_on=six_months.opens_on
        )
    with clock.frozen(clock.at(six_months.opens_on)):
        assert asked(person) == world.primary


def test_whoever_stopped_the_programme_is_not_asked(world, person):
    with acting_as(person.account):
        opens_on = world.assessment(person, "checkin_1").opens_on
    world.withdraw(person, "programme", on=opens_on)
    with clock.frozen(clock.at(opens_on, 12)):
        assert asked(person) is None


def test_blind_roles_see_none_of_it_in_any_table_nor_in_the_record(world, person):
    with acting_as(person.account):
        opens_on = world.assessment(person, "checkin_1").opens_on
    answer(world, person, on=opens_on)
    for role in BLIND:
        with acting_as(world.staff(role)):
            assert not Assessment.objects.filter(tells_arm=True).exists(), role
            assert not Response.objects.filter(code="weekly-check-in").exists(), role
            assert not Answer.objects.filter(link_id__startswith="checkin").exists(), role
            assert not Score.objects.filter(name__startswith="checkin").exists(), role
            assert not Event.objects.filter(detail__instrument="weekly-check-in").exists(), role
            assert not Event.objects.filter(detail__occasion__startswith="checkin").exists(), role
    with acting_as(world.clinician(person, Role.THERAPIST)):
        values = assessments.scores_of_programme(person).values_list("value", flat=True)
        assert sorted(values) == [5.0, 6.0, 7.0]


def test_blind_roles_still_see_what_every_arm_is_asked(world, person):
    for role in BLIND:
        with acting_as(world.staff(role)):
            assert all(table.objects.exists() for table in TABLES), role


def test_nobody_chases_them_and_no_stage_follows(world, person):
    with acting_as(person.account):
        opens_on = world.assessment(person, "checkin_1").opens_on
    answer(world, person, on=opens_on)
    with acting_as(SYSTEM):
        assert trials.enrolment(person).stage == "allocated"
        late = {each.occasion for each in trials.awaited([world.site.pk], FRIDAY + timedelta(days=300))}
    assert not [code for code in late if code.startswith("checkin")]


def test_a_blind_extract_of_answers_leaves_them_out(world, person):
    answer(world, person)
    with acting_as(SYSTEM):
        blind, open_ = ({row.item for row in given.answers(unblinded=told)} for told in (False, True))
    assert open_ - blind == set(CHECK_IN)


def test_a_blind_extract_of_scores_leaves_them_out(world, person):
    with acting_as(person.account):
        opens_on = world.assessment(person, "checkin_1").opens_on
    answer(world, person, on=opens_on)
    with acting_as(SYSTEM):
        blind, open_ = ({row.name for row in assessments.newest_scores(of_some_arms=told)} for told in (False, True))
    assert open_ - blind == {"checkin_stress", "checkin_pain", "checkin_confidence"}
