"""Operators between two collections: arithmetic on exact decimals, comparison, membership, three-valued logic.

Source: FHIRPath N1 2.0.0, section 6. Arithmetic is decimal, to 40 digits; whole numbers beyond 32 bits and division by
zero give nothing, as the specification has it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import (
    Distinct,
    compare,
    equal,
    equal_collections,
    equivalent_collections,
    is_number,
    kind,
)
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import listed, one, truth
from stegvis.methods.instruments.fhirpath.quantities import Quantity, calendar_unit, product_of, sum_of
from stegvis.methods.instruments.fhirpath.scope import Compiled, Scope
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time, add

EXACT = Context(prec=40, rounding=ROUND_HALF_UP, Emax=60, Emin=-60, traps=[DivisionByZero, InvalidOperation, Overflow])
"""How decimals are computed; a result with a larger exponent gives nothing."""

Operator = Callable[[Scope, list[Any], list[Any]], list[Any]]


def fitting(value: Any) -> Any:
    """A whole number if it fits 32 bits, else None (N1, 6.6: overflow gives nothing)."""
    return value if not isinstance(value, int) or -(2**31) <= value < 2**31 else None


def negated(collection: list[Any]) -> list[Any]:
    """A minus before an expression."""
    value = one(collection, "A sign")
    if value is None:
        return []
    if isinstance(value, Quantity):
        return [Quantity(-value.value, value.unit, value.system)]
    if not is_number(value):
        raise ExpressionFailed(f"A sign stands before {kind(value)}", "Only numbers and quantities have a sign")
    return [value.copy_negate() if isinstance(value, Decimal) else -value]


def plus(left: Any, right: Any) -> Any:
    """Sum of two numbers, texts or quantities, or a date moved by a duration; None when there is none."""
    if left.__class__ is int and right.__class__ is int:
        return fitting(left + right)
    if left.__class__ is Decimal and right.__class__ is Decimal:
        return _computed(lambda: EXACT.add(left, right))
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return _computed(lambda: sum_of(left, right))
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, Date | DateTime | Time) and isinstance(right, Quantity):
        return moved(left, right, 1)
    return _arithmetic("+", left, right, EXACT.add, lambda one, other: one + other)


def minus(left: Any, right: Any) -> Any:
    """Difference of two numbers or quantities, or a date moved back by a duration."""
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return plus(left, Quantity(-right.value, right.unit, right.system))
    if isinstance(left, Date | DateTime | Time) and isinstance(right, Quantity):
        return moved(left, right, -1)
    return _arithmetic("-", left, right, EXACT.subtract, lambda one, other: one - other)


def times(left: Any, right: Any) -> Any:
    """Product of numbers and quantities."""
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _of_quantities("*", left, right, 1)
    return _arithmetic("*", left, right, EXACT.multiply, lambda one, other: one * other)


def divided(left: Any, right: Any) -> Any:
    """Quotient of numbers and quantities, always a decimal; None when divided by zero."""
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _of_quantities("/", left, right, -1)
    return _arithmetic("/", left, right, EXACT.divide, None)


def _whole_quotient(left: Any, right: Any) -> Any:
    if right == 0:
        return None
    quotient = _arithmetic("div", left, right, EXACT.divide_int, lambda one, other: int(Decimal(one) / Decimal(other)))
    return None if quotient is None else int(quotient)


def _remainder(left: Any, right: Any) -> Any:
    if right == 0:
        return None
    return _arithmetic(
        "mod", left, right, EXACT.remainder, lambda one, other: one - other * int(Decimal(one) / Decimal(other))
    )


def _arithmetic(sign: str, left: Any, right: Any, decimals: Any, integers: Any) -> Any:
    if not is_number(left) or not is_number(right):
        raise ExpressionFailed(
            f"{kind(left)} {sign} {kind(right)} cannot be computed", "Use two numbers, or convert with toDecimal()"
        )
    if integers is not None and isinstance(left, int) and isinstance(right, int):
        return fitting(integers(left, right))
    return _computed(lambda: decimals(Decimal(left), Decimal(right)))


def _computed(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except (DivisionByZero, InvalidOperation, Overflow):
        return None


def _of_quantities(sign: str, left: Any, right: Any, power: int) -> Any:
    if is_number(right) and isinstance(left, Quantity):
        value = EXACT.multiply if power == 1 else EXACT.divide
        return _computed(lambda: Quantity(value(left.value, Decimal(right)), left.unit, left.system))
    if is_number(left) and power == 1:
        return _of_quantities(sign, right, left, power)
    if is_number(left):
        left = Quantity(Decimal(left))
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        raise ExpressionFailed(f"{kind(left)} {sign} {kind(right)} cannot be computed", "Use numbers and quantities")
    return _computed(lambda: product_of(left, right, power))


def moved(moment: Any, by: Quantity, direction: int) -> Any:
    """A date or time moved by a duration; raises `ExpressionFailed` for a quantity that is no duration."""
    unit = calendar_unit(by)
    try:
        if unit is None:
            raise KeyError(by.unit)
        return add(moment, by.value * direction, unit)
    except KeyError:
        raise ExpressionFailed(
            f"{kind(moment)} cannot be moved by {by}", "Write a duration, for example 3 weeks"
        ) from None


def _on_single(name: str, compute: Callable[[Any, Any], Any]) -> Operator:
    def run(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
        first, second = one(left, f"The left side of {name}"), one(right, f"The right side of {name}")
        if first is None or second is None:
            return []
        result = compute(first, second)
        if isinstance(result, str):
            scope.shared.budget.write(len(result))
        return [] if result is None else [result]

    return run


def _ordered(name: str, holds: Callable[[int], bool]) -> Operator:
    def compute(left: Any, right: Any) -> bool | None:
        order = compare(left, right)
        return None if order is None else holds(order)

    return _on_single(name, compute)


def _equals(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    if len(left) == 1 and len(right) == 1:
        return listed(equal(left[0], right[0]))
    scope.shared.budget.hold(len(left) + len(right))
    return listed(equal_collections(left, right))


def _differs(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    return [not same for same in _equals(scope, left, right)]


def _alike(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    scope.shared.budget.spend(1 + len(left) * len(right))
    return [equivalent_collections(left, right)]


def _unlike(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    return [not same for same in _alike(scope, left, right)]


def union(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    """Both collections together, nothing equal twice."""
    scope.shared.budget.hold(len(left) + len(right))
    return Distinct([*left, *right]).items


def _joined(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    sides = [one(side, "A side of &") for side in (left, right)]
    if any(value is not None and not isinstance(value, str) for value in sides):
        raise ExpressionFailed("& joins texts only", "Convert the others with toString()")
    result = (sides[0] or "") + (sides[1] or "")
    scope.shared.budget.write(len(result))
    return [result]


def contains(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    """Whether the single item on the right is in the collection on the left."""
    if not right:
        return []
    if len(right) > 1:
        raise ExpressionFailed(f"in and contains look for one item and got {len(right)}", "Use subsetOf() for several")
    scope.shared.budget.spend(1 + len(left))
    return [any(equal(item, right[0]) for item in left)]


def _in(scope: Scope, left: list[Any], right: list[Any]) -> list[Any]:
    return contains(scope, right, left)


def _and(scope: Scope, left: list[Any], right: Compiled) -> list[Any]:
    first = truth(left, "and")
    if first is False:
        return [False]
    second = truth(right(scope), "and")
    return [False] if second is False else [] if first is None or second is None else [True]


def _or(scope: Scope, left: list[Any], right: Compiled) -> list[Any]:
    first = truth(left, "or")
    if first is True:
        return [True]
    second = truth(right(scope), "or")
    return [True] if second is True else [] if first is None or second is None else [False]


def _xor(scope: Scope, left: list[Any], right: Compiled) -> list[Any]:
    first, second = truth(left, "xor"), truth(right(scope), "xor")
    return [] if first is None or second is None else [first is not second]


def _implies(scope: Scope, left: list[Any], right: Compiled) -> list[Any]:
    first = truth(left, "implies")
    if first is False:
        return [True]
    second = truth(right(scope), "implies")
    if first is None:
        return [True] if second is True else []
    return listed(second)


LOGIC: dict[str, Callable[[Scope, list[Any], Compiled], list[Any]]] = {
    "and": _and, "or": _or, "xor": _xor, "implies": _implies,
}  # fmt: skip
"""Operators whose right side is evaluated only when it matters."""

OPERATORS: dict[str, Operator] = {
    "+": _on_single("+", plus), "-": _on_single("-", minus), "*": _on_single("*", times), "/": _on_single("/", divided),
    "div": _on_single("div", _whole_quotient), "mod": _on_single("mod", _remainder), "&": _joined, "|": union,
    "=": _equals, "!=": _differs, "~": _alike, "!~": _unlike, "in": _in, "contains": contains,
    "<": _ordered("<", lambda order: order < 0), ">": _ordered(">", lambda order: order > 0),
    "<=": _ordered("<=", lambda order: order <= 0), ">=": _ordered(">=", lambda order: order >= 0),
}  # fmt: skip
