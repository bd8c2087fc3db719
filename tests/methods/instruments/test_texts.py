"""Loading the official wording into a skeleton: all of it or nothing, and every misfit by its place."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from stegvis.methods.instruments import library, load, score, write_json
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.texts import InvalidTexts, template, with_texts
from tests.methods.instruments.forms import shipped

SKELETONS = [code for code in library.codes() if not shipped(code).is_worded_in("sv")]


def filled_in(code: str, language: str = "sv", change: Callable[[dict[str, Any]], Any] = lambda raw: None) -> str:
    """The template of a skeleton with made-up words in every place, then changed, as JSON."""
    raw = tomllib.loads(template(shipped(code), language))
    raw |= {"licence": "Given by the holder to nobody, 2026", "title": f"{code} in {language}"}
    raw["texts"] = {link_id: f"Words of {link_id}" for link_id in raw["texts"]}
    raw["answers"] = {name: {key: f"Answer {key}" for key in words} for name, words in raw.get("answers", {}).items()}
    change(raw)
    return json.dumps(raw)


def loaded(code: str, source: str) -> Questionnaire:
    return load(with_texts(shipped(code), source))


def mistakes(code: str, source: str) -> str:
    with pytest.raises(InvalidTexts) as refused:
        with_texts(shipped(code), source)
    return str(refused.value)


@pytest.mark.parametrize("code", SKELETONS)
def test_every_skeleton_can_be_given_its_swedish(code: str) -> None:
    worded = loaded(code, filled_in(code))

    assert worded.is_worded_in("sv")
    assert worded.is_worded_in("en") is shipped(code).is_worded_in("en")
    assert worded.title_in("sv") == f"{code} in sv"
    for item in worded.questions:
        assert item.text_in("sv") == f"Words of {item.link_id}"
    assert "text saknas" not in write_json(worded.definition)


def test_scores_and_codes_stay_as_they_were_and_the_content_has_another_hash() -> None:
    worded, answers = loaded("hads", filled_in("hads")), {f"hads-{n}": "2" for n in range(1, 15)}

    assert score(worded, answers) == score(shipped("hads"), answers)
    assert worded.version == shipped("hads").version
    assert worded.sha256 != shipped("hads").sha256


def test_the_licence_record_says_on_whose_word_the_text_was_loaded() -> None:
    licence = loaded("hads", filled_in("hads")).licence

    assert licence is not None
    assert licence.evidence[-1] == "Text in sv: Given by the holder to nobody, 2026"


def test_the_files_own_language_and_a_third_one_can_be_loaded_too() -> None:
    english = loaded("hads", filled_in("hads", "en"))
    norwegian = loaded("hads", filled_in("hads", "nb"))

    assert english.is_worded_in("en")
    assert english.by_link_id["hads-1"].text_in("en") == "Words of hads-1"
    assert norwegian.is_worded_in("nb")
    assert norwegian.languages == ("en", "nb", "sv")


def test_answers_can_be_worded_once_for_all_or_for_each_question() -> None:
    def differently(raw: dict[str, Any]) -> None:
        raw["answers"]["mfi-1"] = {str(n): f"Only here {n}" for n in range(1, 6)}

    worded = loaded("mfi-20", filled_in("mfi-20", change=differently))

    assert worded.by_link_id["mfi-1"].options[0].text_in("sv") == "Only here 1"
    assert worded.by_link_id["mfi-2"].options[0].text_in("sv") == "Answer 1"


def test_a_question_can_be_marked_as_one_about_danger() -> None:
    worded = loaded("neq", filled_in("neq", change=lambda raw: raw.update(risk_items=["neq-9"])))

    assert worded.risk_items == ("neq-9",)
    assert shipped("neq").risk_items == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda raw: raw.pop("licence"), "licence: is missing or no text"),
        (lambda raw: raw.update(licence=" "), "licence: is missing or no text"),
        (lambda raw: raw.update(instrument="hads-2"), "instrument: is 'hads-2', but the skeleton is 'hads'"),
        (lambda raw: raw.update(version="0.9"), "version: is '0.9', but the skeleton is '1.0.0'"),
        (lambda raw: raw.update(language="Swedish"), "language: is 'Swedish'. Write a language by its ISO 639 code"),
        (lambda raw: raw.update(author="me"), "author: is no key of a file of texts"),
        (lambda raw: raw["texts"].pop("hads-3"), "texts.hads-3: is missing or empty"),
        (lambda raw: raw["texts"].update({"hads-3": ""}), "texts.hads-3: is missing or empty"),
        (lambda raw: raw["texts"].update({"hads-15": "x"}), "texts.hads-15: is a text for nothing in the skeleton"),
        (lambda raw: raw["answers"]["hads-3"].pop("0"), "answers.hads-3.0: is missing or empty, and hads-3 offers it"),
        (lambda raw: raw["answers"].pop("hads-3"), "answers.hads-3.0: is missing or empty"),
        (lambda raw: raw["answers"]["hads-3"].update({"4": "x"}), "answers.hads-3.4: is no answer that the skeleton"),
        (lambda raw: raw["answers"].update({"hads-0": {}}), "answers.hads-0: is no choice of the skeleton"),
        (lambda raw: raw.update(risk_items=["hads-0"]), "risk_items: names 'hads-0', which is no question"),
    ],
)
def test_a_misfit_is_refused_by_its_place(change: Callable[[dict[str, Any]], Any], sentence: str) -> None:
    assert sentence in mistakes("hads", filled_in("hads", change=change))


def test_every_mistake_is_told_at_once() -> None:
    def spoil(raw: dict[str, Any]) -> None:
        del raw["texts"]["hads-1"], raw["texts"]["hads-2"], raw["answers"]["hads-1"]["0"]

    assert mistakes("hads", filled_in("hads", change=spoil)).count("\n") == 2


def test_wording_that_the_library_has_is_not_replaced() -> None:
    assert "has its own wording already" in mistakes("phq-9", filled_in("phq-9"))


@pytest.mark.parametrize("source", ["[texts", "{", "no = = toml"])
def test_what_is_neither_toml_nor_json_is_said(source: str) -> None:
    assert "is neither TOML nor JSON" in mistakes("hads", source)
