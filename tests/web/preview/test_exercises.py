"""The preview of the library: every exercise with its drawing, in each language, and what the check says."""

import shutil

import pytest
from django.test import Client, override_settings

from stegvis.config import pages
from tests.studies.folders import CWP


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(CWP / "plan" / "exercises", tmp_path / "exercises")


@pytest.fixture
def author(folder):
    with override_settings(
        ROOT_URLCONF="stegvis.web.preview.exercise_urls", PREVIEW_DIRECTORY=folder, MIDDLEWARE=[],
        TEMPLATES=[pages.templates()],
    ):  # fmt: skip
        yield Client()


def test_every_exercise_is_shown_in_each_language(author):
    assert author.get("/")["Location"] == "/en/"
    for language, name in (("en", "Half squat"), ("sv", "Halv knäböj")):
        html = author.get(f"/{language}/").content.decode()
        assert html.count('class="sv-drawing"') == 30
        assert f"<h2>{name}</h2>" in html


def test_a_mistake_stands_above_and_what_cannot_be_read_is_left_out(author, folder):
    file = folder / "half-squat.toml"
    file.write_text(file.read_text("utf-8").replace('kind = "strength"', 'kind = "strenght"', 1), "utf-8")
    html = author.get("/en/").content.decode()
    assert "half-squat.toml:1" in html
    assert html.count('class="sv-drawing"') == 29


def test_while_the_list_cannot_be_read_the_problems_stand_alone(author, folder):
    (folder / "library.toml").unlink()
    assert author.get("/")["Location"] == "/en/"
    assert "This file is missing." in author.get("/en/").content.decode()
