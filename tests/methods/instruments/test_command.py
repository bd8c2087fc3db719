"""`stegvis questionnaire`: check, validate, score, codebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stegvis.config.commands.questionnaire import command
from tests.methods.instruments.forms import SHIPPED, choice, form, question, score_extension, when


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)])


def check(*arguments: str | Path) -> Result:
    return run("check", *arguments)


def written(folder: Path, source: dict[str, Any], name: str = "form") -> Path:
    path = folder / f"{name}.json"
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
    assert "FIQ · fiq, version 1.0.0, active" in result.output


def test_what_is_not_carried_out_is_listed_and_fails_only_when_strict(tmp_path: Path) -> None:
    path = written(tmp_path, form(question("mood", "choice")))

    assert check(path).exit_code == 0
    assert "! Questionnaire.item[0].answerOption (linkId 'mood')" in check(path).output
    assert check("--strict", path).exit_code == 1
    assert check("--strict", SHIPPED / "sf-36.json").exit_code == 0


def test_programs_get_json(tmp_path: Path) -> None:
    result = check("--json", SHIPPED / "hads.json", written(tmp_path, {"resourceType": "Patient"}), tmp_path / "none")
    hads, patient, none = json.loads(result.output)

    assert [score["name"] for score in hads["scores"]] == ["hads_anxiety", "hads_depression"]
    assert hads["licence"]["licence_needed"] is True
    assert patient["mistakes"][0]["path"] == "Questionnaire.resourceType"
    assert none["mistakes"][0]["what"] == "No such file or directory"
    assert result.exit_code == 1


def response(folder: Path, *items: dict[str, Any]) -> Path:
    source = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items)}
    return written(folder, source, "response")


def test_what_stands_at_many_places_is_said_once(tmp_path: Path) -> None:
    items = [question(name, "string", extension=[{"url": "urn:x", "valueBoolean": True}]) for name in "abcde"]

    assert check(written(tmp_path, form(*items))).output.count("urn:x") == 1


def test_a_warning_is_listed_and_fails_only_when_strict(tmp_path: Path) -> None:
    path = written(tmp_path, form(question("a", "string", enableWhen=[when("b", "exists", answerBoolean=True)])))

    assert "? Questionnaire.item[0].enableWhen[0].question (linkId 'a'): 'b' is not in this" in check(path).output
    assert check(path).exit_code == 0
    assert check("--strict", path).exit_code == 1


def test_a_right_response_passes_and_a_wrong_one_fails_with_path_and_rule(tmp_path: Path) -> None:
    path = written(tmp_path, form(question("a", "integer")))

    assert run("validate", path, response(tmp_path, {"linkId": "a", "answer": [{"valueInteger": 1}]})).exit_code == 0
    wrong = run("validate", "--json", path, response(tmp_path, {"linkId": "b"}))
    assert wrong.exit_code == 1
    assert json.loads(wrong.output)[0] | {"sentence": ""} == {
        "path": "QuestionnaireResponse.item[0]", "linkId": "b", "rule": "unknown", "sentence": "",
    }  # fmt: skip


def test_scores_and_calculated_values_are_printed_as_json(tmp_path: Path) -> None:
    double = "%resource.item.where(linkId='a').answer.value.ordinal() * 2"
    expression = {"language": "text/fhirpath", "expression": double}
    url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
    twice = question("twice", "decimal", extension=[{"url": url, "valueExpression": expression}])
    source = form(choice("a", "0", "1"), twice, extension=[score_extension("total", "sum", items="a")])
    chosen = {"system": "https://trial.example/codes", "code": "1"}

    result = run(
        "score", written(tmp_path, source), response(tmp_path, {"linkId": "a", "answer": [{"valueCoding": chosen}]})
    )

    found = json.loads(result.output)
    assert [(one["name"], one["value"], one["n_answered"]) for one in found["scores"]] == [("total", 1, 1)]
    assert found["calculated"] == [{"position": "twice", "linkId": "twice", "value": 2}]


def test_a_wrong_response_is_not_scored(tmp_path: Path) -> None:
    result = run("score", written(tmp_path, form(question("a", "integer"))), response(tmp_path, {"linkId": "b"}))

    assert result.exit_code == 1
    assert "unknown: QuestionnaireResponse.item[0]" in result.output


def test_the_codebook_is_csv(tmp_path: Path) -> None:
    lines = run("codebook", SHIPPED / "phq-9.json").output.splitlines()

    assert lines[0] == "variable,text,type,codes,range,units,missing_codes"
    assert lines[1].startswith("phq9-1,")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf{", b"\xff", b'{"a": NaN}', b"[]", b'{"a": "\\ud800"}'])
def test_a_file_that_is_no_questionnaire_gets_a_sentence_and_no_trace(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "form.json"
    path.write_bytes(content)

    for result in (check(path), run("codebook", path), run("validate", path, path)):
        assert result.exit_code == 1
        assert "Questionnaire" in result.output


def test_of_a_folder_every_questionnaire_is_checked_and_the_rest_counted(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    written(tmp_path / "deeper", form(question("a", "string")), "sound")
    written(tmp_path, form(question("a", "string", prefix="")), "warned")
    written(tmp_path, form(question("a", "string")) | {"resourceType": "questionnaire"}, "nearly")
    written(tmp_path, {"resourceType": "Bundle", "entry": [{"resource": form()}]}, "bundle")
    written(tmp_path, {"resourceType": "ValueSet", "status": "active"}, "other")
    written(tmp_path, {"name": "a package"}, "package")
    (tmp_path / "broken.json").write_text("{")

    result = check(tmp_path)

    assert result.exit_code == 1
    assert result.output.endswith(
        "5 questionnaires: 1 sound, 1 taken with warnings, 3 refused. Left aside, since they are something else: 2 files.\n"
    )
    assert check(tmp_path / "deeper").exit_code == 0


def test_a_folder_without_questionnaires_is_told(tmp_path: Path) -> None:
    assert "There is no questionnaire (.json) in" in check(tmp_path).output
    assert check(tmp_path).exit_code == 2


def test_what_a_file_could_steer_a_terminal_with_is_spelt_out(tmp_path: Path) -> None:
    source = form(question("a", "string", **{"\ud800\x1b[2J": 1}), title="\u202ered")
    output = check(written(tmp_path, source)).output
    source["item"][0].popitem()
    wrong = written(tmp_path, form(question("\ud800", "\ud800", maxLength=3)), "wrong")
    assert r"maxLength on a \ud800" in check("--json", wrong).output.replace("\\\\", "\\")

    assert r"Questionnaire.item[0].'\ud800\x1b[2J'" in output
    assert r"\u202ered" in check(written(tmp_path, source)).output
