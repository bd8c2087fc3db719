"""How much an expression may cost: deterministic counts, no clock, so that the same input always ends the same way.

An imported questionnaire may carry any expression. Every walk through a collection is charged to a `Budget`, and so is
the length of every collection and text made on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

from stegvis.methods.instruments.fhirpath.errors import ExpressionTooExpensive


@dataclass(frozen=True)
class Limits:
    """The most an expression may use. `regex_paths` bounds the ways a regular expression can be tried on a text."""

    steps: int = 500_000
    items: int = 20_000
    depth: int = 40
    text: int = 20_000
    regex_paths: int = 1_000_000


DEFAULT = Limits()


class Budget:
    """What is left of the limits during one evaluation."""

    __slots__ = ("_spent", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._spent = 0

    def spend(self, steps: int) -> None:
        """Charge steps; raises `ExpressionTooExpensive` once more than `limits.steps` are charged."""
        self._spent += steps
        if self._spent > self.limits.steps:
            raise ExpressionTooExpensive("steps", self.limits.steps)

    def fit(self, size: int) -> None:
        """Refuse a collection of more than `limits.items`."""
        if size > self.limits.items:
            raise ExpressionTooExpensive("items", self.limits.items)

    def hold(self, size: int) -> None:
        """Refuse a collection of more than `limits.items`, and charge its making."""
        self.fit(size)
        self.spend(1 + size)

    def write(self, length: int) -> None:
        """Refuse a text of more than `limits.text` characters, and charge its making."""
        if length > self.limits.text:
            raise ExpressionTooExpensive("text", self.limits.text)
        self.spend(1 + length // 50)
