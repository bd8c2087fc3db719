"""Edits of a FHIR file, one after the other: every kind of element in it taken away, doubled, or of another value.

The edits are systematic and the same every time: for each kind of element (its path without numbers) each of `VALUES`
and each of the ways below. Most make the file malformed in one place, as people and programs do.
"""

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

Keys = tuple[Any, ...]

VALUES: tuple[Any, ...] = (
    None, True, "true", 0, -1, 7, Decimal("1.50"), 10**30, Decimal("1E+300"), "", " ", "x", "a b", "7", "2020-02-30", "#x",
    "urn:x|1", "%", "(a*)*", "a@1.2", "'\"\\", "\x01\x1b[2J", "\ud800", "<script>", "å" * 5000, "question", "display",
    [], [None], ["x"], [[]], {}, {"x": 1}, {"url": "urn:x"},
)  # fmt: skip
"""Values of every JSON type, and texts that are no code, date, address, expression, position or storable text."""


def edits(source: Any, every: int = 1, first: int = 0) -> Iterator[tuple[str, Any]]:
    """The edited copies of a resource, each with a description; every n-th of them from the first given."""
    ways = [
        *(("put", value) for value in VALUES),
        *((way, None) for way in ("remove", "double", "wrap", "rename", "nest", "companion")),
    ]
    number = -1
    for path in kinds_of_elements(source):
        for way, value in ways:
            number += 1
            if number % every == first % every:
                edited = deepcopy(source)
                if _edit(edited, path, way, value):
                    yield f"{way} {value!r:.20} at {described(path)}", edited


def kinds_of_elements(source: Any) -> list[Keys]:
    """One path for each kind of element: the first whose path without numbers is new."""
    found: dict[Keys, Keys] = {}
    ahead: list[tuple[Keys, Any]] = [((), source)]
    while ahead:
        path, value = ahead.pop(0)
        if path:
            found.setdefault(tuple("*" if isinstance(key, int) else key for key in path), path)
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ahead += [((*path, key), inner) for key, inner in inside]
    return list(found.values())


def described(path: Keys) -> str:
    """The path as the project writes element paths."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).removeprefix(".")


def _edit(source: Any, path: Keys, way: str, value: Any) -> bool:
    """Change one place of the resource; False where that way does not apply to it."""
    holder, key = source, path[-1]
    for step in path[:-1]:
        holder = holder[step]
    if way == "put":
        holder[key] = deepcopy(value)
    elif way == "remove":
        del holder[key]
    elif way == "double" and isinstance(holder, list):
        holder.insert(key, deepcopy(holder[key]))
    elif way == "wrap":
        holder[key] = [holder[key]]
    elif way == "rename" and isinstance(holder, dict):
        holder[f"_{key}"] = holder.pop(key)
    elif way == "companion" and isinstance(holder, dict):
        del holder[key]
        holder[f"_{key}"] = {"id": "x"}
    elif way == "nest" and isinstance(holder, dict):
        holder[key] = {key: holder[key]}
    else:
        return False
    return True
