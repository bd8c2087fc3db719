"""Answers as FHIR QuestionnaireResponse, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments import (
    DECLINED,
    InvalidAnswers,
    InvalidResponse,
    from_response,
    read_json,
    to_response,
    write_json,
)
from tests.methods.instruments.forms import choice, limits, option, question, read

AUTHORED = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
FORM = read(
    {"linkId": "g", "text": "Your week", "type": "group", "item": [choice("mood", "0", "1"), question("why", "text")]},
    question("places", "choice", repeats=True, answerOption=[option("arm"), option("leg")]),
    question("hours", "decimal"),
    question("works", "boolean", required=True, item=[question("since", "date")]),
)
ANSWERS: dict[str, Any] = {
    "mood": "1",
    "why": DECLINED,
    "places": ["leg", "arm"],
    "hours": Decimal("7.50"),
    "works": False,
    "since": "2020-01-31",
}

NOT = {"url": "urn:not", "valueBoolean": True}


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    inside = {"item": list(items)} if items else {}
    return {"resourceType": "QuestionnaireResponse", "status": "in-progress", **inside} | more


def misfits(*items: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(InvalidResponse) as refused:
        from_response(FORM, response(*items, **more))
    return [mistake.sentence for mistake in refused.value.mistakes]


def test_answers_are_written_in_their_place_with_codes_and_words() -> None:
    written = to_response(FORM, ANSWERS, AUTHORED, "SV-017")

    assert written["questionnaire"] == "https://trial.example/Questionnaire/form|3"
    assert written["status"] == "completed"
    assert written["authored"] == "2026-03-09T10:30:00+00:00"
    assert written["subject"]["identifier"]["value"] == "SV-017"
    group, places, hours, works = written["item"]
    coding = {"system": "https://trial.example/codes", "code": "1", "display": "Answer 1"}
    assert group["item"][0] == {"linkId": "mood", "text": "About mood", "answer": [{"valueCoding": coding}]}
    assert [one["valueCoding"]["code"] for one in places["answer"]] == ["leg", "arm"]
    assert str(hours["answer"][0]["valueDecimal"]) == "7.50"
    assert works["answer"][0]["item"][0]["answer"] == [{"valueDate": "2020-01-31"}]


def test_declining_is_kept_apart_from_not_answering() -> None:
    written = to_response(FORM, {"why": DECLINED, "works": True}, AUTHORED, None)
    (why,) = written["item"][0]["item"]

    assert "answer" not in why
    assert why["extension"] == [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-declined"}
    ]
    assert from_response(FORM, written) == {"why": DECLINED, "works": True}


def test_what_is_written_and_read_back_is_the_same_digit_by_digit() -> None:
    back = from_response(FORM, read_json(write_json(to_response(FORM, ANSWERS, AUTHORED, "SV-017"))))

    assert back == ANSWERS
    assert str(back["hours"]) == "7.50"


def test_a_response_that_is_sent_needs_its_required_answers_and_one_in_progress_does_not() -> None:
    with pytest.raises(InvalidAnswers, match="works: Please answer this question"):
        to_response(FORM, {"mood": "1"}, AUTHORED, None)

    assert to_response(FORM, {"mood": "1"}, AUTHORED, None, status="in-progress")["status"] == "in-progress"


def test_the_time_must_know_its_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_response(FORM, ANSWERS, AUTHORED.replace(tzinfo=None), None)


def test_each_misfit_is_named_by_its_path() -> None:
    found = misfits(
        {"linkId": "nowhere"},
        {"linkId": "mood", "answer": [{"valueCoding": {"code": "1"}}]},
        {"linkId": "places", "answer": [{"valueCoding": {"system": "https://trial.example/codes", "code": "hip"}}]},
        {"linkId": "hours", "answer": [{"valueString": "7"}, {"valueString": "8"}]},
        {"linkId": "works", "answer": [{"valueBoolean": "true"}]},
        {"linkId": "works", "answer": [{"valueBoolean": True}]},
    )

    for expected in (
        "QuestionnaireResponse.item[0] (linkId 'nowhere'): there is no item 'nowhere'",
        "QuestionnaireResponse.item[1] (linkId 'mood'): 'mood' does not stand here in the questionnaire",
        "QuestionnaireResponse.item[2].answer[0].valueCoding (linkId 'places'): no such option",
        "QuestionnaireResponse.item[3].answer (linkId 'hours'): 2 answers where one is asked",
        "QuestionnaireResponse.item[4].answer[0].valueBoolean (linkId 'works'): 'true' is not true or false",
        "QuestionnaireResponse.item[5] (linkId 'works'): the item stands twice",
    ):
        assert any(sentence.startswith(expected) for sentence in found), expected


def test_elements_that_do_not_exist_and_modifiers_are_refused_and_not_passed_over() -> None:
    mood = {"linkId": "mood", "anwser": [{"valueBoolean": True}]}
    found = misfits({"linkId": "g", "item": [mood]}, {"linkId": "hours", "modifierExtension": [NOT]})

    assert any("item[0].item[0].anwser (linkId 'mood'): this element does not exist here" in one for one in found)
    assert any("item[1].modifierExtension (linkId 'hours')" in one for one in found)


def test_a_response_to_another_questionnaire_is_refused() -> None:
    assert (
        "it answers https://trial.example/Questionnaire/other|1"
        in misfits(questionnaire="https://trial.example/Questionnaire/other|1")[0]
    )
    assert any("this is 'Observation'" in sentence for sentence in misfits(resourceType="Observation"))


def test_rules_of_the_items_are_kept_by_what_is_read_too() -> None:
    form = read(question("line", "integer", extension=limits(0, 100)))

    with pytest.raises(InvalidResponse, match=r"answer\[0\].valueInteger \(linkId 'line'\): Choose a number"):
        from_response(form, response({"linkId": "line", "answer": [{"valueInteger": 140}]}))


def test_options_of_other_types_than_codes_pass_through() -> None:
    form = read(
        question("year", "choice", answerOption=[{"valueInteger": 2025}, {"valueInteger": 2026}]),
        question("word", "choice", answerOption=[{"valueString": "often"}]),
        question("said", "choice", answerOption=[{"valueCoding": {"display": "Only words"}}]),
    )
    answers = {"year": "2026", "word": "often", "said": "Only words"}
    written = to_response(form, answers, AUTHORED, None)

    assert written["item"][0]["answer"] == [{"valueInteger": 2026}]
    assert written["item"][2]["answer"] == [{"valueCoding": {"display": "Only words"}}]
    assert from_response(form, written) == answers


def test_a_questionnaire_without_a_url_is_named_by_its_id_or_not_at_all() -> None:
    named, nameless = (read(question("a", "boolean"), url="", **more) for more in ({"id": "f-1"}, {}))

    assert to_response(named, {"a": True}, AUTHORED, None)["questionnaire"] == "Questionnaire/f-1"
    assert "questionnaire" not in to_response(nameless, {"a": True}, AUTHORED, None)
    for form in (named, nameless):
        assert from_response(form, to_response(form, {"a": True}, AUTHORED, None)) == {"a": True}
