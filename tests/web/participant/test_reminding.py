"""The page on which a participant chooses how they are reminded."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.reminders import queries

Page = Callable[..., Client]
ADDRESS = "/en/reminders/"


def chosen(person: Participant) -> tuple[Any, ...]:
    """What counts now."""
    with acting_as(person.account):
        found = queries.preference_of(person)
        return found.channel, found.hour, found.quiet_until


def test_way_hour_and_quiet_time_are_chosen_and_shown_again(reader: Participant, page: Page) -> None:
    browser = page(reader)
    quiet = {"quiet_from_day": 20, "quiet_from_month": 12, "quiet_from_year": 2026}
    quiet |= {"quiet_until_day": 6, "quiet_until_month": 1, "quiet_until_year": 2027}
    assert chosen(reader)[:2] == ("email", 16)
    assert browser.post(ADDRESS, {"channel": "sms", "hour": 10, **quiet}).status_code == 302
    assert chosen(reader)[:2] == ("sms", 10)
    html = browser.get(ADDRESS).content.decode()
    assert 'value="2027"' in html
    assert "at most 2 times" in html


def test_a_quiet_time_with_one_end_is_refused_and_the_rest_stands(reader: Participant, page: Page) -> None:
    half = {"quiet_from_day": 20, "quiet_from_month": 12, "quiet_from_year": 2026}
    response = page(reader).post(ADDRESS, {"channel": "none", "hour": 9, **half})
    assert response.status_code == 422
    assert "quiet weeks have a first and a last day" in response.content.decode()
    assert chosen(reader) == ("email", 16, None)


def test_everybody_chooses_way_and_hour_and_what_is_the_programmes_is_not_offered_without_it(
    control: Participant, page: Page
) -> None:
    browser = page(control)
    html = browser.get(ADDRESS).content.decode()
    for of_the_programme in ("quiet", "Not at all", "programme", "therapist"):
        assert of_the_programme not in html.partition("<main")[2]
    assert browser.post(ADDRESS, {"channel": "none", "hour": 9}).status_code == 422
    assert browser.post(ADDRESS, {"channel": "sms", "hour": 9}).status_code == 302
    assert chosen(control) == ("sms", 9, None)
    assert ADDRESS in browser.get("/en/more/").content.decode()


def test_the_page_is_there_in_swedish(control: Participant, page: Page) -> None:
    html = page(control).get("/sv/reminders/").content.decode()
    assert "påminner vi några gånger" in html


def test_a_reminder_leads_to_a_page_that_is_there(reader: Participant, page: Page) -> None:
    assert page(reader).get(queries.part_path("en", "start", 1)).status_code == 200
