"""The types of FHIR R4: which elements each has, of which types, and which type is a kind of which.

The table is in `r4`; here it is seen as FHIRPath sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from stegvis.methods.instruments.fhirpath import r4

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


def is_type(name: str) -> bool:
    """Whether FHIR R4 has a type of this name ("Coding", "QuestionnaireResponse.item")."""
    return name in r4.table().kinds or name in r4.table().elements


@lru_cache(maxsize=1024)
def elements(type_name: str) -> Mapping[str, Element] | None:
    """All elements of a type, inherited ones too, by name; None for a type that FHIR R4 does not have."""
    found = r4.elements_of(type_name)
    return None if found is None else dict(_element(one) for one in found)


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
    parent = r4.table().kinds.get(type_name)
    return (type_name, *ancestry(parent)) if parent else (type_name,)


def is_kind_of(type_name: str, kind: str) -> bool:
    """Whether a FHIR type is `kind` or derived from it."""
    return kind in ancestry(type_name)


@lru_cache(maxsize=1)
def type_suffixes() -> Mapping[str, str]:
    """What may follow the name of a choice element in JSON ("Coding", "DateTime"), and the type it means."""
    return {name[0].upper() + name[1:]: name for name in elements("Extension")["value"].types}  # type: ignore[index]


def _element(one: r4.Element) -> tuple[str, Element]:
    """The name in FHIRPath and the element: value[x] is `value`, and @… the type of that path."""
    if not one.name.endswith("[x]"):
        return one.name, Element(((one.name, one.types[0].removeprefix("@")),))
    name = one.name.removesuffix("[x]")
    keys = tuple((name + each[0].upper() + each[1:], each) for each in one.types)
    return name, Element(keys, {mark + pair[0]: pair for pair in keys for mark in ("", "_")})
