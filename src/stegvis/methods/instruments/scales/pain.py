"""The pain scale of the 36-item survey as its trade-marked version scores it, which differs from RAND's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import Columns, Floats, Given, Scale, scoring_function
from stegvis.methods.instruments.scales.parameters import Parameters, WrongParameters, allow, named_items, number_range
from stegvis.methods.instruments.scales.recoded import looked_up

_MAGNITUDE = {1.0: 6.0, 2.0: 5.4, 3.0: 4.2, 4.0: 3.1, 5.0: 2.2, 6.0: 1.0}
_INTERFERENCE = {1.0: 5.0, 2.0: 4.0, 3.0: 3.0, 4.0: 2.0, 5.0: 1.0}
_INTERFERENCE_ALONE = {1.0: 6.0, 2.0: 4.75, 3.0: 3.5, 4.0: 2.25, 5.0: 1.0}
_NONE_AT_ALL = 6.0


@scoring_function
@dataclass(frozen=True)
class BodilyPain(Scale):
    """Bodily pain from two items, 0–100, higher better: value = 100 · (a + b − 2) / 10.

    a is the magnitude (1 none … 6 very severe) as 6.0, 5.4, 4.2, 3.1, 2.2, 1.0. b is the interference (1 not at all … 5
    extremely) as 5, 4, 3, 2, 1, and 6 where both items are answered 1. When only one is answered it stands for the other
    too, the interference then as 6.0, 4.75, 3.5, 2.25, 1.0 (Ware, Snow, Kosinski & Gandek, SF-36 Health Survey: Manual
    and Interpretation Guide, 1993). RAND's own scoring averages the two after a plain recoding (`RecodedMean`).
    """

    name: ClassVar[str] = "bodily_pain"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> BodilyPain:
        allow(parameters, "items")
        named = named_items(parameters, items)
        ranges = [number_range(items[link_id]) for link_id in named]
        if ranges != [(1.0, 6.0), (1.0, 5.0)]:
            raise WrongParameters("bodily_pain takes two items: the magnitude, 1 to 6, and the interference, 1 to 5")
        return cls(named)

    def value(self, given: Given) -> float | None:
        magnitude, interference = (given.numbers.get(link_id) for link_id in self.items)
        if magnitude is None and interference is None:
            return None
        if magnitude is None:
            a = b = _INTERFERENCE_ALONE[interference or 0.0]
        elif interference is None:
            a = b = _MAGNITUDE[magnitude]
        else:
            none_at_all = magnitude == 1.0 and interference == 1.0
            a, b = _MAGNITUDE[magnitude], _NONE_AT_ALL if none_at_all else _INTERFERENCE[interference]
        return (a + b - 2) * 10

    def values(self, columns: Columns) -> Floats:
        magnitude, interference = (columns.numbers(link_id) for link_id in self.items)
        a = looked_up(magnitude, _MAGNITUDE)
        b = looked_up(interference, _INTERFERENCE)
        b = np.where((magnitude == 1.0) & (interference == 1.0), _NONE_AT_ALL, b)
        alone = looked_up(interference, _INTERFERENCE_ALONE)
        a, b = np.where(np.isnan(a), alone, a), np.where(np.isnan(a), alone, np.where(np.isnan(b), a, b))
        return np.asarray((a + b - 2) * 10)
