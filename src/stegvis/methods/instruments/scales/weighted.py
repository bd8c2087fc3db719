"""Weighted sums of parts, each part the mean of its answered items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any, ClassVar

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
    inner,
    least_of,
    named_items,
    number,
    turned_items,
)


@dataclass(frozen=True)
class Part:
    """One term of a weighted sum: the mean of the answered items of the part, reversed or not, times a weight."""

    items: tuple[str, ...]
    turned: Mapping[str, float] = field(default_factory=dict)
    multiply: float = 1.0
    least_answered: int = 1

    def value(self, numbers: Mapping[str, float]) -> float | None:
        answered = reversed_numbers(numbers, self.items, self.turned)
        return fsum(answered) / len(answered) * self.multiply if len(answered) >= self.least_answered else None

    def values(self, columns: Columns) -> Floats:
        total, answered = summed(columns, self.items, self.turned)
        return averaged(total, answered, self.least_answered) * self.multiply


@scoring_function
@dataclass(frozen=True)
class WeightedSum(Scale):
    """A sum of weighted parts: value = k/p · Σ parts, with k parts of which p could be computed, p ≥ `least_parts`.

    Each part is the mean of its answered items (reversed as lo + hi − x where `reverse` is true) times `multiply`.
    A missing part is made up for by k/p, which keeps the greatest possible value. That is the way of the Fibromyalgia
    Impact Questionnaire (Burckhardt, Clark & Bennett, J Rheumatol 1991;18:728–733; Bennett, Clin Exp Rheumatol
    2005;23(5 Suppl 39):S154–162). `least_parts` is every part unless the file says otherwise.

    The domain weights of its revision are the same with three parts, all needed: a domain of n items of which m were
    answered counts n/m · Σ x, divided by 3, 1 and 2, which is mean · n/3, n and n/2 (Bennett et al., Arthritis Res Ther
    2009;11:R120).
    """

    name: ClassVar[str] = "weighted_sum"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    parts: tuple[Part, ...]
    least_parts: int

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> WeightedSum:
        allow(parameters, "part", "least_parts")
        parts = tuple(_weighted_part(raw, items) for raw in parameters.get("part", ()))
        named = tuple(link_id for part in parts for link_id in part.items)
        if not parts:
            raise WrongParameters("weighted_sum needs at least one part")
        if len(set(named)) < len(named):
            raise WrongParameters("an item stands in two parts of the weighted sum")
        return cls(named, parts, least_of(parameters, len(parts), "least_parts"))

    def value(self, given: Given) -> float | None:
        values = [value for part in self.parts if (value := part.value(given.numbers)) is not None]
        if len(values) < self.least_parts:
            return None
        return fsum(values) * len(self.parts) / len(values)

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        known = np.zeros(columns.rows, dtype=np.int64)
        for part in self.parts:
            values = part.values(columns)
            computed = ~np.isnan(values)
            np.add(total, values, out=total, where=computed)
            known += computed
        return averaged(total * len(self.parts), known, self.least_parts)


def _weighted_part(raw: Any, items: Mapping[str, Item]) -> Part:
    parameters = inner(raw, "part", "items", "reverse", "multiply", "least_answered")
    named = named_items(parameters, items)
    reverse = parameters.get("reverse", [False])[0]
    if not isinstance(reverse, bool):
        raise WrongParameters("reverse must be true or false")
    turned = turned_items({"reverse": [" ".join(named)]}, named, items) if reverse else {}
    return Part(named, turned, number(parameters, "multiply", 1.0), least_of(parameters, len(named), default=1))
