"""EQ-5D: the health state as five digits, and its index value from a national value set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any, ClassVar

import numpy as np

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import Columns, Floats, Given, Scale, scoring_function
from stegvis.methods.instruments.scales.parameters import (
    Parameters,
    Table,
    WrongParameters,
    allow,
    inner,
    named_items,
    number,
    number_range,
    table,
    whole,
)
from stegvis.methods.instruments.scales.recoded import looked_up

_LEVELS = (1.0, 5.0)


def _levels(parameters: Parameters, items: Mapping[str, Item], name: str) -> tuple[str, ...]:
    named = named_items(parameters, items)
    if len(named) != 5 or any(number_range(items[link_id]) != _LEVELS for link_id in named):
        raise WrongParameters(f"{name} takes five items with levels 1 to 5")
    return named


@scoring_function
@dataclass(frozen=True)
class HealthState(Scale):
    """The levels of the five dimensions as the digits of one number, 11111 to 55555; every item needed.

    A label and no quantity: its mean says nothing (Herdman et al., Qual Life Res 2011;20:1727–1736; EuroQol, EQ-5D-5L
    User Guide).
    """

    name: ClassVar[str] = "health_state"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> HealthState:
        allow(parameters, "items")
        return cls(_levels(parameters, items, cls.name))

    def value(self, given: Given) -> float | None:
        if self.answered(given) < len(self.items):
            return None
        return float("".join(f"{given.numbers[link_id]:.0f}" for link_id in self.items))

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        for link_id in self.items:
            total = total * 10 + columns.numbers(link_id)
        return total


@scoring_function
@dataclass(frozen=True)
class ValueSet(Scale):
    """An index value from a value set: value = constant − Σ decrement(level) − Σ decrement(worst level reached).

    Each `dimension` names an item and its table of decrements by level. Each `reached` names a level and what is taken
    off, once, when any dimension is at that level or a worse one. Any missing dimension: no value. The Swedish
    experience-based sets have this form (Burström et al., PharmacoEconomics 2020;38:839–856, table 9, model 5).
    """

    name: ClassVar[str] = "value_set"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    constant: float
    decrements: tuple[Table, ...]
    reached: tuple[tuple[int, float], ...]

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> ValueSet:
        allow(parameters, "items", "constant", "dimension", "reached")
        named = _levels(parameters, items, cls.name)
        by_item = dict(_dimension(raw, items) for raw in parameters.get("dimension", ()))
        if set(by_item) != set(named) or "constant" not in parameters:
            raise WrongParameters("value_set needs a constant and the decrements of each of its five items")
        reached = tuple(_reached(raw) for raw in parameters.get("reached", ()))
        return cls(named, number(parameters, "constant", 0.0), tuple(by_item[one] for one in named), reached)

    def value(self, given: Given) -> float | None:
        if self.answered(given) < len(self.items):
            return None
        levels = [given.numbers[link_id] for link_id in self.items]
        taken = [by[level] for by, level in zip(self.decrements, levels, strict=True)]
        taken += [off for level, off in self.reached if max(levels) >= level]
        return self.constant - fsum(taken)

    def values(self, columns: Columns) -> Floats:
        taken = np.zeros(columns.rows)
        worst = np.zeros(columns.rows)
        for link_id, by in zip(self.items, self.decrements, strict=True):
            levels = columns.numbers(link_id)
            taken += looked_up(levels, by)
            worst = np.fmax(worst, levels)
        for level, off in self.reached:
            taken += np.where(worst >= level, off, 0.0)
        return self.constant - taken


def _dimension(raw: Any, items: Mapping[str, Item]) -> tuple[str, Table]:
    parameters = inner(raw, "dimension", "items", "table")
    named, by = named_items(parameters, items), table(parameters)
    if len(named) != 1 or set(by) != {1.0, 2.0, 3.0, 4.0, 5.0}:
        raise WrongParameters('a dimension names one item and a decrement for each level: "1=0 2=… 3=… 4=… 5=…"')
    return named[0], by


def _reached(raw: Any) -> tuple[int, float]:
    parameters = inner(raw, "reached", "level", "decrement")
    return whole(parameters, "level", 0), number(parameters, "decrement", 0.0)
