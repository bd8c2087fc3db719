"""What an expression gives, as an answer to the question it is calculated for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from stegvis.methods.instruments import fhirpath
from stegvis.methods.instruments.answer_rules import check
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.values import other

_AS_LONG_AS_NEEDED: Final = Context(prec=2000, rounding=ROUND_HALF_UP)


def is_true(found: list[Any]) -> bool:
    """Whether a condition holds: it gives true, or anything but false (FHIRPath: one value counts as true)."""
    return bool(found) and all(_plain(one) is not False for one in found)


def as_answer(item: Item, found: list[Any]) -> Any:
    """The answer that a result means for the question: all of them where it repeats, else the only one; or None.

    What the question's own rules refuse (a text for a date, a number beyond its limits) is no answer to it: it could
    not be stored. Decimals beyond maxDecimalPlaces are rounded, halves away from zero.
    """
    values = [value for one in found if (value := _answer(item, one)) is not None]
    if len(values) < len(found) or not values:
        return None
    if not item.repeats and len(values) > 1:
        return None
    answer = values if item.repeats else values[0]
    return None if check(item, answer) else answer


def _plain(one: Any) -> Any:
    """The JSON of a node, and a value's own text where JSON has no such value."""
    value = one.value if isinstance(one, fhirpath.Node) else one
    if isinstance(value, fhirpath.Quantity):
        return value.to_fhir()
    return value if isinstance(value, bool | int | Decimal | str | Mapping) else str(value)


def _answer(item: Item, one: Any) -> Any:
    value = _plain(one)
    if item.type == "boolean":
        return value if isinstance(value, bool) else None
    if item.type in ("integer", "decimal"):
        return _number(item, value)
    if item.is_choice:
        return _option(item, value)
    if item.type in ("quantity", "attachment", "reference"):
        if item.type == "quantity" and isinstance(value, int | Decimal) and not isinstance(value, bool):
            return {"value": Decimal(value), **_only_unit(item)}
        return dict(value) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and value else None


def _only_unit(item: Item) -> dict[str, Any]:
    if len(item.units) != 1:
        return {}
    unit = item.units[0]
    words = {"unit": unit.get("display") or unit.get("code"), "system": unit.get("system"), "code": unit.get("code")}
    return {key: word for key, word in words.items() if word is not None}


def _number(item: Item, value: Any) -> int | Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if item.type == "decimal":
        return _rounded(number, item.limits.max_decimals)
    return int(number) if number == number.to_integral_value() else None


def _rounded(number: Decimal, places: int | None) -> Decimal:
    exponent = number.as_tuple().exponent
    if places is None or not isinstance(exponent, int) or -exponent <= places:
        return number
    return number.quantize(Decimal(1).scaleb(-places), context=_AS_LONG_AS_NEEDED)


def _option(item: Item, value: Any) -> Any:
    kinds = ("Coding", "Reference") if isinstance(value, Mapping) else ("String", "Integer", "Date", "Time")
    for kind in kinds:
        option = item.option_meant(kind, value)
        if option is not None:
            return option.key
    if isinstance(value, Mapping):
        return dict(value) if not item.options else None
    alike = [option for option in item.options if str(value) in (option.code, option.display)]
    if len(alike) == 1:
        return alike[0].key
    return other(value) if item.type == "open-choice" and isinstance(value, str) else None
