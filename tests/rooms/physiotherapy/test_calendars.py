"""Calendars: visits and own days, by a secret address; nothing in them tells of health or arm."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest

from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy.calendars import actions, opening, queries
from stegvis.physiotherapy.calendars.errors import AskedTooOften
from stegvis.physiotherapy.calendars.queries import Entry
from stegvis.physiotherapy.calendars.writing import write

TITLES = {"visit": "Appointment", "own": "Own time"}
MONDAY = date(2026, 11, 16)


def book(participant, physiotherapist, day=MONDAY, at=None):
    with acting_as(physiotherapist):
        return physiotherapy.book_visit(
            participant=participant, number=1, planned_on=day, planned_time=at, by=physiotherapist
        )


def address(account, **other):
    with acting_as(account):
        return actions.make_address(by=account, **other)


def events(entries):
    calendar = icalendar.Calendar.from_ical(write(entries, TITLES, "trial.example", "Appointments"))
    return calendar.walk("VEVENT")


def test_a_visit_stands_in_the_calendar_without_a_word_about_health(participant, physiotherapist, moment):
    book(participant, physiotherapist)
    (event,) = events(opening.open_by(address(participant.account).token))
    assert (str(event["summary"]), event.decoded("dtstart"), str(event["status"])) == (
        "Appointment",
        MONDAY,
        "CONFIRMED",
    )
    assert event.decoded("dtstamp") == moment


def test_a_visit_with_an_hour_stands_at_that_hour(participant, physiotherapist):
    book(participant, physiotherapist, at=time(10, 30))
    (event,) = events(opening.open_by(address(participant.account).token))
    begins, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert (begins.isoformat(), ends - begins) == ("2026-11-16T10:30:00+01:00", timedelta(hours=1))


def test_a_moved_visit_keeps_its_uid_and_grows_its_sequence(participant, physiotherapist, moment):
    book(participant, physiotherapist)
    token = address(participant.account).token
    (before,) = events(opening.open_by(token))
    with clock.frozen(moment + timedelta(minutes=1)):
        book(participant, physiotherapist, MONDAY + timedelta(days=1))
    (after,) = events(opening.open_by(token))
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstart") == MONDAY + timedelta(days=1)


def test_a_missed_visit_is_marked_as_cancelled(participant, physiotherapist, moment):
    book(participant, physiotherapist)
    with clock.frozen(moment + timedelta(minutes=1)), acting_as(physiotherapist):
        physiotherapy.miss_visit(participant=participant, number=1, why="A cold", by=physiotherapist)
    (event,) = events(opening.open_by(address(participant.account).token))
    assert str(event["status"]) == "CANCELLED"


def test_own_days_are_there_only_when_asked_for(participant, physiotherapist, plan):
    assert opening.open_by(address(participant.account).token) == []
    (event,) = events(opening.open_by(address(participant.account, own_days=True).token))
    assert event["rrule"]["byday"] == ["MO", "TU", "WE", "FR", "SA"]
    assert (str(event["summary"]), event.decoded("dtstart")) == ("Own time", date(2026, 11, 13))


def test_the_physiotherapists_calendar_has_codes_only(participant, control, physiotherapist, outsider):
    book(participant, physiotherapist)
    (event,) = events(opening.open_by(address(physiotherapist).token))
    assert str(event["summary"]) == f"Appointment {participant.code}"
    assert opening.open_by(address(outsider).token) == []


def test_a_renewed_address_opens_and_the_old_one_does_not(participant):
    old, new = address(participant.account).token, address(participant.account).token
    assert (opening.open_by(old), opening.open_by(new), opening.open_by("0" * 64)) == (None, [], None)
    with acting_as(participant.account):
        actions.end_address(by=participant.account)
    assert opening.open_by(new) is None


def test_nobody_else_has_a_calendar_or_sees_anothers(participant, control, therapist):
    address(participant.account)
    with acting_as(control.account):
        assert queries.address_of(participant.account) is None
    with pytest.raises(NotTheirRole):
        address(therapist)


def test_a_calendar_asked_for_too_often_rests_until_the_hour_is_over(participant, monkeypatch):
    monkeypatch.setattr(opening, "MOST_AN_HOUR", 2)
    token = address(participant.account).token
    opening.open_by(token), opening.open_by(token)
    with pytest.raises(AskedTooOften):
        opening.open_by(token)
    later = clock.wall() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert opening.open_by(token) == []


def test_a_visit_with_an_hour_says_it_in_stockholms_time():
    entry = Entry("visit-1", "visit", datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
    text = write([entry], TITLES, "trial.example", "Appointments").decode()
    assert "DTSTART;TZID=Europe/Stockholm:20260701T090000\r\n" in text
    assert "BEGIN:VTIMEZONE" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
