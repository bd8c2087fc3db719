"""What the database itself refuses, and whom it shows nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.messaging import actions
from stegvis.messaging.models import Channel, Message, Waiting
from stegvis.people.acting import acting_as
from stegvis.people.models import Role


@pytest.fixture
def talk(participant, write):
    """One unread message from the participant in each channel."""
    for channel in Channel:
        write(participant, participant.account, channel, body="In confidence")
    return participant


def seen_by(actor):
    with acting_as(actor):
        waiting = set(Waiting.objects.values_list("channel", flat=True))
        messages = set(Message.objects.values_list("channel", flat=True))
    assert waiting == messages
    return messages


def test_each_role_sees_its_own_channel_at_its_site(talk, physiotherapist, therapist, coordinator):
    assert seen_by(talk.account) == set(Channel)
    assert seen_by(therapist) == {Channel.THERAPIST}
    assert seen_by(physiotherapist) == {Channel.PHYSIOTHERAPIST}
    assert seen_by(coordinator) == {Channel.STUDY}


def test_nobody_else_sees_anything(
    talk, control, outsider, other_therapist, other_coordinator, statistician, data_manager, administrator
):
    others = (control.account, outsider, other_therapist, other_coordinator, statistician, data_manager, administrator)
    for actor in others:
        assert seen_by(actor) == set()
    assert not Message.objects.exists()


def test_what_was_written_never_changes(talk):
    for change in ({"body": "Other words"}, {"sent_at": clock.now() + timedelta(days=1)}, {"channel": Channel.STUDY}):
        with acting_as(talk.account), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Message.objects.filter(channel=Channel.THERAPIST).update(**change)


def test_a_message_is_read_once_and_never_becomes_unread(talk, therapist):
    with acting_as(therapist):
        actions.mark_read(participant=talk, channel=Channel.THERAPIST, by=therapist)
    for moment in (None, clock.now() + timedelta(days=1)):
        with acting_as(therapist), pytest.raises(DatabaseError, match="read_at, once"), transaction.atomic():
            Message.objects.update(read_at=moment)


@pytest.mark.parametrize("change", ["DELETE FROM messaging_message", "TRUNCATE messaging_message"])
def test_the_database_removes_no_message(talk, change):
    with (
        acting_as(SYSTEM),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_the_database_lets_nobody_write_in_anothers_name_or_channel(participant, physiotherapist, therapist):
    with acting_as(therapist), pytest.raises(DatabaseError, match="own name"), transaction.atomic():
        _insert(participant, participant.account, Role.PARTICIPANT, Channel.THERAPIST)
    with acting_as(therapist), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        _insert(participant, therapist, Role.THERAPIST, Channel.PHYSIOTHERAPIST)
    with acting_as(SYSTEM), pytest.raises(IntegrityError, match="written_in_its_channel"), transaction.atomic():
        _insert(participant, physiotherapist, Role.PHYSIOTHERAPIST, Channel.STUDY)


def test_a_message_lies_encrypted(talk):
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM messaging_message")
        assert all(b"confidence" not in bytes(body) for (body,) in cursor.fetchall())


def _insert(participant, author, role, channel):
    Message.objects.create(
        participant=participant, channel=channel, author=author, author_role=role, body="Hello",
        sent_at=clock.now(), key=uuid4(),
    )  # fmt: skip
