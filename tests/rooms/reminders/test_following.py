"""Reminders of the programme: decided when they go out, two at most, never in a pause, and back when the person is."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import NotPermitted
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role, SignInLink
from stegvis.programme import arranging
from stegvis.programme import queries as courses
from stegvis.reminders import actions, queries, tasks
from stegvis.reminders.errors import NoTextMessages, NotQuietWeeks, UnlikelyHour
from stegvis.reminders.models import PlannedMessage, Sent, State
from tests.worlds import FRIDAY


@pytest.fixture
def person(world):
    """Somebody whose programme opens on the tests' Friday."""
    return world.allocated(arm="intervention", on=FRIDAY - timedelta(days=54))


@pytest.fixture
def opened(world, person, mailoutbox):
    """The day on which it opened, with the letter that said so gone out."""
    with acting_as(person.account):
        day = world.course(person).opens_on
    rounds(day)
    mailoutbox.clear()
    return day


def rounds(day, hour=16, minute=5):
    """One round of the worker."""
    with clock.frozen(clock.at(day, hour, minute)):
        return tasks.send_due()


def through(first, days, hour=16):
    """The numbers of the days, counted from `first`, on which a reminder went out."""
    return [n for n in range(days) if rounds(first + timedelta(days=n), hour)]


def arrange(world, person, how, on, **given):
    therapist = world.clinician(person, Role.THERAPIST)
    with world.acting(therapist, on):
        getattr(arranging, how)(
            course=world.course(person), words="Little strength", key=uuid4(), by=therapist, **given
        )


def prefer(person, **given):
    chosen = {"channel": "email", "hour": 16} | given
    with acting_as(person.account):
        return actions.prefer(participant=person, by=person.account, **chosen)


def rows(person, **chosen):
    with acting_as(SYSTEM):
        return list(PlannedMessage.objects.filter(participant=person, kind=queries.NEXT_STEP, **chosen).order_by("pk"))


# When -------------------------------------------------------------------------------------------------------------
def test_two_reminders_go_out_on_the_protocols_days_and_no_third(world, person, opened):
    assert world.protocol.programme.remind_after_days == (3, 6)
    assert through(opened, 20) == [3, 6]


def test_whoever_is_back_is_followed_anew(world, person, opened):
    assert through(opened, 8) == [3, 6]
    world.send_homework(person, on=opened + timedelta(days=8))
    assert through(opened + timedelta(days=8), 12) == [3, 6]


def test_use_on_the_day_itself_is_seen_at_the_last_moment(world, person, opened):
    through(opened, 3)
    world.send_homework(person, on=opened + timedelta(days=3))
    assert rounds(opened + timedelta(days=3)) == 0


def test_at_half_the_pace_reminders_come_after_twice_as_long(world, person, opened):
    arrange(world, person, "agree_pace", opened, per_week=1, core_only=False)
    assert through(opened, 20) == [6, 12]


def test_a_pause_is_silent_and_counted_from_its_end(world, person, opened):
    last = opened + timedelta(days=9)
    arrange(world, person, "plan_pause", opened, from_on=opened, until_on=last)
    assert through(opened, 20) == [12, 15]


def test_quiet_weeks_are_silent(person, opened):
    prefer(person, quiet_from=opened, quiet_until=opened + timedelta(days=6))
    assert through(opened, 14) == [9, 12]


def test_nobody_is_reminded_while_the_next_step_is_held(world, person, opened):
    arrange(world, person, "hold_next", opened, look_again_on=opened + timedelta(days=9))
    world.send_homework(person, on=opened)
    assert through(opened, 12) == []


def test_nobody_is_reminded_who_stopped_or_is_done(world, person, opened):
    with acting_as(person.account):
        steps = courses.content(world.course(person).release_id).written
    for _ in steps:
        world.send_homework(person, on=opened)
    assert through(opened, 9) == []
    assert [row.state for row in rows(person)] == [State.NOT_DUE]
    other = world.allocated(arm="intervention", on=FRIDAY - timedelta(days=54))
    world.withdraw(other, "programme", on=opened)
    through(opened, 9)
    assert {row.state for row in rows(other)} == {State.NOT_DUE}


def test_what_is_held_up_until_the_night_waits_for_the_next_day(person, opened):
    through(opened, 3)
    assert rounds(opened + timedelta(days=3), hour=22) == 0
    assert rounds(opened + timedelta(days=4)) == 1


def test_a_control_is_planned_none(world, person):
    control = world.allocated(arm="control")
    assert rows(control) == []


# How --------------------------------------------------------------------------------------------------------------
def test_a_reminder_leads_to_the_exact_next_part_and_says_nothing_of_health_or_arm(person, opened, mailoutbox):
    through(opened, 4)
    (mail,) = mailoutbox
    with acting_as(SYSTEM):
        link = SignInLink.objects.order_by("-pk").first()
    assert link.target == "/sv/programme/start/1/"
    assert mail.subject == "Din plats finns kvar"
    assert len(re.findall(r"https?://", mail.body)) == 1
    assert not re.search("program|smärt|stress|behandl|kbt|grupp|start", mail.subject + mail.body, re.I)


def test_chosen_as_text_message_it_goes_there_at_the_chosen_hour(person, opened, mailoutbox, settings, tmp_path):
    settings.SMS_FILE_PATH = tmp_path / "sms"
    prefer(person, channel="sms", hour=10)
    assert through(opened, 4, hour=10) == [3]
    assert not mailoutbox
    (written,) = (tmp_path / "sms").iterdir()
    to, text = written.read_text().split("\n\n")
    assert to == "+46701740699"
    assert text.startswith("Din plats finns kvar.")
    assert not re.search("program|smärt|stress|behandl|kbt|grupp", text.split("http")[0], re.I)


def test_before_the_chosen_hour_nothing_goes(person, opened):
    prefer(person, hour=18)
    assert rounds(opened + timedelta(days=3), hour=17) == 0
    assert rounds(opened + timedelta(days=3), hour=18) == 1


def test_whoever_wants_none_gets_none(person, opened):
    prefer(person, channel="none")
    assert through(opened, 12) == []


def test_where_no_text_message_can_be_sent_an_email_goes_instead(person, opened, settings, mailoutbox):
    prefer(person, channel="sms")
    settings.SMS = "off"
    assert through(opened, 5)
    assert "kvar" in mailoutbox[-1].subject


# Saying how -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("hour", [7, 21])
def test_an_hour_of_the_night_is_refused(person, hour):
    with pytest.raises(UnlikelyHour, match="from 8 to 20"):
        prefer(person, hour=hour)
    assert prefer(person, hour=8)


@pytest.mark.parametrize(("first", "last"), [(0, None), (3, 2), (-5, -1), (0, 56)])
def test_quiet_weeks_without_both_ends_backwards_past_or_endless_are_refused(person, first, last):
    days = [None if n is None else FRIDAY + timedelta(days=n) for n in (first, last)]
    with pytest.raises(NotQuietWeeks, match="last at most 56 days"):
        prefer(person, quiet_from=days[0], quiet_until=days[1])
    assert prefer(person, quiet_from=FRIDAY, quiet_until=FRIDAY + timedelta(days=55))


def test_text_messages_are_refused_where_there_is_no_number(person, settings):
    with acting_as(SYSTEM):
        people.correct_identity(
            participant=person, name="Made Up", email="x@example.org", phone="none", by=world_coordinator(person)
        )
    with pytest.raises(NoTextMessages, match="no number of yours"):
        prefer(person, channel="sms")


def world_coordinator(person):
    from stegvis.people import queries as who

    return who.staff_at(person.site, Role.COORDINATOR).first()


def test_a_preference_is_the_persons_own_and_hidden_from_staff(world, person):
    prefer(person)
    other = world.clinician(person, Role.THERAPIST)
    with acting_as(other), pytest.raises(NotPermitted):
        actions.prefer(participant=person, channel="email", hour=9, by=other)
    from stegvis.reminders.models import Preference

    for role in (Role.THERAPIST, Role.COORDINATOR, Role.PHYSIOTHERAPIST):
        with acting_as(world.staff(role)):
            assert not Preference.objects.exists()
            assert not Sent.objects.exists()
