"""Test alerts: sent to a site's rota, answered by each who gets one, and never among the alerts of participants."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.safety import actions, queries
from stegvis.safety.errors import NobodyToTest, NotToldOfTheTest
from stegvis.safety.models import Alert, AlertTest, AlertTestNotice


@pytest.fixture
def rota(site, physiotherapist, therapist):
    """Two of the site are on its rota."""
    for account in (physiotherapist, therapist):
        actions.join_rota(site=site, account=account, by=SYSTEM)
    return [physiotherapist, therapist]


def send(site, by, key=None):
    with acting_as(by):
        return actions.send_test(site=site, key=key or uuid4(), by=by)


def take(test, by):
    with acting_as(by):
        return actions.answer_test(test=test, by=by)


def last(site, as_whom):
    with acting_as(as_whom):
        return queries.last_tests([site.pk]).get(site.pk)


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_a_coordinator_or_an_administrator_tests_the_way_to_the_rota(site, rota, who, request):
    sender = request.getfixturevalue(who)
    test = send(site, sender)

    assert last(site, sender) == test
    assert {each.account for each in last(site, sender).notices.all()} == set(rota)
    with acting_as(SYSTEM):
        assert not Alert.objects.exists()


def test_others_send_none(site, rota, therapist, other_coordinator):
    with pytest.raises(NotTheirRole):
        send(site, therapist)
    with pytest.raises(NotAtThisSite):
        send(site, other_coordinator)


def test_with_nobody_on_the_rota_no_test_is_sent(site, coordinator):
    with pytest.raises(NobodyToTest):
        send(site, coordinator)
    assert last(site, coordinator) is None


def test_one_form_sends_one_test(site, rota, coordinator):
    key = uuid4()
    assert send(site, coordinator, key) == send(site, coordinator, key)
    with acting_as(SYSTEM):
        assert (AlertTest.objects.count(), AlertTestNotice.objects.count()) == (1, 2)


def test_each_who_was_told_answers_once(site, rota, coordinator):
    test = send(site, coordinator)
    with clock.frozen(clock.now() + timedelta(minutes=4)):
        first = take(test, rota[0])
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        assert take(test, rota[0]).answered_at == first.answered_at == test.sent_at + timedelta(minutes=4)
    with pytest.raises(NotToldOfTheTest):
        take(test, coordinator)


def test_what_was_answered_never_changes(site, rota, coordinator):
    notice = take(send(site, coordinator), rota[0])
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        AlertTestNotice.objects.filter(pk=notice.pk).update(answered_at=None)


def test_tests_are_seen_at_the_site_only(site, rota, coordinator, outsider, participant, statistician):
    test = send(site, coordinator)

    assert last(site, rota[1]) == test
    for other in (outsider, participant.account, statistician):
        assert last(site, other) is None
