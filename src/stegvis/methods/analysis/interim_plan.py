"""Looks before the end, in the plan: at which shares of the information, with which boundaries, and whether they bind.

`[interim]` of sap.toml. What a look comes to stands in the closed report of the data-monitoring committee.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .toml_reader import Reader

if TYPE_CHECKING:
    from .plan import Plan

SPENDINGS = ("obrien_fleming", "pocock", "power_family")
"""What `sequential.spending_of` knows; named here too, since a plan is read where no statistics are installed."""


@dataclass(frozen=True, slots=True)
class Interim:
    """Looks at `outcome`, whose whole information is its value in `planned` people, both arms of a comparison together.

    `looks` are shares of it and end with 1; `held` are those at which looks have been held, which replace the planned
    ones in order. `spending` with `rho` says how α is spent. `power` is the planned one. A `binding` boundary is a rule.
    """

    outcome: str
    planned: int
    looks: tuple[float, ...]
    held: tuple[float, ...]
    spending: str
    rho: float
    power: float
    binding: bool

    @property
    def number(self) -> int:
        """Which look comes next, from 1."""
        return len(self.held) + 1

    @property
    def next_at(self) -> float:
        """The share of the information at which the next look is planned."""
        return self.looks[min(self.number, len(self.looks)) - 1]

    def at(self, share: float) -> tuple[float, ...]:
        """The looks as they are when the next one is held at this share: those held, this one, and those still to come."""
        now = min(share, 1.0)
        return (*self.held, now, *(each for each in self.looks[self.number :] if each > now))


def read_interim(one: Reader) -> Interim:
    """The table `[interim]`."""
    found = Interim(
        outcome=one.text("outcome", example="code of a primary outcome"),
        planned=one.whole("planned", 4, 1_000_000),
        looks=_rising(one, "looks"),
        held=_rising(one, "held") if one.has("held") else (),
        spending=one.choice("spending", SPENDINGS, default=SPENDINGS[0]),
        rho=one.number("rho", 0.1, 20, default=3.0),
        power=one.number("power", 0.5, 0.999, default=0.8),
        binding=one.flag("binding", default=False),
    )
    if found.looks and found.looks[-1] != 1:
        one.mistake("looks", "the last look is not at the whole information, 1.", "Write for example [0.5, 1.0].")
    if found.held and (found.held[-1] >= 1 or len(found.held) >= len(found.looks)):
        why = "as many looks have been held as there are, or one of the whole information."
        one.mistake("held", why, "Name the looks before the last one that have been held.")
    one.done()
    return found


def _rising(one: Reader, key: str) -> tuple[float, ...]:
    found = one.numbers(key, 0.01, 1.0)
    if any(a >= b for a, b in pairwise(found)):
        one.mistake(key, "the shares do not rise.", "Write for example [0.5, 1.0].")
    return found


def unknown_outcomes(plan: Plan) -> Iterator[tuple[str, str, list[str]]]:
    """Key, name and the names there are, for the outcome that is looked at; it is a primary one."""
    if plan.interim:
        yield "interim.outcome", plan.interim.outcome, [one.code for one in plan.of_kind("primary")]
