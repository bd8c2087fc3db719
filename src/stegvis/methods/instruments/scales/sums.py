"""Single items, sums and means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import ClassVar

import numpy as np

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import (
    Columns,
    Floats,
    Given,
    Scale,
    averaged,
    reversed_numbers,
    scoring_function,
    summed,
)
from stegvis.methods.instruments.scales.parameters import (
    Parameters,
    WrongParameters,
    allow,
    least_of,
    named_items,
    number,
    turned_items,
    whole,
)


@scoring_function
@dataclass(frozen=True)
class SingleItem(Scale):
    """One item is the score: value = x · multiply.

    Numeric rating scales and 0–100 lines are such scores (Dworkin et al., Pain 2005;113:9–19). A line in millimetres
    and a 0–10 number times ten are different measures, which nothing here turns into each other.
    """

    name: ClassVar[str] = "single_item"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    multiply: float = 1.0

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> SingleItem:
        allow(parameters, "items", "multiply")
        named = named_items(parameters, items)
        if len(named) != 1:
            raise WrongParameters(f"single_item takes one item, not {len(named)}")
        return cls(named, number(parameters, "multiply", 1.0))

    def value(self, given: Given) -> float | None:
        answer = given.numbers.get(self.items[0])
        return None if answer is None else answer * self.multiply

    def values(self, columns: Columns) -> Floats:
        return columns.numbers(self.items[0]) * self.multiply


@scoring_function
@dataclass(frozen=True)
class Sum(Scale):
    """The sum of the items, after reversal: value = multiply · n/m · Σ x, reversed items counting lo + hi − x.

    With n − m > `may_miss` (default 0: every item is needed) there is no value. Otherwise the missing items count as
    the mean of the answered ones (n/m is 1 when nothing is missing). This is the person-mean rule (Fayers & Machin,
    Quality of Life, on missing items); how many may miss is the instrument's to say.
    """

    name: ClassVar[str] = "sum"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    turned: Mapping[str, float] = field(default_factory=dict)
    may_miss: int = 0
    multiply: float = 1.0

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> Sum:
        allow(parameters, "items", "reverse", "may_miss", "multiply")
        named = named_items(parameters, items)
        may_miss = whole(parameters, "may_miss", 0)
        if not 0 <= may_miss < len(named):
            raise WrongParameters(f"may_miss must be from 0 to {len(named) - 1}, not {may_miss}")
        return cls(named, turned_items(parameters, named, items), may_miss, number(parameters, "multiply", 1.0))

    def value(self, given: Given) -> float | None:
        numbers = reversed_numbers(given.numbers, self.items, self.turned)
        n, m = len(self.items), len(numbers)
        if not m or n - m > self.may_miss:
            return None
        return fsum(numbers) * n / m * self.multiply

    def values(self, columns: Columns) -> Floats:
        total, answered = summed(columns, self.items, self.turned)
        n = len(self.items)
        return averaged(total * n, answered, n - self.may_miss) * self.multiply


@scoring_function
@dataclass(frozen=True)
class Mean(Scale):
    """The mean of the answered items, after reversal: value = multiply · Σ x / m, when m ≥ `least_answered`.

    `least_answered` is every item unless the instrument says otherwise (Fayers & Machin, as for `Sum`).
    """

    name: ClassVar[str] = "mean"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    turned: Mapping[str, float] = field(default_factory=dict)
    least_answered: int = 1
    multiply: float = 1.0

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> Mean:
        allow(parameters, "items", "reverse", "least_answered", "multiply")
        named = named_items(parameters, items)
        turned = turned_items(parameters, named, items)
        return cls(named, turned, least_of(parameters, len(named)), number(parameters, "multiply", 1.0))

    def value(self, given: Given) -> float | None:
        numbers = reversed_numbers(given.numbers, self.items, self.turned)
        return fsum(numbers) / len(numbers) * self.multiply if len(numbers) >= self.least_answered else None

    def values(self, columns: Columns) -> Floats:
        total, answered = summed(columns, self.items, self.turned)
        return np.asarray(averaged(total, answered, self.least_answered) * self.multiply)
