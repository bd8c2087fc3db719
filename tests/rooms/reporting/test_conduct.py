"""Consents and contacts of an extract: everybody's, never words, and before the lock nothing that tells an arm."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reminders import tasks
from stegvis.reporting import conduct
from stegvis.trial import actions as trial


def rows_of(name, *, unblinded=True):
    with acting_as(SYSTEM):
        return list(conduct.rows(unblinded=unblinded)[name])


@pytest.fixture
def written_to(world):
    """Somebody with the programme, to whom letters have gone for half a year, and who was called once in vain."""
    person = world.allocated(arm="intervention")
    today = clock.today()
    for week in (1, 13, 26, 27, 28):
        with clock.frozen(clock.at(today + timedelta(weeks=week), 12)):
            tasks.send_due()
    with acting_as(world.coordinator()):
        trial.keep_call(participant=person, occasion="six_months", outcome="no_answer", by=world.coordinator())
    return person


def test_each_consent_names_its_text_and_counts_within_the_person(small):
    found = rows_of("consents")
    assert {(one.number, one.text, len(one.text_sha256)) for one in found} == {(1, "consent", 64)}
    assert len({one.participant for one in found}) == len(found) > 4


def test_a_blind_extract_tells_of_reminders_and_calls_alone_and_of_a_message_no_way(written_to):
    every, blind = rows_of("contacts"), rows_of("contacts", unblinded=False)
    assert {(one.kind, one.channel) for one in blind} == {("reminder", None), ("call", "phone")}
    assert {"programme_opens", "reminder", "call"} <= {one.kind for one in every}
    assert {one.channel for one in every} == {"email", "phone"}


def test_contacts_are_numbered_in_the_order_of_their_days(written_to):
    found = rows_of("contacts")
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert [one.on for one in found] == sorted(one.on for one in found)


def test_people_who_differ_by_arm_alone_have_the_same_contacts_in_a_blind_extract(world):
    people = [world.allocated(arm=arm) for arm in ("intervention", "control")]
    today = clock.today()
    for week in (1, 13, 26, 27, 28):
        with clock.frozen(clock.at(today + timedelta(weeks=week), 12)):
            tasks.send_due()
    told = [
        [(one.number, one.on, one.kind, one.occasion, one.channel) for one in rows_of("contacts", unblinded=False)
         if one.participant == person.code] for person in people
    ]  # fmt: skip
    assert told[0] == told[1] != []
