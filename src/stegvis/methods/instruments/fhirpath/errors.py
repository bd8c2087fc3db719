"""What can be wrong with a FHIRPath expression, and how it is said to the person who wrote it.

`InvalidExpression` is raised on reading, `ExpressionFailed` on evaluating, `ExpressionTooExpensive` on either; a
`Fault` is what the static check finds and does not raise. Positions are counted in characters from 0.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong in an expression: where (character, from 0), what, and what would be right.

    `works` where it is against the specification and evaluated nevertheless, as other engines do.
    """

    position: int
    what: str
    right: str
    works: bool = False

    @property
    def sentence(self) -> str:
        return f"At character {self.position + 1}: {self.what}. {self.right}."


class ExpressionError(ValueError):
    """Anything that keeps an expression from giving a sound value."""


class InvalidExpression(ExpressionError):
    """The text is not FHIRPath: `position` (character, from 0), `what` is wrong, what would be `right`."""

    def __init__(self, position: int, what: str, right: str) -> None:
        self.fault = Fault(position, what, right)
        self.position, self.what, self.right = position, what, right
        super().__init__(self.fault.sentence)


class ExpressionFailed(ExpressionError):
    """The expression is well formed but has no sound value for this input: `what` stood in the way, and `right`."""

    def __init__(self, what: str, right: str) -> None:
        self.what, self.right = what, right
        super().__init__(f"{what}. {right}.")


class ExpressionTooExpensive(ExpressionError):
    """The expression needs more than a limit allows; `limit` is the field of `Limits`, `allowed` its number."""

    def __init__(self, limit: str, allowed: int) -> None:
        self.limit, self.allowed = limit, allowed
        super().__init__(
            f"The expression needs more than the {allowed} allowed for {limit!r}. "
            "Make it simpler, or raise the limit if you wrote it yourself."
        )
