"""Sums of classes of which the last is open and asks for the number itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import ClassVar

import numpy as np

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import Columns, Counts, Floats, Given, Scale, counted, scoring_function
from stegvis.methods.instruments.scales.parameters import (
    Parameters,
    WrongParameters,
    allow,
    check_has_numbers,
    named_items,
    pairs,
)


@scoring_function
@dataclass(frozen=True)
class StatedSum(Scale):
    """The sum of items of which some ask for the number itself: value = Σ x, every item needed.

    Where the chosen option carries no number ("more than this; how much?"), the number is the answer to the item
    named beside it in `stated` ("class-item=number-item"). For class midpoints with an open last class, as the Leisure
    Time Physical Activity Instrument has them (Mannerkorpi & Hernelid, Disabil Rehabil 2005;27:695–701).
    """

    name: ClassVar[str] = "stated_sum"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    stated: Mapping[str, str]

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> StatedSum:
        allow(parameters, "items", "stated")
        named = named_items(parameters, items, numberless=True)
        stated = pairs(parameters, "stated")
        for asked, stated_number in stated.items():
            if asked not in named or stated_number not in items:
                raise WrongParameters(f"stated names {asked}={stated_number}, but there is no such pair of items")
        for link_id in named:
            if link_id not in stated:
                check_has_numbers(items[link_id])
        return cls(named, stated)

    def value(self, given: Given) -> float | None:
        numbers = [self._number(given, link_id) for link_id in self.items]
        known = [number for number in numbers if number is not None]
        return fsum(known) if len(known) == len(numbers) else None

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        for link_id in self.items:
            total += self._numbers(columns, link_id)
        return total

    def answered(self, given: Given) -> int:
        return sum(self._number(given, link_id) is not None for link_id in self.items)

    def answered_in(self, columns: Columns) -> Counts:
        return counted(~np.isnan(self._numbers(columns, link_id)) for link_id in self.items)

    def _number(self, given: Given, link_id: str) -> float | None:
        if link_id in given.numbers or link_id not in given.answers:
            return given.numbers.get(link_id)
        return given.numbers.get(self.stated.get(link_id, ""))

    def _numbers(self, columns: Columns, link_id: str) -> Floats:
        numbers = columns.numbers(link_id)
        if link_id not in self.stated:
            return numbers
        asked = np.isnan(numbers) & columns.answered(link_id)
        return np.where(asked, columns.numbers(self.stated[link_id]), numbers)
