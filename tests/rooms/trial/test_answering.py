"""Answering: what worries reaches the rota when it is saved, in every arm; what is sent moves the enrolment on."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.assessments import actions as closing
from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.protocol import queries as protocol
from stegvis.reminders import tasks
from stegvis.reminders.models import PlannedMessage
from stegvis.safety import actions as safety
from stegvis.safety.models import Alert, AlertNotice
from stegvis.trial import actions, queries
from stegvis.trial.errors import NotYours
from stegvis.trial.models import Stage

RISK = "phq9-9"


@pytest.fixture
def person(world):
    """Has consented; the baseline is open."""
    return world.consented()


def answer_risk(world, person, often, occasion="baseline", by=None):
    """Answer the question about dying: 0 not at all, 1 several days, 2 more than half the days, 3 nearly every day."""
    option = next(each for each in protocol.questionnaire("phq-9").by_link_id[RISK].options if each.ordinal == often)
    actor = by or person.account
    with acting_as(actor):
        return actions.save_answers(
            assessment=world.assessment(person, occasion), instrument="phq-9", answers={RISK: option.key},
            language="sv", by=actor,
        )  # fmt: skip


def alerts():
    with acting_as(SYSTEM):
        return list(Alert.objects.order_by("pk").values_list("participant__code", "trigger", "grade"))


def notices():
    """Letters to the rota, by the code of whom they go to."""
    with acting_as(SYSTEM):
        return list(PlannedMessage.objects.filter(kind="alert").values_list("account__code", flat=True))


# What worries -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("often", "rules"),
    [(0, []), (1, [("thoughts_of_dying", "next_working_day")]), (2, [("thoughts_of_dying_often", "same_day")])],
)
def test_a_worrying_answer_alerts_when_it_is_saved_and_not_when_it_is_sent(world, person, often, rules):
    fired = answer_risk(world, person, often)

    assert [(rule.code, rule.grade) for rule in fired] == rules
    assert alerts() == [(person.code, *rule) for rule in rules]
    assert not assessments.is_submitted(person, "baseline")
    assert notices() == [world.coordinator().code for _ in rules]


def test_the_same_answer_saved_again_alerts_once_and_shows_help_each_time(world, person):
    fired = [answer_risk(world, person, 2) for _ in range(2)]

    assert fired[0] == fired[1] != ()
    assert len(alerts()) == len(notices()) == 1


def test_a_changed_answer_that_worries_alerts_anew(world, person):
    for often in (1, 0, 2):
        answer_risk(world, person, often)

    assert [trigger for _, trigger, _ in alerts()] == ["thoughts_of_dying", "thoughts_of_dying_often"]


def test_everyone_on_the_rota_is_told_by_page_and_letter(world, person, mailoutbox):
    colleague = world.staff(Role.PHYSIOTHERAPIST)
    safety.join_rota(site=world.site, account=colleague, by=SYSTEM)
    answer_risk(world, person, 3)

    rota = {world.coordinator().code, colleague.code}
    assert set(notices()) == rota
    with acting_as(SYSTEM):
        assert set(AlertNotice.objects.values_list("account__code", flat=True)) == rota
    tasks.send_due()
    letters = [mail for mail in mailoutbox if mail.to[0] in {colleague.email, world.coordinator().email}]
    assert len(letters) == 2
    assert not [mail for mail in letters if person.code in mail.subject + mail.body]


def test_the_same_answer_is_the_same_alert_in_every_arm(world):
    people = [world.allocated(arm=arm, site=world.site) for arm in ("intervention", "control")]
    opens = world.assessment(people[0], world.primary).opens_on
    told = []
    for person in people:
        with clock.frozen(clock.at(opens, 9)):
            answer_risk(world, person, 2, world.primary)
        with acting_as(world.coordinator()):
            newest = Event.objects.filter(participant=person.code).order_by("-pk")[:5]
            told.append([(event.verb, event.detail) for event in newest])

    assert told[0] == told[1]
    assert len(alerts()) == len(notices()) == 2


def test_a_score_alerts_when_the_answers_are_sent(world, person):
    world.answer(person, "baseline", levels={"phq9": 27.0})

    assert ("severe_depression", "next_working_day") in [alert[1:] for alert in alerts()]


def test_with_nobody_on_the_rota_the_alert_stands(world, person):
    from stegvis.people import actions as people

    with acting_as(SYSTEM):
        people.deactivate(account=world.coordinator(), reason="has left", by=SYSTEM)
    answer_risk(world, person, 2)

    assert len(alerts()) == 1
    assert notices() == []


def test_answers_and_alerts_leave_no_answer_in_the_record(world, person):
    answer_risk(world, person, 2)

    with acting_as(SYSTEM):
        newest = Event.objects.order_by("-pk").values_list("verb", "detail")[:5]
    assert dict(newest) == {
        "trial.answers_saved": {"instrument": "phq-9"},
        "safety.alert_raised": {"grade": "same_day", "told": [world.coordinator().code]},
        "reminders.planned_for_staff": {"kind": "alert"},
        "reminders.planned": {"kind": "alert"},
        "assessments.answers_saved": {"instrument": "phq-9", "channel": "web", "changed": 1},
    }


def test_something_is_wrong_alerts_at_every_stage_and_once_for_each_form(world):
    for person in (world.invited(), world.allocated(arm="control")):
        key = uuid4()
        with acting_as(person.account):
            raised = [
                actions.something_is_wrong(participant=person, words="I fell", key=key, by=person.account)
                for _ in range(2)
            ]
        assert raised[0] == raised[1]

    assert [alert[1:] for alert in alerts()] == [("something_is_wrong", "same_day")] * 2
    with acting_as(SYSTEM):
        assert "I fell" not in str(list(Event.objects.values_list("detail", "reason")))


def test_nobody_answers_for_another(world, person):
    for other in (world.coordinator(), world.consented().account):
        with pytest.raises(NotYours):
            answer_risk(world, person, 2, by=other)
        with acting_as(other), pytest.raises(NotYours):
            actions.submit_assessment(assessment=world.assessment(person, "baseline"), by=other)
        with acting_as(other), pytest.raises(NotYours):
            actions.something_is_wrong(participant=person, words="", key=uuid4(), by=other)
    assert alerts() == []


# What is sent -----------------------------------------------------------------------------------------------------
def test_the_primary_occasion_sent_moves_the_enrolment_on_and_is_thanked_for(world):
    person = world.followed_up()

    assert queries.enrolment(person).stage == Stage.FOLLOWED_UP
    with acting_as(SYSTEM):
        thanks = PlannedMessage.objects.get(participant=person, kind="thanks")
        assert thanks.text == "thanks-six-months"


def test_sending_again_moves_nobody_twice(world):
    person = world.followed_up()
    with acting_as(person.account):
        actions.submit_assessment(assessment=world.assessment(person, world.primary), by=person.account)

    stages = [change.stage for change in queries.changes_of(queries.enrolment(person))]
    assert stages.count("followed_up") == 1


def test_a_follow_up_does_not_reopen_what_the_baseline_decided(world):
    person = world.followed_up(follow_up={"hads_anxiety": 20.0})
    screening = world.screening(person)

    with acting_as(SYSTEM):
        assert queries.facts_of(screening).scores["hads", "hads_anxiety"] < 15
        assert queries.referrals_missing(screening) == []


# Late answers -----------------------------------------------------------------------------------------------------
def late(world, day):
    return [row.assessment.participant for row in queries.to_call([world.site.pk], world.protocol, on=day)]


def call(world, person, outcome, **more):
    coordinator = world.coordinator(person)
    with acting_as(coordinator):
        return actions.keep_call(participant=person, occasion="baseline", outcome=outcome, by=coordinator, **more)


def test_whoever_is_late_is_to_be_called_from_the_ladders_day_until_the_window_closes(world, person):
    opens = world.assessment(person, "baseline").opens_on
    days = [offset for offset in (0, 13, 14, 15) if late(world, opens + timedelta(days=offset))]

    assert days == [14]
    assert world.assessment(person, "baseline").closes_on == opens + timedelta(days=14)


def test_whoever_asked_for_another_day_declined_or_left_is_not_called(world, person):
    day = clock.today() + timedelta(days=14)
    others = [world.consented() for _ in range(2)]
    assert late(world, day) == [person, *others]
    call(world, person, "call_again", try_again_on=day + timedelta(days=1))
    call(world, others[0], "declined")
    with acting_as(world.coordinator()):
        actions.leave_before_randomisation(participant=others[1], why="no_baseline", by=world.coordinator())

    assert late(world, day) == []
    call(world, person, "no_answer")
    assert late(world, day) == [person]


def test_whose_primary_outcomes_are_missing_stays_on_the_list_after_the_window_until_the_lock(world):
    closes = clock.today() - timedelta(days=1)
    person = world.allocated(on=closes - timedelta(days=210))
    in_window = world.allocated(on=clock.today() - timedelta(days=182 + 14))
    assert world.assessment(person, world.primary).closes_on == closes

    found = queries.to_call([world.site.pk], world.protocol)
    assert [(row.assessment.participant, row.is_out_of_window) for row in found] == [(in_window, False), (person, True)]
    with acting_as(SYSTEM):
        closing.close_occasions(occasions=[world.primary], by=SYSTEM)
    assert late(world, clock.today()) == []


def test_whoever_sent_the_primary_outcomes_alone_is_not_called_after_the_window(world):
    person = world.allocated(on=clock.today() - timedelta(days=211))
    assert late(world, clock.today()) == [person]
    found = world.assessment(person, world.primary)
    with acting_as(person.account):
        actions.save_answers(
            assessment=found,
            instrument="pain-intensity",
            answers={"pain-intensity": 61},
            language="sv",
            by=person.account,
        )
        actions.submit_assessment(assessment=found, minimum=True, by=person.account)

    assert late(world, clock.today()) == []


def test_the_list_of_calls_is_one_query(world, person, django_assert_num_queries):
    world.consented()

    with django_assert_num_queries(1):
        assert len(late(world, clock.today() + timedelta(days=14))) == 2
