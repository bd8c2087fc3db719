"""An amendment asks for consent once more: who is asked, what waits meanwhile, and that whoever left is left alone."""

import shutil
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.people.acting import acting_as
from stegvis.protocol import actions as protocols
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions, consent_texts, queries, tasks, today
from stegvis.trial.errors import AskedAgainFirst
from tests.studies.folders import CWP

SECOND = """
[[texts]]
code = "consent"
kind = "consent"
version = 2
file = "consent-v2.md"
effective_from = {day}
asks_again = true
meanwhile = "{meanwhile}"
"""


@pytest.fixture
def amend(tmp_path):
    """Load an amendment with a new consent text, in force from today."""

    def _amend(meanwhile="goes_on"):
        folder = shutil.copytree(CWP, tmp_path / "cwp")
        for language in ("sv", "en"):
            texts = folder / "texts" / language
            words = (texts / "consent-v1.md").read_text() + "\nOne more visit.\n"
            (texts / "consent-v2.md").write_text(words)
        told = (folder / "protocol.toml").read_text()
        told = told.replace(
            'number = 1\nlabel = "1.0"\neffective_from = 2026-01-01',
            f'number = 2\nlabel = "2.0"\neffective_from = {clock.today()}',
        )
        (folder / "protocol.toml").write_text(told + SECOND.format(day=clock.today(), meanwhile=meanwhile))
        with acting_as(SYSTEM):
            protocols.load_study(directory=folder, by=SYSTEM)

    return _amend


def waiting(world):
    with world.acting(world.coordinator()):
        return [each.participant for each in consent_texts.not_yet_again([world.site.pk])]


def letters():
    with acting_as(SYSTEM):
        return [each.participant for each in PlannedMessage.objects.filter(kind="consent_again")]


def test_who_agreed_to_the_earlier_version_is_asked_once_and_goes_on_meanwhile(world, amend):
    person, left = world.baseline_done(), world.consented()
    world.withdraw(left, "everything")
    assert waiting(world) == []
    amend()

    assert waiting(world) == [person]
    assert [tasks.ask_to_consent_again() for _round in range(2)] == [1, 0]
    assert letters() == [person]
    with world.acting(person.account, hour=11):
        assert today.today(person).asked_again
        assert "newer version" in str(
            next(s.missing for s in queries.gates(queries.enrolment_of(person)) if s.check == "consent_given")
        )
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)
        assert not today.today(person).asked_again
        assert consents.newest(person).text_version == "2"
        assert queries.enrolment_of(person).stage == "baseline_done"
    assert waiting(world) == []


def test_questions_wait_where_the_protocol_says_so(world, amend):
    person = world.consented()
    amend("questions_wait")

    with world.acting(person.account, hour=11):
        assert today.today(person).assessment is None
    with pytest.raises(AskedAgainFirst, match="asked about that first"):
        world.answer(person, world.baseline)
    with world.acting(person.account, hour=11):
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)
        assert today.today(person).assessment is not None
    world.answer(person, world.baseline)


def test_whoever_has_not_consented_yet_reads_the_newest_version_alone(world, amend):
    person = world.invited()
    amend()

    with world.acting(person.account, hour=11):
        assert consents.asked_again(person) is None
        world.read_information(person)
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)
        assert consents.newest(person).text_version == "2"
    assert waiting(world) == []
