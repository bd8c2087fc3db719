"""Finds mistakes in an expression before it is evaluated: a path with a typing error would silently give nothing.

The types that each part can have are followed through the expression (None: cannot be told, and then nothing below is
complained of). Source of the types: FHIR R4; of the functions' results: FHIRPath N1 2.0.0.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stegvis.methods.instruments.fhirpath import model
from stegvis.methods.instruments.fhirpath.compiling import complaint, type_argument
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed, Fault
from stegvis.methods.instruments.fhirpath.functions import FUNCTIONS
from stegvis.methods.instruments.fhirpath.patterns import check_pattern
from stegvis.methods.instruments.fhirpath.scope import known_constant
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
)
from stegvis.methods.instruments.fhirpath.types import type_exists, type_of

Types = frozenset[str] | None
"""The types that a collection's items can have ("Coding", "System.Integer"), or None when that cannot be told."""

_COMPARISONS = ("=", "~", "!=", "!~", "in")
_BOOLEAN, _INTEGER = frozenset({"System.Boolean"}), frozenset({"System.Integer"})
_WITH_PATTERN = ("matches", "matchesFull", "replaceMatches")
_ARITHMETIC = ("+", "-", "*", "/", "div", "mod")


def check(
    syntax: Any, root_type: str | None, variables: Mapping[str, str | None], link_ids: Collection[str] | None
) -> list[Fault]:
    """Every fault in an expression, in the order of the text; see `Expression.check`."""
    if root_type is not None and not model.is_type(root_type):
        raise ValueError(f"There is no type {root_type!r} in FHIR R4.")
    this = _types(root_type)
    known = {"context": this, "resource": None, "rootResource": None, **_given(variables)}
    if root_type is not None and root_type.startswith("QuestionnaireResponse"):
        known["resource"] = known.get("resource") or frozenset({"QuestionnaireResponse"})
    checker = _Checker(link_ids)
    checker.types(syntax, _Place(this, known))
    return sorted(checker.faults, key=lambda fault: fault.position)


def _given(variables: Mapping[str, str | None]) -> dict[str, Types]:
    for type_name in variables.values():
        if type_name and not type_exists(type_name):
            raise ValueError(f"There is no type {type_name!r} in FHIR R4 or FHIRPath.")
    return {name: _types(type_name) for name, type_name in variables.items()}


def _types(name: str | None) -> Types:
    if not name:
        return None
    return frozenset({f"System.{name}" if name in model.SYSTEM_TYPES and not model.is_type(name) else name})


@dataclass
class _Place:
    """Where the check is: the types of `$this`, and the variables known there (the path adds those it defines)."""

    this: Types
    known: dict[str, Types]

    def inside(self, this: Types) -> _Place:
        return replace(self, this=this, known=dict(self.known))


@dataclass
class _Checker:
    link_ids: Collection[str] | None
    faults: list[Fault] = field(default_factory=list)
    of_missing: Types = None  # what an element that does not exist is taken to be

    def fault(self, position: int, what: str, right: str, *, works: bool = False) -> None:
        self.faults.append(Fault(position, what, right, works))

    def types(self, node: Any, place: _Place) -> Types:
        """The types that the part can have; faults on the way are noted."""
        match node:
            case Literal(value):
                return frozenset() if value is None else frozenset({type_of(value)})
            case Special(name):
                return place.this if name == "$this" else _INTEGER if name == "$index" else None
            case Constant():
                return self.constant(node, place)
            case Member():
                return self.first_member(node, place)
            case Path(first, steps):
                return self.path(first, steps, place)
            case Call():
                return self.call(node, place.this, place)
            case Sign(_, operand):
                return self.types(operand, place)
        return self.series(node, place)

    def constant(self, node: Constant, place: _Place) -> Types:
        if node.name in place.known:
            return place.known[node.name]
        if known_constant(node.name):
            return frozenset({"System.String"})
        near = difflib.get_close_matches(node.name, place.known, 1)
        self.fault(
            node.position,
            f"there is no variable %{node.name}",
            f"Perhaps %{near[0]}" if near else "Declare it, or correct its name",
        )
        return None

    def first_member(self, node: Member, place: _Place) -> Types:
        if place.this is not None and model.is_type(node.name):
            kinds = frozenset(one for one in place.this if model.is_kind_of(one, node.name))
            if kinds:
                return kinds
        return self.member(node, place.this)

    def member(self, node: Member, of: Types) -> Types:
        if not of:
            return of
        found: set[str] = set()
        any_type = False
        for type_name in of:
            if type_name == "System.Quantity" and node.name in ("value", "unit"):
                found.add("System.Decimal" if node.name == "value" else "System.String")
            if node.name == "resourceType" and model.is_kind_of(type_name, "Resource"):
                found.add("System.String")
            declared = model.elements(type_name)
            if type_name in ("Resource", "DomainResource"):
                any_type = True  # a contained resource can be of any type
            if declared is not None and node.name in declared:
                found.update(declared[node.name].types)
        if not found and not any_type:
            return self.missing(node, of)
        return None if any_type and not found else frozenset(found)

    def missing(self, node: Member, of: frozenset[str]) -> Types:
        """Tell of an element that none of the types has; one written by its JSON key is evaluated nevertheless."""
        by_key = [found for one in sorted(of) if (found := model.element(one, node.name))]
        self.fault(
            node.position,
            f"{_listed(of)} has no element {node.name!r}",
            _nearest_element(node.name, of),
            works=bool(by_key),
        )
        return frozenset(each for found in by_key for each in found.types) if by_key else self.of_missing

    def path(self, first: Any, steps: Iterable[Any], place: _Place) -> Types:
        types = self.types(first, place)
        for step in steps:
            if isinstance(step, Member):
                types = self.member(step, types)
            elif isinstance(step, Index):
                self.types(step.expression, place.inside(place.this))
            else:
                types = self.call(step, types, place)
        return types

    def call(self, node: Call, of: Types, place: _Place) -> Types:
        known = FUNCTIONS.get(node.name)
        if known is None or not known.fewest <= len(node.arguments) <= known.most:
            self.fault(node.position, *complaint(node))
            return None
        if node.name in ("is", "as", "ofType"):
            return self.type_call(node, of)
        inner = of if known.each or node.name == "iif" else place.this
        if node.name == "repeat":
            return self.repeated(node, of, place)
        arguments = [self.types(argument, place.inside(inner)) for argument in node.arguments]
        if node.name in _WITH_PATTERN:
            self.pattern(node.arguments[0])
        if node.name == "defineVariable":
            self.define(node, of, arguments, place)
        return _given_by(known.gives, of, arguments if node.name != "iif" else arguments[1:])

    def pattern(self, argument: Any) -> None:
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            try:
                check_pattern(argument.value)
            except ExpressionFailed as failed:
                self.fault(argument.position, failed.what, failed.right)

    def type_call(self, node: Call, of: Types) -> Types:
        try:
            name = type_argument(node)
        except ExpressionFailed as failed:
            self.fault(node.position, failed.what, failed.right)
            return None
        return self.type_test(TypeName(name, node.arguments[0].position), of, narrows=node.name != "is")

    def type_test(self, node: TypeName, of: Types, *, narrows: bool) -> Types:
        if not type_exists(node.name):
            near = difflib.get_close_matches(node.name, [*model.type_suffixes().values(), *model.SYSTEM_TYPES], 1)
            right = f"Perhaps {near[0]}" if near else "Write a type of FHIR R4 or of FHIRPath"
            self.fault(node.position, f"there is no type {node.name}", right)
            return None
        return _types(node.name.removeprefix("FHIR.")) if narrows else _BOOLEAN

    def repeated(self, node: Call, of: Types, place: _Place) -> Types:
        """The types that repeating reaches. An element is missed only if none of them has it."""
        argument, reached = node.arguments[0], frozenset[str]()
        while of is not None:
            following = _Checker(None, of_missing=frozenset()).types(argument, place.inside(of | reached))
            if following is None or following <= reached:
                break
            reached |= following
        return self.types(argument, place.inside(None if of is None else of | reached))

    def define(self, node: Call, of: Types, arguments: list[Types], place: _Place) -> None:
        name = node.arguments[0]
        if isinstance(name, Literal) and isinstance(name.value, str):
            if name.value in place.known:
                self.fault(name.position, f"there is a variable %{name.value} already", "Choose another name")
            place.known[name.value] = arguments[1] if len(arguments) == 2 else of

    def series(self, node: Series, place: _Place) -> Types:
        left = self.types(node.first, place.inside(place.this))
        before = node.first
        for operator, operand in node.rest:
            if isinstance(operand, TypeName):
                left = self.type_test(operand, left, narrows=operator == "as")
                continue
            right = self.types(operand, place.inside(place.this))
            self.link_id_literals(operator, before, operand)
            left = _of_operator(operator, left, right)
            before = operand
        return left

    def link_id_literals(self, operator: str, left: Any, right: Any) -> None:
        if self.link_ids is None or operator not in _COMPARISONS:
            return
        for one, other in ((left, right), (right, left)):
            if _is_link_id(one):
                for literal in _texts(other):
                    if literal.value not in self.link_ids:
                        near = difflib.get_close_matches(literal.value, list(self.link_ids), 1)
                        right_words = f"Perhaps {near[0]!r}" if near else "Use the linkId of one of its items"
                        self.fault(literal.position, f"no item has the linkId {literal.value!r}", right_words)


def _is_link_id(node: Any) -> bool:
    last = node.steps[-1] if isinstance(node, Path) else node
    return isinstance(last, Member) and last.name == "linkId"


def _texts(node: Any) -> list[Literal]:
    if isinstance(node, Literal):
        return [node] if isinstance(node.value, str) else []
    if isinstance(node, Series) and all(operator == "|" for operator, _ in node.rest):
        return [text for part in (node.first, *(operand for _, operand in node.rest)) for text in _texts(part)]
    return []


def _of_operator(operator: str, left: Types, right: Types) -> Types:
    if operator == "|":
        return None if left is None or right is None else left | right
    if operator in _ARITHMETIC:
        return None
    return frozenset({"System.String"}) if operator == "&" else _BOOLEAN


def _given_by(gives: str, of: Types, arguments: list[Types]) -> Types:
    if gives == "input":
        return of
    if gives in ("any", "average", "named", "repeated"):
        return None
    if gives == "argument":
        return arguments[-1]
    if gives in ("either", "both"):
        together = [*arguments, of] if gives == "both" else arguments
        return (
            None if any(types is None for types in together) else frozenset().union(*(each or () for each in together))
        )
    return _types(gives) if model.is_type(gives) and gives != "Quantity" else frozenset({f"System.{gives}"})


def _listed(types: frozenset[str]) -> str:
    names = sorted(types)
    return names[0] if len(names) == 1 else " or ".join((", ".join(names[:-1]), names[-1]))


def _nearest_element(name: str, types: frozenset[str]) -> str:
    declared = {element: found for one in types for element, found in (model.elements(one) or {}).items()}
    for element, found in declared.items():
        for key, type_name in found.keys:
            if name == key != element:
                return f"Write {element}, or {element}.ofType({type_name})"
    near = difflib.get_close_matches(name, declared, 1)
    return f"Perhaps {near[0]!r}" if near else f"It has {', '.join(sorted(declared)) or 'no elements'}"
