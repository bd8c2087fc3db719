"""What is unread, and the inbox."""

from datetime import timedelta

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.messaging import queries
from stegvis.messaging.models import Channel
from stegvis.people import actions as people
from stegvis.people.acting import acting_as


def test_a_participant_sees_the_channels_in_which_somebody_reads(participant, control):
    with acting_as(participant.account):
        assert queries.channels_of(participant) == list(Channel)
    with acting_as(control.account):
        assert queries.channels_of(control) == [Channel.PHYSIOTHERAPIST, Channel.STUDY]


def test_what_was_written_stays_in_sight_when_the_care_has_ended(control, therapist, write, moment):
    with acting_as(SYSTEM):
        people.assign_clinician(participant=control, clinician=therapist, role="therapist", by=SYSTEM)
    write(control, control.account)
    with acting_as(SYSTEM):
        control.caseloads.filter(role="therapist").update(until_at=moment)

    with acting_as(control.account):
        assert Channel.THERAPIST in queries.channels_of(control)
        assert queries.thread(control, Channel.THERAPIST).count() == 1


def test_unread_messages_are_counted_by_channel_in_one_query(
    participant, therapist, coordinator, write, django_assert_num_queries
):
    write(participant, therapist)
    write(participant, therapist)
    write(participant, coordinator, Channel.STUDY)
    write(participant, participant.account)

    with acting_as(participant.account), django_assert_num_queries(1):
        assert queries.unread_of(participant) == {Channel.THERAPIST: 2, Channel.STUDY: 1}


def test_staff_count_what_their_own_people_wrote_in_one_query_and_therapists_in_two_since_they_may_cover(
    participant, control, physiotherapist, therapist, coordinator, statistician, write, django_assert_num_queries
):
    for person in (participant, control):
        write(person, person.account, Channel.PHYSIOTHERAPIST)
        write(person, person.account, Channel.STUDY)
    write(participant, participant.account, Channel.THERAPIST)

    for account, count, asked in ((physiotherapist, 2, 1), (coordinator, 2, 1), (therapist, 1, 2)):
        with acting_as(account), django_assert_num_queries(asked):
            assert queries.unread_for(account) == count
    with acting_as(statistician):
        assert queries.unread_for(statistician) == 0
        assert queries.inbox(statistician) == []


def test_the_inbox_holds_the_own_caseload_and_begins_with_the_longest_wait(
    participant, control, physiotherapist, outsider, write, moment
):
    write(control, control.account, Channel.PHYSIOTHERAPIST)
    with clock.frozen(moment + timedelta(hours=2)):
        write(participant, participant.account, Channel.PHYSIOTHERAPIST)

    with clock.frozen(moment + timedelta(hours=5)), acting_as(physiotherapist):
        rows = queries.inbox(physiotherapist)
        assert [(row.participant, row.waiting.total_seconds() / 3600) for row in rows] == [
            (control, 5),
            (participant, 3),
        ]
        assert queries.inbox(physiotherapist, limit=1) == rows[:1]
    with acting_as(outsider):
        assert queries.inbox(outsider) == []


def test_a_colleague_who_takes_over_has_the_wait_in_their_inbox(participant, site, therapist, write):
    write(participant, participant.account)
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role="therapist", email="colleague@example.org", name="Colleague", sites=[site], by=SYSTEM
        )
        people.assign_clinician(participant=participant, clinician=colleague, role="therapist", by=SYSTEM)

    with acting_as(colleague):
        assert [row.participant for row in queries.inbox(colleague)] == [participant]
    with acting_as(therapist):
        assert queries.inbox(therapist) == []


def test_the_inbox_takes_two_queries_however_long_it_is(
    participant, control, physiotherapist, write, django_assert_num_queries
):
    for people_writing in ([participant], [participant, control]):
        for person in people_writing:
            write(person, person.account, Channel.PHYSIOTHERAPIST)
        with acting_as(physiotherapist), django_assert_num_queries(2):
            assert len([row.participant.site.name for row in queries.inbox(physiotherapist)]) == len(people_writing)
