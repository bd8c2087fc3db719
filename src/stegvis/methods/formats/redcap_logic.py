"""REDCap logic: branching logic made of FHIR's enableWhen, and read back into it.

Branching logic compares fields with values, joined by `and` and `or`: [pain] = '1' and [places(knee)] = '1'. FHIR joins all
conditions of an item by one of the two, so logic that mixes them, or computes, cannot be carried over; `parse` says so.
Source: REDCap, "Logic guide"; hl7.org/fhir/R4/questionnaire-definitions.html (enableWhen, enableBehavior).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stegvis.methods.instruments.items import Condition, Item
from stegvis.methods.instruments.questionnaire import Questionnaire

_TOKEN = re.compile(
    r"\s*(?:(?P<field>\[[^\]\[]*\](?:\s*\[[^\]]*\])*)|(?P<op><>|!=|>=|<=|=|>|<)|(?P<value>'[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?)"
    r"|(?P<word>\b(?:and|or)\b)|(?P<paren>[()]))",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\[([a-z][a-z0-9_]*)(?:\(([^)]+)\))?\]")
OPERATORS: Mapping[str, str] = {"<>": "!=", "!=": "!=", "=": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}


class NotCarried(ValueError):
    """The logic says something that enableWhen cannot say; the message is what."""


@dataclass(frozen=True)
class Comparison:
    """[field(option)] operator value; `value` "" asks whether there is an answer."""

    field: str
    option: str | None
    operator: str
    value: str


@dataclass(frozen=True)
class Logic:
    """Comparisons, all of which (or any, with `is_any`) must hold."""

    comparisons: tuple[Comparison, ...]
    is_any: bool = False


def parse(text: str) -> Logic:
    """The logic of a field; raises `NotCarried` with the reason where enableWhen cannot say it."""
    tokens = list(_tokens(text))
    comparisons, joins, place, depth = [], set[str](), 0, 0
    while place < len(tokens):
        kind, written = tokens[place]
        if kind == "paren":
            depth += 1 if written == "(" else -1
            place += 1
        elif kind == "word":
            joins.add(written.lower())
            place += 1
        else:
            comparisons.append(_comparison(tokens[place : place + 3], text))
            place += 3
    if depth or len(comparisons) < 1 or (len(comparisons) > 1) != bool(joins):
        raise NotCarried(f"the logic {text!r} is not whole")
    if len(joins) > 1:
        raise NotCarried("it joins conditions by both “and” and “or”")
    return Logic(tuple(comparisons), "or" in joins)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, text = 0, text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotCarried(f"it computes or calls something: {text[place : place + 30]!r}")
        kind = found.lastgroup or ""
        yield kind, found.group(kind)
        place = found.end()


def _comparison(tokens: list[tuple[str, str]], text: str) -> Comparison:
    if [kind for kind, _ in tokens] != ["field", "op", "value"]:
        raise NotCarried(f"it is more than fields compared with values: {text!r}")
    (_, field), (_, operator), (_, value) = tokens
    named = _FIELD.fullmatch(field)
    if named is None:
        raise NotCarried(f"it looks at another event or at a smart variable: {field}")
    return Comparison(named.group(1), named.group(2), OPERATORS[operator], value.strip("'\""))


def branching_of(questionnaire: Questionnaire, item: Item, names: Mapping[str, str]) -> tuple[str, list[str]]:
    """The branching logic of an item, those of the groups around it included, and what could not be carried over."""
    parts, lost = [], []
    around: Item | None = item
    while around is not None:
        if around.enabled_by is not None:
            lost.append("whether it is asked depends on an expression, which is left out")
        if around.conditions:
            join = " or " if around.any_condition else " and "
            parts.append(join.join(_written(questionnaire, each, names) for each in around.conditions))
        around = questionnaire.parents[around.link_id]
    if len(parts) == 1:
        return parts[0], lost
    return " and ".join(f"({part})" if " or " in part else part for part in reversed(parts)), lost


def _written(questionnaire: Questionnaire, condition: Condition, names: Mapping[str, str]) -> str:
    from stegvis.methods.formats.redcap_fields import redcap_code

    target = questionnaire.by_link_id.get(condition.question)
    field = names.get(condition.question, condition.question)
    if condition.operator == "exists":
        return f"[{field}] {'<>' if condition.expected else '='} ''"
    operator = {"!=": "<>"}.get(condition.operator, condition.operator)
    expected = str(condition.expected)
    if isinstance(condition.expected, bool):
        expected = "1" if condition.expected else "0"
    option = target.option(expected) if target is not None and target.options else None
    if target is None or option is None:
        return f"[{field}] {operator} '{expected}'"
    code = redcap_code(target, option)
    if target.repeats:
        return f"[{field}({code})] = '{'0' if operator == '<>' else '1'}'"
    return f"[{field}] {operator} '{code}'"
