"""Nothing of the programme reaches somebody without it: any address of it, any form, static files, caches.

The addresses are read from the resolver, so that one that is added later is tried too.
"""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client

from stegvis.audit.action import SYSTEM
from stegvis.config.pages import WEB
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.programme import queries
from stegvis.web.participant import urls as own_pages
from stegvis.web.therapist import urls as care
from tests.web.participant.test_every_page import EVERYBODY
from tests.worlds import World

Page = Callable[..., Client]
OF_THE_PROGRAMME = re.compile(r"programme|worksheets")
FORM = {
    "field": "hope",
    "hope": "calm",
    "about": "calm",
    "seconds": "5",
    "on": "2026-11-13",
    "then": "keep",
    "text": "x",
}
TEXTUAL = {".js", ".css", ".svg", ".html", ".json", ".txt", ".webmanifest"}


@pytest.fixture
def entry(world: World, reader: Participant) -> int:
    """A sheet that the reader has kept and shares with both clinicians."""
    kept = world.keep_sheet(reader, "fear_ladder", audience="physiotherapist")
    return kept.pk


def filled(route: str, entry: int, code: str) -> str:
    """An address with values that lead to a page for the reader."""
    there = {
        "module": "start", "number": 1, "file": "en/pictures/loop.svg", "sheet": "letter", "pk": entry, "code": code,
        "audience": "therapist",
    }  # fmt: skip
    return re.sub(r"<\w+:(\w+)>", lambda found: str(there.get(found[1], "x")), route)


def addresses(entry: int, code: str) -> Iterator[str]:
    """Every address of the programme in the participant's wing, and the whole of the therapist's."""
    for pattern in own_pages.urlpatterns:
        if OF_THE_PROGRAMME.search(str(pattern.pattern)):
            yield filled(str(pattern.pattern), entry, code)
    for pattern in care.urlpatterns:
        yield f"care/{filled(str(pattern.pattern), entry, code)}"


def rows() -> int:
    """How many rows the programme's tables hold."""
    with acting_as(SYSTEM):
        return sum(model.objects.count() for model in apps.get_app_config("programme").get_models())


def test_every_address_of_the_programme_is_found_in_the_resolver(entry: int) -> None:
    found = list(addresses(entry, "x"))
    for known in ("programme/start/1/", "api/autosave/worksheets/letter/", f"worksheets/{entry}/print/", "care/"):
        assert known in found
    assert len(found) >= 20 + len(care.urlpatterns)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_no_address_exists_for_a_control_and_no_form_is_taken(
    reader: Participant, control: Participant, entry: int, page: Page, language: str
) -> None:
    browser, before = page(control), rows()
    for address in addresses(entry, reader.code):
        form = {**FORM, "key": uuid4()}
        given = browser.get(f"/{language}/{address}")
        sent = browser.post(f"/{language}/{address}", form, headers={"Accept": "application/json"})
        assert is_nothing(given), address
        assert is_nothing(sent), address
        assert 404 in {given.status_code, sent.status_code}, address
    assert rows() == before


def is_nothing(response: HttpResponse) -> bool:
    """A page that is not there; or, for everybody alike and without a word, a way of asking that the address has not."""
    return response.status_code == 404 or (response.status_code == 405 and not response.content)


def test_blind_staff_find_no_address_of_it_either(world: World, reader: Participant, entry: int, page: Page) -> None:
    for role in (Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.OUTCOME_ASSESSOR):
        browser = page(world.staff(role))
        for address in addresses(entry, reader.code):
            assert is_nothing(browser.get(f"/en/{address}")), (role, address)


def test_no_sentence_of_the_programme_lies_in_a_static_file(world: World) -> None:
    files = [file for file in WEB.joinpath("static").rglob("*") if file.suffix in TEXTUAL]
    assert len(files) > 20
    lying = "\n".join(file.read_text(encoding="utf-8") for file in files)
    with acting_as(SYSTEM):
        content = queries.content(queries.newest_release().pk)
    titles = [part.title for module in content for told in module.translations.values() for part in told.parts]
    sentences = [part.why for module in content for told in module.translations.values() for part in told.parts]
    sheets = [sheet.summary for each in content.worksheets for sheet in each.translations.values()]
    assert (len(titles), len(sheets)) == (112, 28)
    long_ones = [each for each in [*titles, *sentences, *sheets] if len(each) > 12]
    assert [each for each in long_ones if each in lying] == []
    assert not any(file.suffix == ".svg" and file.name in content.assets for file in files)


def test_the_worker_and_the_lists_of_pages_to_keep_hold_questions_only(
    reader: Participant, answering: Participant, page: Page
) -> None:
    for person in (reader, answering):
        browser = page(person)
        assert not OF_THE_PROGRAMME.search(browser.get("/en/q/worker.js").content.decode())
        for address in ["q/", "q/six_months/", "today/", "programme/", "programme/start/1/", "worksheets/"]:
            kept = re.findall(r'data-keep="([^"]*)"', browser.get(f"/en/{address}").content.decode())
            assert not any(OF_THE_PROGRAMME.search(each) for each in kept), address


def test_no_page_of_the_programme_stays_in_a_cache(world: World, reader: Participant, entry: int, page: Page) -> None:
    therapist = world.clinician(reader, Role.THERAPIST)
    seen = 0
    for who, wing in ((reader, ""), (therapist, "care/")):
        browser = page(who)
        for address in addresses(entry, reader.code):
            if address.startswith("care/") is bool(wing):
                response = browser.get(f"/en/{address}")
                seen += response.status_code == 200
                assert "no-store" in response["Cache-Control"], address
    assert seen >= 25


def test_what_everybody_sees_names_no_module(control: Participant, page: Page) -> None:
    with acting_as(SYSTEM):
        content = queries.content(queries.newest_release().pk)
    titles = [module.title("en") for module in content] + [sheet.title("en") for sheet in content.worksheets]
    browser = page(control)
    for address in EVERYBODY:
        html = browser.get(f"/en/{address}").content.decode()
        assert [title for title in titles if title in html] == [], address
