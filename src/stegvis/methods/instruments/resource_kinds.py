"""What a JSON value is that should have been one certain resource: a Bundle around it, a list, nothing of FHIR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stegvis.methods.instruments.wording import shown

_IN_JSON: Final = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
_FEW: Final = 5


def another_kind(value: Any, kind: str) -> tuple[str, str, str] | None:
    """None for a resource of that kind; else the path, what is there instead, and what to do."""
    object_of = f'an object with "resourceType": "{kind}"'
    if not isinstance(value, Mapping):
        return kind, f"this is {_IN_JSON.get(type(value), 'a number')}, and no object", f"Give {object_of}"
    found = value.get("resourceType")
    if found == kind:
        return None
    path = f"{kind}.resourceType"
    inside = list(_places_of(value, kind))
    if inside:
        places = ", ".join(inside[:_FEW]) + (" …" if len(inside) > _FEW else "")
        holder = shown(found) if found is not None else "an object without resourceType"
        what = f"this is {holder}; a {kind} stands inside it, at {places}"
        return path, what, f"Put each {kind} into a file of its own"
    if found is None:
        return path, "the resourceType is missing", f'If it is one, write "resourceType": "{kind}"'
    return path, f"this is {shown(found)}", f"It must be {object_of}"


def holds(value: Any, kind: str) -> bool:
    """Whether a resource of that kind stands somewhere in the value."""
    return next(_places_of(value, kind), None) is not None


def _places_of(value: Any, kind: str) -> Iterator[str]:
    """Where resources of the kind stand inside another value; what they contain themselves is not looked at."""
    ahead = [("", value)]
    while ahead:
        path, one = ahead.pop(0)
        if isinstance(one, Mapping) and one.get("resourceType") == kind:
            yield path.removeprefix(".")
        elif isinstance(one, Mapping):
            ahead += [(f"{path}.{key}", inner) for key, inner in one.items()]
        elif isinstance(one, list):
            ahead += [(f"{path}[{number}]", inner) for number, inner in enumerate(one)]
