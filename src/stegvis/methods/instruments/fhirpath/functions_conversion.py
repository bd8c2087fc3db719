"""Functions that turn a value into another type, and `convertsTo…` which say whether that goes.

Source: FHIRPath N1 2.0.0, section 5.5. What cannot be converted gives nothing; several items raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import is_number
from stegvis.methods.instruments.fhirpath.functions import Arguments, function, one, text, truth
from stegvis.methods.instruments.fhirpath.nodes import Node
from stegvis.methods.instruments.fhirpath.operators import fitting
from stegvis.methods.instruments.fhirpath.quantities import (
    CALENDAR,
    CALENDAR_UNITS,
    UCUM,
    Quantity,
    in_one_unit,
)
from stegvis.methods.instruments.fhirpath.scope import Scope
from stegvis.methods.instruments.fhirpath.times import (
    Date,
    DateTime,
    Time,
    read_date_time,
    read_time,
    to_date,
    to_date_time,
)

_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_QUANTITY = re.compile(r"([+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?)\s*(?:'([^']*)'|([a-z]+))?")


@function("iif", 2, 3, gives="either")
def iif(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The second argument if the first is true, else the third or nothing; only the one needed is evaluated."""
    inner = scope.within(focus) if len(focus) <= 1 else scope
    if truth(arguments[0](inner), "iif()") is True:
        return arguments[1](inner)
    return arguments[2](inner) if len(arguments) == 3 else []


def _to_boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if is_number(value):
        return {0: False, 1: True}.get(value)
    word = value.casefold() if isinstance(value, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _to_integer(value: Any) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return fitting(int(value)) if _INTEGER.fullmatch(value) else None
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return fitting(int(value))
    return value if isinstance(value, int) else None


def _to_decimal(value: Any) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if _DECIMAL.fullmatch(value) else None
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _to_string(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return None if isinstance(value, Node) else str(value)


def _to_date(value: Any) -> Date | None:
    if isinstance(value, str):
        found = read_date_time(value)
        return to_date(found) if found else None
    return to_date(value) if isinstance(value, Date | DateTime) else None


def _to_date_time(value: Any) -> DateTime | None:
    if isinstance(value, str):
        return read_date_time(value)
    return to_date_time(value) if isinstance(value, Date | DateTime) else None


def _to_time(value: Any) -> Time | None:
    if isinstance(value, str):
        return read_time(value)
    return value if isinstance(value, Time) else None


def _to_quantity(value: Any) -> Quantity | None:
    if isinstance(value, bool):
        return Quantity(Decimal(int(value)) * Decimal("1.0"))
    if isinstance(value, str):
        return _read_quantity(value)
    if is_number(value):
        return Quantity(Decimal(value))
    return value if isinstance(value, Quantity) and value.system in (UCUM, CALENDAR) else None


def _read_quantity(value: str) -> Quantity | None:
    match = _QUANTITY.fullmatch(value)
    if match is None:
        return None
    number, unit, word = match.groups()
    if word is not None:
        return Quantity(Decimal(number), word, CALENDAR) if word in CALENDAR_UNITS else None
    return Quantity(Decimal(number), unit or "1")


def _conversion(name: str, convert: Callable[[Any], Any]) -> None:
    @function(f"to{name}", gives=name)
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value = one(focus, f"to{name}()")
        result = None if value is None else convert(value)
        return [] if result is None else [result]

    @function(f"convertsTo{name}", gives="Boolean")
    def test(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value = one(focus, f"convertsTo{name}()")
        return [] if value is None else [convert(value) is not None]


_conversion("Boolean", _to_boolean)
_conversion("Integer", _to_integer)
_conversion("Decimal", _to_decimal)
_conversion("String", _to_string)
_conversion("Date", _to_date)
_conversion("DateTime", _to_date_time)
_conversion("Time", _to_time)


@function("toQuantity", 0, 1, gives="Quantity")
def to_quantity(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """As a quantity, in the unit given when there is one and it can be led back to it."""
    value = one(focus, "toQuantity()")
    quantity = None if value is None else _to_quantity(value)
    if quantity is None or not arguments:
        return [] if quantity is None else [quantity]
    unit = text(arguments[0](scope), "toQuantity()")
    if unit is None:
        return []
    wanted = Quantity(Decimal(1), unit, CALENDAR if unit in CALENDAR_UNITS else UCUM)
    pair = in_one_unit(quantity, wanted)
    return [] if pair is None else [Quantity(pair[0] / pair[1], wanted.unit, wanted.system)]


@function("convertsToQuantity", 0, 1, gives="Boolean")
def converts_to_quantity(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    return [bool(to_quantity(scope, focus, arguments))] if focus else []
