"""Functions on how precisely a value is known: `precision()`, `lowBoundary()`, `highBoundary()`, `comparable()`.

Source: FHIRPath 3.0.0 (ballot), sections 5.9 and 6.2; they are used to compare partial dates. Precision counts digits:
of a date 4, 6, 8; of a date-time also 10, 12, 17; of a time 2, 4, 9; of a decimal its decimal places.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import is_number, kind
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function, listed, one, whole
from stegvis.methods.instruments.fhirpath.quantities import WIDE, Quantity, in_one_unit
from stegvis.methods.instruments.fhirpath.scope import Scope
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time, bounded

_DIGITS = {Date: (4, 6, 8), DateTime: (4, 6, 8, 10, 12, 17), Time: (2, 4, 9)}
_MOST_PLACES = 31


@function("precision", gives="Integer")
def precision(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """How precisely the value was given, in digits."""
    value = one(focus, "precision()")
    if value is None:
        return []
    if is_number(value):
        return [_places(Decimal(value))]
    if type(value) not in _DIGITS:
        raise ExpressionFailed(f"{kind(value)} has no precision", "Use it on a decimal, a date or a time")
    return [_DIGITS[type(value)][len(value.parts) - 1]]


@function("comparable", 1, gives="Boolean")
def comparable(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Whether two quantities have units that can be led back to one another."""
    left, right = one(focus, "comparable()"), one(arguments[0](scope), "comparable()")
    if left is None or right is None:
        return []
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        raise ExpressionFailed("comparable() takes quantities", "Compare other values directly")
    return [in_one_unit(left, right) is not None]


def _boundary(name: str, direction: int) -> None:
    @function(name, 0, 1, gives="input")
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value = one(focus, f"{name}()")
        digits = whole(arguments[0](scope), f"{name}()") if arguments else None
        if value is None or (arguments and digits is None):
            return []
        if is_number(value):
            return listed(_number_at(Decimal(value), 8 if digits is None else digits, direction))
        if isinstance(value, Quantity):
            number = _number_at(value.value, 8 if digits is None else digits, direction)
            return [] if number is None else [Quantity(number, value.unit, value.system)]
        return listed(_moment_at(value, digits, direction))


def _number_at(value: Decimal, places: int, direction: int) -> Decimal | None:
    """The least or greatest number that would be written as this one, rounded outwards to so many places."""
    if not 0 <= places <= _MOST_PLACES:
        return None
    half = Decimal(5).scaleb(-_places(value) - 1) * direction
    rounding = ROUND_FLOOR if direction < 0 else ROUND_CEILING
    return WIDE.add(value, half).quantize(Decimal(1).scaleb(-places), rounding, WIDE)


def _moment_at(value: Any, digits: int | None, direction: int) -> Any:
    if type(value) not in _DIGITS:
        raise ExpressionFailed(f"{kind(value)} has no boundaries", "Use a number, a quantity, a date or a time")
    levels = _DIGITS[type(value)]
    wanted = levels[-1] if digits is None else digits
    return bounded(value, levels.index(wanted) + 1, highest=direction > 0) if wanted in levels else None


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_boundary("lowBoundary", -1)
_boundary("highBoundary", 1)
