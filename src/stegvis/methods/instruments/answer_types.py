"""Comparisons in expressions that no answer can fulfil, because the question's answers are of another type.

FHIRPath finds a Coding and a text unequal without a word, so `answer.value = 'yes'` is never true where the answer is a
Coding; nor has an option without an ordinal value any weight. What is compared is found where the expression names the
question itself: `…where(linkId = 'x').answer.value` and what follows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from stegvis.methods.instruments.expression_language import compiled
from stegvis.methods.instruments.fhirpath.syntax import Call, Literal, Member, Path, Series
from stegvis.methods.instruments.fhirpath.types import type_of
from stegvis.methods.instruments.items import Item

Odd = tuple[str, str]
"""What is odd, and what would be right."""

_NUMBERS: Final = frozenset({"Integer", "Decimal"})
_COMPARABLE: Final[Mapping[str, frozenset[str]]] = {
    "boolean": frozenset({"Boolean"}), "integer": _NUMBERS, "decimal": _NUMBERS,
    **dict.fromkeys(("string", "text", "url"), frozenset({"String"})),
    "quantity": _NUMBERS | {"Quantity"}, "attachment": frozenset(), "reference": frozenset(),
}  # fmt: skip
"""The FHIRPath literals that an answer's value can be compared with; dates and times are left to the evaluator."""
_OF_OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "Coding": frozenset(), "Reference": frozenset(), "Integer": _NUMBERS, "String": frozenset({"String"}),
}  # fmt: skip
_OPERATORS: Final = frozenset({"=", "!=", "~", "!~", ">", "<", ">=", "<="})
_WEIGHTS: Final = frozenset({"ordinal", "weight"})


def oddities_in(text: str, by_link_id: Mapping[str, Item]) -> Iterator[Odd]:
    """Everything in an expression that its questions' types make pointless."""
    for node in _nodes(compiled(text).syntax):
        if isinstance(node, Path):
            yield from _weights(node, by_link_id)
        elif isinstance(node, Series):
            left = node.first
            for operator, right in node.rest:
                if operator in _OPERATORS:
                    yield from _comparison(left, right, by_link_id)
                    yield from _comparison(right, left, by_link_id)
                left = right


def _nodes(node: Any) -> Iterator[Any]:
    """Every part of an expression, the whole first."""
    ahead = [node]
    while ahead:
        one = ahead.pop()
        if isinstance(one, tuple):
            ahead.extend(one)
        elif is_dataclass(one):
            yield one
            ahead.extend(getattr(one, field.name) for field in fields(one))


def _question_and_rest(path: Any, by_link_id: Mapping[str, Item]) -> tuple[Item, tuple[Any, ...]] | None:
    """The question whose answers' values a path takes, and the steps after `answer.value`."""
    if not isinstance(path, Path):
        return None
    for place in range(len(path.steps) - 2):
        named, answer, value = path.steps[place : place + 3]
        if answer == Member("answer") and isinstance(value, Member) and value.name.startswith("value"):
            item = by_link_id.get(_link_id_in(named) or "")
            return None if item is None else (item, path.steps[place + 3 :])
    return None


def _link_id_in(step: Any) -> str | None:
    match step:
        case Call("where", (Series(Member("linkId"), (("=", Literal(str(link_id))),)),)):
            return link_id
        case Call("where", (Series(Literal(str(link_id)), (("=", Member("linkId")),)),)):
            return link_id
    return None


def _weights(path: Path, by_link_id: Mapping[str, Item]) -> Iterator[Odd]:
    found = _question_and_rest(path, by_link_id)
    if found is None or not any(isinstance(step, Call) and step.name in _WEIGHTS for step in found[1]):
        return
    item = found[0]
    if not item.is_choice:
        yield f"an answer to {item.link_id!r} is of type {item.type} and has no weight", "Take answer.value itself"
    elif item.options and all(option.ordinal is None for option in item.options):
        right = "Give them ordinalValue or itemWeight"
        yield f"no option of {item.link_id!r} has a weight, so this gives nothing", right


def _comparison(side: Any, other: Any, by_link_id: Mapping[str, Item]) -> Iterator[Odd]:
    found = _question_and_rest(side, by_link_id)
    if found is None or not isinstance(other, Literal) or other.value is None:
        return
    item, rest = found
    if rest == (Member("code"),) and item.options:
        codes = {option.code for option in item.options}
        if item.type == "choice" and other.value not in codes:
            yield f"{item.link_id!r} has no option with the code {other.value!r}", "Name one of its codes"
    elif not rest:
        allowed, kind = _comparable(item), type_of(other.value).removeprefix("System.")
        if allowed is not None and kind not in allowed:
            right = "Compare answer.value.code" if item.is_choice else "Compare it with a value of its own type"
            yield f"an answer to {item.link_id!r} never equals the {kind} {other.value!r}", right


def _comparable(item: Item) -> frozenset[str] | None:
    """The literals that an answer of the question can equal or be ordered with; None where that is left open."""
    if not item.is_choice:
        return _COMPARABLE.get(item.type)
    kinds = {option.kind for option in item.options} or {"Coding"}
    if kinds - set(_OF_OPTIONS):
        return None
    own = frozenset({"String"}) if item.type == "open-choice" else frozenset()
    return own.union(*(_OF_OPTIONS[kind] for kind in kinds))
