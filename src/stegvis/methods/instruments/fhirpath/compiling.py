"""Turns abstract syntax into Python closures once, so that evaluating it on every save costs little.

Source: FHIRPath N1 2.0.0, sections 3 (navigation), 6 (operations, precedence, three-valued logic).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from stegvis.methods.instruments.fhirpath import functions_all  # noqa: F401 - fills the table of functions
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import FUNCTIONS, REFUSED, whole
from stegvis.methods.instruments.fhirpath.functions_collections import Descending
from stegvis.methods.instruments.fhirpath.model import elements, is_kind_of, is_type
from stegvis.methods.instruments.fhirpath.nodes import ANSWER, Node, step
from stegvis.methods.instruments.fhirpath.operators import LOGIC, OPERATORS, negated
from stegvis.methods.instruments.fhirpath.quick import TextIs, text_criterion
from stegvis.methods.instruments.fhirpath.scope import Compiled, Scope
from stegvis.methods.instruments.fhirpath.syntax import (
    Call,
    Constant,
    Index,
    Literal,
    Member,
    Path,
    Series,
    Sign,
    Special,
    TypeName,
    write,
)
from stegvis.methods.instruments.fhirpath.types import is_of_type, only_of_type

Step = Callable[[Scope, list[Any]], list[Any]]


def compiled(node: Any) -> Compiled:
    """The closure that evaluates this syntax. Unknown functions and wrong numbers of arguments raise on evaluation."""
    match node:
        case Literal(value):
            collection = [] if value is None else [value]
            return lambda _scope: collection
        case Constant(name):
            return lambda scope: scope.defined[name] if name in scope.defined else scope.shared.variable(name)
        case Special(name):
            return _SPECIALS[name]
        case Member(name):
            return _first_member(name)
        case Call():
            step = _call(node)
            return lambda scope: step(scope, scope.this)
        case Path(first, steps):
            return _path(compiled(first), [_step(each) for each in steps])
        case Sign(sign, operand):
            inner = compiled(operand)
            return (
                (lambda scope: negated(inner(scope))) if sign == "-" else (lambda scope: negated(negated(inner(scope))))
            )
    return _series(node)


def _path(first: Compiled, steps: list[Step]) -> Compiled:
    def run(scope: Scope) -> list[Any]:
        collection = first(scope)
        for take in steps:
            collection = take(scope, collection)
        return collection

    return run


def _step(node: Any) -> Step:
    if isinstance(node, Member):
        name = node.name
        return lambda scope, collection: members(scope, collection, name)
    if isinstance(node, Index):
        index = compiled(node.expression)
        return lambda scope, collection: _at(collection, whole(index(scope), "An index"))
    return _call(node)


def _at(collection: list[Any], index: int | None) -> list[Any]:
    return [collection[index]] if index is not None and 0 <= index < len(collection) else []


def members(scope: Scope, collection: list[Any], name: str) -> list[Any]:
    """The elements of that name of every item; values that are no nodes have none."""
    found = step(collection, name)
    shared = scope.shared
    if name.startswith("value"):
        for item in collection:
            if item.__class__ is Node and item.type == ANSWER:
                shared.note_reading(item)
    shared.budget.hold(len(collection) + len(found))
    return found


def _first_member(name: str) -> Compiled:
    """The first name of a path: the type of what it stands on, or an element of it."""

    def run(scope: Scope) -> list[Any]:
        this = scope.this
        if may_be_type and len(this) == 1 and _is_of_kind(this[0], name):
            return this
        return members(scope, this, name)

    may_be_type = is_type(name) or name[:1].isupper()
    return run


def _is_of_kind(item: Any, name: str) -> bool:
    """Whether the item is a node of this type, and the type has no element of the same name."""
    if item.__class__ is not Node or not item.type:
        return False
    return item.type == name or (is_kind_of(item.type, name) and name not in (elements(item.type) or ()))


def _call(node: Call) -> Step:
    known = FUNCTIONS.get(node.name)
    if known is None or not known.fewest <= len(node.arguments) <= known.most:
        raise ExpressionFailed(*complaint(node))
    if node.name in ("is", "as", "ofType"):
        name = type_argument(node)
        test = only_of_type if node.name != "is" else is_of_type
        return lambda scope, collection: test(scope, collection, name, node.name)
    if node.name == "sort":
        arguments = tuple(_sort_key(argument) for argument in node.arguments)
    else:
        arguments = tuple(_apart(argument) for argument in node.arguments)
    run = known.run
    if known.each and len(arguments) == 1 and (criterion := text_criterion(node.arguments[0])):
        arguments = (TextIs(*criterion, arguments[0]),)
    return lambda scope, collection: run(scope, collection, arguments)


def _sort_key(node: Any) -> Compiled:
    return Descending(compiled(node.operand)) if isinstance(node, Sign) and node.sign == "-" else compiled(node)


def complaint(node: Call) -> tuple[str, str]:
    """What is wrong with a call of an unknown or refused function or with its number of arguments, and what is right."""
    known = FUNCTIONS.get(node.name)
    if node.name in REFUSED:
        return f"{node.name}() is not carried out: {REFUSED[node.name]}", "Write the expression without it"
    if known is None:
        near = difflib.get_close_matches(node.name, FUNCTIONS, 1)
        return f"there is no function {node.name}()", f"Perhaps {near[0]}()" if near else "Correct its name"
    span = str(known.fewest) if known.fewest == known.most else f"{known.fewest} to {known.most}"
    return (
        f"{node.name}() got {len(node.arguments)} argument{'' if len(node.arguments) == 1 else 's'}",
        f"It takes {span}",
    )


def type_argument(node: Call) -> str:
    """The type that the argument of is(), as() and ofType() names; raises `ExpressionFailed` when it names none."""
    argument = node.arguments[0]
    names = [argument] if isinstance(argument, Member) else []
    if isinstance(argument, Path) and isinstance(argument.first, Member):
        names = [argument.first, *argument.steps]
    if not names or not all(isinstance(name, Member) for name in names):
        raise ExpressionFailed(f"{write(argument)} names no type", f"Write a type, for example {node.name}(Quantity)")
    return ".".join(name.name for name in names)


def _series(node: Series) -> Compiled:
    first = _apart(node.first)
    rest = [(operator, _operand(operator, operand)) for operator, operand in node.rest]
    if len(rest) == 1:
        operator, operand = rest[0]
        return lambda scope: _apply(scope, operator, first(scope), operand)

    def run(scope: Scope) -> list[Any]:
        collection = first(scope)
        for operator, operand in rest:
            collection = _apply(scope, operator, collection, operand)
        return collection

    return run


def _operand(operator: str, operand: Any) -> Any:
    return operand.name if isinstance(operand, TypeName) else _apart(operand)


def _apply(scope: Scope, operator: str, left: list[Any], operand: Any) -> list[Any]:
    scope.shared.budget.spend(1)
    if operator in LOGIC:
        return LOGIC[operator](scope, left, operand)
    if operator == "is":
        return is_of_type(scope, left, operand, "is")
    if operator == "as":
        return only_of_type(scope, left, operand, "as")
    return OPERATORS[operator](scope, left, operand(scope))


def _apart(node: Any) -> Compiled:
    """Compiled so that variables defined inside stay inside."""
    inner = compiled(node)
    if "defineVariable(" not in write(node):
        return inner
    return lambda scope: inner(scope.apart())


def _total(scope: Scope) -> list[Any]:
    return scope.total if scope.total is not None else []


_SPECIALS: dict[str, Compiled] = {
    "$this": lambda scope: scope.this,
    "$index": lambda scope: [] if scope.index is None else [scope.index],
    "$total": _total,
}
