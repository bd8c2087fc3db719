"""Files that are no questionnaire at all: each is told what it is, where it stops being JSON, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stegvis.methods.instruments import InvalidQuestionnaire, Mistake, load, validate_response
from tests.methods.instruments.forms import form, question, read

SOUND = json.dumps(form(question("a", "string")))
XML = '<?xml version="1.0"?><Questionnaire xmlns="http://hl7.org/fhir"><status value="active"/></Questionnaire>'


def mistake(source: Any) -> Mistake:
    with pytest.raises(InvalidQuestionnaire) as refused:
        load(source)
    (found,) = refused.value.mistakes
    return found


@pytest.mark.parametrize(
    ("text", "what", "right"),
    [
        ("", "the file is empty", "own JSON file"),
        (XML, "this is FHIR XML", "as FHIR JSON"),
        ("<!DOCTYPE html><p>Not found", "this is XML or HTML", "own JSON file"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0", "a pointer of Git LFS", "git lfs pull"),
        ("Instance: form\nInstanceOf: Questionnaire", "this is FHIR Shorthand", "SUSHI"),
        ("resourceType: Questionnaire", "this is YAML", "as FHIR JSON"),
        ("export const form = {}", "line 1, column 1: it does not begin as JSON does", "own JSON file"),
        ("{", "line 1, column 2: it ends in the middle", "Fetch the whole file"),
        (SOUND + "\n" + SOUND, "line 2, column 1: something follows", "NDJSON each line by itself"),
        ("// form\n" + SOUND, "line 1, column 1: a comment", "JSON has no comments"),
        (SOUND.replace('"status"', '/* x */ "status"'), "a comment", "JSON has no comments"),
        (SOUND.replace("}]", "},]"), "a comma before a closing bracket", "Remove the comma"),
        (SOUND[:-1] + ",}", "a comma before a closing bracket", "Remove the comma"),
        ("{'a': 1}", "a text in single quotes", "double quotes"),
        ('{"a": "b\nc"}', "line 1, column 9: a line break, tab or control character", r"Write it as \n"),
        ('{"a": "NaN",\n"b": NaN}', "line 2, column 6: NaN is not a number", "give a number"),
        ('{"a": 1' + "0" * 5000 + "}", "too many digits", "400 digits"),
        ("[" * 10_000 + "]" * 10_000, "more than 100 levels deep", "less deeply"),
    ],
)
def test_text_that_is_not_fhir_json_is_told_apart(text: str, what: str, right: str) -> None:
    found = mistake(text)

    assert what in found.what
    assert right in found.right
    assert mistake(text.encode()) == found


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (SOUND.encode("utf-16"), "the text is UTF-16"),
        (SOUND.encode("utf-16-le"), "the text is UTF-16 or UTF-32"),
        (SOUND.encode("utf-32"), "the text is UTF-32"),
        (b'{\n"a": "' + "Smärta".encode("latin-1"), "line 2: byte 10 of the file is not UTF-8"),
    ],
)
def test_another_encoding_is_named_and_only_utf_8_is_read(content: bytes, what: str) -> None:
    assert what in mistake(content).what
    assert mistake(content).right == "Save the file as UTF-8"
    assert load(b"\xef\xbb\xbf" + SOUND.encode()).code == "form"


def test_a_key_that_stands_twice_is_refused_by_its_element_path() -> None:
    twice = SOUND.replace('"text"', '"text": "first", "text"')

    assert mistake(twice).sentence == (
        "Questionnaire.item[0]: not FHIR JSON: the key text stands twice in the same object. Keep one of the two."
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([form()], "Questionnaire: this is a list, and no object."),
        (7, "Questionnaire: this is a number, and no object."),
        (None, "Questionnaire: this is null, and no object."),
        ({}, "Questionnaire.resourceType: the resourceType is missing."),
        ({"resourceType": "questionnaire"}, "Questionnaire.resourceType: this is 'questionnaire'."),
        (
            {"resourceType": "Bundle", "entry": [{"resource": form()}, {"resource": form()}]},
            "Questionnaire.resourceType: this is 'Bundle'; a Questionnaire stands inside it, at entry[0].resource, "
            "entry[1].resource. Put each Questionnaire into a file of its own.",
        ),
    ],
)
def test_another_value_than_a_questionnaire_is_told_what_it_is(value: Any, sentence: str) -> None:
    assert mistake(json.dumps(value)).sentence.startswith(sentence)


def test_a_response_of_another_kind_is_told_what_it_is_too() -> None:
    misfits = validate_response(read(question("a", "string")), {"resourceType": "Bundle", "entry": []})

    assert [one.sentence for one in misfits] == [
        "QuestionnaireResponse.resourceType: this is 'Bundle'. "
        'It must be an object with "resourceType": "QuestionnaireResponse".'
    ]


def test_a_file_that_cannot_be_read_is_an_error_of_the_system_and_no_mistake_in_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")
