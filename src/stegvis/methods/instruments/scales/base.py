"""What every scoring function is: read from a file's parameters, then asked for one value or for a column of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.parameters import Parameters

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Given:
    """What one person answered: numbers by linkId (only where there is one), and the answers themselves."""

    numbers: Mapping[str, float]
    answers: Mapping[str, Any]


class Columns(Protocol):
    """What many people answered, one row each; `tables.ResponseColumns` makes it from a wide table."""

    rows: int

    def numbers(self, link_id: str) -> Floats:
        """The number of each row's answer to the item, shape (rows,); NaN where there is none."""

    def answered(self, link_id: str) -> Flags:
        """Whether each row has an answer to the item that is not “I prefer not to answer”, shape (rows,)."""

    def chosen(self, link_id: str, keys: Sequence[str]) -> Flags:
        """Which of the options each row chose in a multiple choice, shape (rows, len(keys))."""


class Scale(ABC):
    """One scoring function with its parameters filled in."""

    name: ClassVar[str]
    version: ClassVar[str]
    items: tuple[str, ...]

    @classmethod
    @abstractmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> Scale:
        """Check the parameters against the questionnaire's items; raises `WrongParameters`."""

    @abstractmethod
    def value(self, given: Given) -> float | None:
        """The scale's value, or None when too little was answered."""

    @abstractmethod
    def values(self, columns: Columns) -> Floats:
        """The same for every row at once, shape (rows,); NaN when too little was answered."""

    def answered(self, given: Given) -> int:
        """How many of the items count as answered."""
        return sum(link_id in given.numbers for link_id in self.items)

    def answered_in(self, columns: Columns) -> Counts:
        """The same for every row at once, shape (rows,)."""
        return counted(~np.isnan(columns.numbers(link_id)) for link_id in self.items)


SCALES: dict[str, type[Scale]] = {}
"""Every scoring function by the name that a questionnaire's file uses."""

AnyScale = TypeVar("AnyScale", bound=type[Scale])


def scoring_function(scale: AnyScale) -> AnyScale:
    """Register a scale under its name."""
    SCALES[scale.name] = scale
    return scale


def counted(flags: Any) -> Counts:
    """How many of the columns of flags are true in each row."""
    total: Any = 0
    for flag in flags:
        total = total + flag.astype(np.int64)
    return np.asarray(total, dtype=np.int64)


def reversed_numbers(numbers: Mapping[str, float], items: Sequence[str], turned: Mapping[str, float]) -> list[float]:
    """The numbers of the answered items; for a reversed one lo + hi − x, lo + hi standing in `turned`."""
    return [
        turned[link_id] - numbers[link_id] if link_id in turned else numbers[link_id]
        for link_id in items
        if link_id in numbers
    ]


def summed(columns: Columns, items: Sequence[str], turned: Mapping[str, float]) -> tuple[Floats, Counts]:
    """The sum of the answered items in each row, reversed ones as lo + hi − x, and how many were answered."""
    total = np.zeros(columns.rows)
    answered = np.zeros(columns.rows, dtype=np.int64)
    for link_id in items:
        numbers = columns.numbers(link_id)
        if link_id in turned:
            numbers = turned[link_id] - numbers
        known = ~np.isnan(numbers)
        np.add(total, numbers, out=total, where=known)
        answered += known
    return total, answered


def averaged(total: Floats, answered: Counts, least: int) -> Floats:
    """total / answered where at least `least` (1 or more) were answered, NaN elsewhere."""
    enough = answered >= max(least, 1)
    return np.divide(total, answered, out=np.full(total.shape, np.nan), where=enough)
