"""Retrying: growing pauses, then by e-mail, and the coordinator sees what did not get through; alike for both ways."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends import locmem

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people import queries as who
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.reminders import actions, gateways, queries, tasks
from stegvis.reminders.models import PlannedMessage, Sent, State


class Refusing:
    """A gateway that takes nothing, and counts."""

    asked = 0

    def send(self, to, text, report_to):
        type(self).asked += 1
        raise gateways.NotTaken("the provider answered 403")


@pytest.fixture
def refusing(monkeypatch):
    """The provider refuses everything from now on."""
    Refusing.asked = 0
    monkeypatch.setattr(gateways, "gateway", Refusing)
    return Refusing


@pytest.fixture
def texted(world, person, baseline, refusing, mailoutbox):
    """The person wants text messages at ten; the welcome has gone, and the first reminder is due."""
    with acting_as(person.account):
        actions.prefer(participant=person, channel="sms", hour=10, by=person.account)
    tasks.send_due()
    mailoutbox.clear()
    return person


def tries(person):
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(participant=person, kind="reminder", sent__isnull=False).order_by("pk")
        return [(row.channel, row.state) for row in rows]


def times(person):
    with acting_as(SYSTEM):
        found = Sent.objects.filter(planned__participant=person, planned__kind="reminder").order_by("pk")
        return [row.sent_at for row in found]


def lost(by):
    with acting_as(by):
        own = [site.pk for site in who.sites_of(by)]
        return [(each.participant.code, each.channel) for each in queries.undelivered(own)]


def test_a_refused_text_message_is_tried_with_growing_pauses_and_then_goes_by_email(texted, refusing, mailoutbox):
    at = clock.at(clock.today(), 10)
    for minutes in (0, 1, 2, 11, 12, 71, 72, 311, 312):
        with clock.frozen(at + timedelta(minutes=minutes)):
            tasks.send_due()

    since = [int((each - at).total_seconds() // 60) for each in times(texted)]
    assert since == [0, 2, 12, 72, 312, 312]
    assert refusing.asked == 5
    assert tries(texted) == [("sms", State.REFUSED)] * 4 + [("sms", State.UNDELIVERED), ("email", State.SENT)]
    assert [mail.to for mail in mailoutbox] == [["person1@example.org"]]


def test_the_coordinator_of_the_site_sees_who_and_by_which_way_but_not_what(world, texted):
    assert lost(world.coordinator(texted)) == []
    rounds_to_the_end()

    assert lost(world.coordinator(texted)) == [(texted.code, "sms")]
    assert lost(world.coordinator(world.sites[1])) == []
    with acting_as(world.coordinator(texted)):
        assert not PlannedMessage.objects.exists()


def rounds_to_the_end():
    at = clock.at(clock.today(), 10)
    for minutes in (0, 2, 12, 72, 312):
        with clock.frozen(at + timedelta(minutes=minutes)):
            tasks.send_due()


def test_what_gets_through_later_settles_it(world, texted, baseline, monkeypatch, tmp_path):
    rounds_to_the_end()
    monkeypatch.setattr(gateways, "gateway", lambda: gateways.FileOutbox(tmp_path))
    with clock.frozen(clock.at(baseline.opens_on + timedelta(days=4), 10)):
        tasks.send_due()

    assert list(tmp_path.iterdir())
    assert lost(world.coordinator(texted)) == []


def test_a_coordinator_of_the_site_says_that_they_have_seen_to_it_and_nobody_else(world, texted):
    rounds_to_the_end()
    for account, refusal in (
        (world.staff(Role.THERAPIST, texted.site), NotTheirRole),
        (world.coordinator(world.sites[1]), NotAtThisSite),
    ):
        with acting_as(account), pytest.raises(refusal):
            actions.see_to(participant=texted, by=account)
    coordinator = world.coordinator(texted)
    with acting_as(coordinator):
        assert actions.see_to(participant=texted, by=coordinator) == 1
    assert lost(coordinator) == []


def test_an_email_is_tried_again_the_same_way_and_then_shown(world, person, baseline, monkeypatch, mailoutbox):
    def refuse(self, messages):
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuse)
    at = clock.now()
    for minutes in (0, 2, 12, 72, 312):
        with clock.frozen(at + timedelta(minutes=minutes)):
            tasks.send_due()

    with acting_as(SYSTEM):
        welcome = PlannedMessage.objects.filter(participant=person, kind="welcome").order_by("pk")
        assert [row.state for row in welcome] == [State.REFUSED] * 4 + [State.UNDELIVERED]
    assert lost(world.coordinator(person)) == [(person.code, "email")]


def test_no_try_rings_at_night_the_email_goes_at_once_instead(texted, mailoutbox):
    with acting_as(texted.account):
        actions.prefer(participant=texted, channel="sms", hour=20, by=texted.account)
    for minutes in (0, 2, 12, 72):
        with clock.frozen(clock.at(clock.today(), 20) + timedelta(minutes=minutes)):
            tasks.send_due()

    assert [clock.local(each).hour for each in times(texted)] == [20, 20, 20, 20]
    assert tries(texted)[-2:] == [("sms", State.UNDELIVERED), ("email", State.SENT)]


def test_what_is_answered_meanwhile_is_not_tried_again(world, texted, refusing):
    tasks_at(10)
    world.answer(texted, world.baseline)
    tasks_at(11)

    assert refusing.asked == 1
    assert tries(texted) == [("sms", State.REFUSED)]


def tasks_at(hour):
    with clock.frozen(clock.at(clock.today(), hour)):
        tasks.send_due()


def test_staff_are_not_written_to_twice_and_the_administrator_sees_what_failed(world, refusing, mailoutbox):
    account = world.coordinator()
    with acting_as(account):
        people.keep_staff_telephone(account=account, phone="+46701740605", by=account)
    actions.plan_for_staff(key="alert:1:x", account=account, kind="alert", by=SYSTEM)
    at = clock.now()
    for minutes in (0, 2, 12, 72, 312, 1000):
        with clock.frozen(at + timedelta(minutes=minutes)):
            tasks.send_due()

    assert len(mailoutbox) == 1
    with acting_as(SYSTEM):
        assert [row.channel for row in queries.left_hanging()] == ["sms"]
