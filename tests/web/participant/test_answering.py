"""Answering: every kind of question, several occurrences, calculated values, and two devices at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stegvis.people.models import Participant
from stegvis.web.participant.occasions import walk
from tests.web.participant.conftest import HALF_A_YEAR_AGO
from tests.web.participant.test_questionnaires import stored
from tests.web.questions import calculated, installed_with, toggled, worded
from tests.worlds import World

Page = Callable[..., Client]

LINE = "/en/q/six_months/pain-intensity/pain-intensity/"
SAVE = "/en/api/autosave/answers/six_months/"
MORE = "/en/q/six_months/stress-now/"
NEXT = {"then": "next"}


def autosaved(browser: Client, value: str, version: int | None = None, instrument: str = "pain-intensity") -> Any:
    sent = {"field": instrument, instrument: value}
    return browser.post(f"{SAVE}{instrument}/", sent | ({} if version is None else {f"{instrument}__version": version}))


# Two devices ----------------------------------------------------------------------------------------------------------
def test_an_answer_based_on_an_older_one_is_not_saved_and_the_newer_one_is_given(
    answering: Participant, page: Page
) -> None:
    browser = page(answering)
    first = autosaved(browser, "40", 0).json()["version"]
    other = autosaved(browser, "70", 0)
    assert other.status_code == 409
    assert other.json()["pairs"] == [["pain-intensity", "40"]]
    assert other.json()["version"] == first
    assert stored(answering, "pain-intensity") == {"pain-intensity": 40}

    assert autosaved(browser, "70", first).status_code == 200
    assert stored(answering, "pain-intensity") == {"pain-intensity": 70}


def test_the_same_answer_from_two_devices_is_no_disagreement(answering: Participant, page: Page) -> None:
    browser = page(answering)
    autosaved(browser, "40", 0)
    assert autosaved(browser, "40", 0).status_code == 200


def test_a_whole_page_does_not_overwrite_what_another_device_said_meanwhile(answering: Participant, page: Page) -> None:
    browser = page(answering)
    version = autosaved(browser, "40", 0).json()["version"]
    refused = browser.post(LINE, {"pain-intensity": "70", "pain-intensity__version": 0, **NEXT})
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "“40” was saved at 10:00 from another device" in html
    assert 'value="70"' in html
    assert f'name="pain-intensity__version" value="{version}"' in html

    browser.post(LINE, {"pain-intensity": "70", "pain-intensity__version": version, **NEXT})
    assert stored(answering, "pain-intensity") == {"pain-intensity": 70}


def test_what_was_left_as_it_was_gives_way_to_the_newer_answer(answering: Participant, page: Page) -> None:
    browser = page(answering)
    assert browser.post(LINE, {"pain-intensity": "40", "pain-intensity__version": 0, **NEXT}).status_code == 302
    old = 0
    assert autosaved(browser, "55", autosaved(browser, "40").json()["version"]).status_code == 200
    sent = browser.post(LINE, {"pain-intensity__version": old, "then": "stop"})
    assert sent.status_code == 302  # nothing was there when that page was made, and nothing is there now
    assert stored(answering, "pain-intensity") == {"pain-intensity": 55}


# Every kind -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def rich_world(tmp_path: Path, moment: Any) -> World:
    """The example trial, with questions of many kinds behind its question about stress."""
    return installed_with(tmp_path, *ITEMS)


@pytest.fixture
def person(rich_world: World) -> Participant:
    return rich_world.allocated(on=HALF_A_YEAR_AGO)


BMI = "%resource.item.where(linkId='body').item.where(linkId='kg').answer.value / 2"
ITEMS: list[dict[str, Any]] = [
    {"linkId": "body", "type": "group", "text": "Body", "item": [
        {"linkId": "kg", "type": "decimal", "text": "Weight"},
        {"linkId": "half", "type": "decimal", "text": "Half of it", "readOnly": True, "extension": [calculated(BMI)]},
    ]},
    {"linkId": "drug", "type": "group", "repeats": True, "text": "Medicine", "item": [
        {"linkId": "name", "type": "string", "text": "Its name"},
        {"linkId": "dose", "type": "decimal", "text": "How much"},
    ]},
    {"linkId": "when", "type": "dateTime", "text": "When"},
    {"linkId": "allergies", "type": "string", "repeats": True, "text": "Allergies"},
    {"linkId": "brand", "type": "string", "text": "Its brand"},
    {"linkId": "photo", "type": "attachment", "text": "A photo"},
    {"linkId": "ever", "type": "boolean", "text": "Have you ever had it?"},
    toggled("last", "%resource.item.where(linkId='ever').answer.value", "this year", "earlier", always="never"),
    worded("effect", "string", "What it did", "'What did ' + %resource.item.where(linkId='brand').answer.value + ' do?'"),
]  # fmt: skip


def test_a_calculated_value_is_worked_out_on_saving_and_told_to_the_page(person: Participant, page: Page) -> None:
    browser = page(person)
    saved = browser.post(f"{SAVE}stress-now/", {"field": "kg", "kg": "61,5"})
    assert saved.json()["values"] == {"half": "30.75"}
    html = browser.get(f"{MORE}kg/").content.decode()
    assert ">30.75<" in html
    assert 'name="half"' not in html

    browser.post(f"{MORE}kg/", {"kg": "", **NEXT})
    assert stored(person, "stress-now") == {}


def test_one_more_medicine_is_added_and_one_is_taken_away(person: Participant, page: Page) -> None:
    browser = page(person)
    first, second = f"{MORE}name@1/", f"{MORE}name@2/?open=drug%402"
    third = browser.get(f"{MORE}name@3/?open=drug%403")
    assert third.status_code == 302  # nothing comes after a medicine that is not there
    added = browser.post(first, {"name@1": "Iron", "dose@1": "1", "then": "add:drug@2"})
    assert added["Location"] == second
    assert "Number 2 of 2" in browser.get(second).content.decode()
    assert browser.post(second, {"name@2": "Zinc", **NEXT})["Location"] == f"{MORE}when/"

    gone = browser.post(first, {"name@1": "Iron", "dose@1": "1", "then": "remove:drug@1"})
    assert gone["Location"] == first
    assert stored(person, "stress-now") == {"name@1": "Zinc"}


def test_a_question_says_what_was_answered_before_it_and_then_stays_off_the_device(
    person: Participant, page: Page
) -> None:
    browser, effect = page(person), f"{MORE}effect/"
    assert "What it did" in browser.get(effect).content.decode()
    browser.post(f"{MORE}brand/", {"brand": "<b>Iron</b>", **NEXT})
    html = browser.get(effect).content.decode()
    assert "What did &lt;b&gt;Iron&lt;/b&gt; do?" in html
    kept = browser.get("/en/q/six_months/").content.decode().partition('data-keep="')[2].partition('"')[0]
    assert (f"{MORE}photo/" in kept, effect in kept) == (True, False)
    assert "What it did" in browser.get(effect.replace("/en/", "/sv/")).content.decode()


def test_several_answers_have_a_box_each_and_one_to_spare(person: Participant, page: Page) -> None:
    browser, address = page(person), f"{MORE}allergies/"
    assert browser.post(address, {"allergies": ["Nuts", "", "Eggs"], "then": "stay"})["Location"] == address
    assert stored(person, "stress-now") == {"allergies": ["Nuts", "Eggs"]}
    assert browser.get(address).content.decode().count('name="allergies"') == 3


def test_a_moment_and_a_file_are_kept_and_shown_again(person: Participant, page: Page) -> None:
    browser = page(person)
    browser.post(f"{MORE}when/", {"when__date": "2026-03-09", "when__time": "14:30", **NEXT})
    photo = SimpleUploadedFile("knee.png", b"\x89PNG", "image/png")
    browser.post(f"{MORE}photo/", {"photo__file": photo, **NEXT})
    browser.post(f"{MORE}photo/", NEXT)  # nothing new: the file stays
    kept = stored(person, "stress-now")
    assert kept["when"] == "2026-03-09T14:30:00+01:00"
    assert kept["photo"] == {"contentType": "image/png", "data": "iVBORw==", "size": 4, "title": "knee.png"}
    assert "Kept: knee.png" in browser.get(f"{MORE}photo/").content.decode()
    browser.post(f"{MORE}photo/", {"photo__remove": "yes", **NEXT})
    assert "photo" not in stored(person, "stress-now")


def test_a_person_comes_back_to_the_page_after_the_last_answer_on_any_device(person: Participant, page: Page) -> None:
    page(person).post(f"{MORE}when/", {"when__date": "2026", "then": "stop"})
    html = page(person).get("/en/q/six_months/").content.decode()
    assert f'href="{MORE}allergies/"' in html


def test_an_option_that_is_not_offered_now_has_no_button_and_is_not_saved_by_itself_either(
    person: Participant, page: Page
) -> None:
    browser, address = page(person), f"{MORE}last/"
    browser.post(f"{MORE}ever/", {"ever": "false", **NEXT})
    assert 'value="earlier"' not in browser.get(address).content.decode()
    refused = browser.post(f"{SAVE}stress-now/", {"field": "last", "last": "earlier"})
    assert (refused.status_code, "not in the list" in refused.json()["error"]) == (422, True)

    browser.post(f"{MORE}ever/", {"ever": "true", **NEXT})
    assert 'value="earlier"' in browser.get(address).content.decode()
    assert browser.post(f"{SAVE}stress-now/", {"field": "last", "last": "earlier"}).status_code == 200


def test_an_answer_that_another_one_has_made_impossible_waits_to_be_given_again(
    person: Participant, page: Page
) -> None:
    browser = page(person)
    browser.post(f"{MORE}ever/", {"ever": "true", **NEXT})
    browser.post(f"{MORE}last/", {"last": "earlier", "then": "stop"})
    assert walk(person, "six_months").step("stress-now", "last").is_done
    browser.post(f"{MORE}ever/", {"ever": "false", "then": "stop"})
    assert walk(person, "six_months").step("stress-now", "last").unanswered == ["last"]
    assert stored(person, "stress-now")["last"] == "earlier"
