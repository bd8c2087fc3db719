"""The columns of a choice: what stands in them, what an option is called, and what is said of those that cannot be shown."""

from __future__ import annotations

from typing import Any

from stegvis.methods.instruments import Questionnaire
from tests.methods.instruments.forms import question, read

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def column(path: str, label: str = "", **more: Any) -> dict[str, Any]:
    parts = [{"url": "path", "valueString": path}, {"url": "label", "valueString": label or path}]
    parts += [
        {"url": name, f"value{'Boolean' if value is True else 'Quantity'}": value} for name, value in more.items()
    ]
    return {"url": SDC + "choiceColumn", "extension": parts}


def in_swedish(words: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": "sv"}, {"url": "content", "valueString": words}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


DRUGS: dict[str, Any] = {
    "resourceType": "CodeSystem", "url": "urn:drugs", "status": "active", "content": "complete", "concept": [
        {"code": "p", "display": "Paracetamol", "property": [{"code": "strength", "valueString": "500 mg"}]},
        {"code": "i", "display": "Ibuprofen", "property": [{"code": "strength", "valueString": "400 mg"}]},
    ],
}  # fmt: skip
NAMED = {"code": "p", "display": "Alvedon", "_display": in_swedish("Alvedon®")}
LISTED: dict[str, Any] = {
    "resourceType": "ValueSet", "id": "drugs", "status": "active",
    "compose": {"include": [{"system": "urn:drugs", "concept": [NAMED]}]},
}  # fmt: skip


def drugs(*columns: dict[str, Any]) -> Questionnaire:
    asked = question("a", "choice", answerValueSet="#drugs", extension=list(columns))
    return read(asked, contained=[LISTED, {**DRUGS, "id": "system"}])


def cells(form: Questionnaire, lang: str = "en") -> list[tuple[str, str]]:
    [option, *_rest] = form.by_link_id["a"].options
    return [(cell.label.text_in(lang) if cell.label else "", cell.words.text_in(lang)) for cell in option.cells]


def test_a_column_holds_a_property_of_the_code_or_what_a_path_gives() -> None:
    form = drugs(column("strength", "Strength"), column("code.upper()", "Code"))
    assert cells(form) == [("Strength", "500 mg"), ("Code", "P")]
    assert form.by_link_id["a"].options[0].value == {"system": "urn:drugs", "code": "p", "display": "Alvedon"}


def test_columns_for_display_name_the_option_in_their_order_and_its_words_keep_their_translation() -> None:
    [option] = drugs(column("display", forDisplay=True), column("strength", forDisplay=True)).by_link_id["a"].options
    assert [option.shown.text_in(lang) for lang in ("en", "sv")] == ["Alvedon 500 mg", "Alvedon® 500 mg"]
    assert (option.text.plain, option.cells) == ("Alvedon", ())


def test_a_reference_is_shown_by_the_resource_that_it_means() -> None:
    person = {"resourceType": "Practitioner", "id": "eva", "name": [{"family": "Ek", "given": ["Eva"]}]}
    asked = question(
        "a", "choice", answerOption=[{"valueReference": {"reference": "#eva"}}],
        extension=[column("name.given.first() + ' ' + name.family", forDisplay=True)],
    )  # fmt: skip
    assert read(asked, contained=[person]).by_link_id["a"].options[0].shown.plain == "Eva Ek"


def test_what_cannot_be_shown_of_a_column_is_said_by_linkid_and_extension() -> None:
    width = {"value": 40, "system": "http://unitsofmeasure.org", "code": "%"}
    form = drugs(column("shape"), column("1 +"), column("code", width=width))
    said = [one.sentence for one in form.unsupported if one.link_id == "a"]
    assert len(said) == 3
    assert "extension[0] (linkId 'a'): nothing stands in the column 'shape': no option at hand has it" in said[1]
    assert "extension[1] (linkId 'a'): nothing stands in the column '1 +': it is no FHIRPath" in said[2]
    assert "extension[2] (linkId 'a'): the width of a column" in said[0]
    without = read(question("a", "reference", extension=[column("name.family")]))
    assert [one.what for one in without.unsupported] == [
        "the column 'name.family' is not shown: there are no options at hand"
    ]
