"""Variables: worked out in the order of the file, and said where one is used before it is known."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import load
from tests.methods.instruments.forms import form, question

VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable"


def variable(name: str | None, expression: str) -> dict[str, Any]:
    value = {"language": "text/fhirpath", "expression": expression}
    return {"url": VARIABLE, "valueExpression": value | ({"name": name} if name else {})}


def warnings(*variables: dict[str, Any], below: tuple[dict[str, Any], ...] = ()) -> list[str]:
    item = question("a", "integer", **({"extension": list(below)} if below else {}))
    top = {"extension": list(variables)} if variables else {}
    return [one.sentence for one in load(form(item, **top)).warnings]


def test_a_variable_may_use_those_before_it_and_those_around_it() -> None:
    assert warnings(variable("x", "1"), variable("y", "%x + 1"), below=(variable("z", "%x + %y"),)) == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ((variable("x", "%y"), variable("y", "%x")), "extension[0].valueExpression: the variable 'x' uses 'y', which is"),
        ((variable("x", "%x + 1"),), "the variable 'x' uses itself. Define it first"),
        ((variable("x", "1"), variable("x", "2")), "extension[1].valueExpression: another variable here is called 'x' too"),
        ((variable(None, "1"),), "a variable without a name. Add its name"),
    ],
)  # fmt: skip
def test_a_variable_that_finds_nothing_is_a_warning(variables: tuple[dict[str, Any], ...], sentence: str) -> None:
    assert any(sentence in one for one in warnings(*variables))


def test_a_variable_of_an_item_is_named_by_its_link_id() -> None:
    (found,) = warnings(below=(variable("x", "%x + 1"),))

    assert found.startswith("Questionnaire.item[0].extension[0].valueExpression (linkId 'a'): the variable 'x'")


def test_a_variable_of_an_item_may_hide_one_around_it_and_use_it() -> None:
    assert warnings(variable("x", "1"), below=(variable("x", "%x + 1"),)) == []


def test_a_variable_called_as_what_the_launch_gives_is_a_warning() -> None:
    url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext"
    launch = {"url": url, "extension": [{"url": "name", "valueCoding": {"code": "patient"}}]}

    assert "is called as something that the launch" in warnings(launch, variable("patient", "1"))[0]
    assert warnings(launch, variable("age", "1")) == []


def test_the_name_of_a_calculation_is_no_variable() -> None:
    url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
    named = {"url": url, "valueExpression": {"language": "text/fhirpath", "name": "b", "expression": "1"}}

    assert "there is no variable %b" in warnings(below=(named, variable("c", "%b + 1")))[0]
