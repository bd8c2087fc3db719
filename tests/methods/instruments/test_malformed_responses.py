"""Responses malformed in every way that a file can be: held against their form, each misfit by its place, no traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench.edits import edits
from bench.trying import made_up_answers
from stegvis.config.commands.questionnaire import command
from stegvis.methods.instruments import load, read_json, score, to_response, validate_response, write_json
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.validation import answers_in
from tests.methods.instruments.forms import SHIPPED, choice, form, limits, option, question, when

TYPES = ("boolean", "integer", "decimal", "date", "dateTime", "time", "string", "text", "url", "quantity", "reference",
         "attachment")  # fmt: skip
FORM = form(
    {"linkId": "all", "type": "group", "item": [question(kind, kind) for kind in TYPES]},
    question("age", "integer", required=True, extension=limits(0, 120)),
    choice("mood", "0", "1", item=[question("why", "string")]),
    question("open", "open-choice", answerOption=[option("1")]),
    question("later", "string", enableWhen=[when("age", "exists", answerBoolean=False)]),
    {"linkId": "child", "type": "group", "repeats": True, "item": [question("name", "string", repeats=True)]},
)  # fmt: skip
EXAMPLES = Path(__file__).parent / "examples"
FORMS = {
    "every type": FORM,
    **{name: read_json((SHIPPED / f"{name}.json").read_bytes()) for name in ("phq-9", "pain-map")},
    "gcs": read_json((EXAMPLES / "Questionnaire-gcs.json").read_bytes()),
}
Source = dict[str, Any]


def sound(source: Source) -> Source:
    """A right answer to a form, as it comes out of a file."""
    questionnaire = load(source)
    answers = made_up_answers(questionnaire)
    at = datetime(2026, 3, 9, 10, tzinfo=UTC)
    response: Source = read_json(write_json(to_response(questionnaire, answers, at, None)))
    return response


def is_there(response: Any, path: str) -> bool:
    """Whether the element around a path, or the element itself, stands in the response (a missing one has its parent)."""
    value: Any = response
    keys = re.findall(r"\.([^.\[]+)|\[(\d+)\]", path.removeprefix("QuestionnaireResponse"))
    for name, number in keys[:-1]:
        if number and isinstance(value, list) and int(number) < len(value):
            value = value[int(number)]
        elif name and isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return False
    return path.startswith("QuestionnaireResponse")


@pytest.mark.parametrize("name", FORMS)
def test_what_the_edits_begin_with_is_a_right_answer(name: str) -> None:
    assert validate_response(load(FORMS[name]), sound(FORMS[name])) == []


@pytest.mark.parametrize(("name", "every"), [("every type", 1), ("phq-9", 2), ("pain-map", 1), ("gcs", 2)])
def test_an_edit_anywhere_is_held_against_the_form_and_each_misfit_names_a_place(name: str, every: int) -> None:
    questionnaire, tried = load(FORMS[name]), 0
    for what, edited in edits(sound(FORMS[name]), every):
        answers, misfits = answers_in(questionnaire, edited)
        if not misfits:
            score(questionnaire, with_calculated(questionnaire, answers))
        tried += 1
        assert [one.path for one in misfits if not is_there(edited, one.path)] == [], what
        assert all(one.rule and one.sentence.encode() for one in misfits), what
    assert tried > 200


def item(response: Source, link_id: str) -> Source:
    """The item of the response that has this linkId."""
    ahead: list[Source] = list(response["item"])
    while ahead:
        one = ahead.pop(0)
        if one["linkId"] == link_id:
            return one
        ahead += one.get("item", [])
    raise KeyError(link_id)


def put(link_id: str, answer: Any) -> Callable[[Source], None]:
    return lambda response: item(response, link_id).update(answer=answer)


def moved(response: Source) -> None:
    response["item"].append(response["item"].pop(0))


ALL, AGE, MOOD, OPEN, CHILD = (f"item[{number}]" for number in range(5))
MUTATIONS: list[tuple[str, Callable[[Source], Any], str, str]] = [
    *((f"a {kind} of another type", put(kind, [{"valueInteger" if kind != "integer" else "valueString":
       7 if kind != "integer" else "7"}]), f"{ALL}.item[{number}].answer[0]", "type")
      for number, kind in enumerate(TYPES) if kind != "decimal"),
    ("no type of resource", lambda r: r.pop("resourceType"), "resourceType", "structure"),
    ("no status", lambda r: r.pop("status"), "status", "structure"),
    ("an unknown status", lambda r: r.update(status="done"), "status", "structure"),
    ("another form", lambda r: r.update(questionnaire="urn:other"), "questionnaire", "questionnaire"),
    ("items that are no list", lambda r: r.update(item={}), "item", "structure"),
    ("an item of null", lambda r: r["item"].append(None), "item[5]", "structure"),
    ("an item of text", lambda r: r["item"].append("age"), "item[5]", "structure"),
    ("an item without linkId", lambda r: r["item"].append({"text": "x"}), "item[5].linkId", "structure"),
    ("a linkId that is a number", lambda r: r["item"].append({"linkId": 7}), "item[5].linkId", "structure"),
    ("an unknown item", lambda r: r["item"].append({"linkId": "x"}), "item[5]", "unknown"),
    ("an item twice", lambda r: r["item"].insert(1, deepcopy(item(r, "age"))), "item[2]", "occurrences"),
    ("items in another order", moved, "item[4]", "order"),
    ("an item of the group outside it", lambda r: r["item"].insert(0, {"linkId": "date"}), "item[0]", "nesting"),
    ("an item beside its answer", lambda r: item(r, "mood").update(item=[]), f"{MOOD}.item", "structure"),
    ("an answer to a group", put("all", [{"valueBoolean": True}]), f"{ALL}.answer", "nesting"),
    ("an answer that is no list", put("age", {"valueInteger": 7}), f"{AGE}.answer", "structure"),
    ("two answers", put("age", [{"valueInteger": 7}] * 2), f"{AGE}.answer", "occurrences"),
    ("two values", put("age", [{"valueInteger": 7, "valueString": "7"}]), f"{AGE}.answer[0]", "structure"),
    ("a value of a type that is none", put("age", [{"valueWhole": 7}]), f"{AGE}.answer[0].valueWhole", "structure"),
    ("a number as text", put("age", [{"valueInteger": "7"}]), f"{AGE}.answer[0].valueInteger", "structure"),
    ("a number out of range", put("age", [{"valueInteger": 121}]), f"{AGE}.answer[0].valueInteger", "range"),
    ("a number beyond every database", put("age", [{"valueInteger": 10**12}]), f"{AGE}.answer[0].valueInteger", "structure"),
    ("no option", put("mood", [{"valueCoding": {"code": "9"}}]), f"{MOOD}.answer[0].valueCoding", "option"),
    ("a text for an option", put("mood", [{"valueString": "0"}]), f"{MOOD}.answer[0].valueString", "option"),
    ("a day that does not exist", put("date", [{"valueDate": "2026-02-30"}]), f"{ALL}.item[3].answer[0].valueDate",
     "structure"),
    ("a control character", put("string", [{"valueString": "a\x00b"}]), f"{ALL}.item[6].answer[0].valueString",
     "structure"),
    ("an answer to what is not asked", lambda r: r["item"].insert(4, {"linkId": "later", "answer": [{"valueString": "x"}]}),
     "item[4]", "disabled"),
    ("a required answer left out", lambda r: r["item"].remove(item(r, "age")), "", "required"),
    ("an unknown modifier", lambda r: item(r, "age").update(modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
     f"{AGE}.modifierExtension", "structure"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "path", "rule"), MUTATIONS, ids=[one[0] for one in MUTATIONS])
def test_a_misfit_is_said_at_its_own_place(what: str, change: Callable[[Source], Any], path: str, rule: str) -> None:
    response = sound(FORM)
    change(response)
    found = [(one.path, one.rule) for one in validate_response(load(FORM), response)]
    at = f"QuestionnaireResponse.{path}".rstrip(".")
    assert any(where.startswith(at) and by == rule for where, by in found), (what, found)


TEXTS: dict[str, Callable[[str], bytes]] = {
    "empty": lambda _: b"",
    "half a download": lambda text: text[: len(text) // 2].encode(),
    "XML": lambda _: b"<QuestionnaireResponse/>",
    "UTF-16": lambda text: text.encode("utf-16"),
    "a key twice": lambda text: f'{{"status": "completed", {text[1:]}'.encode(),
    "NaN": lambda text: f'{{"x": NaN, {text[1:]}'.encode(),
    "lists in lists": lambda text: f'{{"x": {"[" * 50_000}{"]" * 50_000}, {text[1:]}'.encode(),
    "a list": lambda text: f"[{text}]".encode(),
    "null": lambda _: b"null",
    "a questionnaire": lambda _: json.dumps(FORM).encode(),
}


@pytest.mark.parametrize("name", ["validate", "score"])
@pytest.mark.parametrize("way", TEXTS)
def test_a_file_that_is_no_response_is_refused_in_a_sentence(way: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "form.json").write_text(json.dumps(FORM), encoding="utf-8")
    (tmp_path / "answers.json").write_bytes(TEXTS[way](write_json(sound(FORM))))
    result = CliRunner().invoke(command, [name, *(str(tmp_path / f"{one}.json") for one in ("form", "answers"))])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert result.output.strip()
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["validate", "score"])
def test_a_right_answer_in_a_file_is_taken(name: str, tmp_path: Path) -> None:
    (tmp_path / "form.json").write_text(json.dumps(FORM), encoding="utf-8")
    (tmp_path / "answers.json").write_text(write_json(sound(FORM)), encoding="utf-8")
    result = CliRunner().invoke(command, [name, *(str(tmp_path / f"{one}.json") for one in ("form", "answers"))])
    assert (result.exit_code, result.exception) == (0, None)
