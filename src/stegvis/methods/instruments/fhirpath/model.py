"""The types of FHIR R4: which elements each has, of which types, and which type is a kind of which.

`r4.json` holds one line a type: `^` its parent, and each of its own elements with its type; an element with a choice of
types (`value[x]`) lists them and ends in `|`. It states the StructureDefinitions of HL7 FHIR 4.0.1 (CC0).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

SYSTEM_TYPES = ("Boolean", "Integer", "Decimal", "String", "Date", "DateTime", "Time", "Quantity")
"""FHIRPath's own types; FHIR's primitive types have the same names with a small first letter."""

TEXTS = frozenset(
    {"string", "code", "id", "markdown", "uri", "url", "canonical", "oid", "uuid", "base64Binary", "xhtml"}
)
WHOLE_NUMBERS = frozenset({"integer", "positiveInt", "unsignedInt"})
PRIMITIVES = TEXTS | WHOLE_NUMBERS | {"boolean", "decimal", "date", "dateTime", "instant", "time"}
QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "SimpleQuantity", "MoneyQuantity"})


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a type: the JSON keys under which it may stand, each with its type."""

    keys: tuple[tuple[str, str], ...]
    choice: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """For a choice of types only: every key as it may stand in JSON, `_` before it too, with key and type."""

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(type_name for _, type_name in self.keys)


@lru_cache(maxsize=1)
def _raw() -> Mapping[str, Mapping[str, str]]:
    return json.loads(files(__package__).joinpath("r4.json").read_text(encoding="utf-8"))


def is_type(name: str) -> bool:
    """Whether FHIR R4 has a type of this name ("Coding", "QuestionnaireResponse.item")."""
    return name in _raw()


@lru_cache(maxsize=1024)
def elements(type_name: str) -> Mapping[str, Element] | None:
    """All elements of a type, inherited ones too, by name; None for a type that FHIR R4 does not have."""
    own = _raw().get(type_name)
    if own is None:
        return None
    inherited = elements(own["^"]) if "^" in own else {}
    return {**(inherited or {}), **{name: _element(name, types) for name, types in own.items() if name != "^"}}


@lru_cache(maxsize=1024)
def json_keys(type_name: str) -> Mapping[str, str] | None:
    """The JSON keys of a type, each with the type of what stands there; None for a type that FHIR R4 does not have."""
    known = elements(type_name)
    return None if known is None else dict(pair for element in known.values() for pair in element.keys)


@lru_cache(maxsize=1024)
def element(type_name: str, name: str) -> Element | None:
    """The element of a type, also by its JSON key ("valueCoding"), which other engines take though N1 does not."""
    known = elements(type_name) or {}
    if name in known:
        return known[name]
    its_type = (json_keys(type_name) or {}).get(name)
    return None if its_type is None else Element(((name, its_type),))


@lru_cache(maxsize=1024)
def ancestry(type_name: str) -> tuple[str, ...]:
    """The type and everything that it is a kind of."""
    parent = _raw().get(type_name, {}).get("^")
    return (type_name, *ancestry(parent)) if parent else (type_name,)


def is_kind_of(type_name: str, kind: str) -> bool:
    """Whether a FHIR type is `kind` or derived from it."""
    return kind in ancestry(type_name)


@lru_cache(maxsize=1)
def type_suffixes() -> Mapping[str, str]:
    """What may follow the name of a choice element in JSON ("Coding", "DateTime"), and the type it means."""
    return {name[0].upper() + name[1:]: name for name in elements("Extension")["value"].types}  # type: ignore[index]


def _element(name: str, types: str) -> Element:
    if not types.endswith("|"):
        return Element(((name, types),))
    keys = tuple((name + each[0].upper() + each[1:], each) for each in types[:-1].split())
    return Element(keys, {mark + pair[0]: pair for pair in keys for mark in ("", "_")})
