"""Reports: what a provider took and could not deliver goes the way of all that did not get through."""

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import queries as who
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, gateways, queries, reports, tasks
from stegvis.reminders.errors import UnknownReport
from stegvis.reminders.models import PlannedMessage, Sent, State


class Taking:
    """A gateway that takes everything, and remembers where it is to report."""

    def __init__(self):
        self.addresses = []

    def send(self, to, text, report_to):
        self.addresses.append(report_to)


@pytest.fixture
def taking(monkeypatch):
    """The provider takes everything from now on."""
    found = Taking()
    monkeypatch.setattr(gateways, "gateway", lambda: found)
    return found


@pytest.fixture
def texted(person, taking, mailoutbox):
    """A text message to the person, taken by the provider."""
    account = person.account
    actions.plan(key="k", account=account, participant=person, kind=queries.SIGN_IN, channel="sms", by=SYSTEM)
    tasks.send_due()
    mailoutbox.clear()
    with acting_as(SYSTEM):
        return Sent.objects.get(planned__key="k")


def states():
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(key__startswith="k").order_by("pk")
        return [(row.channel, row.state) for row in rows]


def report(sent, status):
    with acting_as(SYSTEM):
        return actions.report(sent=sent, status=status, by=SYSTEM)


def test_each_message_has_an_address_that_names_it_and_no_other(texted, taking):
    ((token),) = [address.rstrip("/").rpartition("/")[2] for address in taking.addresses]
    with acting_as(SYSTEM):
        assert reports.message_of(token) == texted
        for wrong in (token[:-1], f"x{token}", "", str(texted.pk)):
            assert reports.message_of(wrong) is None


def test_what_was_not_delivered_goes_by_email_at_once_and_the_coordinator_sees_it(world, person, texted, mailoutbox):
    report(texted, "failed")
    assert states() == [("sms", State.UNDELIVERED), ("email", State.PLANNED)]
    assert tasks.send_due() == 1
    assert [mail.to for mail in mailoutbox] == [["person1@example.org"]]

    coordinator = world.coordinator(person)
    with acting_as(coordinator):
        lost = queries.undelivered([site.pk for site in who.sites_of(coordinator)])
    assert [(each.participant.code, each.channel) for each in lost] == [(person.code, "sms")]


def test_the_same_report_again_changes_nothing_also_after_somebody_has_seen_to_it(world, person, texted):
    for _ in range(2):
        report(texted, "failed")
    coordinator = world.coordinator(person)
    with acting_as(coordinator):
        actions.see_to(participant=person, by=coordinator)
    report(texted, "failed")
    assert states() == [("sms", State.REFUSED), ("email", State.PLANNED)]


def test_what_was_delivered_stays_as_it_is(texted):
    for status in ("sent", "delivered"):
        report(texted, status)
    assert states() == [("sms", State.SENT)]


def test_a_report_that_is_faster_than_we_are_stands(texted):
    with acting_as(SYSTEM):
        PlannedMessage.objects.filter(key="k").update(state=State.SENDING)
        report(texted, "failed")
        actions.confirm(sent=texted, by=SYSTEM)
    assert states() == [("sms", State.UNDELIVERED), ("email", State.PLANNED)]


def test_of_a_message_that_hangs_its_report_tells_that_it_went_out(texted):
    with acting_as(SYSTEM):
        PlannedMessage.objects.filter(key="k").update(state=State.SENDING)
    report(texted, "delivered")
    assert states() == [("sms", State.SENT)]


def test_an_unknown_word_is_refused_and_the_known_ones_are_told(texted):
    with pytest.raises(UnknownReport, match="delivered, failed, sent"):
        report(texted, "lost")
    assert states() == [("sms", State.SENT)]


def test_a_report_stands_in_the_record_without_number_or_words(texted):
    report(texted, "failed")
    with acting_as(SYSTEM):
        (event,) = Event.objects.filter(verb="reminders.reported")
    assert event.detail == {"kind": queries.SIGN_IN, "status": "failed"}
