"""Which items are asked, in view of the answers so far (FHIR `enableWhen`).

An item is asked when everything it stands in is asked and its own conditions hold. A question or heading inside a
question is asked when that question has an answer, because a QuestionnaireResponse keeps it under that answer. A
question that is not asked counts as unanswered for the conditions of others, whatever is stored for it, and so does
"I prefer not to answer".

Operators as hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html defines them: `!=` is true when no answer
equals the value, so also when there is no answer; the orders are true when at least one answer stands in them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.questionnaire import Condition, Item, Questionnaire

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def enabled(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> frozenset[str]:
    """The linkIds of every item that is asked or shown, headings and texts included."""
    if not questionnaire.is_conditional:
        return _every_link_id(questionnaire)
    return _Enablement(questionnaire, answers).all_enabled()


@lru_cache(maxsize=256)
def _every_link_id(questionnaire: Questionnaire) -> frozenset[str]:
    return frozenset(questionnaire.by_link_id)


class _Enablement:
    """Works out one set of answers, each item once (conditions without circles are the reader's promise)."""

    def __init__(self, questionnaire: Questionnaire, answers: Mapping[str, Any]) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.known: dict[str, bool] = {}

    def all_enabled(self) -> frozenset[str]:
        return frozenset(item.link_id for item in self.questionnaire.all_items if self.is_enabled(item))

    def is_enabled(self, item: Item) -> bool:
        if item.link_id not in self.known:
            self.known[item.link_id] = self._within_enabled(item) and self._conditions_hold(item)
        return self.known[item.link_id]

    def _within_enabled(self, item: Item) -> bool:
        parent = self.questionnaire.parents[item.link_id]
        if parent is None:
            return True
        if not self.is_enabled(parent):
            return False
        return not parent.is_question or item.type == "display" or bool(self._values(parent.link_id))

    def _conditions_hold(self, item: Item) -> bool:
        if not item.conditions:
            return True
        hold = (self._holds(condition) for condition in item.conditions)
        return any(hold) if item.any_condition else all(hold)

    def _holds(self, condition: Condition) -> bool:
        question = self.questionnaire.by_link_id[condition.question]
        values = self._values(condition.question) if self.is_enabled(question) else ()
        if condition.operator == "exists":
            return bool(values) is condition.expected
        if condition.operator == "=":
            return any(_equal(value, condition.expected) for value in values)
        if condition.operator == "!=":
            return not any(_equal(value, condition.expected) for value in values)
        order = _ORDERS[condition.operator]
        return any(_comparable(value, condition.expected) and order(value, condition.expected) for value in values)

    def _values(self, link_id: str) -> tuple[Any, ...]:
        """The values of an answer: none, one, or the several of a multiple choice."""
        value = self.answers.get(link_id)
        if value is None or value == "" or isinstance(value, Mapping):
            return ()
        return tuple(value) if isinstance(value, list | tuple) else (value,)


def _equal(value: Any, expected: Any) -> bool:
    return _comparable(value, expected) and value == expected


def _comparable(value: Any, expected: Any) -> bool:
    """Numbers with numbers, texts with texts, yes and no with themselves; a wrong answer compares with nothing."""
    if isinstance(value, bool) or isinstance(expected, bool):
        return isinstance(value, bool) and isinstance(expected, bool)
    if isinstance(value, int | Decimal):
        return isinstance(expected, int | Decimal) and Decimal(value).is_finite()
    return isinstance(value, str) and isinstance(expected, str)
