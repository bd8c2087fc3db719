"""Withdrawing: a treatment, the questions or everything stops; what was given stays, and nothing tells the arm."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer, Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.consent import queries as consent
from stegvis.consent.errors import NoSuchReason
from stegvis.messaging.errors import NobodyReadsThis
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as plans
from stegvis.programme.errors import CourseStopped
from stegvis.reminders import queries as reminders
from stegvis.safety import queries as alerts
from stegvis.trial import actions, queries
from stegvis.trial.errors import NotYours, StoppedAnswering
from stegvis.trial.models import Stage
from stegvis.trial.today import today


@pytest.fixture
def person(world):
    """Someone who has had the programme open for two weeks."""
    return world.allocated(arm="intervention", on=clock.today() - timedelta(days=70))


def withdraw(person, *layers, by, **more):
    with acting_as(by):
        return actions.withdraw(participant=person, layers=layers, by=by, **more)


def stage_of(person):
    return queries.enrolment(person).stage


def todays(person):
    with acting_as(person.account):
        return today(person)


def test_nobody_but_the_study_answers_after_everything_and_what_was_written_stays(world, person):
    def write(channel):
        with acting_as(person.account):
            actions.write(participant=person, channel=channel, body="Hello", key=uuid4(), by=person.account)

    write("therapist")
    world.withdraw(person, "everything")

    with acting_as(person.account):
        assert queries.conversations_of(person) == {"therapist": False, "study": True}
    with pytest.raises(NobodyReadsThis):
        write("therapist")
    write("study")


def test_one_withdrawal_is_one_letter(world, person):
    for _ in range(2):
        world.withdraw(person, "questions", "plan")

    with acting_as(SYSTEM):
        assert reminders.planned_for(person).filter(kind="withdrawal").count() == 1


def test_the_programme_stops_and_everything_else_goes_on(world, person):
    world.send_homework(person)
    world.withdraw(person, "programme")

    with acting_as(person.account):
        assert world.course(person).stopped_at
        assert consent.withdrawn_layers(person) == {"programme"}
    with pytest.raises(CourseStopped):
        world.send_homework(person, "alarm")
    page = todays(person)
    assert page.way is None
    assert {each.kind for each in page.coming} == {"visit"}
    assert page.week
    assert stage_of(person) == Stage.ALLOCATED


def test_the_plan_stops_and_the_programme_goes_on(world, person):
    world.withdraw(person, "plan")
    page = todays(person)

    assert (page.planned, page.week, page.coming) == ([], None, [])
    assert page.way
    with acting_as(person.account):
        assert plans.plan_now(person)


def test_the_questions_stop_and_are_neither_asked_nor_taken(world, person):
    opens = world.assessment(person, world.primary).opens_on
    world.withdraw(person, "questions")

    with acting_as(SYSTEM):
        assert not reminders.planned_for(person).filter(kind=reminders.REMINDER).exists()
    with clock.frozen(clock.at(opens, 9)):
        assert todays(person).assessment is None
        with pytest.raises(StoppedAnswering, match="as you asked"):
            world.answer(person, world.primary)
        with acting_as(person.account), pytest.raises(StoppedAnswering):
            actions.submit_assessment(assessment=world.assessment(person, world.primary), by=person.account)
    with acting_as(world.coordinator(person)):
        assert queries.to_call([person.site_id], world.protocol, on=opens + timedelta(days=20)) == []


def test_everything_stops_everything_and_ends_the_enrolment(world, person):
    world.withdraw(person, "everything")
    page = todays(person)

    assert stage_of(person) == Stage.WITHDRAWN
    assert (page.assessment, page.way, page.planned, page.week, page.coming) == (None, None, [], None, [])
    with acting_as(SYSTEM):
        assert not reminders.planned_for(person).filter(kind=reminders.REMINDER).exists()


def test_before_randomisation_everything_means_not_to_be_randomised(world):
    person = world.planned()
    world.withdraw(person, "everything")

    assert stage_of(person) == Stage.NOT_RANDOMISED
    assert queries.changes_of(queries.enrolment(person)).last().reason == "withdrew"


def test_what_was_given_before_is_kept(world, person):
    world.send_homework(person)
    before = (Answer.objects.count(), Assessment.objects.count())
    world.withdraw(person, "everything")

    assert (Answer.objects.count(), Assessment.objects.count()) == before
    assert assessments.is_submitted(person, world.baseline)
    with acting_as(SYSTEM):
        assert plans.goals_of(person)


def test_several_layers_can_be_chosen_and_withdrawing_again_changes_nothing(world, person):
    for _ in range(2):
        world.withdraw(person, "questions", "plan", "questions")

    with acting_as(SYSTEM):
        assert [row.layer for row in consent.withdrawals_of(person)] == ["plan", "questions"]


def test_the_sites_coordinator_enters_it_when_asked_and_nobody_else(world, person):
    with pytest.raises(NotAtThisSite):
        withdraw(person, "plan", by=world.coordinator(next(site for site in world.sites if site != person.site)))
    for other in (world.clinician(person, Role.THERAPIST), world.clinician(person, Role.PHYSIOTHERAPIST)):
        with pytest.raises(NotYours):
            withdraw(person, "plan", by=other)

    withdraw(person, "plan", by=world.coordinator(person))
    with acting_as(person.account):
        assert consent.withdrawn_layers(person) == {"plan"}


def test_the_record_names_neither_layers_nor_words(world, person):
    withdraw(person, "programme", by=person.account, why="The therapist was too quick")

    with acting_as(SYSTEM):
        events = Event.objects.filter(participant=person.code, verb__in=["trial.withdrew", "consent.withdrawn"])
        assert [(event.detail, event.reason) for event in events] == [({}, "")] * 2


def test_reasons_are_kept_by_code_with_every_layer_and_none_is_needed(world, person):
    withdraw(person, "programme", "plan", by=person.account, reasons=["too_tired", "life"])
    withdraw(person, "questions", by=person.account)

    with acting_as(SYSTEM):
        kept = {row.layer: row.reasons for row in consent.withdrawals_of(person)}
    assert kept == {"programme": ["too_tired", "life"], "plan": ["too_tired", "life"], "questions": []}


def test_a_reason_that_the_trial_does_not_have_is_refused_and_nothing_stops(world, person):
    with pytest.raises(NoSuchReason, match="none of the reasons of this trial"):
        withdraw(person, "programme", by=person.account, reasons=["too_tired", "weather"])
    with acting_as(SYSTEM):
        assert not consent.withdrawals_of(person).exists()


def test_a_coordinator_who_enters_it_is_not_told_whether_there_was_a_course(world, person):
    control = world.allocated(arm="control", site=person.site)

    def told(someone):
        coordinator = world.coordinator(person)
        withdraw(someone, "everything", by=coordinator)
        with acting_as(coordinator):
            last = Event.objects.filter(participant=someone.code).order_by("-pk")[:4]
            return [event.verb for event in last if event.verb != "reminders.stopped"]

    assert told(person)[:3] == told(control)[:3] == ["trial.withdrew", "reminders.planned", "consent.withdrawn"]


def test_an_open_alert_survives_and_is_still_somebodys_to_see_to(world, person):
    told = {"words": "I am not well", "key": uuid4(), "by": person.account}
    with acting_as(person.account):
        actions.something_is_wrong(participant=person, **told)
    withdraw(person, "everything", by=person.account)

    with acting_as(world.coordinator()):
        assert [each.participant for each in alerts.open_alerts([person.site_id])] == [person]
    assert stage_of(person) == Stage.WITHDRAWN
