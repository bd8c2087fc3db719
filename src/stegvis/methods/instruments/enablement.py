"""Which items are asked, in view of the answers so far (FHIR `enableWhen` and SDC `enableWhenExpression`).

An item is asked when everything it stands in is asked and its own conditions hold. A question or heading inside a
question is asked when that question has an answer, because a QuestionnaireResponse keeps it under that answer. A
question that is not asked counts as unanswered for the conditions of others, whatever is stored for it, and so does
"I prefer not to answer".

Where the question of a condition occurs several times, the nearest occurrence is meant: the one in the same occurrence
of everything that both stand in; of several such, the last before the item, else the first after it (R4,
enableWhen.question: "the nearest question occurrence reachable by tracing first the ancestor axis and then the preceding
axis and then the following axis"). Several conditions without enableBehavior are met when one is (R4, enableWhen).

Operators as hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html defines them: `!=` is true when no answer
equals the value, so also when there is no answer; the orders are true when at least one answer stands in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.items import Condition, Item
from stegvis.methods.instruments.ordering import compare
from stegvis.methods.instruments.positions import Occurrence, Occurrences, occurrences, position_of
from stegvis.methods.instruments.questionnaire import Questionnaire

_ORDERS: Mapping[str, Callable[[int], bool]] = {
    ">": lambda sign: sign > 0,
    "<": lambda sign: sign < 0,
    ">=": lambda sign: sign >= 0,
    "<=": lambda sign: sign <= 0,
}
_TEMPORAL = frozenset({"date", "dateTime", "time"})


def enabled(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> frozenset[str]:
    """The positions of every item that is asked or shown, headings and texts included.

    A position is the linkId where the item can occur only once; see `positions`.
    """
    return enabled_among(questionnaire, answers, occurrences(questionnaire, answers))


def enabled_among(questionnaire: Questionnaire, answers: Mapping[str, Any], among: Occurrences) -> frozenset[str]:
    """As `enabled`, for occurrences that are worked out already."""
    if not questionnaire.is_conditional:
        return frozenset(among.by_position)
    asked = Enablement(questionnaire, answers, among).all_enabled()
    if questionnaire.enabled_by_expression:
        from stegvis.methods.instruments.expressions import asked_by_expressions

        return asked_by_expressions(questionnaire, answers, among, asked)
    return asked


class Enablement:
    """Works out one set of answers, each occurrence once (conditions without circles are the reader's promise).

    `off` are positions that are not asked whatever their conditions: those that an expression has ruled out.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Mapping[str, Any],
        among: Occurrences,
        off: frozenset[str] = frozenset(),
    ) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.among = among
        self.known: dict[str, bool] = dict.fromkeys(off, False)

    def all_enabled(self) -> frozenset[str]:
        # In this order nothing waits for what is not known yet, however long a chain of conditions is.
        return frozenset(
            one.position
            for link_id in self.questionnaire.enablement_order
            for one in self.among.by_link_id.get(link_id, ())
            if self.is_enabled(one)
        )

    def is_enabled(self, one: Occurrence) -> bool:
        if one.position not in self.known:
            self.known[one.position] = self._within_enabled(one) and self._conditions_hold(one)
        return self.known[one.position]

    def _within_enabled(self, one: Occurrence) -> bool:
        parent = one.parent
        if parent is None:
            return True
        if not self.is_enabled(parent):
            return False
        return not parent.item.is_question or one.item.type == "display" or bool(self._values(parent))

    def _conditions_hold(self, one: Occurrence) -> bool:
        if not one.item.conditions:
            return True
        hold = (self._holds(condition, one) for condition in one.item.conditions)
        return any(hold) if one.item.any_condition else all(hold)

    def _holds(self, condition: Condition, one: Occurrence) -> bool:
        nearest = self._nearest(condition.question, one)
        values = self._values(nearest) if nearest is not None and self.is_enabled(nearest) else []
        if condition.operator == "exists":
            return bool(values) is condition.expected
        target = self.questionnaire.by_link_id.get(condition.question)
        temporal = target is not None and _is_temporal(target)
        signs = [compare(value, condition.expected, temporal=temporal) for value in values]
        if condition.operator == "=":
            return 0 in signs
        if condition.operator == "!=":
            return 0 not in signs
        order = _ORDERS[condition.operator]
        has_order = target is not None and not (isinstance(condition.expected, bool) or _is_code(target, condition))
        return has_order and any(sign is not None and order(sign) for sign in signs)

    def _nearest(self, link_id: str, one: Occurrence) -> Occurrence | None:
        """The nearest occurrence of a question, seen from one that asks about it."""
        around = self.questionnaire.repeating_around.get(link_id)
        if around is None or not self.questionnaire.by_link_id[link_id].is_question:
            return None
        shared = common_depth(self.questionnaire, link_id, one)
        if shared == len(around):
            return self.among.by_position.get(position_of(link_id, one.indices[:shared]))
        alike = [
            target
            for target in self.among.by_link_id.get(link_id, ())
            if target.indices[:shared] == one.indices[:shared]
        ]
        before = [target for target in alike if self.among.places[target.position] < self.among.places[one.position]]
        return before[-1] if before else next(iter(alike), None)

    def _values(self, one: Occurrence) -> list[Any]:
        """The values of an answer: none, one, or the several of a repeating question."""
        value = self.answers.get(one.position)
        if value is None or value == "" or (isinstance(value, Mapping) and "declined" in value):
            return []
        values = value if isinstance(value, list | tuple) else [value]
        return [_plain(one.item, each) for each in values] if one.item.options else list(values)


def common_depth(questionnaire: Questionnaire, link_id: str, one: Occurrence) -> int:
    """How many of the repeating items around `one` are also around the item `link_id`."""
    around = questionnaire.repeating_around
    own = around[one.item.link_id]
    if one.item.type == "group" and one.item.repeats:
        own = (*own, one.item.link_id)
    return _common(own, around[link_id])


@lru_cache(maxsize=4096)
def _common(own: tuple[str, ...], other: tuple[str, ...]) -> int:
    depth = 0
    for mine, theirs in zip(own, other, strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth


def _is_temporal(item: Item) -> bool:
    return item.type in _TEMPORAL or any(option.kind in ("Date", "Time") for option in item.options)


def _is_code(item: Item, condition: Condition) -> bool:
    """The key of an option is a name, not a quantity, whatever its letters are."""
    return item.is_choice and isinstance(condition.expected, str) and not _is_temporal(item)


def _plain(item: Item, value: Any) -> Any:
    """An option that is a number, by its number; others by their key."""
    option = item.option(value) if isinstance(value, str) else None
    return Decimal(option.key) if option is not None and option.kind == "Integer" else value
