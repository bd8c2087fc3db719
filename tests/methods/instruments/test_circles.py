"""Circles in which an expression stands are said on load, by linkId; what only looks like one is not."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import enabled
from stegvis.methods.instruments.questionnaire import Questionnaire
from tests.methods.instruments.forms import choice, question, read, when
from tests.methods.instruments.test_expressions import SDC, VARIABLE, answer, calculated, expression


def asked_if(text: str, link_id: str = "a", **more: Any) -> dict[str, Any]:
    return question(link_id, "boolean", extension=[expression(SDC + "enableWhenExpression", text)], **more)


def circles(form: Questionnaire) -> list[str | None]:
    return [one.link_id for one in form.warnings if "circle" in one.what]


B, TOTAL = question("b", "boolean"), calculated("total", "decimal", answer("a") + ".count()")
IN_A_CIRCLE = {
    "itself": ([asked_if(f"{answer('a')}.exists()")], ["a"]),
    "each other": ([asked_if(answer("b")), asked_if(f"{answer('a')}.empty()", "b")], ["a", "b"]),
    "with a condition": ([asked_if(answer("b")), B | {"enableWhen": [when("a", "exists", answerBoolean=False)]}],
                         ["a", "b"]),
    "through a calculated value": ([asked_if(f"{answer('total')} > 1"), TOTAL], ["a"]),
    "a condition on a calculated value": (
        [question("a", "boolean", enableWhen=[when("total", ">", answerDecimal=1)]), TOTAL], ["a"]),
    "a group and what is in it": (
        [asked_if("%resource.item.where(linkId='g').item.where(linkId='c').answer.value", "g")
         | {"type": "group", "item": [question("c", "boolean")]}], ["g"]),
}  # fmt: skip


@pytest.mark.parametrize("way", IN_A_CIRCLE)
def test_an_item_that_waits_for_its_own_answer_is_named(way: str) -> None:
    items, link_ids = IN_A_CIRCLE[way]
    form = read(*items)
    assert circles(form) == link_ids
    assert not form.can_be_answered


def test_a_circle_through_a_variable_is_found_too() -> None:
    form = read(
        asked_if("%known"), asked_if(answer("a"), "b"), extension=[expression(VARIABLE, answer("b"), name="known")]
    )
    assert circles(form) == ["a", "b"]
    assert next(one.path for one in form.warnings if "circle" in one.what).endswith("extension[0].valueExpression")


@pytest.mark.parametrize(
    "items",
    [
        [B, asked_if(answer("b")), asked_if(answer("a"), "c")],
        [choice("b", "a", "c"), asked_if(f"{answer('b')}.code = 'a'")],
        [B, calculated("total", "decimal", answer("b") + ".count()"), asked_if(f"{answer('total')} = 1")],
    ],
    ids=["a chain", "a code called like the question", "a value made of others"],
)
def test_what_goes_round_in_no_circle_is_taken_without_a_warning(items: list[dict[str, Any]]) -> None:
    form = read(*items)
    assert form.warnings == ()
    assert form.can_be_answered


def test_a_circle_is_heard_once_in_the_order_of_the_form() -> None:
    form = read(asked_if(f"{answer('b')}.empty()"), asked_if(f"{answer('a')}.empty()", "b"))
    assert enabled(form, {}) == {"a", "b"}
    assert enabled(form, {"b": True}) == {"b"}
    assert enabled(form, {"a": True}) == {"a"}
