"""The static check: what would silently give nothing is told before anybody answers."""

from __future__ import annotations

import pytest

from stegvis.methods.instruments.fhirpath import parse
from tests.methods.instruments.fhirpath.forms import numbers


def sentences(text: str, root: str | None = "QuestionnaireResponse", **variables: str | None) -> list[str]:
    return [fault.sentence for fault in parse(text).check(root, variables, {"a1", "a2"})]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("item.anwser.value", "no element 'anwser'. Perhaps 'answer'"),
        ("itm", "no element 'itm'. Perhaps 'item'"),
        ("item.answer.valueInteger", "Write value, or value.ofType(integer)"),
        ("item.answer.value.codes", "no element 'codes'. Perhaps 'code'"),
        ("item.answer.value.ofType(Coding).value", "Coding has no element 'value'"),
        ("item.where(answr.exists())", "no element 'answr'"),
        ("item.select(answer.value.ofType(Quantity).units)", "Perhaps 'unit'"),
        ("repeat(item).wher(linkId = 'a1')", "no function wher(). Perhaps where()"),
        ("item.summ()", "no function summ(). Perhaps sum()"),
        ("item.take()", "take() got 0 arguments. It takes 1"),
        ("item.first(1)", "first() got 1 argument. It takes 0"),
        ("item.where(linkId = 'a3')", "no item has the linkId 'a3'"),
        ("item.where('a3' = linkId)", "no item has the linkId 'a3'"),
        ("item.where(linkId in ('a1' | 'b2'))", "no item has the linkId 'b2'"),
        ("%totl + 1", "no variable %totl. Perhaps %total"),
        ("item.answer.value.ofType(Codng)", "no type Codng"),
        ("item.answer.value is Quantty", "no type Quantty. Perhaps Quantity"),
        ("item.answer.value.resolve()", "resolve() is not carried out"),
        ("item.ofType(1 + 1)", "1 + 1 names no type"),
        ("item.text.matches('(')", "'(' is no regular expression"),
        (r"item.text.replaceMatches('(a)\\1', 'x')", "back-references"),
        ("Patient.name", "no element 'Patient'"),
        ("%resource.item.text.length().foo", "System.Integer has no element 'foo'"),
        ("'%a'.defineVariable('total')", "a variable %total already"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(text: str, told: str) -> None:
    faults = sentences(text, total=None)
    assert len(faults) == 1
    assert told in faults[0]


@pytest.mark.parametrize(
    "text",
    [
        "item.where(linkId = 'a1').answer.value.code",
        "%resource.repeat(item | answer.item).where(linkId = 'a2').answer.value",
        "item.answer.value.ofType(Coding).code contains 'x'",
        "item.answer.value.extension('http://example.org').value.exists()",
        "QuestionnaireResponse.item.linkId",
        "%context.item.first().answer.value + %total",
        "item.defineVariable('mine', answer.value).select(%mine.sum())",
        "iif(item.exists(), item.answer, item.item).value",
        "contained.where(resourceType = 'Patient').birthDate",
        "%sct & %`ext-x`",
        r"item.text.all(matches('^(?!.*[DF])[a-z]+(\\.[a-z]+)*$'))",
        "descendants().anything",
        "(4 'kg').value + 1",
    ],
)
def test_what_is_right_is_let_through(text: str) -> None:
    assert sentences(text, total=None) == []


def test_a_json_key_instead_of_the_element_is_told_and_works_as_in_other_engines() -> None:
    text = "item.answer.valueInteger.sum()"
    assert [fault.works for fault in parse(text).check()] == [True]
    assert parse(text).outcome(numbers(1, 2)).answered == {"q0", "q1"}
    assert parse(text).evaluate(numbers(1, 2)) == [3]
    assert [fault.works for fault in parse("item.answer.valueInt").check()] == [False]


def test_the_focus_may_be_of_another_type() -> None:
    assert sentences("birthDate", "Patient") == []
    assert sentences("answer.value", "QuestionnaireResponse.item") == []
    assert "no element 'linkId'" in sentences("linkId", "QuestionnaireResponse.item.answer")[0]


def test_nothing_is_complained_of_below_what_has_no_known_type() -> None:
    assert sentences("%patient.nonsense", patient=None) == []
    assert len(sentences("%patient.nonsense", patient="Patient")) == 1


def test_several_mistakes_are_told_in_the_order_of_the_text() -> None:
    faults = parse("itm.count() + item.summ()").check()
    assert [fault.position for fault in faults] == [0, 19]


def test_a_root_or_variable_of_no_known_type_is_refused() -> None:
    with pytest.raises(ValueError, match="'Quesionnaire'"):
        parse("item").check("Quesionnaire")
    with pytest.raises(ValueError, match="'Patent'"):
        parse("item").check(variables={"p": "Patent"})
