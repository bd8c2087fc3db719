"""Conditions (`enableWhen`) as they stand in the file: each checked against the question it asks about.

What cannot hold (a question that is not there, an answer of another type) is a warning and stays a condition that never
meets an answer. Circles are a warning and not applied: nothing could be asked first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.errors import Findings, Place
from stegvis.methods.instruments.items import Condition, Item

_OF_OPTIONS = ("answerCoding", "answerString", "answerInteger", "answerDate", "answerTime", "answerReference")
ANSWERS_OF: Mapping[str, tuple[str, ...]] = {
    "boolean": ("answerBoolean",),
    "integer": ("answerInteger", "answerDecimal"),
    "decimal": ("answerDecimal", "answerInteger"),
    "date": ("answerDate", "answerDateTime"),
    "dateTime": ("answerDateTime", "answerDate"),
    "time": ("answerTime",),
    "string": ("answerString",),
    "text": ("answerString",),
    "url": ("answerString",),
    "choice": _OF_OPTIONS,
    "open-choice": _OF_OPTIONS,
    "quantity": ("answerQuantity",),
    "reference": ("answerReference",),
}
"""Which answer[x] a condition on a question of each type may use."""


def with_conditions(
    items: Iterable[Item], raw: Mapping[str, Mapping[str, Any]], findings: Findings
) -> tuple[Item, ...]:
    """The items with the conditions that their raw elements (by linkId) hold, without those that go round in a circle."""
    items = tuple(items)
    by_link_id = {inner.link_id: inner for item in items for inner in item.walk()}
    complete = _Conditions(raw, by_link_id, findings).within(items)
    circular = frozenset(_circular(complete, findings))
    return _without_conditions(complete, circular) if circular else complete


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
            if item.items or "enableWhen" in self.raw[item.link_id]
            else item
            for item in items
        )

    def of(self, item: Item) -> tuple[Condition, ...]:
        raw = self.raw[item.link_id]
        conditions = raw.get("enableWhen", ())
        place = Place(item.path, item.link_id, self.findings)
        if len(conditions) == 2 and "enableBehavior" not in raw:
            right = "Add all or any; it is taken as any"
            place.warn("several conditions without enableBehavior (que-12)", right, "enableBehavior")
        return tuple(
            self.condition(one, place.at(f"{item.path}.enableWhen[{number}]")) for number, one in enumerate(conditions)
        )

    def condition(self, raw: Mapping[str, Any], place: Place) -> Condition:
        """One condition; the structure promises question, operator and one answer[x]."""
        question, relation = raw["question"], raw["operator"]
        element = next(key for key in raw if key.startswith("answer"))
        target = self.by_link_id.get(question)
        if target is None or not target.is_question:
            what = "is not in this questionnaire" if target is None else "is not a question"
            place.warn(f"{question!r} {what}", "Name the linkId of a question; it counts as unanswered", "question")
            return Condition(question, relation, raw[element])
        if relation == "exists":
            return Condition(question, relation, raw[element])
        return Condition(question, relation, _expected(target, relation, element, raw[element], place))


def _expected(target: Item, relation: str, element: str, value: Any, place: Place) -> Any:
    allowed = ANSWERS_OF.get(target.type, ())
    if element not in allowed:
        right = f"Give {' or '.join(allowed)}" if allowed else "Ask whether it exists"
        place.warn(f"{element} for a question of type {target.type}", f"{right}; it never meets an answer", element)
        return value
    has_order = target.type not in ("boolean", "reference") and element not in ("answerCoding", "answerReference")
    if relation not in ("=", "!=") and not has_order:
        what = f"the answers to {target.link_id!r} have no order for {relation}"
        place.warn(what, "Use = or !=; it never holds", "operator")
    if target.is_choice and target.options:
        return _expected_option(target, element, value, place)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _expected_option(target: Item, element: str, value: Any, place: Place) -> Any:
    kind = element.removeprefix("answer")
    option = target.option_meant(kind, value)
    if option is None and kind == "Coding" and "system" not in value:
        alike = [one for one in target.options if one.code == value.get("code")]
        if len(alike) == 1:
            option = alike[0]
            place.warn(f"the code {option.code!r} without its system", f"Add the system {option.system}", element)
    if option is not None:
        return option.key if option.kind in ("Coding", "String", "Reference") else option.value
    is_other = target.type == "open-choice" and kind == "String"
    if not is_other:
        shown = value.get("code") if isinstance(value, Mapping) else value
        place.warn(f"{target.link_id!r} has no option {shown!r}", "Name one of its options, system too", element)
    return {"other": value} if is_other else value


def _circular(items: Sequence[Item], findings: Findings) -> Iterator[str]:
    """The linkIds of the items that wait for themselves, by their conditions or by what they stand in; each said."""
    waits_for: dict[str, list[str]] = {}
    where: dict[str, Item] = {}
    for item in (inner for top in items for inner in top.walk()):
        where[item.link_id] = item
        waits_for.setdefault(item.link_id, []).extend(condition.question for condition in item.conditions)
        for child in item.items:
            waits_for.setdefault(child.link_id, []).append(item.link_id)
    for link_id in in_circles(waits_for):
        if where[link_id].conditions:
            place = Place(where[link_id].path, link_id, findings)
            place.warn(
                "it is asked only if it is answered: its conditions go round in a circle", "Break it", "enableWhen"
            )
            place.leave_out("enableWhen", "conditions in a circle are not applied: it is always asked", blocks=True)
            yield link_id


def _without_conditions(items: Iterable[Item], link_ids: frozenset[str]) -> tuple[Item, ...]:
    return tuple(
        replace(
            item,
            conditions=() if item.link_id in link_ids else item.conditions,
            items=_without_conditions(item.items, link_ids),
        )
        for item in items
    )


def in_circles(waits_for: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes of a graph that lie on a circle (or on a way from one circle to another), in the graph's order.

    Nodes that wait for nothing are taken away until none is left, and then those that nothing waits for (Kahn, Commun.
    ACM 1962;5:558, in both directions): linear in the size of the graph, so that a made-up file cannot keep it busy.
    """
    ahead = {node: {one for one in named if one in waits_for} for node, named in waits_for.items()}
    left = _peeled(ahead)
    behind: dict[str, set[str]] = {node: set() for node in left}
    for node in left:
        for one in ahead[node] & left.keys():
            behind[one].add(node)
    rest = _peeled(behind)
    return [node for node in left if node in rest]


def _peeled(ahead: Mapping[str, Iterable[str]]) -> dict[str, None]:
    """The nodes that remain when those without a way ahead are taken away, and so on."""
    left = {node: set(named) for node, named in ahead.items()}
    wanted_by: dict[str, list[str]] = {}
    for node, named in left.items():
        for one in named:
            wanted_by.setdefault(one, []).append(node)
    free = [node for node, named in left.items() if not named]
    while free:
        done = free.pop()
        del left[done]
        for node in wanted_by.get(done, ()):
            left[node].discard(done)
            if not left[node]:
                free.append(node)
    return dict.fromkeys(left)
