"""The page to which a provider reports text messages: no sign-in, no form's token, and no way in without the signature."""

import pytest
from django.urls import reverse

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, queries, reports
from stegvis.reminders.models import PlannedMessage, Sent, State


@pytest.fixture
def sent(world):
    """A text message that the provider has taken."""
    person = world.consented()
    with acting_as(SYSTEM):
        row = actions.plan(
            key="k", account=person.account, participant=person, kind=queries.SIGN_IN, channel="sms", by=SYSTEM
        )
        PlannedMessage.objects.filter(key="k").update(state=State.SENT)
        return Sent.objects.create(planned_id=row.pk, address="+46", subject="", body="", sent_at=row.due_at)


def state():
    with acting_as(SYSTEM):
        return PlannedMessage.objects.get(key="k").state


def path(sent):
    return "/" + reports.address(sent).split("/", 3)[3]


def test_the_address_leads_to_the_page(sent):
    token = path(sent).split("/")[3]
    assert path(sent) == reverse("text_report", args=[token])


def test_a_report_is_taken_from_anybody_who_has_the_address(client, sent):
    client.handler.enforce_csrf_checks = True
    answer = client.post(path(sent), {"id": "s1", "status": "failed"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert state() == State.UNDELIVERED


@pytest.mark.parametrize(
    "change", [lambda p: p[:-2] + "/", lambda p: p.replace(":", ";"), lambda p: p.replace("e/", "e/x", 1)]
)
def test_another_address_is_nobodys_and_nothing_is_kept(client, sent, change):
    assert client.post(change(path(sent)), {"status": "failed"}).status_code == 404
    assert state() == State.SENT


def test_a_word_nobody_knows_is_refused_with_the_known_ones(client, sent):
    answer = client.post(path(sent), {"status": "gone"})
    assert answer.status_code == 400
    assert "delivered, failed, sent" in answer.content.decode()
    assert state() == State.SENT


def test_nobody_can_open_it(client, sent):
    assert client.get(path(sent)).status_code == 405
