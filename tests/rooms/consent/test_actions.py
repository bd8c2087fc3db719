"""Consents and withdrawals are kept for good, and only by those whose they are."""

from uuid import UUID, uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.models import Event
from stegvis.consent import actions, queries
from stegvis.consent.errors import (
    NoSuchLayer,
    NotSigned,
    NotYourWithdrawal,
    OnlyThePersonConsents,
    TextNotNamed,
    WithdrawnFromEverything,
)
from stegvis.consent.models import Consent, Layer, Withdrawal
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite
from stegvis.people.models import Participant

TEXT = {"text_code": "information", "text_version": "2", "text_sha256": "a" * 64, "language": "sv"}


def consent(participant: Participant, by: object = None, key: UUID | None = None, **other: str) -> Consent:
    by = by or participant.account
    values = {**TEXT, "signature": "Made Up", **other}
    with acting_as(by):
        return actions.give_consent(participant=participant, key=key or uuid4(), by=by, **values)


def withdraw(participant: Participant, layer: str, by: object = None, why: str = "") -> Withdrawal:
    by = by or participant.account
    with acting_as(by):
        return actions.withdraw(participant=participant, layer=layer, why=why, by=by)


def test_a_consent_says_what_was_agreed_to_when_and_by_whose_name(participant, moment):
    given = consent(participant)

    assert (given.text_code, given.text_version, given.language) == ("information", "2", "sv")
    assert given.text_sha256 == "a" * 64
    assert given.given_at == moment
    with acting_as(participant.account):
        assert Consent.objects.get().signature == "Made Up"


def test_only_the_person_consents(participant, control, coordinator, physiotherapist):
    for other in (control.account, coordinator, physiotherapist, SYSTEM):
        with pytest.raises(OnlyThePersonConsents, match="sign in and read"):
            consent(participant, by=other)
    with acting_as(SYSTEM):
        assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"text_code": ""}, {"text_version": ""}, {"text_sha256": "short"}, {"text_sha256": "A" * 64}],
)
def test_a_consent_that_does_not_name_its_text_is_refused(participant, wrong):
    with pytest.raises(TextNotNamed):
        consent(participant, **wrong)


def test_a_consent_is_signed(participant):
    with pytest.raises(NotSigned):
        consent(participant, signature="   ")


def test_a_form_sent_twice_is_one_consent(participant, control):
    key = uuid4()

    assert consent(participant, key=key) == consent(participant, key=key)

    with pytest.raises(KeyUsedElsewhere):
        consent(control, key=key)
    with acting_as(SYSTEM):
        assert Consent.objects.count() == 1
        assert [event.detail.get("repeated") for event in Event.objects.filter(verb="consent.given")] == [None, True]


def test_a_withdrawal_needs_no_reason_and_keeps_one_that_is_given(participant, moment):
    bare = withdraw(participant, Layer.PLAN)
    with_reason = withdraw(participant, Layer.QUESTIONS, why="Too much at work")

    assert (bare.reason, bare.at) == (None, moment)
    with acting_as(participant.account):
        assert Withdrawal.objects.get(pk=with_reason.pk).reason == "Too much at work"


def test_the_record_tells_neither_the_layer_nor_the_reason(participant):
    withdraw(participant, Layer.PROGRAMME, why="Not for me")

    event = Event.objects.get(verb="consent.withdrawn")
    assert (event.participant, event.detail, event.reason) == (participant.code, {}, "")


def test_withdrawing_again_gives_back_the_first_withdrawal(participant):
    first = withdraw(participant, Layer.PLAN)
    assert withdraw(participant, Layer.PLAN, why="Once more") == first

    everything = withdraw(participant, Layer.EVERYTHING)
    assert withdraw(participant, Layer.QUESTIONS) == everything


def test_the_sites_coordinator_withdraws_someone_who_asks_for_it(participant, coordinator):
    assert withdraw(participant, Layer.QUESTIONS, by=coordinator).entered_by == coordinator


def test_nobody_else_withdraws_someone(participant, control, physiotherapist, therapist, other_coordinator):
    for other in (control.account, physiotherapist, therapist):
        with pytest.raises(NotYourWithdrawal, match="Only AL-001"):
            withdraw(participant, Layer.QUESTIONS, by=other)
    with pytest.raises(NotAtThisSite):
        withdraw(participant, Layer.QUESTIONS, by=other_coordinator)


def test_there_is_nothing_to_withdraw_from_but_the_layers(participant):
    with pytest.raises(NoSuchLayer):
        withdraw(participant, "newsletter")


def test_a_new_consent_does_not_undo_a_withdrawal(participant):
    consent(participant)
    withdraw(participant, Layer.PLAN)
    consent(participant, text_version="3")
    with acting_as(participant.account):
        assert not queries.goes_on(participant, Layer.PLAN)

    withdraw(participant, Layer.EVERYTHING)
    with pytest.raises(WithdrawnFromEverything, match="not undone by a form"):
        consent(participant, text_version="4")
