"""What is asked, worked out a second time and in another way: from the file and a response as the specification reads them.

The oracle knows neither positions nor our model. It takes the answers away that stand where nothing is asked, over and over,
until nothing changes, and evaluates each condition on what is left. Forms without repetitions: there “the nearest question”
is the question.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments import Questionnaire, declined, enabled, pages, to_response, without_disabled
from stegvis.methods.instruments.positions import parse_position
from tests.methods.instruments.test_properties import (
    AUTHORED,
    ENABLE_WHEN_EXPRESSION,
    good_answer,
    questionnaires,
)

COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
TYPES = ("boolean", "choice", "many", "integer", "decimal", "string", "date", "open-choice", "numbers")
Raw = Mapping[str, Any]
Answers = Mapping[str, Any]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any]]:
    """A form in which nothing occurs twice, with good answers to some of its questions, wherever they stand."""
    form = draw(questionnaires(TYPES))
    chosen = [item for item in form.questions if draw(st.integers(0, 2))]
    return form, {item.link_id: draw(st.one_of(good_answer(item), st.just({"declined": True}))) for item in chosen}


def asked_by_the_book(raw: Raw, answers: Answers) -> set[str]:
    """The linkIds of everything that is asked or shown."""
    present = {link_id: _values(value) for link_id, value in answers.items()}
    while True:
        asked = set(_asked(raw.get("item", ()), present))
        left = {link_id: values for link_id, values in present.items() if link_id in asked}
        if left == present:
            return asked
        # The last that fell away first: what it stood for may decide about others that come after it.
        gone = next(
            link_id for link_id in _in_order(raw.get("item", ())) if link_id in present and link_id not in asked
        )
        present = {link_id: values for link_id, values in present.items() if link_id != gone}


def _asked(items: Any, present: Mapping[str, list[Any]]) -> Iterator[str]:
    for item in items:
        if not _holds(item, present):
            continue
        yield item["linkId"]
        is_question = item["type"] not in ("group", "display")
        if not is_question or present.get(item["linkId"]):
            yield from _asked(item.get("item", ()), present)


def _holds(item: Raw, present: Mapping[str, list[Any]]) -> bool:
    for extension in item.get("extension", ()):
        if extension["url"] == ENABLE_WHEN_EXPRESSION:
            asked_about = extension["valueExpression"]["expression"].split("'")[1]
            return bool(present.get(asked_about))
    conditions = [_meets(one, present.get(one["question"], [])) for one in item.get("enableWhen", ())]
    if not conditions:
        return True
    return all(conditions) if item["enableBehavior"] == "all" else any(conditions)


def _meets(condition: Raw, values: list[Any]) -> bool:
    [expected] = [value for key, value in condition.items() if key.startswith("answer")]
    if condition["operator"] == "exists":
        return bool(values) is expected
    if isinstance(expected, Mapping):
        expected = expected["code"]
    if condition["operator"] == "!=":
        return all(value != expected for value in values)
    return any(COMPARED[condition["operator"]](value, _like(value, expected)) for value in values)


def _like(value: Any, expected: Any) -> Any:
    return Decimal(str(expected)) if isinstance(value, Decimal) else expected


def _values(value: Any) -> list[Any]:
    if declined(value):
        return []
    return list(value) if isinstance(value, list) else [value]


def _in_order(items: Any) -> Iterator[str]:
    for item in items:
        yield item["linkId"]
        yield from _in_order(item.get("item", ()))


@given(cases())
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_asked_and_shown_is_what_the_specification_asks(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    form, answers = case
    asked = asked_by_the_book(form.definition, answers)
    questions = {item.link_id for item in form.questions}
    shown = {position for page in pages(form, "en", answers) for position in page.positions}

    assert {parse_position(position)[0] for position in enabled(form, answers)} == asked
    assert shown == questions & asked


@given(cases())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_stored_is_what_the_specification_leaves(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    form, answers = case
    kept = without_disabled(form, answers)
    assert set(kept) == set(answers) & asked_by_the_book(form.definition, answers)

    def link_ids(items: Any) -> Iterator[str]:
        for item in items:
            yield item["linkId"]
            for inside in (item, *item.get("answer", ())):
                yield from link_ids(inside.get("item", ()))

    response = to_response(form, kept, AUTHORED, None, status="in-progress")
    assert set(kept) <= set(link_ids(response.get("item", ()))) <= asked_by_the_book(form.definition, kept)
