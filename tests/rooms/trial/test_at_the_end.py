"""At the end: contact details are asked for before late questions, and the clinic gets a letter without group or score."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite
from stegvis.people.life import actions as life
from stegvis.reminders import closing, tasks
from stegvis.reminders.errors import NotSentYet
from stegvis.reminders.models import ClosingLetter, PlannedMessage
from stegvis.trial import actions, queries, refreshing
from stegvis.trial import tasks as rounds
from stegvis.trial.errors import NotAtTheEnd
from tests.worlds import FRIDAY


def opens_on(person, occasion):
    with acting_as(SYSTEM):
        return queries.windows(queries.enrolment(person))[occasion].opens_on


def refresh_of(world, day):
    with world.acting(world.coordinator(), day):
        return [each.occasion for each in refreshing.to_refresh([world.site.pk], limit=10)]


def test_contact_details_are_asked_for_before_late_questions_until_the_person_says_they_are_right(world, mailoutbox):
    person = world.allocated()
    first = opens_on(person, "six_months") - timedelta(days=28)
    assert refresh_of(world, first - timedelta(days=1)) == []
    assert refresh_of(world, first) == ["six_months"]
    with world.acting(world.coordinator(person), first + timedelta(days=2)):
        people.confirm_reach(participant=person, by=world.coordinator(person))
    assert refresh_of(world, first + timedelta(days=3)) == []


def test_the_person_is_asked_by_letter_and_not_whoever_has_just_said_so(world, mailoutbox):
    asked, told = world.allocated(), world.allocated()
    day = opens_on(asked, "six_months") - timedelta(days=28)
    with world.acting(world.coordinator(told), day - timedelta(days=3)):
        people.confirm_reach(participant=told, by=world.coordinator(told))
    with clock.frozen(clock.at(day, 18)):
        tasks.send_due()

    assert [mail.to for mail in mailoutbox if "rätt nummer" in mail.subject] == [[asked.account.email]], [
        mail.subject for mail in mailoutbox
    ]


def letters():
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(kind="contact_refresh").select_related("participant")
        return sorted((each.participant.code, each.key.rpartition(":")[2]) for each in rows)


def test_a_round_finds_who_is_due_whenever_they_were_randomised_and_whatever_was_opened(world):
    person, later = world.allocated(), world.allocated(on=FRIDAY + timedelta(days=40))
    with acting_as(SYSTEM):
        PlannedMessage.objects.filter(kind="contact_refresh").delete()  # as for people of before the protocol asked
    for months, occasion in ((12, "twelve_months"), (24, "twentyfour_months")):
        first = opens_on(person, occasion) - timedelta(days=28)
        with clock.frozen(clock.at(first - timedelta(days=1), 9)):
            rounds.ask_for_contact()
            assert (person.code, occasion) not in letters(), months
        assert refresh_of(world, first) == [occasion]
        with clock.frozen(clock.at(first, 9)):
            assert [rounds.ask_for_contact() for _round in range(2)] == [1, 0]
            with acting_as(SYSTEM):
                assert refreshing.not_written_to(limit=10) == []
    assert (person.code, "twentyfour_months") in letters()
    assert (later.code, "twentyfour_months") not in letters()
    last = opens_on(person, "twentyfour_months")
    with world.acting(person.account, last):
        people.confirm_reach(participant=person, by=SYSTEM)
    assert refresh_of(world, last + timedelta(days=1)) == []


def test_a_round_writes_to_nobody_who_stopped_the_questions_has_left_or_is_held_back(world):
    stopped, left, died, goes_on = (world.allocated() for _ in range(4))
    day = opens_on(goes_on, "twelve_months")
    world.withdraw(stopped, "questions")
    world.withdraw(left, "everything")
    with world.acting(world.coordinator(), day - timedelta(days=29)):
        life.keep(participant=died, kind="deceased", since=clock.today(), key=uuid4(), by=world.coordinator())
    with clock.frozen(clock.at(day, 9)):
        rounds.ask_for_contact()
    assert [code for code, occasion in letters() if occasion == "twelve_months"] == [goes_on.code]


def send(person, by, **more):
    given = {"recipient": "The clinic", "body": "Took part.", "way": "post", "sent_on": clock.today(), "key": uuid4()}
    with acting_as(by):
        return actions.keep_closing_letter(participant=person, **(given | more), by=by)


def test_a_letter_is_kept_word_for_word_once_the_person_has_come_to_the_end(world):
    going_on, done = world.allocated(), world.followed_up()
    with pytest.raises(NotAtTheEnd):
        send(going_on, world.coordinator(going_on))
    with pytest.raises(NotSentYet):
        send(done, world.coordinator(done), sent_on=clock.today() + timedelta(days=1))
    letter = send(done, world.coordinator(done))
    with acting_as(world.coordinator(done)):
        assert [each.body for each in closing.letters_of(done)] == ["Took part."]
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        ClosingLetter.objects.filter(pk=letter.pk).delete()


def test_it_is_the_sites_own_letter(world):
    done = world.followed_up()
    elsewhere = next(site for site in world.sites if site != done.site)
    with pytest.raises(NotAtThisSite):
        send(done, world.coordinator(elsewhere))
    send(done, world.coordinator(done))
    for account, count in ((world.coordinator(elsewhere), 0), (world.staff("statistician"), 0), (done.account, 1)):
        with acting_as(account):
            assert ClosingLetter.objects.count() == count
