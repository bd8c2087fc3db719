"""Comparing answers as FHIR compares them: numbers with numbers, partial dates as far as both go, units with units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.quantities import UCUM, Quantity, compare_quantities


def compare(value: Any, other: Any, *, temporal: bool = False) -> int | None:
    """−1, 0 or 1 as `value` is less than, equal to or greater than `other`; None when they cannot be compared.

    With `temporal`, texts are FHIR dates, times or dateTimes: a partial one is compared as far as it goes (2026-03 lies
    neither before nor after 2026-03-09), and moments with zones as moments. Quantities compare in the same unit, and in
    units of UCUM that can be led back to each other.
    """
    if isinstance(value, bool) or isinstance(other, bool):
        return _sign(value, other) if isinstance(value, bool) and isinstance(other, bool) else None
    if _is_number(value) and _is_number(other):
        return _sign(Decimal(str(value)), Decimal(str(other)))
    if isinstance(value, str) and isinstance(other, str):
        return _sign(*_moments(value, other)) if temporal else _sign(value, other)
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        return _compare_objects(value, other)
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, Decimal) and value.is_finite())


def _sign(value: Any, other: Any) -> int:
    return int(value > other) - int(value < other)


def _moments(value: str, other: str) -> tuple[Any, Any]:
    if "T" in value and "T" in other:
        try:
            first, second = datetime.fromisoformat(value), datetime.fromisoformat(other)
        except ValueError:  # 23:59:60 is a second that Python does not know
            return value, other
        if first.utcoffset() is not None and second.utcoffset() is not None:
            return first, second
    # Fractions of seconds are no finer precision: 10:30:00 and 10:30:00.0 are the same time.
    value, other = (one.partition("T")[0] if "T" in value or "T" in other else one for one in (value, other))
    length = min(len(value), len(other))
    return value[:length], other[:length]


def _compare_objects(value: Mapping[str, Any], other: Mapping[str, Any]) -> int | None:
    """Quantities by their number in the same unit; Codings and References are equal or not comparable."""
    if "value" in value and "value" in other:
        if unit_key(value) == unit_key(other):
            return compare(value["value"], other["value"])
        both = _measured(value), _measured(other)
        return compare_quantities(both[0], both[1]) if both[0] and both[1] else None
    for keys in (("code", "system"), ("reference",), ("display",)):
        if keys[0] in value and keys[0] in other:
            return 0 if all(value.get(key) == other.get(key) for key in keys) else None
    return None


def _measured(quantity: Mapping[str, Any]) -> Quantity | None:
    """The quantity when its unit is one of UCUM, which may be led back to another one."""
    if quantity.get("system") != UCUM or "code" not in quantity or not _is_number(quantity["value"]):
        return None
    return Quantity(Decimal(str(quantity["value"])), quantity["code"], UCUM)


def unit_key(quantity: Mapping[str, Any]) -> tuple[Any, Any]:
    """What makes two units the same: system and code, or the words where there is no code."""
    if "code" in quantity:
        return quantity.get("system"), quantity["code"]
    return None, quantity.get("unit")
