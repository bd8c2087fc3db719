"""XHTML in a questionnaire: what FHIR allows passes, and what would act or is not well-formed is told to the author."""

from __future__ import annotations

import pytest

from stegvis.methods.instruments import load
from stegvis.methods.instruments.xhtml import acting_in, fault_in
from tests.methods.instruments.forms import form, question

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'


@pytest.mark.parametrize("inside", ["", "<p>Pain &amp; fatigue&nbsp;&ouml;</p>", '<a href="https://a.example">on</a>'])
def test_a_well_formed_narrative_passes(inside: str) -> None:
    assert fault_in(DIV % inside) is None


@pytest.mark.parametrize(
    ("div", "fault"),
    [
        ("plain words", "not well-formed"),
        (DIV % "<p>x", "not well-formed: line 1, column 49, mismatched tag"),
        (DIV % "a<br>b", "not well-formed"),
        (DIV % "&nosuch;", "not well-formed"),
        ("<div>x</div>", "not one <div xmlns="),
        ('<p xmlns="http://www.w3.org/1999/xhtml"/>', "not one <div xmlns="),
        ("<!DOCTYPE d [<!ENTITY a 'b'>]><div/>", "a document type"),
        (DIV % "<script>x</script>", "it has <script> in it"),
        (DIV % '<p onclick="x">y</p>', "it has onclick in it"),
        (DIV % '<a href="javascript:x">y</a>', "it has javascript: in it"),
    ],
)
def test_a_narrative_that_fhir_does_not_allow_is_named_by_its_first_fault(div: str, fault: str) -> None:
    assert fault in str(fault_in(div))


def test_rich_text_need_not_be_well_formed_but_must_not_act() -> None:
    assert acting_in("once<br>only <b>bold") is None
    assert acting_in("<iframe src='x'>") == "it has <iframe> in it"


def test_faults_are_warnings_by_their_element_path() -> None:
    rich = {"url": "http://hl7.org/fhir/StructureDefinition/rendering-xhtml", "valueString": "<form>"}
    item = question("a", "string", _text={"extension": [rich]})
    questionnaire = load(form(item, text={"status": "generated", "div": "<div>"}))

    assert {one.path for one in questionnaire.warnings} == {
        "Questionnaire.text.div",
        "Questionnaire.item[0]._text.extension[0].valueString",
    }
