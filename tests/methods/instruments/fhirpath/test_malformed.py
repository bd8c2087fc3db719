"""Malformed JSON: whatever stands where something else should, there is a value or a refusal, never a crash."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments.fhirpath import ExpressionError, Limits, parse
from tests.methods.instruments.fhirpath.forms import ORDINAL
from tests.methods.instruments.fhirpath.test_reference import AT, RESULTS, VARIABLES

ODD: list[Any] = [
    None,
    True,
    3,
    2.5,
    "",
    "x",
    [],
    {},
    [None],
    [[1]],
    {"a": {}},
    [{"linkId": 1}],
    {"extension": 3},
    float("nan"),
]
SHORT = Limits(steps=20_000)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


PLACES = {name: [path for path in places(VARIABLES[name]) if path] for name in VARIABLES}


def spoiled(name: str, path: tuple[Any, ...], odd: Any) -> Any:
    whole = copy.deepcopy(VARIABLES[name])
    at = whole
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = odd
    return whole


@settings(deadline=None, max_examples=300)
@given(st.data(), st.sampled_from(sorted(VARIABLES)), st.sampled_from(list(RESULTS)), st.sampled_from(ODD))
def test_anything_anywhere_gives_a_value_or_a_refusal(data: Any, name: str, text: str, odd: Any) -> None:
    path = data.draw(st.sampled_from(PLACES[name]))
    variables = {**VARIABLES, name: spoiled(name, path, odd)}
    with suppress(ExpressionError):
        parse(text).evaluate(variables["resource"], variables=variables, at=AT, limits=SHORT)


@pytest.mark.parametrize("focus", [*ODD, json.loads('{"resourceType": 3}'), {"resourceType": None}])
def test_any_focus_gives_a_value_or_a_refusal(focus: Any) -> None:
    for text in ("item.answer.value.sum()", "descendants().count()", "$this = $this", "ordinal()", "$this.toString()"):
        with suppress(ExpressionError):
            parse(text).evaluate(focus)


@pytest.mark.parametrize(
    "extension", [{"url": {}, "valueDecimal": 1}, {"url": ORDINAL, "valueDecimal": None}, {"url": ORDINAL}]
)
def test_a_malformed_weight_is_none(extension: Any) -> None:
    answered = {
        "resourceType": "QuestionnaireResponse",
        "item": [{"linkId": "a", "answer": [{"valueCoding": {"code": "x", "extension": [extension]}}]}],
    }
    questionnaire = {"resourceType": "Questionnaire", "item": [{"linkId": "a"}]}
    outcome = parse("item.answer.value.ordinal()").outcome(answered, variables={"questionnaire": questionnaire})
    assert (outcome.values, outcome.unweighted) == ([], {"a"})


def test_json_nested_too_deep_to_walk_is_refused() -> None:
    deep: Any = {"a": 1}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(ExpressionError):
        parse("a = %other.a").evaluate(deep, variables={"other": copy.copy({"a": deep["a"]})})
