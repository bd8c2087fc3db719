"""What a person has agreed to, and what has stopped."""

from uuid import uuid4

from stegvis.audit import clock
from stegvis.consent import actions, queries
from stegvis.consent.models import Layer
from stegvis.people.acting import acting_as


def agree(participant, version="1", code="information"):
    with acting_as(participant.account):
        actions.give_consent(
            participant=participant, text_code=code, text_version=version, text_sha256="0" * 64, language="en",
            signature="Made Up", key=uuid4(), by=participant.account,
        )  # fmt: skip


def stop(participant, layer):
    with acting_as(participant.account):
        actions.withdraw(participant=participant, layer=layer, by=participant.account)


def test_a_consent_counts_for_its_text_and_version(participant, coordinator):
    with acting_as(coordinator):
        assert not queries.has_consented(participant)

    agree(participant)

    with acting_as(coordinator):
        assert queries.has_consented(participant)
        assert queries.has_consented(participant, "information", "1")
        assert not queries.has_consented(participant, "information", "2")
        assert not queries.has_consented(participant, "biobank")


def test_a_withdrawn_layer_stops_alone_and_leaves_the_consent(participant):
    agree(participant)
    stop(participant, Layer.QUESTIONS)

    with acting_as(participant.account):
        assert queries.withdrawn_layers(participant) == {Layer.QUESTIONS}
        assert not queries.goes_on(participant, Layer.QUESTIONS)
        assert queries.goes_on(participant, Layer.PLAN)
        assert queries.has_consented(participant)


def test_withdrawing_from_everything_stops_every_layer_and_ends_the_consent(participant):
    agree(participant)
    stop(participant, Layer.EVERYTHING)

    with acting_as(participant.account):
        assert queries.withdrawn_layers(participant) == set(Layer.values)
        assert not any(queries.goes_on(participant, layer) for layer in Layer)
        assert not queries.has_consented(participant)


def test_withdrawals_of_many_people_take_one_query(participant, control, coordinator, django_assert_num_queries):
    stop(participant, Layer.PLAN)
    stop(control, Layer.EVERYTHING)

    with acting_as(coordinator), django_assert_num_queries(1):
        found = queries.withdrawn_layers_of([participant.pk, control.pk, control.pk + 1])
    assert found == {participant.pk: {Layer.PLAN}, control.pk: set(Layer.values)}


def test_consents_are_listed_newest_first_and_withdrawals_as_they_came(participant, moment):
    for days, version in ((0, "1"), (30, "2")):
        with clock.frozen(moment.replace(month=11 + days // 30)):
            agree(participant, version)
            stop(participant, Layer.PLAN if version == "1" else Layer.QUESTIONS)

    with acting_as(participant.account):
        assert [row.text_version for row in queries.consents_of(participant)] == ["2", "1"]
        assert [row.layer for row in queries.withdrawals_of(participant)] == [Layer.PLAN, Layer.QUESTIONS]
