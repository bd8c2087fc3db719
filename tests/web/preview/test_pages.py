"""The preview: an author sees each part as people will, and beside it what the check says; without trial or database."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from stegvis.config import pages
from stegvis.methods.programme import check
from tests.studies.folders import CWP, REPOSITORY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the trial's programme, beside its protocol."""
    shutil.copy(CWP / "protocol.toml", tmp_path)
    return Path(shutil.copytree(CWP / "programme", tmp_path / "programme"))


@pytest.fixture
def author(folder: Path) -> Iterator[Client]:
    """An author's browser."""
    with override_settings(
        ROOT_URLCONF="stegvis.web.preview.urls",
        PREVIEW_DIRECTORY=folder,
        MIDDLEWARE=[],
        TEMPLATES=[pages.templates()],
    ):
        yield Client()


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def read(author: Client, address: str) -> str:
    response = author.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_it_begins_with_the_first_part_on_a_phone_and_wide(author: Client) -> None:
    assert author.get("/")["Location"] == "/en/start/1/"
    html = read(author, "/en/start/1/")
    assert html.count('<iframe class="sv-preview__') == 2
    assert html.count('src="/show/en/start/1/"') == 2
    assert "The check finds nothing to mend." in html


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_part_is_shown_in_full_and_in_short(author: Client, language: str) -> None:
    for module in ("breaks", "downshift", "onward"):
        for number in (1, 2, 3, 4):
            for length in ("full", "short"):
                html = read(author, f"/show/{language}/{module}/{number}/?length={length}")
                assert f'<html lang="{language}"' in html
                assert "<h1>" in html


def test_numbers_are_those_of_the_protocol_beside_it(author: Client, folder: Path) -> None:
    assert "Call 112 for new pain" in read(author, "/show/en/fear/1/")
    (folder.parent / "protocol.toml").unlink()
    assert "Call the number under Help now for new pain" in read(author, "/show/en/fear/1/")


def test_a_mistake_stands_above_the_part_with_file_and_line(author: Client, folder: Path) -> None:
    change(folder / "sv/03-breaks.md", "::: main", "::: mian")
    assert "<code>sv/03-breaks.md:" in read(author, "/sv/breaks/1/")
    assert "Did you mean ::: main?" in read(author, "/sv/breaks/1/")
    elsewhere = read(author, "/en/start/1/")
    assert "sv/03-breaks.md" not in elsewhere
    assert "more elsewhere in the programme." in elsewhere


def test_a_saved_file_is_another_version_and_the_same_files_are_not(author: Client, folder: Path) -> None:
    before = read(author, "/version/")
    assert read(author, "/version/") == before
    change(folder / "en/01-start.md", "A little at a time is enough.", "A little at a time is plenty.")
    assert read(author, "/version/") != before
    assert "A little at a time is plenty." in read(author, "/show/en/start/1/")


def test_while_the_list_of_modules_cannot_be_read_its_mistake_is_shown(author: Client, folder: Path) -> None:
    (folder / "programme.toml").write_text("modules", encoding="utf-8")
    for address in ("/", "/sv/breaks/2/", "/sv/breaks/notes/"):
        html = read(author, address)
        assert "programme.toml:1" in html
        assert "data-preview-version" in html


def test_notes_and_pictures_are_shown(author: Client) -> None:
    assert "<h2>Fallgropar</h2>" in read(author, "/sv/breaks/notes/")
    assert author.get("/picture/en/pictures/round.svg")["Content-Type"] == "image/svg+xml"
    assert author.get("/picture/en/pictures/none.svg").status_code == 404


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_worksheet_is_shown_with_all_its_fields(author: Client, language: str) -> None:
    for sheet in check.read(CWP / "programme").worksheets:
        html = read(author, f"/show/worksheet/{language}/{sheet.code}/")
        assert f"<h1>{sheet.title(language)}</h1>" in html
        for field in sheet.fields(language):
            assert f'name="{field.name}"' in html, field.name


def test_a_worksheet_s_mistake_stands_above_it_and_its_new_words_are_shown(author: Client, folder: Path) -> None:
    assert 'href="/worksheet/sv/letter/"' in read(author, "/sv/breaks/1/")
    assert read(author, "/worksheet/sv/letter/").count('src="/show/worksheet/sv/letter/"') == 2
    change(folder / "sv/worksheets/letter.md", "summary: ", "summary: Nytt! ")
    assert "Nytt!" in read(author, "/show/worksheet/sv/letter/")
    change(folder / "sv/worksheets/letter.md", "::: exercise", "::: exorcise")
    assert "<code>sv/worksheets/letter.md:" in read(author, "/worksheet/sv/letter/")
    assert "sv/worksheets/letter.md" not in read(author, "/worksheet/sv/balance/")


def test_a_worksheet_leads_to_those_that_it_names(author: Client) -> None:
    assert 'href="/show/worksheet/en/early_signs/"' in read(author, "/show/worksheet/en/relapse_plan/")
    assert author.get("/show/worksheet/en/nothing/").status_code == 404


@pytest.mark.parametrize("address", ["/show/en/breaks/9/", "/show/en/nothing/1/", "/show/fi/breaks/1/"])
def test_what_is_not_there_is_not_found(author: Client, address: str) -> None:
    assert author.get(address).status_code == 404


def test_the_command_needs_no_environment_and_no_database(folder: Path) -> None:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-m", "stegvis", "programme", "preview", str(folder), "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
            assert "Välkommen" in _fetched(f"http://127.0.0.1:{port}/show/sv/start/1/")
        finally:
            running.terminate()


def _fetched(address: str) -> str:
    """What the server answers, once it listens."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=20) as response:
                return str(response.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"Nothing answered at {address}.")
