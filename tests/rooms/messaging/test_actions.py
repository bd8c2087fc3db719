"""Writing, reading, and who waits for an answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere, SentWithOtherWords
from stegvis.audit.models import Event
from stegvis.messaging import actions, queries
from stegvis.messaging.errors import NobodyReadsThis, NothingWritten, NotYourConversation, TooLong
from stegvis.messaging.models import Answer, Channel, Message, Waiting
from stegvis.messaging.policies import MOST_CHARACTERS
from stegvis.people.acting import acting_as


def read(participant, by, channel=Channel.THERAPIST):
    with acting_as(by):
        return actions.mark_read(participant=participant, channel=channel, by=by)


def waiting_for(account):
    with acting_as(account):
        return [(row.participant, row.since, row.unread) for row in queries.inbox(account)]


def test_a_participant_writes_and_the_therapist_answers(participant, therapist, write, moment):
    asked = write(participant, participant.account, body="May I walk less today?")
    answered = write(participant, therapist, body="Of course.")

    assert (asked.author_role, asked.sent_at, asked.from_participant) == ("participant", moment, True)
    assert (answered.author, answered.from_participant) == (therapist, False)
    with acting_as(therapist):
        bodies = [message.body for message in queries.thread(participant, Channel.THERAPIST)]
    assert bodies == ["May I walk less today?", "Of course."]


def test_each_channel_has_one_role_that_answers(participant, physiotherapist, therapist, coordinator, write):
    answering = {
        Channel.THERAPIST: therapist,
        Channel.PHYSIOTHERAPIST: physiotherapist,
        Channel.STUDY: coordinator,
    }
    for channel in Channel:
        for account in answering.values():
            if answering[channel] == account:
                assert write(participant, account, channel).channel == channel
            else:
                with pytest.raises(NotYourConversation):
                    write(participant, account, channel)


def test_nobody_outside_the_care_of_a_person_writes_to_them(
    participant, control, outsider, other_coordinator, other_therapist, statistician, administrator, write
):
    for other in (control.account, outsider, other_coordinator, other_therapist, statistician, administrator, SYSTEM):
        for channel in Channel:
            with pytest.raises(NotYourConversation, match="between AL-001 and someone else"):
                write(participant, other, channel)
    with acting_as(SYSTEM):
        assert not Message.objects.exists()


def test_a_participant_writes_only_where_somebody_reads(control, write):
    with pytest.raises(NobodyReadsThis, match="Write to the study instead"):
        write(control, control.account, Channel.THERAPIST)

    assert write(control, control.account, Channel.PHYSIOTHERAPIST)
    assert write(control, control.account, Channel.STUDY)


def test_a_message_has_something_in_it_and_an_end(participant, write):
    with pytest.raises(NothingWritten):
        write(participant, participant.account, body=" \n ")
    with pytest.raises(TooLong, match=f"room for {MOST_CHARACTERS}"):
        write(participant, participant.account, body="x" * (MOST_CHARACTERS + 1))
    assert write(participant, participant.account, body="x" * MOST_CHARACTERS)


def test_a_message_sent_twice_is_one_message(participant, control, write):
    key = uuid4()

    first = write(participant, participant.account, Channel.STUDY, key=key)
    assert write(participant, participant.account, Channel.STUDY, key=key) == first

    with pytest.raises(SentWithOtherWords):
        write(participant, participant.account, Channel.STUDY, "Hello again", key=key)
    with pytest.raises(KeyUsedElsewhere):
        write(control, control.account, Channel.STUDY, key=key)
    with acting_as(SYSTEM):
        assert Message.objects.get().body == "Hello"


def test_the_record_tells_that_something_was_sent_but_not_what_nor_in_which_channel(participant, write):
    write(participant, participant.account, body="A secret")

    with acting_as(SYSTEM):
        event = Event.objects.get(verb="messaging.sent")
    assert (event.participant, event.detail) == (participant.code, {})


def test_that_a_participant_wrote_to_a_therapist_tells_the_arm_and_is_hidden_from_blind_roles(
    participant, write, physiotherapist, therapist
):
    write(participant, participant.account, Channel.THERAPIST)
    write(participant, participant.account, Channel.PHYSIOTHERAPIST)
    told = []
    for reader in (physiotherapist, therapist):
        with acting_as(reader):
            told.append(Event.objects.filter(verb="messaging.sent").count())
    assert told == [1, 2]


def test_reading_marks_what_the_other_side_wrote_and_only_that(participant, therapist, write, moment):
    write(participant, participant.account)
    write(participant, participant.account)
    write(participant, therapist)

    assert read(participant, therapist) == 2
    assert read(participant, therapist) == 0
    with acting_as(participant.account):
        assert queries.unread_of(participant) == {Channel.THERAPIST: 1}
    assert read(participant, participant.account) == 1
    with acting_as(SYSTEM):
        assert set(Message.objects.values_list("read_at", flat=True)) == {moment}


def test_only_the_two_sides_mark_messages_as_read(participant, therapist, physiotherapist, outsider, write):
    write(participant, participant.account)

    for other in (physiotherapist, outsider):
        with pytest.raises(NotYourConversation):
            read(participant, other)
    assert read(participant, therapist) == 1


def test_whoever_writes_waits_from_the_first_message_until_it_is_read_and_answered(
    participant, therapist, write, moment
):
    write(participant, participant.account)
    with clock.frozen(moment + timedelta(hours=3)):
        write(participant, participant.account)
    assert waiting_for(therapist) == [(participant, moment, 2)]

    with clock.frozen(moment + timedelta(hours=4)):
        read(participant, therapist)
        assert waiting_for(therapist) == [(participant, moment, 0)]
        write(participant, therapist)
        assert waiting_for(therapist) == []


def test_a_message_that_crosses_an_answer_still_waits(participant, therapist, write, moment):
    write(participant, participant.account)
    read(participant, therapist)
    later = moment + timedelta(minutes=1)
    with clock.frozen(later):
        write(participant, participant.account)
        write(participant, therapist)

    assert waiting_for(therapist) == [(participant, later, 1)]


def test_a_thank_you_is_settled_without_an_answer(participant, therapist, write):
    write(participant, participant.account, body="Thank you")
    read(participant, therapist)
    with acting_as(therapist):
        actions.settle(participant=participant, channel=Channel.THERAPIST, by=therapist)

    assert waiting_for(therapist) == []
    with acting_as(participant.account), pytest.raises(NotYourConversation):
        actions.settle(participant=participant, channel=Channel.THERAPIST, by=participant.account)


def test_a_message_sent_again_after_the_answer_does_not_wait_again(participant, therapist, write):
    key = uuid4()
    write(participant, participant.account, key=key)
    read(participant, therapist)
    write(participant, therapist)

    write(participant, participant.account, key=key)
    with acting_as(SYSTEM):
        assert not Waiting.objects.exists()


# How long people wait -------------------------------------------------------------------------------------------------
def waits(account):
    with acting_as(account):
        found = queries.waits_for(account, clock.now() - timedelta(days=28))
    return [(row.channel, row.since, row.until, row.number) for row in found.days], found.median


def test_how_long_somebody_waited_is_kept_with_the_answer(participant, therapist, write, moment):
    write(participant, participant.account)
    with clock.frozen(moment + timedelta(hours=1)):
        write(participant, participant.account, body="And another thing")
    assert waits(therapist) == ([("therapist", moment.date(), None, 1)], None)

    answered = moment + timedelta(hours=5)
    with clock.frozen(answered):
        read(participant, therapist)
        write(participant, therapist)
        write(participant, therapist, body="One more word")
        assert waits(therapist) == ([("therapist", moment.date(), moment.date(), 1)], timedelta(hours=5))


def test_half_of_those_who_waited_were_answered_within_the_middle_of_their_hours(participant, therapist, write, moment):
    for begins, took in ((0, 1), (24, 3), (48, 50)):
        with clock.frozen(moment + timedelta(hours=begins)):
            write(participant, participant.account)
        with clock.frozen(moment + timedelta(hours=begins + took)):
            read(participant, therapist)
            write(participant, therapist)

    with clock.frozen(moment + timedelta(days=9)):
        days, median = waits(therapist)
    assert (sum(row[3] for row in days), median) == (3, timedelta(hours=3))


def test_what_needs_no_answer_is_no_answer(participant, therapist, write):
    write(participant, participant.account, body="Thank you")
    read(participant, therapist)
    with acting_as(therapist):
        actions.settle(participant=participant, channel=Channel.THERAPIST, by=therapist)

    assert waits(therapist) == ([], None)


def test_waits_of_another_channel_are_not_seen(participant, therapist, physiotherapist, write):
    write(participant, participant.account)
    read(participant, therapist)
    write(participant, therapist)

    assert len(waits(therapist)[0]) == 1
    with acting_as(physiotherapist):
        assert queries.waits_since(clock.now() - timedelta(days=28)) == queries.Waited([], None)


def test_an_answer_that_was_kept_never_changes(participant, therapist, write):
    write(participant, participant.account)
    read(participant, therapist)
    write(participant, therapist)
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.update(answered_at=clock.now())
