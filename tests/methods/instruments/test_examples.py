"""Questionnaires by others: the examples of the FHIR specification and of SDC, sound, damaged, and answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stegvis.methods.instruments import InvalidQuestionnaire, load, read_json, validate_response, write_json

EXAMPLES = Path(__file__).parent / "examples"
FILES = sorted(EXAMPLES.glob("Questionnaire-*.json"))
EDITS = json.loads((EXAMPLES / "edits.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_loads_and_is_written_out_as_it_was(file: Path) -> None:
    questionnaire = load(file)

    assert read_json(write_json(questionnaire.definition)) == read_json(file.read_bytes())


@pytest.mark.parametrize("name", ["gcs", "sdc-profile-example-multi-subject", "sdc-profile-example-PHQ9"])
def test_an_example_response_is_a_right_answer_to_its_questionnaire(name: str) -> None:
    questionnaire = load(next(file for file in FILES if file.stem.endswith(name)))
    response = next(EXAMPLES.glob(f"QuestionnaireResponse-*{name}.json"))

    assert validate_response(questionnaire, read_json(response.read_bytes())) == []


def edited(edit: dict[str, Any]) -> Any:
    source = read_json((EXAMPLES / edit["file"]).read_bytes())
    holder = source
    for key in edit["at"][:-1]:
        holder = holder[key]
    if edit.get("remove"):
        del holder[edit["at"][-1]]
    else:
        holder[edit["at"][-1]] = edit["put"]
    return source


def findings(source: Any) -> tuple[bool, list[str]]:
    """Whether the file is refused, and the paths of its mistakes and warnings."""
    try:
        return False, [one.path for one in load(write_json(source)).warnings]
    except InvalidQuestionnaire as refused:
        return True, [one.path for one in refused.mistakes]


def test_whatever_another_validator_refuses_is_refused_here_or_taken_with_a_warning() -> None:
    malformed = [edit for edit in EDITS if not edit["sound"]]

    assert len(malformed) > 100
    assert [edit for edit in malformed if not findings(edited(edit))[1]] == []


def test_what_is_refused_here_and_not_by_the_other_has_a_value_of_a_wrong_type_code_or_form() -> None:
    sound = [edit for edit in EDITS if edit["sound"]]
    refused = [edit for edit in sound if findings(edited(edit))[0]]

    assert len(refused) < len(sound) / 2
    for edit in refused:
        assert "put" in edit, edit


def test_a_mistake_is_named_by_the_path_of_what_was_put_there() -> None:
    text_in_a_list = {"file": FILES[0].name, "at": ["item", 0, "linkId"], "put": ["x"]}

    refused, paths = findings(edited(text_in_a_list))

    assert refused
    assert "Questionnaire.item[0].linkId" in paths


ROOT = Path(__file__).parents[3]
INSTRUMENTS = [
    *sorted(ROOT.glob("src/stegvis/methods/instruments/library/*.json")),
    *sorted(ROOT.glob("studies/*/instruments/*.json")),
]


@pytest.mark.parametrize("file", INSTRUMENTS, ids=lambda file: file.stem)
def test_a_shipped_instrument_passes_an_independent_schema_and_comes_back_the_same(file: Path) -> None:
    from fhir.resources.R4B.questionnaire import Questionnaire

    read = Questionnaire.model_validate_json(file.read_bytes())

    assert json.loads(read.model_dump_json()) == json.loads(file.read_bytes())
    assert read_json(write_json(load(file).definition)) == read_json(file.read_bytes())
