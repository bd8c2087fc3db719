"""Alerts: raised once for each cause, told to the whole rota, looked at by someone on it, and never lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.models import Event
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.safety import actions, queries
from stegvis.safety.errors import (
    ChecklistEmpty,
    ClosedByTwo,
    ClosingNeedsWords,
    ConfirmedByAnother,
    NoSuchStep,
    NothingToConfirm,
    NotOnTheRota,
    NotYetAcknowledged,
)
from stegvis.safety.models import Alert, AlertNotice, AlertStep, Step


@pytest.fixture
def rota(site, physiotherapist, therapist):
    """Two clinicians of the site are told of alerts."""
    for account in (physiotherapist, therapist):
        actions.join_rota(site=site, account=account, by=SYSTEM)
    return [physiotherapist, therapist]


@pytest.fixture
def alert(participant, rota):
    """The participant has answered something worrying."""
    return raise_alert(participant)


def raise_alert(participant, source="assessments.Answer:1", **more):
    with acting_as(participant.account):
        return actions.raise_alert(
            participant=participant, trigger="a_worry", source=source, grade="same_day", by=participant.account, **more
        )


def step(alert, name, by, **more):
    with acting_as(by):
        return actions.take_step(alert=alert, step=name, by=by, **more)


def told(alert):
    with acting_as(SYSTEM):
        return [notice.account for notice in queries.notices_of(alert)]


def recorded(verb):
    with acting_as(SYSTEM):
        return Event.objects.filter(verb=verb).latest("pk")


def test_everyone_on_the_sites_rota_is_told_and_nobody_else(alert, rota):
    assert told(alert) == rota
    assert recorded("safety.alert_raised").detail == {"grade": "same_day", "told": [each.code for each in rota]}


def test_the_same_cause_raises_one_alert(alert, participant):
    again = raise_alert(participant)

    assert again == alert
    assert (alert.is_new, again.is_new) == (True, False)
    assert len(told(alert)) == 2
    assert recorded("safety.alert_raised").detail == {"grade": "same_day", "again": True}
    assert raise_alert(participant, source="assessments.Answer:2") != alert


def test_a_cause_belongs_to_one_person(alert, control):
    with pytest.raises(KeyUsedElsewhere):
        raise_alert(control)


def test_with_nobody_on_the_rota_the_alert_stands_and_the_record_says_that_nobody_was_told(participant):
    alert = raise_alert(participant)

    assert told(alert) == []
    assert recorded("safety.alert_raised").detail["told"] == []
    with acting_as(SYSTEM):
        assert list(queries.open_alerts()) == [alert]


def test_closed_accounts_are_not_counted_on(site, participant, rota):
    physiotherapist, therapist = rota
    with acting_as(SYSTEM):
        people.deactivate(account=physiotherapist, reason="has left", by=SYSTEM)

    assert told(raise_alert(participant)) == [therapist]
    assert queries.is_rota_filled(site)
    with acting_as(SYSTEM):
        people.deactivate(account=therapist, reason="has left", by=SYSTEM)
    assert not queries.is_rota_filled(site)


def test_the_persons_words_lie_encrypted_and_stay_out_of_the_record(participant, rota, physiotherapist):
    alert = raise_alert(participant, words="I do not feel safe at home")

    with acting_as(physiotherapist):
        assert queries.alert(alert.pk).note == "I do not feel safe at home"
        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM safety_alert")
            assert b"safe" not in bytes(cursor.fetchone()[0])
    assert "safe at home" not in str(recorded("safety.alert_raised").detail)


def test_an_alert_is_acknowledged_worked_on_and_closed_by_anyone_on_the_rota(alert, rota, moment):
    physiotherapist, therapist = rota
    step(alert, Step.ACKNOWLEDGED, physiotherapist)
    step(alert, Step.REACHED, therapist, words="Better today")
    step(alert, Step.CLOSED, physiotherapist)

    with acting_as(physiotherapist):
        assert [(row.step, row.account, row.taken_at) for row in queries.steps_of(alert)] == [
            (Step.ACKNOWLEDGED, physiotherapist, moment),
            (Step.REACHED, therapist, moment),
            (Step.CLOSED, physiotherapist, moment),
        ]
        assert not queries.open_alerts().exists()
        found = queries.alert(alert.pk)
        assert (found.acknowledged, found.closed) == (True, True)


def test_nothing_is_done_about_an_alert_before_somebody_has_it(alert, physiotherapist):
    for name in (Step.REACHED, Step.CLOSED):
        with pytest.raises(NotYetAcknowledged):
            step(alert, name, physiotherapist)


def test_only_the_rota_deals_with_alerts(alert, coordinator, outsider, statistician):
    for other in (coordinator, outsider, statistician):
        with pytest.raises(NotOnTheRota, match=f"{other.code} is not on the safety rota of site AL"):
            step(alert, Step.ACKNOWLEDGED, other)


def test_what_is_no_step_is_refused(alert, physiotherapist):
    with pytest.raises(NoSuchStep):
        step(alert, "forgotten", physiotherapist)


def test_open_alerts_come_longest_waiting_first(participant, rota, physiotherapist):
    first = raise_alert(participant)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        second = raise_alert(participant, source="assessments.Answer:2")

    with acting_as(physiotherapist):
        assert list(queries.open_alerts_of(participant)) == [first, second]


def test_alerts_are_seen_at_the_persons_own_site_only(
    alert, participant, physiotherapist, coordinator, outsider, other_coordinator, statistician, data_manager
):
    def seen_by(actor):
        with acting_as(actor):
            return [model.objects.count() for model in (Alert, AlertNotice)]

    assert seen_by(physiotherapist) == seen_by(coordinator) == [1, 2]
    for other in (participant.account, outsider, other_coordinator, statistician, data_manager):
        assert seen_by(other) == [0, 0]
    assert not Alert.objects.exists()


def test_alerts_and_what_was_done_never_change(alert, physiotherapist):
    done = step(alert, Step.ACKNOWLEDGED, physiotherapist)

    for row, change in ((alert, {"grade": "next_week"}), (done, {"step": Step.CLOSED})):
        with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
        with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    with acting_as(SYSTEM):
        assert AlertStep.objects.count() == 1


# Closed by two --------------------------------------------------------------------------------------------------------
@pytest.fixture
def grave(participant, rota, physiotherapist):
    """An alert that two people close; the physiotherapist has it."""
    alert = raise_alert(participant, source="assessments.Answer:9", closed_by_two=True)
    step(alert, Step.ACKNOWLEDGED, physiotherapist)
    return alert


def test_a_grave_alert_is_closed_by_a_second_one_who_confirms_what_the_first_wrote(grave, rota):
    first, second = rota
    written = step(grave, Step.TO_CLOSE, first, words="Safe at her sister's; I call on Monday.")
    closing = step(grave, Step.CLOSED, second, confirms=written.pk)

    assert (closing.confirms, closing.account) == (written, second)
    with acting_as(second):
        assert queries.alert(grave.pk).closed


def test_the_same_person_cannot_confirm_what_they_wrote(grave, physiotherapist):
    written = step(grave, Step.TO_CLOSE, physiotherapist, words="Safe now.")

    with pytest.raises(ConfirmedByAnother, match=f"{physiotherapist.code} wrote that this alert can be closed"):
        step(grave, Step.CLOSED, physiotherapist, confirms=written.pk)


def test_a_grave_alert_is_not_closed_by_one_alone_nor_without_words(grave, physiotherapist):
    with pytest.raises(ClosedByTwo):
        step(grave, Step.CLOSED, physiotherapist)
    with pytest.raises(ClosingNeedsWords):
        step(grave, Step.TO_CLOSE, physiotherapist, words=" ")


def test_what_was_written_before_something_new_happened_is_not_confirmed(grave, rota):
    first, second = rota
    written = step(grave, Step.TO_CLOSE, first, words="Safe now.")
    step(grave, Step.REACHED, second, words="Worse this afternoon.")

    with pytest.raises(NothingToConfirm):
        step(grave, Step.CLOSED, second, confirms=written.pk)


def test_an_alert_of_one_person_knows_no_confirmation(alert, physiotherapist):
    step(alert, Step.ACKNOWLEDGED, physiotherapist)
    with pytest.raises(NoSuchStep):
        step(alert, Step.TO_CLOSE, physiotherapist, words="Safe now.")
    assert step(alert, Step.CLOSED, physiotherapist).confirms is None


def test_the_database_itself_lets_nobody_close_a_grave_alert_alone(grave, physiotherapist):
    written = step(grave, Step.TO_CLOSE, physiotherapist, words="Safe now.")
    for confirms in (None, written):
        row = AlertStep(alert=grave, step=Step.CLOSED, account=physiotherapist, taken_at=clock.now(), confirms=confirms)
        with acting_as(physiotherapist), pytest.raises(IntegrityError, match="two people"), transaction.atomic():
            row.save()


# The checklist --------------------------------------------------------------------------------------------------------
ASKED = {"danger_now": "no", "next_contact": "Monday at ten, PT-01", "means": ""}


def keep(alert, by, answers=ASKED, key=None):
    with acting_as(by):
        return actions.keep_checklist(alert=alert, answers=answers, key=key or uuid4(), by=by)


def test_what_was_asked_in_a_call_is_kept_as_a_step_without_what_was_left_out(grave, physiotherapist):
    kept = keep(grave, physiotherapist)

    assert kept.step == Step.ASKED
    assert queries.checklist_of(kept) == {"danger_now": "no", "next_contact": "Monday at ten, PT-01"}
    with acting_as(physiotherapist):
        assert queries.last_checklist(grave) == queries.checklist_of(kept)


def test_a_checklist_without_answers_or_before_somebody_has_the_alert_is_refused(alert, grave, physiotherapist):
    with pytest.raises(ChecklistEmpty):
        keep(grave, physiotherapist, answers={"means": " "})
    with pytest.raises(NotYetAcknowledged):
        keep(alert, physiotherapist)


def test_a_checklist_is_the_rotas_and_one_form_makes_one(grave, physiotherapist, coordinator):
    with pytest.raises(NotOnTheRota):
        keep(grave, coordinator)
    key = uuid4()
    assert keep(grave, physiotherapist, key=key) == keep(grave, physiotherapist, key=key)


def test_what_was_answered_lies_encrypted_and_stays_out_of_the_record(grave, physiotherapist):
    keep(grave, physiotherapist)

    assert recorded("safety.checklist_kept").detail == {}
    with acting_as(physiotherapist), connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM safety_alertstep WHERE step = 'asked'")
        assert b"Monday" not in bytes(cursor.fetchone()[0])
