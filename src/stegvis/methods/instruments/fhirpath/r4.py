"""FHIR R4 as a table: the elements of every type, what each type is a kind of, and the codes that elements allow.

`r4_elements.json` states the StructureDefinitions, ValueSets and CodeSystems of FHIR 4.0.1 (CC0); `script/r4_elements.py`
made it from them. An element reads "Coding*": `*` a list, `!` must be there, `+` a list that must not be missing, `#…` the
codes allowed, `@…` the elements of that path; a choice of types such as value[x] has bars between them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Element:
    """One element as the standard defines it; `types` has several for a choice such as value[x]."""

    name: str
    types: tuple[str, ...]
    many: bool
    needed: bool
    codes: str | None


@dataclass(frozen=True)
class Table:
    """Type → its elements as written in the file; type → what it is a kind of; value set → its codes."""

    elements: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]
    codes: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, read once."""
    source = json.loads((files(__package__) / "r4_elements.json").read_text(encoding="utf-8"))
    codes = {name: frozenset(codes) for name, codes in source["codes"].items()}
    return Table(source["elements"], source["kinds"], codes)


def elements_of(kind: str) -> tuple[Element, ...] | None:
    """All elements of a type or of a path such as "Questionnaire.item"; None for what R4 does not have.

    A primitive type has those of Element, and a type that only constrains another one has the other's.
    """
    own = table().elements.get(kind)
    if own is not None:
        return tuple(_element(name, spec) for name, spec in own.items())
    parent = table().kinds.get(kind)
    return None if parent is None else elements_of(parent)


def _element(name: str, spec: str) -> Element:
    types, _, codes = spec.partition("#")
    mark = types[-1] if types[-1] in "!*+" else ""
    of = tuple(types.removesuffix(mark).split("|"))
    return Element(name, of, many=mark in ("*", "+"), needed=mark in ("!", "+"), codes=codes or None)
