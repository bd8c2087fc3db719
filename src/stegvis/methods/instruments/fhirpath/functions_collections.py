"""Functions on collections: existence, filtering, subsetting, combining, sorting.

Source: FHIRPath N1 2.0.0, sections 5.1 to 5.4; `sort` and `coalesce` from FHIRPath 3.0.0 (ballot).
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import Distinct, compare
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function, one, truth, whole
from stegvis.methods.instruments.fhirpath.nodes import plain
from stegvis.methods.instruments.fhirpath.operators import union
from stegvis.methods.instruments.fhirpath.quick import TextIs
from stegvis.methods.instruments.fhirpath.scope import Compiled, Scope


def _holding(scope: Scope, focus: list[Any], criterion: Compiled) -> list[Any]:
    scope.shared.budget.hold(len(focus))
    quickly = criterion.holding(focus) if isinstance(criterion, TextIs) else None
    if quickly is not None:
        return quickly
    return [item for at, item in enumerate(focus) if truth(scope.turn(criterion, item, at)) is True]


@function("where", 1, gives="input", each=True)
def where(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The items for which the criterion is true."""
    return _holding(scope, focus, arguments[0])


@function("exists", 0, 1, gives="Boolean", each=True)
def exists(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Whether there is an item, or one for which the criterion is true."""
    return [bool(_holding(scope, focus, arguments[0]) if arguments else focus)]


@function("all", 1, gives="Boolean", each=True)
def all_hold(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Whether the criterion is true for every item (and so when there is none)."""
    return [len(_holding(scope, focus, arguments[0])) == len(focus)]


@function("empty", gives="Boolean")
def empty(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [not focus]


@function("not", gives="Boolean")
def negation(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    value = truth(focus, "not()")
    return [] if value is None else [not value]


def _truths(name: str, wanted: bool, quantifier: Any) -> None:
    @function(name, gives="Boolean")
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        scope.shared.budget.hold(len(focus))
        values = [plain(item) for item in focus]
        if any(not isinstance(value, bool) for value in values):
            raise ExpressionFailed(
                f"{name}() met something that is neither true nor false", "Use all() with a criterion"
            )
        return [quantifier(value is wanted for value in values)]


_truths("allTrue", True, all)
_truths("anyTrue", True, any)
_truths("allFalse", False, all)
_truths("anyFalse", False, any)


@function("count", gives="Integer")
def count(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [len(focus)]


@function("distinct", gives="input")
def distinct(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return union(scope, focus, [])


@function("isDistinct", gives="Boolean")
def is_distinct(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [len(union(scope, focus, [])) == len(focus)]


def _all_in(scope: Scope, some: list[Any], others: list[Any]) -> list[Any]:
    scope.shared.budget.hold(len(some) + len(others))
    known = Distinct(others)
    return [all(item in known for item in some)]


@function("subsetOf", 1, gives="Boolean")
def subset_of(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return _all_in(scope, focus, arguments[0](scope))


@function("supersetOf", 1, gives="Boolean")
def superset_of(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return _all_in(scope, arguments[0](scope), focus)


@function("select", 1, gives="argument", each=True)
def select(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """What the expression gives for every item, in a row."""
    found: list[Any] = []
    for at, item in enumerate(focus):
        given = scope.turn(arguments[0], item, at)
        found.extend(given)
        scope.shared.budget.fit(len(found))
        scope.shared.budget.spend(1 + len(given))
    return found


@function("repeat", 1, gives="repeated", each=True)
def repeat(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """What the expression gives, and what it gives for that, until nothing new comes (equal items count once)."""
    found, waiting = Distinct(), list(focus)
    while waiting:
        scope.shared.budget.fit(len(found.items) + len(waiting))
        waiting = [item for item in select(scope, waiting, arguments) if found.add(item)]
    return found.items


@function("repeatAll", 1, gives="repeated", each=True)
def repeat_all(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """As `repeat`, keeping equal items; ends by the limits when the expression goes round in a circle."""
    found: list[Any] = []
    waiting = list(focus)
    while waiting:
        waiting = select(scope, waiting, arguments)
        found.extend(waiting)
        scope.shared.budget.fit(len(found))
    return found


@function("sort", 0, 8, gives="input", each=True)
def sort(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Sorted by the keys, of which a minus before a key turns the order; items without a key come first."""
    scope.shared.budget.spend(len(focus) * (len(focus).bit_length() + 1))
    keys = [[_key(scope, item, at, key) for key in arguments or (_itself,)] for at, item in enumerate(focus)]

    def order(one: int, two: int) -> int:
        return _order(keys[one], keys[two])

    return [focus[at] for at in sorted(range(len(focus)), key=cmp_to_key(order))]


class Descending:
    """Marks a sort key that was written with a minus before it."""

    def __init__(self, body: Compiled) -> None:
        self.body = body

    def __call__(self, scope: Scope) -> list[Any]:
        return self.body(scope)


def _itself(scope: Scope) -> list[Any]:
    return scope.this


def _key(scope: Scope, item: Any, at: int, key: Compiled) -> tuple[int, Any]:
    if isinstance(key, Descending):
        return -1, one(scope.turn(key.body, item, at), "A sort key")
    return 1, one(scope.turn(key, item, at), "A sort key")


def _order(left: list[tuple[int, Any]], right: list[tuple[int, Any]]) -> int:
    for (direction, first), (_, second) in zip(left, right, strict=True):
        order = (
            (first is not None) - (second is not None)
            if first is None or second is None
            else compare(first, second) or 0
        )
        if order:
            return direction * order
    return 0


@function("single", gives="input")
def single(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The only item; several raise `ExpressionFailed`."""
    if len(focus) > 1:
        raise ExpressionFailed(f"single() got {len(focus)} items", "Choose one with where() or first()")
    return focus


@function("first", gives="input")
def first(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return focus[:1]


@function("last", gives="input")
def last(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return focus[-1:]


@function("tail", gives="input")
def tail(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return focus[1:]


@function("skip", 1, gives="input")
def skip(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return focus[max(0, whole(arguments[0](scope), "skip()") or 0) :]


@function("take", 1, gives="input")
def take(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return focus[: max(0, whole(arguments[0](scope), "take()") or 0)]


@function("intersect", 1, gives="input")
def intersect(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    others = arguments[0](scope)
    scope.shared.budget.hold(len(focus) + len(others))
    known = Distinct(others)
    return Distinct(item for item in focus if item in known).items


@function("exclude", 1, gives="input")
def exclude(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    others = arguments[0](scope)
    scope.shared.budget.hold(len(focus) + len(others))
    known = Distinct(others)
    return [item for item in focus if item not in known]


@function("union", 1, gives="both")
def united(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return union(scope, focus, arguments[0](scope))


@function("combine", 1, gives="both")
def combine(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Both collections in a row, equal items kept."""
    result = [*focus, *arguments[0](scope)]
    scope.shared.budget.hold(len(result))
    return result


@function("coalesce", 1, 20, gives="either")
def coalesce(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The first argument that is not empty; the later ones are not evaluated."""
    return next((found for argument in arguments if (found := argument(scope))), [])
