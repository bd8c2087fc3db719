"""Delegation: who may do what at a site. The responsible clinician of a site delegates tasks in writing to people who
have been trained for them, and keeps the list (ICH E6(R3), 2025, section 2.3.3: delegation of trial activities).
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from stegvis.methods.study.tables import Code, Table, Wording

Task = Literal["screen", "randomise", "assess_outcomes", "hold_visits", "guide"]
"""What can be delegated: deciding criteria and inviting; randomising; taking answers; visits; replies in the programme."""

TASKS: tuple[str, ...] = get_args(Task)


class Training(Table):
    """Something staff are trained in."""

    code: Code = Field(description="Short name; the log of training bears it.")
    name: Wording = Field(description="What staff read.")
    needed_for: tuple[Task, ...] = Field(
        default=(), description="Tasks that are delegated only to people who have been trained in it."
    )


class Delegation(Table):
    """Which tasks ask for a signed delegation, and what training they ask for."""

    required_for: tuple[Task, ...] = Field(
        default=(),
        description='Tasks that nobody carries out at a site without a delegation signed by its lead: "screen", "randomise", '
        '"assess_outcomes", "hold_visits" or "guide". Without it the list is kept, and nothing is refused for it.',
    )
    training: tuple[Training, ...] = Field(default=(), description="What staff are trained in.")

    def needed_for(self, task: str) -> tuple[Training, ...]:
        """The training that a task asks for."""
        return tuple(each for each in self.training if task in each.needed_for)
