"""Conditions (`enableWhen`) as they stand in the file: each checked against the question it asks about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.answers import is_date
from stegvis.methods.instruments.elements import ENABLE_WHEN, Findings, Place, objects, take
from stegvis.methods.instruments.item_rules import LATER_TYPES
from stegvis.methods.instruments.questionnaire import Condition, Item, Option

OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
ANSWERS_OF = {
    "boolean": ("answerBoolean",),
    "integer": ("answerInteger", "answerDecimal"),
    "decimal": ("answerDecimal", "answerInteger"),
    "date": ("answerDate",),
    "string": ("answerString",),
    "text": ("answerString",),
    "choice": ("answerCoding", "answerString", "answerInteger", "answerDate"),
}
"""Which answer[x] a condition on a question of each type may use."""


def with_conditions(
    items: Iterable[Item], raw: Mapping[str, Mapping[str, Any]], findings: Findings
) -> tuple[Item, ...]:
    """The items with the conditions that their raw elements (by linkId) hold; circles among them are mistakes."""
    items = tuple(items)
    by_link_id = {inner.link_id: inner for item in items for inner in item.walk()}
    complete = _Conditions(raw, by_link_id, findings).within(items)
    _check_circles(complete, findings)
    return complete


class _Conditions:
    """Reads the conditions of all items once every item is known."""

    def __init__(
        self, raw: Mapping[str, Mapping[str, Any]], by_link_id: Mapping[str, Item], findings: Findings
    ) -> None:
        self.raw = raw
        self.by_link_id = by_link_id
        self.findings = findings

    def within(self, items: Iterable[Item]) -> tuple[Item, ...]:
        return tuple(
            replace(item, conditions=self.of(item), items=self.within(item.items))
            if item.items or self.has(item)
            else item
            for item in items
        )

    def has(self, item: Item) -> bool:
        return bool({"enableWhen", "enableBehavior"} & set(self.raw.get(item.link_id, ())))

    def of(self, item: Item) -> tuple[Condition, ...]:
        place = Place(item.path, item.link_id, self.findings)
        taken = self.raw.get(item.link_id, {})
        raw = objects(taken.get("enableWhen"), f"{item.path}.enableWhen", self.findings, item.link_id)
        behaviour = taken.get("enableBehavior")
        if behaviour not in (None, "all", "any"):
            place.mistake(f"there is no enableBehavior {behaviour!r}", "Use all or any", "enableBehavior")
        elif behaviour is None and len(raw) > 1:
            place.mistake("several conditions without enableBehavior (que-12)", "Add all or any", "enableBehavior")
        places = ((one, Place(path, item.link_id, self.findings)) for path, one in raw)
        return tuple(condition for one, at in places if (condition := self.condition(one, at)))

    def condition(self, raw: dict[str, Any], place: Place) -> Condition | None:
        taken = take(raw, ENABLE_WHEN, place.path, self.findings, place.link_id)
        question, relation = taken.get("question"), taken.get("operator")
        answers = [key for key in taken if key.startswith("answer")]
        if question is None or relation is None or len(answers) != 1:
            place.mistake("a condition lacks something", "Give question, operator and exactly one answer[x]")
            return None
        if relation not in OPERATORS:
            place.mistake(f"there is no operator {relation!r}", f"Use one of: {', '.join(OPERATORS)}", "operator")
            return None
        target = self.by_link_id.get(question)
        if target is None or not target.is_question:
            what = "is not in this questionnaire" if target is None else "is not a question"
            place.mistake(f"{question!r} {what}", "Name the linkId of a question", "question")
            return None
        return _condition_on(target, relation, answers[0], taken[answers[0]], place)


def _condition_on(target: Item, relation: str, element: str, value: Any, place: Place) -> Condition | None:
    if relation == "exists":
        if element != "answerBoolean":
            place.mistake("exists with another answer than true or false (que-7)", "Give answerBoolean", element)
            return None
        return Condition(target.link_id, relation, value)
    if target.type in LATER_TYPES or (target.type == "choice" and not target.options):
        place.leave_out(element, f"conditions on {target.link_id!r} cannot be judged here yet", blocks=True)
        return None
    allowed = ANSWERS_OF[target.type]
    if element not in allowed:
        place.mistake(f"{element} for a question of type {target.type}", f"Give {' or '.join(allowed)}", element)
        return None
    if relation not in ("=", "!=") and target.type in ("choice", "boolean"):
        place.mistake(f"the answers to {target.link_id!r} have no order for {relation}", "Use = or !=", "operator")
        return None
    return _valued_condition(target, relation, element, value, place)


def _valued_condition(target: Item, relation: str, element: str, value: Any, place: Place) -> Condition | None:
    if target.type == "choice":
        option = _option_like(target, element, value)
        if option is None:
            shown = value.get("code") if isinstance(value, Mapping) else value
            place.mistake(f"{target.link_id!r} has no option {shown!r}", "Name one of its options, system too", element)
            return None
        return Condition(target.link_id, relation, option.key)
    if element == "answerDate" and not is_date(value):
        place.mistake(f"{value!r} is not a date", "Write year-month-day", element)
        return None
    if target.type in ("integer", "decimal"):
        value = Decimal(str(value))
    return Condition(target.link_id, relation, value)


def _check_circles(items: Sequence[Item], findings: Findings) -> None:
    """An item must not wait for itself, by its conditions or by what it stands in."""
    waits_for: dict[str, list[str]] = {}
    where: dict[str, Item] = {}
    for item in (inner for top in items for inner in top.walk()):
        where[item.link_id] = item
        waits_for.setdefault(item.link_id, []).extend(condition.question for condition in item.conditions)
        for child in item.items:
            waits_for.setdefault(child.link_id, []).append(item.link_id)
    for link_id in _in_circles(waits_for):
        place = Place(where[link_id].path, link_id, findings)
        place.mistake("it is asked only if it is answered: its conditions go round in a circle", "Break the circle",
                      "enableWhen")  # fmt: skip


def _option_like(item: Item, element: str, value: Any) -> Option | None:
    """The option that a condition's answer means."""
    for option in item.options:
        if element == "answerCoding" and isinstance(value, Mapping):
            if option.is_coding(value):
                return option
        elif element == f"answer{option.kind}" and str(value) == option.key:
            return option
    return None


def _in_circles(waits_for: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes of a graph that can reach themselves (Tarjan would name whole rings; each node is enough here)."""
    found = []
    for start in waits_for:
        seen: set[str] = set()
        ahead = list(waits_for[start])
        while ahead:
            one = ahead.pop()
            if one == start:
                found.append(start)
                break
            if one not in seen:
                seen.add(one)
                ahead += waits_for.get(one, ())
    return found
