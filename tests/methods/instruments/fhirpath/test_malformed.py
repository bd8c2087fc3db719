"""Malformed JSON: whatever stands where something else should, there is a value or a refusal, never a crash."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments.fhirpath import ExpressionError, ExpressionFailed, Limits, parse
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


ENORMOUS = [Decimal("1E+999999"), Decimal("1E-999999"), Decimal("NaN"), Decimal("Infinity"), 10**5000, 1e300]


@pytest.mark.parametrize("number", ENORMOUS, ids=["1e999999", "1e-999999", "nan", "infinity", "5000 digits", "1e300"])
@pytest.mark.parametrize("text", ["v.toString()", "v + 1", "v ~ 1", "v.round(1)", "v > 2 'kg'", "v = 1.0"])
def test_a_number_that_no_measurement_has_is_refused(number: Any, text: str) -> None:
    with pytest.raises(ExpressionFailed, match=r"digits|too large"):
        parse(text).evaluate({"v": number})


NINES = "9" * 38


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{NINES}.0 ~ 1.0", [False]),
        (f"{NINES}.0 'kg' ~ 1.0 'mg'", [False]),
        (f"{NINES}.0 * {NINES}.0", []),
        (f"@2026-01-01 + {NINES} days", []),
        ("2.power(2147483647)", []),
        ("2147483647 * 2147483647", []),
        ("@9999-12-31T23:59:59Z < @9999-12-31T23:59:59-05:00", []),
    ],
)
def test_what_is_too_large_gives_nothing_or_no(text: str, expected: list[Any]) -> None:
    assert parse(text).evaluate({}) == expected
