"""The table of functions: how many arguments each takes, what it gives, and how functions take their input apart.

Modules with functions enter them by `@function`; `check` reads the same table as the evaluation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import is_number, kind
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.nodes import plain
from stegvis.methods.instruments.fhirpath.scope import Compiled, Scope

Arguments = tuple[Compiled, ...]
Run = Callable[[Scope, list[Any], Arguments], list[Any]]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: fewest and most arguments, what type it `gives`, and whether its arguments are tried on each item.

    `gives` is a type of FHIRPath ("Boolean"), or a rule: "input" (the type of what it stands on), "argument" (that of
    its last argument), "either" (that of its arguments taken together), "both" (input and argument), "named" (the type
    its argument names), "any" (cannot be told).
    """

    run: Run
    fewest: int
    most: int
    gives: str
    each: bool


FUNCTIONS: dict[str, Function] = {}

REFUSED = {
    "resolve": "references are not followed, since nothing is fetched from the network",
    "memberOf": "value sets are not looked up in a terminology service",
    "subsumes": "codes are not looked up in a terminology service",
    "subsumedBy": "codes are not looked up in a terminology service",
    "conformsTo": "profiles are not known here",
    "htmlChecks": "narratives are checked when a questionnaire is read",
    "checkModifiers": "modifier extensions are checked when a questionnaire is read",
    "elementDefinition": "profiles are not known here",
    "slice": "profiles are not known here",
}
"""Functions that exist in FHIR and are not carried out, with the reason."""


def function(name: str, fewest: int = 0, most: int | None = None, *, gives: str, each: bool = False) -> Any:
    """Enter a function in the table under its FHIRPath name."""

    def enter(run: Run) -> Run:
        FUNCTIONS[name] = Function(run, fewest, fewest if most is None else most, gives, each)
        return run

    return enter


def one(collection: list[Any], what: str) -> Any:
    """The value of a collection of at most one item, None when there is none; several raise `ExpressionFailed`."""
    if not collection:
        return None
    if len(collection) > 1:
        raise ExpressionFailed(
            f"{what} needs a single value and got {len(collection)}", "Choose one, for example with first() or where()"
        )
    return plain(collection[0])


def truth(collection: list[Any], what: str = "A condition") -> bool | None:
    """A collection as a truth value (N1, 4.5: a single item that is no Boolean counts as true)."""
    value = one(collection, what)
    if value is None or isinstance(value, bool):
        return value if collection else None
    return True


def text(collection: list[Any], what: str) -> str | None:
    """The single text of a collection, None when it is empty."""
    value = one(collection, what)
    if value is not None and not isinstance(value, str):
        raise ExpressionFailed(f"{what} needs a text and got {kind(value)}", "Convert it with toString()")
    return value


def whole(collection: list[Any], what: str) -> int | None:
    """The single whole number of a collection, None when it is empty."""
    value = one(collection, what)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ExpressionFailed(f"{what} needs a whole number and got {kind(value)}", "Convert it with toInteger()")
    return value


def number(collection: list[Any], what: str) -> Any:
    """The single number of a collection, None when it is empty."""
    value = one(collection, what)
    if value is not None and not is_number(value):
        raise ExpressionFailed(f"{what} needs a number and got {kind(value)}", "Convert it with toDecimal()")
    return value


def listed(value: Any) -> list[Any]:
    """A value as a collection: None is the empty one."""
    return [] if value is None else [value]
