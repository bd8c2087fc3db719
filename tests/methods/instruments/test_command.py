"""`stegvis questionnaire check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from stegvis.config.commands.questionnaire import command
from tests.methods.instruments.forms import SHIPPED, form, question


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["check", *map(str, arguments)])


def written(folder: Path, source: dict[str, Any]) -> Path:
    path = folder / "form.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    return path


def test_a_sound_questionnaire_is_described() -> None:
    result = check(SHIPPED / "phq-9.json")

    assert result.exit_code == 0
    assert "PHQ-9 · phq-9, version 1.1.0, active" in result.output
    assert "languages: en, sv" in result.output
    assert "Answers that can ask for help at once: phq9-9" in result.output
    assert "Everything in it is carried out here." in result.output


def test_mistakes_are_listed_and_fail(tmp_path: Path) -> None:
    result = check(written(tmp_path, form(question("a", "chioce"), question("a", "date"))), SHIPPED / "fiq.json")

    assert result.exit_code == 1
    assert "Not a usable questionnaire: 2 mistakes." in result.output
    assert "there is no type 'chioce'" in result.output
    assert "FIQ, version of 1997 and 2002" in result.output


def test_what_is_not_carried_out_is_listed_and_fails_only_when_strict(tmp_path: Path) -> None:
    path = written(tmp_path, form(question("when", "dateTime")))

    assert check(path).exit_code == 0
    assert "! Questionnaire.item[0].type (linkId 'when')" in check(path).output
    assert check("--strict", path).exit_code == 1
    assert check("--strict", SHIPPED / "sf-36.json").exit_code == 0


def test_programs_get_json(tmp_path: Path) -> None:
    result = check("--json", SHIPPED / "hads.json", written(tmp_path, {"resourceType": "Patient"}), tmp_path / "none")
    hads, patient, none = json.loads(result.output)

    assert [score["name"] for score in hads["scores"]] == ["hads_anxiety", "hads_depression"]
    assert hads["licence"]["licence_needed"] is True
    assert patient["mistakes"][0]["path"] == "Questionnaire"
    assert none["mistakes"][0]["what"] == "No such file or directory"
    assert result.exit_code == 1
