"""Refusals: what the analysis says instead of a number or a report that could mislead.

Two kinds. A `Refused` stops everything and lists every mistake at once, each with file, row, column, the fact and the
way out. A `NotEstimable` concerns one number only: the report prints its sentence where the number would have stood.
No sentence repeats an answer, an arm or a name: row and column are enough to find it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_AT_MOST = 40


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong in a file.

    `row` counts as a spreadsheet does: the header is row 1, the first datum row 2; 0 concerns the whole file.
    `column` is a column of a table, or a key of a plan (dotted).
    """

    file: str
    row: int
    column: str
    why: str
    way_out: str

    def __str__(self) -> str:
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", {self.column}"
        return f"{place}: {self.why} {self.way_out}"


class Refused(Exception):
    """Something was refused; `mistakes` says everything that is wrong with it."""

    opening = "This is refused"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.mistakes)
        lines = [f"{self.opening}: {count} {'mistake' if count == 1 else 'mistakes'}."]
        lines += [f"  {mistake}" for mistake in self.mistakes[:SHOWN_AT_MOST]]
        if count > SHOWN_AT_MOST:
            lines.append(f"  … and {count - SHOWN_AT_MOST} more of the same kind.")
        return "\n".join(lines)


class ExtractRefused(Refused):
    """The extract is not what its manifest and its tables' definitions say."""

    opening = "The extract is refused"


class DataRefused(Refused):
    """A table of somebody else's does not hold what the plan's `[data]` says it does."""

    opening = "The table is refused"


class PlanRefused(Refused):
    """The analysis plan cannot be followed as it is written."""

    opening = "The analysis plan is refused"


class FlowRefused(Refused):
    """The event log and the tables do not add up to one flow of participants."""

    opening = "The flow of participants is refused, because its numbers do not reconcile"


class NotEstimable(ValueError):
    """One number cannot be computed from these data; the message says why, and what could be done.

    `code` and `facts` let the report say it in its own language.
    """

    def __init__(self, code: str, sentence: str, **facts: float | str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(sentence)
