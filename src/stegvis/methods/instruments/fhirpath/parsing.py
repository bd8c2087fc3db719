"""Reads the text of an expression (a Pratt parser over the grammar of FHIRPath N1 2.0.0, section 12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.errors import ExpressionTooExpensive, InvalidExpression
from stegvis.methods.instruments.fhirpath.lexing import Token, tokens
from stegvis.methods.instruments.fhirpath.limits import DEFAULT, Limits
from stegvis.methods.instruments.fhirpath.nodes import MOST_DIGITS
from stegvis.methods.instruments.fhirpath.quantities import CALENDAR, CALENDAR_UNITS, Quantity
from stegvis.methods.instruments.fhirpath.syntax import (
    LEVELS,
    Call,
    Constant,
    Index,
    Literal,
    Member,
    Path,
    Series,
    Sign,
    Special,
    TypeName,
)
from stegvis.methods.instruments.fhirpath.times import read_date, read_date_time, read_time

_NOT_NAMES = frozenset({*LEVELS, "true", "false"}) - {"is", "as", "in", "contains"}
_LARGEST_INTEGER = 2**31 - 1


def read(text: str, limits: Limits = DEFAULT) -> Any:
    """The abstract syntax of an expression.

    Raises `InvalidExpression` (where, what, what would be right), and `ExpressionTooExpensive` for a text that is
    longer or nested deeper than the limits allow.
    """
    if len(text) > limits.text:
        raise ExpressionTooExpensive("text", limits.text)
    reader = _Reader(tokens(text), limits)
    node = reader.expression(0)
    reader.expect_end()
    return node


class _Reader:
    def __init__(self, found: list[Token], limits: Limits) -> None:
        self.tokens, self.limits = found, limits
        self.at = self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, text: str) -> bool:
        """Whether the sign stands here; if so it is taken."""
        here = self.next.kind == "sign" and self.next.text == text
        self.at += here
        return here

    def expect(self, text: str, purpose: str) -> None:
        if not self.accept(text):
            raise self.unexpected(f"Write {text} here {purpose}")

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.unexpected("Join two expressions by an operator, for example + or and")

    def unexpected(self, right: str) -> InvalidExpression:
        token = self.next
        what = "the expression ends too early" if token.kind == "end" else f"{token.text!r} is not expected here"
        return InvalidExpression(token.position, what, right)

    def expression(self, lowest: int) -> Any:
        """An expression whose operators bind at least as tightly as `lowest`."""
        self.depth += 1
        if self.depth > self.limits.depth:
            raise ExpressionTooExpensive("depth", self.limits.depth)
        left = self.signed()
        while (level := self.level()) >= max(lowest, 1):
            left = self.series(left, level)
        self.depth -= 1
        return left

    def level(self) -> int:
        return LEVELS.get(self.next.text, 0) if self.next.kind in ("sign", "name") else 0

    def series(self, first: Any, level: int) -> Series:
        position, rest = self.next.position, []
        while self.level() == level:
            operator = self.take().text
            rest.append((operator, self.type_name() if operator in ("is", "as") else self.expression(level + 1)))
        return Series(first, tuple(rest), position)

    def type_name(self) -> TypeName:
        position, name = self.next.position, self.name("a type, for example Quantity")
        while self.accept("."):
            name += "." + self.name("a type")
        return TypeName(name, position)

    def signed(self) -> Any:
        if self.next.kind == "sign" and self.next.text in "+-":
            token = self.take()
            self.depth += 1
            if self.depth > self.limits.depth:
                raise ExpressionTooExpensive("depth", self.limits.depth)
            node = Sign(token.text, self.signed(), token.position)
            self.depth -= 1
            return node
        return self.path()

    def path(self) -> Any:
        position, first, steps = self.next.position, self.term(), []
        while True:
            here = self.next.position
            if self.accept("."):
                steps.append(self.invocation())
            elif self.accept("["):
                steps.append(Index(self.expression(0), here))
                self.expect("]", "to close the index")
            else:
                return Path(first, tuple(steps), position) if steps else first

    def term(self) -> Any:
        token = self.next
        if self.accept("("):
            node = self.expression(0)
            self.expect(")", "to close the parenthesis")
            return node
        if self.accept("{"):
            self.expect("}", "since {} is the empty collection")
            return Literal(None, token.position)
        if self.accept("%"):
            return self.constant(token.position)
        if token.kind == "special":
            return Special(self.take().text, token.position)
        literal = self.literal(token)
        return self.invocation() if literal is None else literal

    def constant(self, position: int) -> Constant:
        if self.next.kind == "string":
            return Constant(self.take().text, position)
        return Constant(self.name("the name of a variable"), position)

    def invocation(self) -> Any:
        position, name = self.next.position, self.name("an element or a function")
        if not self.accept("("):
            return Member(name, position)
        arguments = []
        if not self.accept(")"):
            arguments.append(self.expression(0))
            while self.accept(","):
                arguments.append(self.expression(0))
            self.expect(")", "to close the arguments, or a comma before the next one")
        return Call(name, tuple(arguments), position)

    def name(self, wanted: str) -> str:
        token = self.next
        if token.kind == "delimited" or (token.kind == "name" and token.text not in _NOT_NAMES):
            return self.take().text
        raise self.unexpected(f"Name {wanted} here")

    def literal(self, token: Token) -> Literal | None:
        if token.kind == "name" and token.text in ("true", "false"):
            return Literal(self.take().text == "true", token.position)
        if token.kind == "string":
            return Literal(self.take().text, token.position)
        if token.kind == "number":
            return self.number(self.take())
        if token.kind in _MOMENTS:
            return self.moment(self.take())
        return None

    def number(self, token: Token) -> Literal:
        if len(token.text) > MOST_DIGITS + 1:
            raise InvalidExpression(token.position, f"a number has more than {MOST_DIGITS} digits", "Write it shorter")
        unit = self.next
        if unit.kind == "string":
            return Literal(Quantity(Decimal(token.text), self.take().text), token.position)
        if unit.kind == "name" and unit.text in CALENDAR_UNITS:
            return Literal(Quantity(Decimal(token.text), self.take().text, CALENDAR), token.position)
        if "." in token.text:
            return Literal(Decimal(token.text), token.position)
        if int(token.text) > _LARGEST_INTEGER:
            raise InvalidExpression(
                token.position, f"{token.text} is too large for a whole number", f"Write {token.text}.0 for a decimal"
            )
        return Literal(int(token.text), token.position)

    def moment(self, token: Token) -> Literal:
        value = _MOMENTS[token.kind](token.text.removeprefix("@"))
        if value is None:
            raise InvalidExpression(
                token.position, f"{token.text} is not in the calendar", "Write year-month-day, for example @2026-03-09"
            )
        return Literal(value, token.position)


_MOMENTS = {"date": read_date, "time": read_time, "datetime": read_date_time}
