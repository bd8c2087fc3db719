"""Pages that a device keeps for when the connection is away: questions, and never what anybody answered."""

import json
import re
from collections.abc import Callable
from gzip import decompress
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from django.test import Client

from stegvis import web
from stegvis.people.models import Participant
from stegvis.web.participant.gate import HELP_IS_DUE
from stegvis.web.participant.kept_pages import MOST_AT_ONCE

Page = Callable[..., Client]
KEPT_PAGES = Path(web.__file__).parent / "static" / "js" / "kept-pages.js"
LINE = "/en/q/six_months/pain-intensity/pain-intensity/"
MAP = "/en/q/six_months/pain-map/pain-map/"


def listed(browser: Client, address: str) -> dict[str, str]:
    found = re.search(r'data-keep="([^"]*)"', browser.get(address).content.decode())
    assert found is not None
    return json.loads(unescape(found[1]))


def untouched(*signs: str) -> str:
    return "/en/api/untouched/six_months/?" + urlencode([("page", sign) for sign in signs])


def test_the_pages_to_keep_are_those_from_here_on_that_nobody_has_answered(answering: Participant, page: Page) -> None:
    browser = page(answering)
    assert list(listed(browser, "/en/q/six_months/"))[:2] == [LINE, MAP]
    assert next(iter(listed(browser, MAP))) == MAP
    browser.post(LINE, {"pain-intensity": "40", "then": "next"})
    assert LINE not in listed(browser, "/en/q/six_months/review/")
    assert MAP in listed(browser, "/en/q/six_months/review/")


def test_pages_to_keep_are_given_many_at_once_until_something_on_them_is_answered(
    answering: Participant, page: Page
) -> None:
    browser = page(answering)
    signs = listed(browser, "/en/q/six_months/")
    given = browser.get(untouched(signs[LINE], signs[MAP], "000000000000")).json()
    assert {address: one["sign"] for address, one in given.items()} == {LINE: signs[LINE], MAP: signs[MAP]}
    assert all("data-kept" in one["html"] for one in given.values())
    browser.post(LINE, {"pain-intensity": "40", "then": "next"})
    assert list(browser.get(untouched(signs[LINE], signs[MAP])).json()) == [MAP]


def test_no_more_pages_are_given_at_once_than_the_server_makes_quickly(answering: Participant, page: Page) -> None:
    browser = page(answering)
    signs = listed(browser, "/en/q/six_months/")
    given = browser.get(untouched(*signs.values()), headers={"Accept-Encoding": "gzip"})
    assert len(signs) > MOST_AT_ONCE
    assert list(json.loads(decompress(given.content))) == list(signs)[:MOST_AT_ONCE]
    assert given.headers["Cache-Control"] == "no-store"
    assert f"AT_ONCE = {MOST_AT_ONCE};" in KEPT_PAGES.read_text()


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
    sign = listed(browser, LINE)[LINE]
    session = browser.session
    session["seen_at"] = before = session["seen_at"] - 120
    session.save()
    assert browser.get(untouched(sign)).json()
    assert browser.session["seen_at"] == before

    session = browser.session
    session[HELP_IS_DUE] = "worry"
    session.save()
    assert "/help/first/" in browser.get(untouched(sign)).headers["Location"]
    assert browser.session[HELP_IS_DUE] == "worry"


def test_the_worker_lies_among_the_questions_and_is_asked_for_anew(answering: Participant, page: Page) -> None:
    given = page(answering).get("/en/q/worker.js")
    assert given.headers["Content-Type"] == "text/javascript"
    assert given.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in given.headers


def test_what_stands_in_for_a_missing_page_can_be_fetched_beforehand(answering: Participant, page: Page) -> None:
    assert "No connection just now" in page(answering).get("/en/q/no-connection.html").content.decode()
    assert Client().get("/en/q/no-connection.html").status_code == 302
