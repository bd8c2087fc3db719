"""Functions that walk the tree of elements, and those that look at the surroundings: time, trace, variables.

Source: FHIRPath N1 2.0.0, sections 5.8 and 5.9; FHIR R4, section 2.9 (`extension`, `hasValue`, `getValue`);
`defineVariable` from FHIRPath 3.0.0 (ballot).
"""

from __future__ import annotations

from typing import Any

from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function, text
from stegvis.methods.instruments.fhirpath.model import PRIMITIVES
from stegvis.methods.instruments.fhirpath.nodes import Node, named, plain
from stegvis.methods.instruments.fhirpath.nodes import children as children_of
from stegvis.methods.instruments.fhirpath.scope import Scope
from stegvis.methods.instruments.fhirpath.times import Date, Time, of_moment


@function("children", gives="any")
def children(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The elements directly below."""
    found = [inner for item in focus if isinstance(item, Node) for inner in children_of(item)]
    scope.shared.budget.hold(len(focus) + len(found))
    return found


@function("descendants", gives="any")
def descendants(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The elements below, at any depth."""
    found: list[Any] = []
    level = focus
    while level:
        level = children(scope, level, ())
        found.extend(level)
        scope.shared.budget.fit(len(found))
    return found


@function("extension", 1, gives="Extension")
def extension(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The extensions with that address, also of plain values."""
    url = text(arguments[0](scope), "extension()")
    found: list[Any] = []
    for item in focus:
        if isinstance(item, Node):
            named(item, "extension", found)
    scope.shared.budget.hold(len(focus) + len(found))
    return [one for one in found if isinstance(one.value, dict) and one.value.get("url") == url]


@function("hasValue", gives="Boolean")
def has_value(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Whether there is a single plain value, not only extensions in its place."""
    item = focus[0] if len(focus) == 1 else None
    if isinstance(item, Node):
        return [item.type in PRIMITIVES and item.value is not None]
    return [item is not None]


@function("getValue", gives="input")
def get_value(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The single plain value as a value of FHIRPath."""
    return [plain(focus[0])] if has_value(scope, focus, ()) == [True] else []


@function("trace", 1, 2, gives="input", each=True)
def trace(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The input, unchanged: nothing is written anywhere, since answers do not belong in logs."""
    return focus


@function("now", gives="DateTime")
def now(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [of_moment(scope.shared.now())]


@function("today", gives="Date")
def today(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [Date(of_moment(scope.shared.now()).parts[:3])]


@function("timeOfDay", gives="Time")
def time_of_day(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [Time(of_moment(scope.shared.now()).parts[3:])]


@function("defineVariable", 1, 2, gives="input", each=True)
def define_variable(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Gives the input a name, or what the second argument makes of it, for the rest of the path."""
    name = text(arguments[0](scope), "defineVariable()")
    if name is None:
        raise ExpressionFailed("defineVariable() got no name", "Give it a name in quotation marks")
    if name in scope.defined or name in scope.shared.variables or name in ("context", "resource", "rootResource"):
        raise ExpressionFailed(f"there is a variable %{name} already", "Choose another name")
    scope.defined[name] = arguments[1](scope.within(focus).apart()) if len(arguments) == 2 else focus
    return focus
