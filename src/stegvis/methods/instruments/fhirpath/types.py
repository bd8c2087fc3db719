"""`is`, `as`, `ofType()` and `type()`: FHIR's types and FHIRPath's own, kept apart.

Source: FHIRPath N1 2.0.0, section 6.3. A FHIR element is of its FHIR type ("Patient.active is boolean"), a computed
value of FHIRPath's ("1 is Integer"); without a namespace, a name is looked up in both.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath import model
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function
from stegvis.methods.instruments.fhirpath.nodes import Node
from stegvis.methods.instruments.fhirpath.quantities import Quantity
from stegvis.methods.instruments.fhirpath.scope import Scope
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time

_NAMES = {bool: "Boolean", int: "Integer", Decimal: "Decimal", str: "String", Date: "Date", DateTime: "DateTime",
          Time: "Time", Quantity: "Quantity"}  # fmt: skip


def type_of(value: Any) -> str:
    """The type of a value of FHIRPath with its namespace ("System.Integer")."""
    return f"System.{_NAMES[type(value)]}"


def type_exists(name: str) -> bool:
    """Whether there is such a type, with its namespace or without."""
    namespace, _, rest = name.partition(".")
    if namespace == "System":
        return rest in (*model.SYSTEM_TYPES, "Any")
    if namespace == "FHIR":
        return model.is_type(rest)
    return model.is_type(name) or name in model.SYSTEM_TYPES


def has_type(item: Any, name: str) -> bool:
    """Whether an item is of the type or of one derived from it."""
    namespace, _, rest = name.partition(".")
    if isinstance(item, Node):
        wanted = rest if namespace == "FHIR" else name
        return bool(item.type) and namespace != "System" and model.is_kind_of(str(item.type), wanted)
    return namespace != "FHIR" and (rest if namespace == "System" else name) in (_NAMES.get(type(item)), "Any")


def is_of_type(scope: Scope, collection: list[Any], name: str, what: str) -> list[Any]:
    """Whether the single item is of the type; empty for an empty collection."""
    _known(name)
    if len(collection) > 1:
        raise ExpressionFailed(
            f"{what} needs a single item and got {len(collection)}", "Use ofType() to choose by type"
        )
    return [has_type(item, name) for item in collection]


def only_of_type(scope: Scope, collection: list[Any], name: str, what: str) -> list[Any]:
    """The items that are of the type; `as` takes a single item only."""
    _known(name)
    if what == "as" and len(collection) > 1:
        raise ExpressionFailed(f"as needs a single item and got {len(collection)}", "Use ofType() to choose by type")
    scope.shared.budget.hold(len(collection))
    return [item for item in collection if has_type(item, name)]


def _known(name: str) -> None:
    if not type_exists(name):
        raise ExpressionFailed(f"There is no type {name}", "Write a type of FHIR R4 or of FHIRPath")


def _by_name(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    raise ExpressionFailed("A type was expected", "Write a type, for example Quantity")  # compiled apart, never run


for _name, _gives in (("is", "Boolean"), ("as", "named"), ("ofType", "named")):
    function(_name, 1, gives=_gives)(_by_name)


@function("type", gives="any")
def types_of(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """For each item, `namespace` and `name` of its type."""
    return [
        Node({"namespace": "FHIR", "name": item.type or "Element"}, None)
        if isinstance(item, Node)
        else Node({"namespace": "System", "name": _NAMES[type(item)]}, None)
        for item in focus
    ]
