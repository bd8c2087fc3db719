"""`stegvis questionnaire render`: pages to look at, without a server, a database or an environment."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.methods.instruments.forms import SHIPPED, choice, form, limits, question, when
from tests.web.questions import toggled

CODED = {"answerCoding": {"system": "https://trial.example/codes", "code": "1"}}


def control(*codes: str) -> dict[str, Any]:
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
    return {"url": url, "valueCodeableConcept": {"coding": [{"code": code} for code in codes]}}


def render(file: Path, out: Path, *more: str, environment: dict[str, str] | None = None) -> Any:
    """The command in a process of its own, in which no test has set Django up, and nothing says where a database is."""
    command = [sys.executable, "-m", "stegvis", "questionnaire", "render", str(file), "--out", str(out), *more]
    given = {"STEGVIS_DATABASE_URL": "postgresql://nobody@nowhere.invalid/none", **(environment or {})}
    return subprocess.run(command, capture_output=True, text=True, env=given, check=False)


def test_every_page_is_written_with_all_that_it_needs(tmp_path: Path) -> None:
    source = form(
        choice("a", "0", "1"), choice("b", "0", "1", enableWhen=[when("a", "=", **CODED)]),
        question("c", "integer", extension=limits(0, 10, control="line")),
    )  # fmt: skip
    file, out = tmp_path / "form.json", tmp_path / "pages"
    file.write_text(json.dumps(source), encoding="utf-8")
    result = render(file, out, "--lang", "en")
    assert result.returncode == 0, result.stderr
    assert sorted(one.name for one in out.glob("*.html")) == [
        "index.html",
        "page-001.html",
        "page-002.html",
        "page-003.html",
    ]
    assert "asked only in view of other answers" in (out / "page-002.html").read_text(encoding="utf-8")
    for page in out.glob("*.html"):
        html = page.read_text(encoding="utf-8")
        needed = re.findall(r'(?:href|src)="([^"#]+)"', html)
        assert [one for one in needed if not (out / one).is_file()] == []


@pytest.mark.parametrize("instrument", ["pain-map", "phq-9", "fiq"])
def test_shipped_instruments_are_written_in_swedish(instrument: str, tmp_path: Path) -> None:
    result = render(SHIPPED / f"{instrument}.json", tmp_path / "pages")
    assert result.returncode == 0, result.stderr
    assert "Jag vill inte svara" in (tmp_path / "pages" / "page-001.html").read_text(encoding="utf-8")


def test_a_folder_with_something_in_it_and_a_mistaken_file_are_refused(tmp_path: Path) -> None:
    file = SHIPPED / "fatigue.json"
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    refused = render(file, tmp_path)
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    assert render(file, tmp_path, "--force").returncode == 0
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"

    mistaken = tmp_path / "mistaken.json"
    mistaken.write_text('{"resourceType": "Questionnaire"}', encoding="utf-8")
    assert "the status is missing" in render(mistaken, tmp_path / "none").stderr
    assert not (tmp_path / "none").exists()


def test_tables_are_tables_and_a_script_in_a_text_is_not_one(tmp_path: Path) -> None:
    rows = [choice(f"r{number}", "0", "1") for number in range(3)]
    evil = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/rendering-xhtml",
                           "valueString": "<p>Read <b>this</b><script>alert(1)</script></p>"}]}  # fmt: skip
    source = form(
        {"linkId": "t", "type": "group", "text": "Rows", "extension": [control("table")], "item": rows},
        question("x", "boolean", _text=evil),
    )
    file = tmp_path / "form.json"
    file.write_text(json.dumps(source), encoding="utf-8")
    assert render(file, tmp_path / "pages", "--lang", "en").returncode == 0
    first, second = ((tmp_path / "pages" / f"page-00{n}.html").read_text(encoding="utf-8") for n in (1, 2))
    assert first.count('<th scope="row"') == 3
    assert "Read <b>this</b>" in second
    assert "alert(1)" not in second


def test_what_an_earlier_rendering_made_is_taken_away_and_said(tmp_path: Path) -> None:
    file, out = tmp_path / "form.json", tmp_path / "pages"
    asked = [question(name, "date") for name in "abc"]
    for number in (3, 1):
        file.write_text(json.dumps(form(*asked[:number])), encoding="utf-8")
        result = render(file, out, "--force")
        assert result.returncode == 0, result.stderr
    assert [one.name for one in out.glob("page-*")] == ["page-001.html"]
    assert "Taken away from an earlier rendering: page-002.html, page-003.html." in result.stdout


def test_options_that_other_answers_bring_are_named_and_have_no_button(tmp_path: Path) -> None:
    later = toggled("last", "%resource.item.where(linkId='ever').answer.value", "earlier", always="never")
    file, out = tmp_path / "form.json", tmp_path / "pages"
    file.write_text(json.dumps(form(question("ever", "boolean"), later)), encoding="utf-8")
    assert render(file, out, "--lang", "en").returncode == 0
    html = (out / "page-002.html").read_text(encoding="utf-8")
    assert "these can be chosen as well: Earlier." in " ".join(html.split())
    assert ['value="never"' in html, 'value="earlier"' in html] == [True, False]
