"""Elements and types of other versions of FHIR: each is refused with the form that R4 has for it."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import InvalidQuestionnaire, load
from tests.methods.instruments.forms import choice, form, question, when


def sentences(*items: dict[str, Any], **top: Any) -> list[str]:
    with pytest.raises(InvalidQuestionnaire) as refused:
        load(form(*items, **top))
    return [mistake.sentence for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    ("item", "path", "right"),
    [
        (question("a", "choice", option=[{"valueString": "x"}]), "option", "It is STU3's: R4 has answerOption"),
        (question("a", "choice", options={"reference": "#vs"}), "options", "It is STU3's: R4 has answerValueSet"),
        (question("a", "string", initialString="x"), "initialString", '"initial": [{"valueString": …}]'),
        (question("a", "boolean", enableWhen=[{"question": "a", "hasAnswer": True}]), "enableWhen[0].hasAnswer", "exists"),
        (question("a", "boolean", enableWhen=[when("a", "=", answer=True)]), "enableWhen[0].answer", "answerBoolean"),
        (question("a", "choice", answerConstraint="optionsOnly"), "answerConstraint", "It is R5's: R4 says it by the type"),
        (question("a", "choice", disabledDisplay="hidden"), "disabledDisplay", "R4 has an extension for it"),
        (question("a", "coding"), "type", "It is R5's: R4 has choice, or open-choice"),
        (question("a", "number"), "type", "write integer or decimal"),
        (question("a", "open_choice"), "type", "Write open-choice."),
        (question("a", "DateTime"), "type", "Write dateTime."),
        (question("a", "slider"), "type", "Use one of: attachment, boolean, choice"),
        (choice("a", "1") | {"answerOption": [{"valueDecimal": 1}]}, "answerOption[0].valueDecimal", "Write valueCoding or"),
        (question("a", "string", extension=[{"url": "urn:x", "value": 1}]), "extension[0].value", "valueString, valueCode"),
        (question("a", "string", linkID="a"), "linkID", "write linkId"),
    ],
)  # fmt: skip
def test_what_another_version_has_is_refused_with_what_r4_has(item: dict[str, Any], path: str, right: str) -> None:
    (found,) = [one for one in sentences(item) if one.startswith(f"Questionnaire.item[0].{path} ")]

    assert right in found


def test_elements_of_the_questionnaire_itself_are_told_too() -> None:
    assert any("It is R5's: write it in copyright" in one for one in sentences(copyrightLabel="x"))
    assert any("It is DSTU2's: R4 has item" in one for one in sentences(group={"linkId": "g"}))
    assert any(
        "Questionnaire.$schema: this element does not exist here" in one for one in sentences(**{"$schema": "x"})
    )


def test_the_abstract_type_question_is_taken_with_a_warning_and_cannot_be_asked() -> None:
    questionnaire = load(form(question("a", "question")))

    assert [one.path for one in questionnaire.warnings] == ["Questionnaire.item[0].type"]
    assert not questionnaire.can_be_answered
