"""Systematic edits of the shipped instruments and of others' examples: refused or taken, never half, never a traceback.

`bench.edits` makes them, `bench.trying` does with each what the commands and a trial's loader do. `malformed.md` beside
this file says where we differ from the model that every edit is held against.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.by_others import model_refuses
from bench.edits import edits, kinds_of_elements
from bench.trying import exact, tried
from stegvis.methods.instruments import read_json, write_json
from tests.methods.instruments.forms import SHIPPED, choice, form, question

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("Questionnaire-*.json"))
LIBRARY = sorted(SHIPPED.glob("*.json"))
EVERY = {file: 97 if file in EXAMPLES else 797 for file in (*EXAMPLES, *LIBRARY)}
"""Every how many-th edit of a file is tried here; `python -m bench.by_others` tries as many as one likes."""


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.stem)
def test_an_edited_file_is_refused_or_taken_and_nothing_of_it_is_lost(file: Path) -> None:
    source, first = read_json(file.read_bytes()), len(file.stem)
    found = [(what, write_json(edited)) for what, edited in edits(source, EVERY[file], first)]

    assert found
    for what, text in found:
        result = tried(text)
        assert result.wrong == [], what
        assert result.verdict != "sound" or model_refuses(text) == [], what


def test_the_edits_are_the_same_every_time_and_reach_every_kind_of_element() -> None:
    source = form(choice("a", "0", "1"), question("b", "string", enableWhen=[]))
    made = [what for what, _ in edits(source)]

    assert made == [what for what, _ in edits(source)]
    assert len(kinds_of_elements(source)) == 22
    assert {"remove None at item[0].answerOption[0].valueCoding.code", "put [] at item"} <= set(made)
    assert source == form(choice("a", "0", "1"), question("b", "string", enableWhen=[]))


def test_trying_tells_what_is_lost_and_what_ends_in_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(form(question("a", "decimal")))
    assert tried(text).wrong == []

    monkeypatch.setattr("bench.trying.write_json", lambda _: text.replace("decimal", "integer"))
    assert tried(text).wrong[0] == "written out, it is not what it was"
    monkeypatch.setattr("bench.trying.codebook", lambda *_: 1 / 0)
    assert "ZeroDivisionError" in tried(text).wrong[-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [('{"a": 1.50}', '{"a": 1.5}'), ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'), ('{"a": 1}', '{"a": 1.0}'), ("[]", "{}")],
)
def test_digits_order_and_types_count_when_files_are_compared(one: str, other: str) -> None:
    assert exact(one) == exact(one.replace(" ", ""))
    assert exact(one) != exact(other)


def test_what_the_model_refuses_is_told_but_for_companions_inside_extensions() -> None:
    def sized(**value: Any) -> str:
        return json.dumps(form(question("a", "string", extension=[{"url": "urn:x", **value}])))

    assert model_refuses(sized(_valueString={"id": "x"})) == []
    assert model_refuses(sized(valueInteger="x")) != []
    assert model_refuses(sized(valueString="x")) == []
