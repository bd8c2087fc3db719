"""Worries: graded by the protocol on every saved answer, with a deadline in staffed hours; never cleared by a change."""

from datetime import timedelta

import pytest

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.instruments import DECLINED
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotALicensedClinician
from stegvis.people.models import Role
from stegvis.protocol import queries as protocol
from stegvis.reminders.models import PlannedMessage
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts
from stegvis.safety.errors import AssessmentNeedsWords, NotOnTheRota
from stegvis.safety.models import Alert, AlertNotice, Step
from stegvis.trial import actions, queries, tasks
from tests.rooms.trial.test_answering import RISK, answer_risk
from tests.worlds import FRIDAY

FRIDAY_NOON, FRIDAY_NIGHT = clock.at(FRIDAY, 12), clock.at(FRIDAY, 22)


@pytest.fixture
def person(world):
    """Has consented; the baseline is open."""
    return world.consented()


def decline_risk(world, person):
    with acting_as(person.account):
        return actions.save_answers(
            assessment=world.assessment(person, "baseline"), instrument="phq-9", answers={RISK: dict(DECLINED)},
            language="sv", by=person.account,
        )  # fmt: skip


def newest():
    with acting_as(SYSTEM):
        return Alert.objects.latest("pk")


def every_item(world, person, instrument, often):
    items = protocol.questionnaire(instrument).questions
    given = {i.link_id: next(o.key for o in i.options if o.ordinal == often) for i in items if i.options}
    with acting_as(person.account):
        return actions.save_answers(
            assessment=world.assessment(person, "baseline"), instrument=instrument, answers=given,
            language="sv", by=person.account,
        )  # fmt: skip


# Grades and clocks ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "often", "by"),
    [
        (FRIDAY_NOON, 2, (13, 16, 30)),
        (FRIDAY_NIGHT, 2, (16, 16, 30)),
        (FRIDAY_NOON, 1, (16, 16, 30)),
        (FRIDAY_NIGHT, 1, (16, 16, 30)),
    ],
)
def test_the_deadline_runs_in_staffed_hours_by_grade(world, person, at, often, by):
    with clock.frozen(at):
        answer_risk(world, person, often)

    local = clock.local(newest().respond_by)
    assert (local.day, local.hour, local.minute) == by


def test_a_rise_since_the_last_occasion_is_answered_the_same_day(world):
    person = world.allocated(site=world.site)
    with acting_as(SYSTEM):
        before = Alert.objects.count()
    opens = world.assessment(person, world.primary).opens_on
    with clock.frozen(clock.at(opens, 9)):
        assert assessments.answer_before(world.assessment(person, world.primary), "phq-9", RISK) is not None
        fired = answer_risk(world, person, 1, world.primary)

    assert {rule.code for rule in fired} == {"thoughts_of_dying_more", "thoughts_of_dying"}
    assert (newest().trigger, newest().grade) == ("thoughts_of_dying_more", "same_day")
    with acting_as(SYSTEM):
        assert Alert.objects.count() == before + 1


def test_changing_the_answer_does_not_clear_the_alert(world, person):
    answer_risk(world, person, 2)
    answer_risk(world, person, 0)

    with acting_as(world.coordinator()):
        assert [alert.closed for alert in alerts.open_alerts_of(person)] == [False]


def test_preferring_not_to_answer_shows_help_and_is_listed_without_a_clock(world, person):
    fired = decline_risk(world, person)

    assert [rule.code for rule in fired] == ["prefers_not_to_answer"]
    assert (newest().grade, newest().respond_by, newest().escalate_at) == ("for_review", None, None)


def test_declining_another_question_is_nobodys_business(world, person):
    with acting_as(person.account):
        fired = actions.save_answers(
            assessment=world.assessment(person, "baseline"), instrument="phq-9", answers={"phq9-1": dict(DECLINED)},
            language="sv", by=person.account,
        )  # fmt: skip

    assert fired == ()
    with acting_as(SYSTEM):
        assert not Alert.objects.exists()


def test_a_high_score_alerts_when_its_last_answer_is_saved_and_once(world, person):
    fired = every_item(world, person, "phq-9", 3)

    assert "severe_depression" in {rule.code for rule in fired}
    assert not assessments.is_submitted(person, "baseline")
    again = every_item(world, person, "phq-9", 3)
    assert "severe_depression" not in {rule.code for rule in again}


# True time --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("minutes", "kept"), [(-90, -90), (90, 0)])
def test_what_was_typed_earlier_keeps_its_time_and_nothing_lies_in_the_future(world, person, minutes, kept):
    now = clock.now()
    key = next(each for each in protocol.questionnaire("phq-9").by_link_id[RISK].options if each.ordinal == 2).key
    with clock.frozen(now), acting_as(person.account):
        actions.save_answers(
            assessment=world.assessment(person, "baseline"), instrument="phq-9", answers={RISK: key}, language="sv",
            typed_at=now + timedelta(minutes=minutes), by=person.account,
        )  # fmt: skip

    answer = Answer.objects.get(link_id=RISK)
    assert (answer.saved_at, answer.typed_at) == (now, now + timedelta(minutes=kept))
    assert newest().happened_at == answer.typed_at


# Escalation -------------------------------------------------------------------------------------------------------
def letters(kind):
    with acting_as(SYSTEM):
        return set(PlannedMessage.objects.filter(kind=kind).values_list("account__code", flat=True))


def test_an_alert_that_nobody_takes_is_told_to_others_at_the_site_once_and_recorded(world, person):
    with clock.frozen(FRIDAY_NOON):
        answer_risk(world, person, 2)
    with clock.frozen(FRIDAY_NOON + timedelta(minutes=59)):
        assert tasks.escalate_alerts() == 0
    with clock.frozen(FRIDAY_NOON + timedelta(minutes=61)):
        assert [tasks.escalate_alerts() for _ in range(2)] == [1, 0]

    others = {each.code for each in here(world, Role.PHYSIOTHERAPIST)}
    assert letters("alert_escalated") == others
    with acting_as(SYSTEM):
        assert set(Event.objects.get(verb="safety.alert_escalated").detail["told"]) == others


def here(world, role):
    return list(people.staff_at(world.site, role))


def test_an_alert_that_somebody_has_is_not_escalated(world, person):
    with clock.frozen(FRIDAY_NOON):
        answer_risk(world, person, 2)
        take(world.coordinator(), Step.ACKNOWLEDGED)
    with clock.frozen(FRIDAY_NOON + timedelta(days=4)):
        assert tasks.escalate_alerts() == 0


def test_the_clock_of_escalation_stands_still_at_night(world, person):
    with clock.frozen(FRIDAY_NIGHT):
        answer_risk(world, person, 2)
    with clock.frozen(FRIDAY_NIGHT + timedelta(days=2)):
        assert tasks.escalate_alerts() == 0


def take(account, step, words=""):
    with acting_as(account):
        return safety.take_step(alert=newest(), step=step, words=words, by=account)


def test_whoever_was_told_may_take_the_alert_and_nobody_else(world, person):
    told, other = world.staff(Role.PHYSIOTHERAPIST), world.staff(Role.THERAPIST)
    with clock.frozen(FRIDAY_NOON):
        answer_risk(world, person, 2)
        with pytest.raises(NotOnTheRota):
            take(told, Step.ACKNOWLEDGED)
    with clock.frozen(FRIDAY_NOON + timedelta(hours=2)):
        tasks.escalate_alerts()
        assert take(told, Step.ACKNOWLEDGED).account == told
        with pytest.raises(NotOnTheRota):
            take(other, Step.REACHED)


def test_with_nobody_left_at_the_site_the_administrators_are_asked_to_reach_it(world, person):
    for each in here(world, Role.PHYSIOTHERAPIST):
        safety.join_rota(site=world.site, account=each, by=SYSTEM)
    with clock.frozen(FRIDAY_NOON):
        answer_risk(world, person, 2)
    with clock.frozen(FRIDAY_NOON + timedelta(hours=2)):
        tasks.escalate_alerts()

    administrator = world.staff(Role.ADMINISTRATOR)
    assert letters("alert_escalated") == {administrator.code}
    with acting_as(administrator):
        assert not Alert.objects.exists()
        assert not AlertNotice.objects.exists()


# Before randomisation ---------------------------------------------------------------------------------------------
def gate(person):
    return next(each for each in queries.gates(queries.enrolment(person)) if each.check == "safety_assessed")


def test_severe_symptoms_wait_for_a_licensed_clinicians_assessment_in_words(world, person):
    world.answer(person, "baseline", levels={"phq9": 27.0})
    with acting_as(world.coordinator()):
        waiting = alerts.not_assessed(person, ["severe_depression"]).get()
        assert not gate(person).is_open

        def assess(words, by):
            return safety.take_step(alert=waiting, step=Step.ASSESSED, words=words, by=by)

        safety.take_step(alert=waiting, step=Step.ACKNOWLEDGED, by=world.coordinator())
        with pytest.raises(AssessmentNeedsWords):
            assess(" ", world.coordinator())
        assert not gate(person).is_open
        assess("Met today. Under the care of the health centre.", world.coordinator())
        assert gate(person).is_open


def test_an_assessment_is_refused_from_whoever_is_no_licensed_clinician(world, person):
    world.answer(person, "baseline", levels={"phq9": 27.0})
    colleague = world.coordinator()
    colleague.licensed_clinician = False
    with acting_as(colleague):
        waiting = alerts.not_assessed(person, ["severe_depression"]).get()
        safety.take_step(alert=waiting, step=Step.ACKNOWLEDGED, by=colleague)
        with pytest.raises(NotALicensedClinician):
            safety.take_step(alert=waiting, step=Step.ASSESSED, words="Well", by=colleague)


def test_whoever_has_no_such_alert_waits_for_nobody(world, person):
    assert gate(person).is_open
