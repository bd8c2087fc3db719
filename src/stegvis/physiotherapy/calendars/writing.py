"""Entries as an iCalendar object (RFC 5545), by the package icalendar: CRLF lines, folded, escaped, with VTIMEZONE."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, vRecur

from stegvis.audit import clock
from stegvis.physiotherapy.calendars.queries import Entry

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AN_HOUR = timedelta(hours=1)


def write(entries: Iterable[Entry], titles: Mapping[str, str], host: str, name: str) -> bytes:
    """The calendar as bytes. `titles` gives the words for each kind of entry; `host` makes the UIDs this installation's."""
    calendar = Calendar()
    calendar.add("prodid", "-//Stegvis//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(clock.STOCKHOLM))
    calendar.add("refresh-interval;value=duration", "PT6H")
    calendar.add_component(Timezone.from_tzinfo(clock.STOCKHOLM))
    for entry in entries:
        calendar.add_component(_event(entry, titles, host))
    return bytes(calendar.to_ical())


def _event(entry: Entry, titles: Mapping[str, str], host: str) -> Event:
    event = Event()
    title = titles[entry.what]
    event.add("uid", f"{entry.uid}@{host}")
    event.add("summary", f"{title} {entry.code}".strip())
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if isinstance(entry.starts, datetime):
        starts = clock.local(entry.starts)
        event.add("dtstart", starts)
        event.add("dtend", starts + AN_HOUR)
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if entry.weekdays:
        event.add("rrule", vRecur(freq="WEEKLY", byday=[WEEKDAYS[day - 1] for day in entry.weekdays]))
    return event
