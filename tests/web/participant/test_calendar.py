"""The calendar's pages: a file, a secret address, its renewal and its end."""

import re
from collections.abc import Callable

from django.test import Client

from stegvis.people.models import Participant
from stegvis.physiotherapy.calendars import opening

Page = Callable[..., Client]
CALENDAR = "/en/calendar/"


def address(client: Client) -> str:
    found = re.search(r'value="[^"]*(/en/calendar/\w{64}\.ics)"', client.get(CALENDAR).content.decode())
    return found[1] if found else ""


def test_the_file_says_appointment_and_nothing_of_health_or_group(reader: Participant, page: Page) -> None:
    response = page(reader).get(f"{CALENDAR}visits.ics")
    text = response.content.decode()
    assert "SUMMARY:Appointment" in text
    assert not re.search(r"pain|physio|programme|activity", text, re.IGNORECASE)
    assert response["Cache-Control"] == "private, no-store"


def test_an_address_opens_without_signing_in_and_leaves_no_cookie(reader: Participant, page: Page) -> None:
    client = page(reader)
    assert address(client) == ""
    client.post(CALENDAR, {"make": "1"})
    response = Client().get(address(client))
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_a_renewed_or_removed_address_is_like_one_that_never_was(reader: Participant, page: Page) -> None:
    client = page(reader)
    client.post(CALENDAR, {"make": "1"})
    old = address(client)
    client.post(CALENDAR, {"make": "1", "own_days": "on"})
    new = address(client)
    assert [Client().get(each).status_code for each in (old, new)] == [404, 200]
    client.post(CALENDAR, {"end": "1"})
    assert Client().get(new).status_code == Client().get(f"/en/calendar/{'0' * 64}.ics").status_code == 404


def test_a_calendar_asked_for_too_often_is_told_when_to_come_back(reader: Participant, page: Page, monkeypatch) -> None:
    monkeypatch.setattr(opening, "MOST_AN_HOUR", 0)
    client = page(reader)
    client.post(CALENDAR, {"make": "1"})
    Client().get(address(client))
    response = Client().get(address(client))
    assert (response.status_code, response["Retry-After"]) == (429, "3600")


def test_the_titles_speak_the_language_of_the_address(reader: Participant, page: Page) -> None:
    text = page(reader).get("/sv/calendar/visits.ics").content.decode()
    assert "SUMMARY:Besök" in text
