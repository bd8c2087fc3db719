"""Harms in the plan: for how long events count, which treatment tells those treated, which scores may deteriorate.

`[harms]` of sap.toml. Everybody was asked in the same way, so the arms are compared by what was solicited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .toml_reader import Reader

if TYPE_CHECKING:
    from .plan import Plan


@dataclass(frozen=True, slots=True)
class Watched:
    """An outcome whose reliable deterioration is counted: standard deviation and reliability as in the protocol."""

    outcome: str
    sd: float
    reliability: float


@dataclass(frozen=True, slots=True)
class Harms:
    """`days` after randomisation during which events count; `treatment` tells who was treated, if any does."""

    days: int
    treatment: str
    deterioration: tuple[Watched, ...]


def read_harms(one: Reader) -> Harms:
    """The table `[harms]`."""
    found = Harms(
        days=one.whole("days", 1, 3650),
        treatment=one.text("treatment", example="programme", optional=True),
        deterioration=tuple(_read_watched(each) for each in one.tables("deterioration", optional=True)),
    )
    one.done()
    return found


def _read_watched(one: Reader) -> Watched:
    found = Watched(
        outcome=one.text("outcome", example="code of an outcome"),
        sd=one.number("sd", 1e-6, 1e6),
        reliability=one.number("reliability", 0, 0.999),
    )
    one.done()
    return found


def unknown_names(plan: Plan) -> Iterator[tuple[str, str, list[str]]]:
    """Key, name and the names there are, for each name that `[harms]` takes from elsewhere in the plan."""
    if plan.harms and plan.harms.treatment:
        yield "harms.treatment", plan.harms.treatment, [one.code for one in plan.treatments]
    for watched in plan.harms.deterioration if plan.harms else ():
        yield "harms.deterioration", watched.outcome, [one.code for one in plan.outcomes]
