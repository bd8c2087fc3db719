"""Pages that a device keeps for when the connection is away: questions, and never what anybody answered."""

import json
import re
from collections.abc import Callable
from html import unescape

from django.test import Client

from stegvis.people.models import Participant
from stegvis.web.participant.gate import HELP_IS_DUE

Page = Callable[..., Client]
LINE = "/en/q/six_months/pain-intensity/pain-intensity/"
MAP = "/en/q/six_months/pain-map/pain-map/"


def listed(browser: Client, address: str) -> dict[str, str]:
    found = re.search(r'data-keep="([^"]*)"', browser.get(address).content.decode())
    assert found is not None
    return json.loads(unescape(found[1]))


def untouched(address: str) -> str:
    return address.replace("/q/", "/api/untouched/")


def test_the_pages_to_keep_are_those_from_here_on_that_nobody_has_answered(answering: Participant, page: Page) -> None:
    browser = page(answering)
    assert list(listed(browser, "/en/q/six_months/"))[:2] == [LINE, MAP]
    assert next(iter(listed(browser, MAP))) == MAP
    browser.post(LINE, {"pain-intensity": "40", "then": "next"})
    assert LINE not in listed(browser, "/en/q/six_months/review/")
    assert MAP in listed(browser, "/en/q/six_months/review/")


def test_a_page_to_keep_is_given_until_something_on_it_is_answered(answering: Participant, page: Page) -> None:
    browser = page(answering)
    given = browser.get(untouched(LINE))
    assert given.status_code == 200
    assert "data-kept" in given.content.decode()
    browser.post(LINE, {"pain-intensity": "40", "then": "next"})
    assert browser.get(untouched(LINE)).status_code == 404


def test_a_sign_changes_with_what_the_page_shows_and_only_then(answering: Participant, page: Page) -> None:
    browser = page(answering)
    first = listed(browser, "/en/q/six_months/")
    assert listed(browser, "/en/q/six_months/") == first
    other = listed(browser, "/sv/q/six_months/")
    assert [address.replace("/sv/", "/en/") for address in other] == list(first)
    assert not set(other.values()) & set(first.values())


def test_fetching_pages_to_keep_is_no_sign_of_anybody_there_and_never_takes_help_away(
    answering: Participant, page: Page
) -> None:
    browser = page(answering)
    browser.get(LINE)
    session = browser.session
    session["seen_at"] = before = session["seen_at"] - 120
    session.save()
    assert browser.get(untouched(LINE)).status_code == 200
    assert browser.session["seen_at"] == before

    session = browser.session
    session[HELP_IS_DUE] = "worry"
    session.save()
    assert "/help/first/" in browser.get(untouched(LINE)).headers["Location"]
    assert browser.session[HELP_IS_DUE] == "worry"


def test_the_worker_lies_among_the_questions_and_is_asked_for_anew(answering: Participant, page: Page) -> None:
    given = page(answering).get("/en/q/worker.js")
    assert given.headers["Content-Type"] == "text/javascript"
    assert given.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in given.headers


def test_what_stands_in_for_a_missing_page_can_be_fetched_beforehand(answering: Participant, page: Page) -> None:
    assert "No connection just now" in page(answering).get("/en/q/no-connection.html").content.decode()
    assert Client().get("/en/q/no-connection.html").status_code == 302
