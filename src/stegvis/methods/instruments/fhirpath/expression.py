"""An expression that was read once and can be evaluated and checked as often as wanted.

`evaluate` takes FHIR JSON as Python has it (objects as dictionaries, decimals as `Decimal`) and gives Python values.
`outcome` gives the same with what a score needs to know beside its value: which answers it was made from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from stegvis.methods.instruments.fhirpath.checking import check
from stegvis.methods.instruments.fhirpath.compiling import compiled
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed, ExpressionTooExpensive, Fault
from stegvis.methods.instruments.fhirpath.limits import DEFAULT, Budget, Limits
from stegvis.methods.instruments.fhirpath.nodes import Node, plain
from stegvis.methods.instruments.fhirpath.parsing import read
from stegvis.methods.instruments.fhirpath.scope import Compiled, Evaluation, Scope, items
from stegvis.methods.instruments.fhirpath.syntax import write

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Outcome:
    """The result of one evaluation.

    `items` are nodes and values as the evaluation had them; handed on as the value of another expression's variable
    they keep their types. `answered` holds the linkIds of the answers whose value was looked at (so a total of 0 with
    nothing in `answered` is not a score), `unweighted` those for which `ordinal()` found no weight.
    """

    items: list[Any]
    answered: frozenset[str]
    unweighted: frozenset[str]

    @property
    def values(self) -> list[Any]:
        """Python values: bool, int, Decimal, str, Date, DateTime, Time, Quantity; of other elements their JSON."""
        return [_given_out(item) for item in self.items]


@dataclass(frozen=True)
class Expression:
    """An expression that was read. Made by `parse`."""

    text: str
    syntax: Any = field(compare=False, repr=False)

    def __str__(self) -> str:
        return write(self.syntax)

    @cached_property
    def _compiled(self) -> Compiled:
        return compiled(self.syntax)

    def evaluate(
        self,
        focus: Any,
        *,
        variables: Mapping[str, Any] = _NOTHING,
        at: datetime | None = None,
        limits: Limits = DEFAULT,
    ) -> list[Any]:
        """The values that the expression has on `focus`; an empty list is "nothing", which is never 0.

        `focus` is FHIR JSON (or a `Node`, or a list of either), `variables` are those from outside without their %
        (`questionnaire`, `qitem`, `resource`, and the form's own). `at` is the aware moment for now() and today().
        Raises `ExpressionFailed` where there is no sound value and `ExpressionTooExpensive` beyond the limits.
        """
        return self.outcome(focus, variables=variables, at=at, limits=limits).values

    def outcome(
        self,
        focus: Any,
        *,
        variables: Mapping[str, Any] = _NOTHING,
        at: datetime | None = None,
        limits: Limits = DEFAULT,
    ) -> Outcome:
        """As `evaluate`, with the answers that were looked at."""
        if at is not None and at.tzinfo is None:
            raise ValueError("The moment that counts as now has no time zone. Give an aware datetime.")
        collection = items(focus)
        shared = Evaluation(collection, variables, at, Budget(limits))
        try:
            found = self._compiled(Scope(shared, collection, {}))
        except RecursionError:
            raise ExpressionTooExpensive("depth", limits.depth) from None
        except ArithmeticError as error:
            raise ExpressionFailed("A number is too large or too small to compute with", "Correct the data") from error
        return Outcome(found, frozenset(shared.read), frozenset(shared.unweighted))

    def check(
        self,
        root_type: str | None = "QuestionnaireResponse",
        variables: Mapping[str, str | None] = _NOTHING,
        link_ids: Collection[str] | None = None,
    ) -> list[Fault]:
        """What is wrong with the expression for a focus of `root_type`, found without evaluating it.

        `variables` are the known ones with their types (None: not known). With `link_ids`, a linkId that is compared
        with a literal must be one of them. Found are elements that a type does not have, functions that do not exist or
        are not carried out, wrong numbers of arguments, and variables and types that do not exist.
        """
        return check(self.syntax, root_type, variables, link_ids)


@lru_cache(maxsize=2048)
def parse(text: str, *, limits: Limits = DEFAULT) -> Expression:
    """Read an expression; the same text is read and compiled once.

    Raises `InvalidExpression` with the position, what is wrong and what would be right, and `ExpressionTooExpensive` for
    a text that is too long or nested too deep.
    """
    return Expression(text, read(text, limits))


def _given_out(item: Any) -> Any:
    if not isinstance(item, Node):
        return item
    value = plain(item)
    if value is None:
        return {"extension": []} if item.extra is None else dict(item.extra)
    return item.value if isinstance(item.value, dict) else value.value if isinstance(value, Node) else value
