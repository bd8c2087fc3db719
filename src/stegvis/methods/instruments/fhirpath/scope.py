"""What an expression sees while it is evaluated: `$this`, `$index`, `$total`, the variables, and what is shared.

A `Scope` is made for each item of a lambda (`where`, `select`, …); the `Evaluation` behind all scopes is one: budget,
the moment that counts as now, the resource, and the notes for the caller on which answers were read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.limits import Budget
from stegvis.methods.instruments.fhirpath.nodes import ANSWER, Node, plain, root
from stegvis.methods.instruments.fhirpath.quantities import Quantity
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time, of_moment

Compiled = Callable[["Scope"], list[Any]]
"""A compiled expression: gives its collection in a scope."""

_ADDRESSES = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
}
_ADDRESS_PREFIXES = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "cs-": "http://hl7.org/fhir/CodeSystem/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}
VARIABLE_TYPES = {"qitem": "Questionnaire.item", "questionnaire": "Questionnaire"}
"""The types of the SDC variables whose JSON does not say it itself."""


@dataclass(slots=True)
class Evaluation:
    """What is shared during one evaluation. `read` and `unweighted` hold linkIds of answers, see `Outcome`."""

    focus: list[Any]
    variables: Mapping[str, Any]
    at: datetime | None
    budget: Budget
    read: set[str] = field(default_factory=set)
    unweighted: set[str] = field(default_factory=set)
    made: dict[str, list[Any]] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def variable(self, name: str) -> list[Any]:
        """The value of `%name`; raises `ExpressionFailed` when there is none."""
        if name not in self.made:
            self.made[name] = self._find(name)
        return self.made[name]

    def note_reading(self, answer: Node) -> None:
        """Remember that the value of this answer was looked at."""
        item = answer.parent
        if item is not None and isinstance(item.value, dict):
            self.read.add(str(item.value.get("linkId")))

    def now(self) -> datetime:
        """The moment given by the caller; raises `ExpressionFailed` when none was given."""
        if self.at is None:
            raise ExpressionFailed("No moment was given that counts as now", "Give one to evaluate now() and today()")
        return self.at

    def _find(self, name: str) -> list[Any]:
        if name in self.variables:
            return items(self.variables[name], VARIABLE_TYPES.get(name))
        if name == "context":
            return self.focus
        if name in ("resource", "rootResource"):
            return self._resource(outermost=name == "rootResource")
        constant = known_constant(name)
        if constant is not None:
            return [constant]
        raise ExpressionFailed(f"There is no variable %{name}", "Correct its name, or declare it where it is used")

    def _resource(self, *, outermost: bool) -> list[Any]:
        focus = self.focus[0] if self.focus else None
        above = [node for node in focus.up() if node.is_resource] if isinstance(focus, Node) else []
        if not above and "resource" in self.variables:
            return items(self.variables["resource"])
        return above[-1 if outermost else 0 :][:1]


class Scope:
    """One place in the evaluation. `this` is the collection that a path begins at."""

    __slots__ = ("defined", "index", "shared", "this", "total")

    def __init__(
        self,
        shared: Evaluation,
        this: list[Any],
        defined: dict[str, list[Any]],
        index: int | None = None,
        total: list[Any] | None = None,
    ) -> None:
        self.shared, self.this, self.defined, self.index, self.total = shared, this, defined, index, total

    def within(self, this: list[Any], index: int | None = None, total: list[Any] | None = None) -> Scope:
        """The scope of a lambda's turn; `$total` of an outer `aggregate` stays visible."""
        return Scope(
            self.shared,
            this,
            self.defined,
            self.index if index is None else index,
            self.total if total is None else total,
        )

    def apart(self) -> Scope:
        """The same scope, in which a variable can be defined without the others seeing it."""
        return Scope(self.shared, self.this, dict(self.defined), self.index, self.total)

    def turn(self, body: Compiled, item: Any, index: int) -> list[Any]:
        """A lambda's value for one item."""
        return body(Scope(self.shared, [item], self.defined, index, self.total))


def known_constant(name: str) -> str | None:
    """The address that FHIR gives to %sct, %loinc, %ucum, %`vs-…`, %`cs-…` and %`ext-…`; None for any other name."""
    for prefix, address in _ADDRESS_PREFIXES.items():
        if name.startswith(prefix):
            return address + name.removeprefix(prefix)
    return _ADDRESSES.get(name)


def items(value: Any, type_name: str | None = None) -> list[Any]:
    """What a caller gives, as a collection: JSON objects become nodes, lists collections, None nothing.

    Python's dates and aware datetimes become FHIRPath's. Raises `TypeError` for what has no counterpart.
    """
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [inner for one in value for inner in items(one, type_name)]
    if isinstance(value, dict):
        return [root(value, type_name)]
    if isinstance(value, float):
        return [plain(root(value, "decimal"))]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("A datetime without a time zone is no moment. Give an aware one.")
        return [of_moment(value)]
    if isinstance(value, date):
        return [Date((value.year, value.month, value.day))]
    if not isinstance(value, bool | int | Decimal | str | Node | Quantity | Date | DateTime | Time):
        raise TypeError(
            f"{type(value).__name__} is no value of FHIRPath. Give FHIR JSON, or a value that evaluate gave."
        )
    return [value]


def note_answers(shared: Evaluation, item: Any) -> None:
    """Note the reading of an answer when the item is an answer or the value of one."""
    if item.__class__ is not Node or item.parent is None:
        return
    if item.type == ANSWER:
        shared.note_reading(item)
    elif item.parent.type == ANSWER and item.type not in ("Extension", "QuestionnaireResponse.item"):
        shared.note_reading(item.parent)
