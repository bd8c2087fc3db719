"""The parts of a FHIRPath expression (abstract syntax), and how they are written out again.

Source: FHIRPath N1 2.0.0, section 12 (grammar). Operators of one level of precedence that stand in a row are one
`Series` and steps of one path one `Path`, so that a sum of a hundred terms is as deep as a sum of two. Positions do not
count when two expressions are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.quantities import CALENDAR, Quantity
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time

LEVELS: dict[str, int] = {
    "implies": 1, "or": 2, "xor": 2, "and": 3, "in": 4, "contains": 4, "=": 5, "~": 5, "!=": 5, "!~": 5,
    "is": 6, "as": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "|": 8, "+": 9, "-": 9, "&": 9,
    "*": 10, "/": 10, "div": 10, "mod": 10,
}  # fmt: skip
"""How tightly each operator binds; a higher number binds tighter. All are left-associative."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; None is the empty collection `{}`."""

    value: Any
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """The elements called `name`."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Special:
    """`$this`, `$index` or `$total`."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A variable from outside, `%name`."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Any, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """The n-th of a collection, counted from 0."""

    expression: Any
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A term and the steps that follow it."""

    first: Any
    steps: tuple[Any, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sign:
    """A plus or minus before an expression."""

    sign: str
    operand: Any
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TypeName:
    """What follows `is` and `as`, with its namespace when it was given."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Series:
    """Operators of one level in a row: `first`, then operator and operand, from the left."""

    first: Any
    rest: tuple[tuple[str, Any], ...]
    position: int = field(default=0, compare=False)

    @property
    def level(self) -> int:
        return LEVELS[self.rest[0][0]]


def write(node: Any) -> str:
    """The expression as text that reads back to an equal expression."""
    match node:
        case Literal(value):
            return _literal_text(value)
        case Member(name):
            return _identifier(name)
        case Special(name) | TypeName(name):
            return name
        case Constant(name):
            return "%" + _identifier(name)
        case Call(name, arguments):
            return f"{_identifier(name)}({', '.join(write(argument) for argument in arguments)})"
        case Index(expression):
            return f"[{write(expression)}]"
        case Path(first, steps):
            head = f"({write(first)})" if isinstance(first, Series | Sign | Path) else write(first)
            return head + "".join(write(step) if isinstance(step, Index) else "." + write(step) for step in steps)
        case Sign(sign, operand):
            return sign + (f"({write(operand)})" if isinstance(operand, Series) else write(operand))
    return _series_text(node)


def _series_text(node: Series) -> str:
    return _operand(node.first, node.level) + "".join(
        f" {operator} {_operand(operand, node.level)}" for operator, operand in node.rest
    )


def _operand(node: Any, level: int) -> str:
    return f"({write(node)})" if isinstance(node, Series) and node.level <= level else write(node)


def _literal_text(value: Any) -> str:
    match value:
        case None:
            return "{}"
        case bool():
            return "true" if value else "false"
        case Decimal():
            text = f"{value:f}"
            return text if "." in text else text + ".0"
        case str():
            return _quoted(value, "'")
        case Date():
            return f"@{value}"
        case DateTime():
            return f"@{value}" if len(value.parts) > 3 else f"@{value}T"
        case Time():
            return f"@T{value}"
        case Quantity():
            unit = value.unit if value.system == CALENDAR else _quoted(value.unit, "'")
            return f"{value.value:f} {unit}"
    return str(value)


def _identifier(name: str) -> str:
    plain = name.isascii() and name.isidentifier() and name not in _RESERVED
    return name if plain else _quoted(name, "`")


_RESERVED = frozenset({*LEVELS, "true", "false"}) - {"is", "as", "in", "contains"}
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}


def _quoted(text: str, mark: str) -> str:
    return mark + "".join("\\" + mark if sign == mark else _ESCAPES.get(sign, sign) for sign in text) + mark
