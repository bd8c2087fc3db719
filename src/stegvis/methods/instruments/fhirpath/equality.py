"""When two values are the same (`=`), alike (`~`), and which comes first.

Source: FHIRPath N1 2.0.0, sections 6.1 and 6.2. Three-valued: None where the specification gives an empty collection.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.nodes import Node, plain
from stegvis.methods.instruments.fhirpath.quantities import WIDE, Quantity, compare_quantities, equivalent_quantities
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time, compare_times, same_precision

_MOMENTS = (Date, DateTime, Time)


def is_number(value: Any) -> bool:
    """Whether it is an Integer or a Decimal (true and false are not)."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def equal(one: Any, other: Any) -> bool | None:
    """`=` of two items."""
    left, right = plain(one), plain(other)
    if left is None or right is None:
        return None
    if isinstance(left, str):
        return isinstance(right, str) and left == right
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Node) or isinstance(right, Node):
        return isinstance(left, Node) and isinstance(right, Node) and same_json(left.value, right.value)
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        order = _order_quantities(left, right)
        return None if order is None else order == 0
    if _comparable_moments(left, right):
        order = compare_times(left, right)
        return None if order is None else order == 0
    return False


def equal_collections(one: list[Any], other: list[Any]) -> bool | None:
    """`=` of two collections: the same items in the same order; None when either is empty."""
    if not one or not other:
        return None
    if len(one) != len(other):
        return False
    result: bool | None = True
    for left, right in zip(one, other, strict=True):
        same = equal(left, right)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def equivalent(one: Any, other: Any) -> bool:
    """`~` of two items: texts without regard to case and spaces, decimals at the coarser precision, codings by code."""
    left, right = plain(one), plain(other)
    if isinstance(left, str) and isinstance(right, str):
        return _normal(left) == _normal(right)
    if is_number(left) and is_number(right):
        places = Decimal(1).scaleb(-min(_places(left), _places(right)))
        return WIDE.quantize(Decimal(left), places) == WIDE.quantize(Decimal(right), places)
    if isinstance(left, Node) and isinstance(right, Node):
        return _alike_json(left.value, right.value)
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return equivalent_quantities(left, right)
    if _comparable_moments(left, right):
        return same_precision(left, right) and compare_times(left, right) == 0
    return equal(left, right) is True


def equivalent_collections(one: list[Any], other: list[Any]) -> bool:
    """`~` of two collections: the same items in any order; two empty ones are alike."""
    if len(one) != len(other):
        return False
    left = list(other)
    for item in one:
        at = next((at for at, candidate in enumerate(left) if equivalent(item, candidate)), None)
        if at is None:
            return False
        del left[at]
    return True


def compare(one: Any, other: Any) -> int | None:
    """−1, 0 or 1 as one is less than, equal to or greater than the other; None when that cannot be told.

    Raises `ExpressionFailed` for values that have no order between them.
    """
    left, right = plain(one), plain(other)
    if left is None or right is None:
        return None
    if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return (left > right) - (left < right)
    if _comparable_moments(left, right):
        return compare_times(left, right)
    if Quantity in (type(left), type(right)):
        return _order_quantities(left, right, strict=True)
    raise ExpressionFailed(
        f"{kind(left)} and {kind(right)} have no order between them", "Compare two numbers, texts, dates or quantities"
    )


def kind(value: Any) -> str:
    """The type of a value in a word, for a sentence."""
    if isinstance(value, Node):
        return value.type or "an object"
    if isinstance(value, bool):
        return "a truth value"
    names = {int: "a whole number", Decimal: "a decimal", str: "a text", Date: "a date", DateTime: "a date-time"}
    return names.get(type(value), "a time" if isinstance(value, Time) else "a quantity")


def _order_quantities(left: Any, right: Any, *, strict: bool = False) -> int | None:
    """A plain number is a quantity without a unit."""
    pair = [Quantity(Decimal(value)) if is_number(value) else value for value in (left, right)]
    if not all(isinstance(value, Quantity) for value in pair):
        if strict:
            raise ExpressionFailed(f"{kind(left)} and {kind(right)} have no order between them", "Compare quantities")
        return 1
    return compare_quantities(*pair)


def _comparable_moments(left: Any, right: Any) -> bool:
    if not isinstance(left, _MOMENTS) or not isinstance(right, _MOMENTS):
        return False
    return isinstance(left, Time) == isinstance(right, Time)


def same_json(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; 1.0 is 1.00, true is not 1."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same_json(one[key], other[key]) for key in one)
        )
    if isinstance(one, list):
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(same_json(left, right) for left, right in zip(one, other, strict=True))
        )
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _alike_json(one: Any, other: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return equivalent(one, other) if one is not None and other is not None else one is other
    if "code" in one and "code" in other and "value" not in one:  # FHIR: codings are alike by system and code
        return one["code"] == other["code"] and one.get("system") == other.get("system")
    keys = {key for key in (*one, *other) if key not in ("id", "extension")}
    return all(_alike_lists(one.get(key), other.get(key)) for key in keys)


def _alike_lists(one: Any, other: Any) -> bool:
    if not isinstance(one, list) or not isinstance(other, list):
        return _alike_json(one, other)
    left = list(other)
    for item in one:
        at = next((at for at, candidate in enumerate(left) if _alike_json(item, candidate)), None)
        if at is None:
            return False
        del left[at]
    return not left


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())


def _places(value: Any) -> int:
    exponent = value.normalize().as_tuple().exponent if isinstance(value, Decimal) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


class Distinct:
    """A collection in which nothing equal stands twice."""

    __slots__ = ("_buckets", "items")

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self.items: list[Any] = []
        self._buckets: dict[Any, list[Any]] = {}
        for item in items:
            self.add(item)

    def add(self, item: Any) -> bool:
        """Add the item unless an equal one is there; whether it was new."""
        bucket = self._buckets.setdefault(_sketch(item), [])
        if any(equal(item, known) for known in bucket):
            return False
        bucket.append(item)
        self.items.append(item)
        return True

    def __contains__(self, item: Any) -> bool:
        return any(equal(item, known) for known in self._buckets.get(_sketch(item), ()))


def _sketch(item: Any) -> Any:
    """Something that is the same for equal items and quickly had, so that few items are compared in full."""
    value = plain(item)
    if isinstance(value, Node):
        raw = value.value
        return frozenset(pair for pair in raw.items() if isinstance(pair[1], str)) if isinstance(raw, dict) else None
    if isinstance(value, bool | str) or is_number(value):
        return (isinstance(value, bool), value)
    return value.__class__.__name__ == "Quantity"
