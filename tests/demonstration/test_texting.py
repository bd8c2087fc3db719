"""Texting: some want text messages, and the newest at each site did not arrive and became an e-mail."""

from types import SimpleNamespace

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import texting
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, queries, tasks
from stegvis.reminders.models import PlannedMessage, State
from tests.worlds import FRIDAY


class Chance:
    """A stream that always says the same."""

    def __init__(self, number):
        self.number = number

    def random(self):
        return self.number

    def choice(self, options):
        return options[0]


def life(number):
    return SimpleNamespace(stream=lambda _concern: Chance(number))


@pytest.fixture
def person(example_trial, settings, tmp_path):
    """Has consented, where text messages go into a folder."""
    settings.SMS, settings.SMS_FILE_PATH = "file", tmp_path
    with clock.frozen(clock.at(FRIDAY, 10)):
        yield example_trial.consented()


@pytest.mark.parametrize(("number", "channel"), [(0.0, "sms"), (0.99, "email")])
def test_a_share_of_people_choose_text_messages(person, number, channel):
    with acting_as(person.account):
        texting.choose(life(number), person)
    with acting_as(SYSTEM):
        assert queries.preference_of(person).channel == channel


def test_nobody_is_asked_to_choose_what_is_switched_off(person, settings):
    settings.SMS = "off"
    with acting_as(person.account):
        texting.choose(life(0.0), person)
    with acting_as(SYSTEM):
        assert queries.preference_of(person).channel == "email"


def test_the_newest_text_message_at_a_site_did_not_arrive_and_becomes_an_email(person):
    for key in ("a", "b"):
        actions.plan(
            key=key, account=person.account, participant=person, kind=queries.SIGN_IN, channel="sms", by=SYSTEM
        )  # fmt: skip
        tasks.send_due()
    with acting_as(SYSTEM):
        texting.lose_the_newest()
        states = dict(PlannedMessage.objects.filter(key__in=["a", "b", "b~email0"]).values_list("key", "state"))
    assert states == {"a": State.SENT, "b": State.UNDELIVERED, "b~email0": State.PLANNED}
