"""Worksheets in the browser's words: the list, writing, keeping, going on, setting aside, sharing, paper."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stegvis.audit import queries as record
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.programme.worksheets import queries
from tests.web.participant.conftest import arm_with
from tests.web.participant.test_every_page import looks
from tests.worlds import FRIDAY, World

Page = Callable[..., Client]

LIST = "/en/worksheets/"
WRITE = "/en/worksheets/fear_ladder/new/"
AUTOSAVE = "/en/api/autosave/worksheets/fear_ladder/"
ALL = (
    "stress_diary", "thought_record", "balance", "values", "worry_time", "sleep_diary", "problem_solving",
    "relapse_plan", "breaks_menu", "boom_bust", "fear_ladder", "letter", "support_map", "early_signs",
)  # fmt: skip


def drafts(person: Participant, sheet: str = "fear_ladder") -> dict[str, str]:
    """What somebody has written in a sheet and not kept."""
    with acting_as(person.account):
        return queries.drafts(World.course(None, person), sheet)  # type: ignore[arg-type]


def sent(browser: Client, address: str = WRITE, **words: str) -> dict[str, str]:
    """What the page at an address would send, with these words: the versions of all that it shows among it."""
    html = browser.get(address).content.decode()
    boxes = dict(re.findall(r'name="(\w+__version)" value="([^"]*)"', html))
    key = re.search(r'name="key" value="([^"]+)"', html)
    assert key
    return {**boxes, "key": key[1], "day": FRIDAY.isoformat(), **words}


def kept(world: World, person: Participant, sheet: str = "fear_ladder", **more: str) -> str:
    """The address of a sheet that was kept."""
    return f"{LIST}{world.keep_sheet(person, sheet, **more).pk}/"


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_sheet_is_read_written_and_printed_in_both_languages(
    reader: Participant, page: Page, language: str
) -> None:
    browser = page(reader)
    for sheet in ALL:
        for address in (f"{sheet}/", f"{sheet}/new/", f"{sheet}/print/"):
            response = browser.get(f"/{language}/worksheets/{address}")
            assert response.status_code == 200, address
            assert b"MISSING VARIABLE" not in response.content, address


def test_the_list_has_the_sheets_of_open_steps_first_and_all_the_others(reader: Participant, page: Page) -> None:
    browser = page(reader)
    html = browser.get(LIST).content.decode()
    assert all(f"{LIST}{sheet}/" in html for sheet in ALL)
    assert "For you now" not in html
    browser.post("/en/programme/start/send/", {"key": "11111111-1111-4111-8111-111111111111", "anyway": "yes"})
    near = browser.get(LIST).content.decode().partition("More worksheets")[0]
    assert "Stress diary" in near
    assert "My ladder" not in near


def test_a_field_saves_itself_without_an_event_and_the_person_comes_back_to_it(reader: Participant, page: Page) -> None:
    browser = page(reader)
    answer = browser.post(AUTOSAVE, {"field": "want_back", "want_back": "The bus"})
    assert answer.status_code == 200
    assert answer.json()["version"]
    assert drafts(reader) == {"want_back": "The bus"}
    assert f'href="{WRITE}#id_want_back"' in browser.get(LIST).content.decode()
    with acting_as(SYSTEM):
        assert not record.events_of(reader.code).filter(verb__contains="worksheet").exists()


def test_what_does_not_fit_is_said_and_nothing_else_is_lost(reader: Participant, page: Page) -> None:
    browser = page(reader)
    address = "/en/worksheets/sleep_diary/new/"
    words = sent(browser, address, bed_time_1="half past", minutes_awake_1="9999", woke_at_1="6.30", then="keep")
    response = browser.post(address, words)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Write a time, for example 22:30." in html
    assert "Write a whole number." in html
    assert 'value="half past"' in html
    assert drafts(reader, "sleep_diary") == {"woke_at_1": "06:30"}
    assert (
        browser.post("/en/api/autosave/worksheets/sleep_diary/", {"field": "up_at_1", "up_at_1": "x"}).status_code
        == 422
    )
    assert browser.post(AUTOSAVE, {"field": "nothing", "nothing": "x"}).status_code == 404


def test_rows_come_one_by_one_and_the_next_is_where_one_lands(reader: Participant, page: Page) -> None:
    browser = page(reader)
    assert 'name="step_2"' not in browser.get(WRITE).content.decode()
    response = browser.post(WRITE, sent(browser, step_1="To the stop", then="more:steps"))
    assert response["Location"] == f"{WRITE}#id_step_2"
    html = browser.get(WRITE).content.decode()
    assert 'name="step_2"' in html
    assert 'name="step_3"' not in html
    assert "Save, and go on to Step 3" in html


def test_going_on_later_keeps_the_words_and_the_place(reader: Participant, page: Page) -> None:
    browser = page(reader)
    response = browser.post(WRITE, sent(browser, want_back="The bus", then="stop"))
    assert response["Location"] == LIST
    assert drafts(reader) == {"want_back": "The bus"}
    assert "Under way" in browser.get(LIST).content.decode()


def test_a_sheet_is_kept_once_and_read_as_it_was_written(reader: Participant, page: Page) -> None:
    browser = page(reader)
    words = sent(browser, want_back="The bus", step_1="To the stop", worry_before_1="3", then="keep")
    first = browser.post(WRITE, words)["Location"]
    assert browser.post(WRITE, words)["Location"] == first
    html = browser.get(first).content.decode()
    assert all(each in html for each in ("The bus", "To the stop", "3 (0–10)", "Friday 13 November"))
    assert "Cannot read it." in html
    assert browser.get(LIST).content.decode().count(first) == 1


def test_a_sheet_about_another_day_stands_under_that_day(reader: Participant, page: Page) -> None:
    browser = page(reader)
    day = (FRIDAY - timedelta(days=2)).isoformat()
    where = browser.post(WRITE, sent(browser, want_back="The bus", day=day, then="keep"))["Location"]
    assert "Wednesday 11 November" in browser.get(where).content.decode()
    to_come = sent(browser, want_back="The bus", day="2026-11-14", then="keep")
    assert "Choose one of the days shown." in browser.post(WRITE, to_come).content.decode()


def test_an_empty_sheet_is_not_kept(reader: Participant, page: Page) -> None:
    browser = page(reader)
    response = browser.post(WRITE, sent(browser, then="keep"))
    assert response.status_code == 422
    assert "There is nothing written yet." in response.content.decode()


def test_another_devices_words_are_shown_and_not_overwritten(reader: Participant, page: Page) -> None:
    tablet, phone = page(reader), page(reader)
    old = sent(tablet, want_back="From the tablet", step_1="To the stop", then="keep")
    phone.post(AUTOSAVE, {"field": "want_back", "want_back": "From the phone"})
    conflict = tablet.post(AUTOSAVE, {"field": "want_back", "want_back": "From the tablet"})
    assert conflict.status_code == 409
    assert conflict.json()["pairs"] == [["want_back", "From the phone"]]
    refused = tablet.post(WRITE, old)
    assert refused.status_code == 422
    assert "“From the phone”" in refused.content.decode()
    assert 'value="From the tablet"' in refused.content.decode()
    assert drafts(reader) == {"want_back": "From the phone", "step_1": "To the stop"}
    assert tablet.post(WRITE, sent(tablet, want_back="From the tablet", then="stop")).status_code == 302
    assert drafts(reader)["want_back"] == "From the tablet"


def test_a_new_sheet_begins_with_the_last_one(world: World, reader: Participant, page: Page) -> None:
    browser = page(reader)
    kept(world, reader, want_back="The bus", step_1="To the stop")
    assert "Begin with the one of 13 November 2026" in browser.get(WRITE).content.decode()
    assert browser.post("/en/worksheets/fear_ladder/copy/")["Location"] == WRITE
    assert 'value="The bus"' in browser.get(WRITE).content.decode()
    again = browser.post("/en/worksheets/fear_ladder/copy/", follow=True).content.decode()
    assert "You have begun a sheet of this kind." in again
    assert browser.post("/en/worksheets/letter/copy/").status_code == 404


def test_what_is_set_aside_is_out_of_the_list_and_comes_back(world: World, reader: Participant, page: Page) -> None:
    browser, where = page(reader), kept(world, reader)
    assert browser.post(f"{where}aside/")["Location"] == LIST
    assert where not in browser.get(LIST).content.decode()
    assert where in browser.get(f"{LIST}aside/").content.decode()
    assert "Bring it back" in browser.get(where).content.decode()
    browser.post(f"{where}aside/", {"back": "yes"})
    assert where in browser.get(LIST).content.decode()


def test_sharing_with_the_therapist_is_explained_done_and_taken_back(
    world: World, reader: Participant, page: Page
) -> None:
    browser, where = page(reader), kept(world, reader, "letter", words="Rest now.")
    share = f"{where}share/therapist/"
    assert "What has been read by then stays read." in browser.get(share).content.decode()
    browser.post(share)
    care = page(world.clinician(reader, Role.THERAPIST))
    theirs = f"/en/care/{reader.code}/worksheets/{where.split('/')[-2]}/"
    assert "Rest now." in care.get(theirs).content.decode()
    assert "Read Friday 13 November" in browser.get(where).content.decode()
    browser.post(f"{where}take-back/therapist/")
    assert "What has been read stays read." in browser.get(where).content.decode()
    assert care.get(theirs).status_code == 404


def test_the_physiotherapist_is_offered_only_where_the_programme_says_and_with_what_it_tells(
    world: World, reader: Participant, page: Page
) -> None:
    browser = page(reader)
    letter, ladder = kept(world, reader, "letter"), kept(world, reader)
    assert "Share with your physiotherapist" not in browser.get(letter).content.decode()
    assert browser.get(f"{letter}share/physiotherapist/").status_code == 404
    assert browser.post(f"{letter}share/physiotherapist/").status_code == 404
    explained = browser.get(f"{ladder}share/physiotherapist/").content.decode()
    assert "will understand that you have the programme" in explained
    assert browser.get(f"{ladder}share/nobody/").status_code == 404
    browser.post(f"{ladder}share/physiotherapist/")
    assert "Not read yet." in browser.get(ladder).content.decode()


def test_a_diary_of_seven_nights_is_added_up_and_printed_as_a_table(
    world: World, reader: Participant, page: Page
) -> None:
    night = {
        "bed_time": "22:30", "lights_out": "23:00", "minutes_to_sleep": "20", "minutes_awake": "40",
        "woke_at": "06:00", "up_at": "06:30",
    }  # fmt: skip
    nights = {f"{name}_{n}": text for n in range(1, 8) for name, text in night.items()}
    few = {name: text for name, text in nights.items() if not name.endswith("_7")}
    browser = page(reader)
    early = browser.get(kept(world, reader, "sleep_diary", **few)).content.decode()
    assert "There are 6 so far." in early
    assert "per cent" not in early
    where = kept(world, reader, "sleep_diary", **nights)
    assert "75 per cent" in browser.get(where).content.decode()
    paper = browser.get(f"{where}print/").content.decode()
    assert "Night 7</th>" in paper
    assert "22:30" in paper
    assert "22.30" in browser.get(f"{where}print/".replace("/en/", "/sv/")).content.decode()


def test_once_the_programme_is_stopped_sheets_are_read_and_taken_back_and_nothing_else(
    world: World, reader: Participant, page: Page
) -> None:
    where = kept(world, reader)
    world.keep_sheet(reader, "letter", audience="therapist")
    world.withdraw(reader, "programme")
    browser = page(reader)
    assert browser.get(where).status_code == browser.get(LIST).status_code == 200
    assert browser.get(WRITE)["Location"] == "/en/programme/"
    assert browser.post(AUTOSAVE, {"field": "want_back", "want_back": "x"}).status_code == 302
    assert browser.post(f"{where}share/therapist/")["Location"] == "/en/programme/"
    assert browser.post(f"{where}take-back/therapist/")["Location"] == where


def test_queries_do_not_grow_with_the_number_of_kept_sheets(world: World, reader: Participant, page: Page) -> None:
    browser = page(reader)
    found: dict[str, list[int]] = {LIST: [], f"{LIST}letter/": [], f"{LIST}letter/new/": []}
    for more in (2, 9, 9):
        for _ in range(more):
            world.keep_sheet(reader, "letter", audience="therapist")
        for address, counts in found.items():
            browser.get(address)
            with CaptureQueriesContext(connection) as asked:
                browser.get(address)
            counts.append(len(asked))
    assert all(len(set(counts)) == 1 for counts in found.values()), found
    assert "?page=2" in browser.get(LIST).content.decode()


ADDRESSES = [
    "worksheets/", "worksheets/aside/", "worksheets/letter/", "worksheets/letter/new/", "worksheets/letter/print/",
    "worksheets/{pk}/", "worksheets/{pk}/print/", "worksheets/{pk}/share/therapist/",
]  # fmt: skip
WRITES = [
    "worksheets/letter/new/", "worksheets/letter/copy/", "api/autosave/worksheets/letter/", "worksheets/{pk}/again/",
    "worksheets/{pk}/aside/", "worksheets/{pk}/share/therapist/", "worksheets/{pk}/take-back/therapist/",
]  # fmt: skip


def test_for_someone_without_the_programme_worksheets_do_not_exist(
    world: World, reader: Participant, control: Participant, page: Page
) -> None:
    pk, browser = world.keep_sheet(reader, "letter").pk, page(control)
    for address in ADDRESSES:
        assert looks(browser, address.format(pk=pk)) == looks(browser, "nothing-here/"), address
    for address in WRITES:
        answer = browser.post(f"/en/{address.format(pk=pk)}", {"field": "words", "words": "x", "then": "keep"})
        assert answer.status_code == 404, address
    html = "".join(browser.get(f"/en/{each}/").content.decode() for each in ("today", "more", "study", "activity"))
    assert "worksheet" not in html.lower()


def test_somebody_elses_sheet_is_a_page_that_does_not_exist(world: World, reader: Participant, page: Page) -> None:
    other = world.allocated(arm=arm_with(world, "programme", has=True), on=FRIDAY - timedelta(days=70))
    where = kept(world, reader, "letter", words="Mine alone.")
    browser = page(other)
    for address in ("", "print/", "share/therapist/"):
        assert browser.get(f"{where}{address}").status_code == 404
    for address in ("again/", "aside/", "share/therapist/", "take-back/therapist/"):
        assert browser.post(f"{where}{address}").status_code == 404
    assert "Mine alone." in page(reader).get(where).content.decode()


def test_no_copy_of_a_sheet_stays_in_a_cache(world: World, reader: Participant, page: Page) -> None:
    browser, where = page(reader), kept(world, reader)
    for address in (LIST, WRITE, where, f"{where}print/"):
        assert "no-store" in browser.get(address)["Cache-Control"], address


def test_before_the_programme_opens_there_is_nothing_to_write_in(world: World, page: Page) -> None:
    person = world.allocated(arm=arm_with(world, "programme", has=True), on=FRIDAY - timedelta(days=2))
    browser = page(person)
    for address in (LIST, WRITE):
        assert browser.get(address)["Location"] == "/en/programme/"


def test_what_writes_is_not_opened_by_a_link(world: World, reader: Participant, page: Page) -> None:
    browser, pk = page(reader), world.keep_sheet(reader, "letter").pk
    for address in ("letter/copy/", f"{pk}/again/", f"{pk}/aside/", f"{pk}/take-back/therapist/"):
        assert browser.get(f"{LIST}{address}").status_code == 405, address
    assert browser.get(AUTOSAVE).status_code == 405


def test_a_step_leads_to_its_worksheets_at_its_end_and_a_text_to_any(
    world: World, reader: Participant, page: Page
) -> None:
    world.send_homework(reader)
    browser = page(reader)
    assert f"{LIST}stress_diary/" in browser.get("/en/programme/alarm/4/").content.decode()
    assert LIST not in browser.get("/en/programme/alarm/1/").content.decode()
    assert f'href="{LIST}early_signs/"' in browser.get(f"{LIST}relapse_plan/").content.decode()
    assert f'href="{LIST}"' in browser.get("/en/programme/").content.decode()
