"""A short way for the criterion that questionnaires use most: `linkId = 'a'`.

It gives what the long way gives, and is taken only where the element is by definition a single text and stands plainly
in the item's JSON.
"""

from __future__ import annotations

from typing import Any

from stegvis.methods.instruments.fhirpath.model import TEXTS, elements, is_type
from stegvis.methods.instruments.fhirpath.nodes import Node
from stegvis.methods.instruments.fhirpath.scope import Compiled, Scope
from stegvis.methods.instruments.fhirpath.syntax import Literal, Member, Series

_TYPES = TEXTS - {"base64Binary", "xhtml"}


class TextIs:
    """The criterion `name = 'expected'`, compiled; `slow` is the same by the long way."""

    __slots__ = ("expected", "name", "slow")

    def __init__(self, name: str, expected: str, slow: Compiled) -> None:
        self.name, self.expected, self.slow = name, expected, slow

    def __call__(self, scope: Scope) -> list[Any]:
        return self.slow(scope)

    def holding(self, focus: list[Any]) -> list[Any] | None:
        """The items for which it is true, or None where the long way must be gone."""
        name, expected, known, found = self.name, self.expected, None, []
        for item in focus:
            if item.__class__ is not Node or item.value.__class__ is not dict:
                return None
            if item.type != known:
                known = item.type
                if not _is_text(known, name):
                    return None
            value = item.value.get(name)
            if value == expected:
                found.append(item)
            elif value.__class__ is not str and value is not None:
                return None
        return found


def text_criterion(node: Any) -> tuple[str, str] | None:
    """Name and text of a criterion of that form, None for any other."""
    if isinstance(node, Series) and len(node.rest) == 1 and isinstance(node.first, Member):
        operator, operand = node.rest[0]
        name = node.first.name
        if operator == "=" and isinstance(operand, Literal) and isinstance(operand.value, str) and not is_type(name):
            return name, operand.value
    return None


def _is_text(type_name: str | None, name: str) -> bool:
    declared = elements(type_name) if type_name else None
    return declared is not None and name in declared and declared[name].keys[0][1] in _TYPES
