"""Functions on numbers and quantities: mathematics, and sums over collections.

Source: FHIRPath N1 2.0.0, section 5.7 and 7 (`aggregate`); `sum`, `avg`, `min` and `max` from FHIR SDC 3.0,
"FHIRPath supplements". **Of an empty collection these four are empty, never 0**: a blank scale has no score. They are
empty too when one of the items has no value (only extensions), since a sum of the others would pass for the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import compare, is_number, kind
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function, number, one, whole
from stegvis.methods.instruments.fhirpath.nodes import plain
from stegvis.methods.instruments.fhirpath.operators import EXACT, divided, fitting, plus
from stegvis.methods.instruments.fhirpath.quantities import Quantity
from stegvis.methods.instruments.fhirpath.scope import Scope, note_answers

_TRANSCENDENT = Context(prec=20, rounding=ROUND_HALF_UP, Emax=60, Emin=-60, traps=[InvalidOperation, Overflow])


def _on_number(name: str, gives: str, compute: Callable[[Any], Any]) -> None:
    @function(name, gives=gives)
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value = number(focus, f"{name}()")
        return [] if value is None else _listed(lambda: compute(value))


def _listed(compute: Callable[[], Any]) -> list[Any]:
    try:
        value = compute()
    except (InvalidOperation, Overflow, ZeroDivisionError):
        return []
    return [] if value is None else [value]


def _to_whole(rounding: str) -> Callable[[Any], Any]:
    return lambda value: fitting(int(Decimal(value).to_integral_value(rounding)))


_on_number("ceiling", "Integer", _to_whole(ROUND_CEILING))
_on_number("floor", "Integer", _to_whole(ROUND_FLOOR))
_on_number("truncate", "Integer", _to_whole(ROUND_DOWN))
_on_number("exp", "Decimal", lambda value: _TRANSCENDENT.exp(Decimal(value)))
_on_number("ln", "Decimal", lambda value: _TRANSCENDENT.ln(Decimal(value)) if value > 0 else None)
_on_number("sqrt", "Decimal", lambda value: _short(EXACT.sqrt(Decimal(value))) if value >= 0 else None)


def _short(value: Decimal) -> Decimal:
    return _TRANSCENDENT.plus(value)


@function("abs", gives="input")
def absolute(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    value = one(focus, "abs()")
    if isinstance(value, Quantity):
        return [Quantity(abs(value.value), value.unit, value.system)]
    value = number(focus, "abs()")
    return [] if value is None else [fitting(abs(value))]


@function("round", 0, 1, gives="Decimal")
def rounded(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Rounded to so many decimal places (none unless given); halves go away from zero (N1, 5.7.8)."""
    value = number(focus, "round()")
    places = whole(arguments[0](scope), "round()") if arguments else 0
    if value is None or places is None:
        return []
    if not 0 <= places <= 28:
        raise ExpressionFailed(f"round({places}) has no sense", "Give a number of decimal places from 0 to 28")
    return _listed(lambda: Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))


@function("log", 1, gives="Decimal")
def logarithm(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    value, base = number(focus, "log()"), number(arguments[0](scope), "log()")
    if value is None or base is None or value <= 0 or base <= 0 or base == 1:
        return []
    ratio = EXACT.divide(EXACT.ln(Decimal(value)), EXACT.ln(Decimal(base)))
    return [_short(ratio)]


@function("power", 1, gives="input")
def power(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Raised to a power; nothing where the result is no real number or too large."""
    base, exponent = number(focus, "power()"), number(arguments[0](scope), "power()")
    if base is None or exponent is None or (base == 0 and exponent < 0):
        return []
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        return _listed(lambda: fitting(_whole_power(base, exponent)))
    if Decimal(exponent) == Decimal(exponent).to_integral_value():
        return _listed(lambda: EXACT.power(Decimal(base), Decimal(exponent)))
    return _listed(lambda: _short(EXACT.power(Decimal(base), Decimal(exponent))))


def _whole_power(base: int, exponent: int) -> int | None:
    if abs(base) > 1 and exponent > 31:
        return None  # beyond 32 bits
    return base ** (exponent if abs(base) > 1 else min(exponent, 2 + exponent % 2))


def _values(scope: Scope, focus: list[Any], what: str) -> list[Any]:
    """The numbers, texts, dates or quantities of a collection; an empty list when one of them has no value."""
    scope.shared.budget.hold(len(focus))
    for item in focus:
        note_answers(scope.shared, item)
    values = [plain(item) for item in focus]
    return [] if any(value is None for value in values) else values


def _sum(values: list[Any], what: str) -> Any:
    for value in values:
        if not is_number(value) and not isinstance(value, Quantity | str):
            raise ExpressionFailed(
                f"{what} met {kind(value)}", "Sum numbers or quantities; take the weights of coded answers by ordinal()"
            )
    total = values[0]
    for value in values[1:]:
        total = plus(total, value)
        if total is None:
            return None
    return total


@function("sum", gives="input")
def total(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The sum; empty for nothing."""
    values = _values(scope, focus, "sum()")
    if not values:
        return []
    if isinstance(values[0], str):
        raise ExpressionFailed("sum() met a text", "Sum numbers or quantities")
    result = _sum(values, "sum()")
    return [] if result is None else [result]


@function("avg", gives="average")
def average(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The arithmetic mean, a decimal or a quantity; empty for nothing."""
    sums = total(scope, focus, arguments)
    return [] if not sums else [divided(sums[0], len(focus))]


def _extreme(name: str, direction: int) -> None:
    @function(name, gives="input")
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        values = _values(scope, focus, f"{name}()")
        if not values:
            return []
        best = values[0]
        for value in values:
            order = compare(value, best)
            if order is None:
                return []
            best = value if order == direction else best
        return [best]


_extreme("min", -1)
_extreme("max", 1)


@function("aggregate", 1, 2, gives="any", each=True)
def aggregate(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """`$total` after the expression was evaluated for each item, beginning with the second argument or nothing."""
    scope.shared.budget.hold(len(focus))
    running: list[Any] = arguments[1](scope) if len(arguments) == 2 else []
    for at, item in enumerate(focus):
        note_answers(scope.shared, item)
        running = arguments[0](scope.within([item], at, running))
        scope.shared.budget.hold(len(running))
    return running
