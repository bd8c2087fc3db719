"""`stegvis analyse`: from a folder to a report, without Django, server or database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from stegvis.config.commands import analyse
from stegvis.config.commands.analyse import command
from stegvis.methods.analysis.report import document
from tests.methods.analysis import synthetic


@pytest.fixture
def material(tmp_path: Path) -> Path:
    synthetic.write(tmp_path / "x")
    (tmp_path / "sap.toml").write_text(synthetic.plan_text(), encoding="utf-8")
    return tmp_path


def call(folder: Path, *more: str):
    arguments = [str(folder / "x"), "--plan", str(folder / "sap.toml"), "--out", str(folder / "out"), *more]
    return CliRunner().invoke(command, arguments)


def test_it_writes_the_report_and_says_where(material):
    done = call(material)
    assert done.exit_code == 0, done.output
    assert (material / "out" / "report.html").exists()
    assert (material / "out" / "report.sv.html").exists()
    assert "unblinded report on 57 randomised people" in done.stdout
    assert "shows nothing about the treatment" in done.stdout
    assert "Reading and checking the data" in done.stderr


def test_only_the_forms_that_are_asked_for_are_made(material):
    done = call(material, "--only", "pdf, html", "--lang", "sv", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["report"].endswith("report.html")
    assert {path.suffix for path in (material / "out").iterdir() if path.is_file()} == {".html", ".pdf", ".json"}


def test_the_command_knows_the_forms_that_there_are():
    assert tuple(analyse.FORMATS) == document.FORMATS


def test_a_form_that_there_is_not_is_refused_before_anything_is_read(material):
    refused = call(material, "--only", "html,odt")
    assert refused.exit_code == 2
    assert "'odt' is no form of the report; there are html, pdf, docx, png." in " ".join(refused.stderr.split())
    assert not (material / "out").exists()


def test_a_form_whose_package_is_not_installed_is_refused_and_the_page_is_not(material, monkeypatch):
    monkeypatch.setattr(analyse, "find_spec", lambda name: None)
    refused = call(material)
    assert refused.exit_code == 2
    assert "ask for the page alone: --only html." in " ".join(refused.stderr.split())
    assert call(material, "--only", "html", "--lang", "en").exit_code == 0


def test_a_folder_that_cannot_be_written_is_said_so(material):
    (material / "file").write_text("mine")
    refused = call(material, "--out", str(material / "file" / "below"))

    assert refused.exit_code == 1
    assert "The report was not written: " in refused.stderr
    assert "Not a directory. Mend that, or choose another folder." in refused.stderr


def test_its_summary_can_be_read_by_a_program(material):
    said = json.loads(call(material, "--json", "--lang", "en").stdout)
    assert (said["ok"], said["kind"], said["made_up"], said["randomised"]) == (True, "unblinded", True, 57)
    assert "results.json" in said["files"]
    assert all((material / "out" / name).exists() for name in said["files"])


def test_a_refusal_names_every_mistake_writes_nothing_and_ends_with_one(material):
    (material / "x" / "scores.csv").write_text("nonsense\n")
    (material / "x" / "visits.csv").unlink()
    refused = call(material)
    assert refused.exit_code == 1
    assert "scores.csv: the file's SHA-256 is not the one in the manifest" in refused.stderr
    assert "visits.csv: the manifest names this file, and it is not there." in refused.stderr
    assert not (material / "out").exists()
    said = json.loads(call(material, "--json").stdout)
    assert not said["ok"]
    assert {one["file"] for one in said["mistakes"]} == {"scores.csv", "visits.csv"}


def test_a_folder_with_something_in_it_is_left_alone_unless_asked(material):
    (material / "out").mkdir()
    (material / "out" / "mine.txt").write_text("mine")
    assert call(material).exit_code == 2
    assert call(material, "--force").exit_code == 0
    assert (material / "out" / "mine.txt").read_text() == "mine"


def test_it_needs_neither_django_nor_a_database(material):
    arguments = ["analyse", str(material / "x"), "--plan", str(material / "sap.toml"), "--out", str(material / "o")]
    script = (
        "import sys; from stegvis.config.cli import stegvis\n"
        f"try: stegvis({arguments!r})\n"
        "finally: sys.exit(7 if {'django', 'psycopg', 'pandas', 'matplotlib'} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
