"""Scales whose items are recoded by a table, or whose sum is looked up in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import ClassVar

import numpy as np

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import Columns, Floats, Given, Scale, averaged, scoring_function
from stegvis.methods.instruments.scales.parameters import (
    Parameters,
    Table,
    WrongParameters,
    allow,
    check_covers,
    inner,
    least_of,
    named_items,
    table,
)


def looked_up(numbers: Floats, by: Table) -> Floats:
    """Each number replaced by what the table has for it, shape as `numbers`; NaN stays NaN.

    Raises KeyError, as a dict does, for a number that the table does not have.
    """
    keys = np.array(sorted(by), dtype=np.float64)
    becomes = np.array([by[key] for key in keys.tolist()] + [np.nan])
    places = np.searchsorted(keys, numbers)
    known = ~np.isnan(numbers)
    places[~known] = len(keys)
    beyond = known & (np.append(keys, np.nan)[places] != numbers)
    if beyond.any():
        raise KeyError(float(numbers[beyond][0]))
    return np.asarray(becomes[places])


@scoring_function
@dataclass(frozen=True)
class RecodedMean(Scale):
    """The mean of the answered items after each is recoded by a table, when m ≥ `least_answered`.

    The way of the RAND 36-Item Health Survey: every item is first turned into 0–100, higher better, then the items of
    a scale are averaged over those answered, however few (Hays, Sherbourne & Mazel, Health Econ 1993;2:217–227). With
    `least_answered` half of the items it is the half-scale rule of the SF-36 (Ware et al., SF-36 Health Survey: Manual
    and Interpretation Guide, 1993).
    """

    name: ClassVar[str] = "recoded_mean"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    tables: Mapping[str, Table]
    least_answered: int = 1

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> RecodedMean:
        allow(parameters, "items", "recode", "least_answered")
        named = named_items(parameters, items)
        return cls(named, _recoding(parameters, named, items, every=True), least_of(parameters, len(named)))

    def value(self, given: Given) -> float | None:
        numbers = _recoded(given, self.items, self.tables)
        return fsum(numbers) / len(numbers) if len(numbers) >= self.least_answered else None

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        answered = np.zeros(columns.rows, dtype=np.int64)
        for link_id in self.items:
            numbers = looked_up(columns.numbers(link_id), self.tables[link_id])
            known = ~np.isnan(numbers)
            np.add(total, numbers, out=total, where=known)
            answered += known
        return averaged(total, answered, self.least_answered)


@scoring_function
@dataclass(frozen=True)
class LookedUpSum(Scale):
    """The sum of the items, some of them recoded, turned into the value that a norm table has for it.

    value = table[Σ x]; every item is needed, because a table knows no shorter scale. So are the T scores of the PROMIS
    Global Health short form made (Hays et al., Qual Life Res 2009;18:873–880; PROMIS Global Health scoring manual): they
    are not linear in the sum, so nothing here interpolates.
    """

    name: ClassVar[str] = "looked_up_sum"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    tables: Mapping[str, Table]
    by_sum: Table

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> LookedUpSum:
        allow(parameters, "items", "recode", "table")
        named = named_items(parameters, items)
        tables = _recoding(parameters, named, items, every=False)
        by_sum = table(parameters)
        possible = _possible_sums([_possible_numbers(items[link_id], tables.get(link_id)) for link_id in named])
        missing = sorted(possible - set(by_sum))
        if missing:
            raise WrongParameters(f"the table has no value for the sum {missing[0]:g}")
        return cls(named, tables, by_sum)

    def value(self, given: Given) -> float | None:
        numbers = _recoded(given, self.items, self.tables)
        return self.by_sum[fsum(numbers)] if len(numbers) == len(self.items) else None

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        for link_id in self.items:
            numbers = columns.numbers(link_id)
            total += looked_up(numbers, self.tables[link_id]) if link_id in self.tables else numbers
        return looked_up(total, self.by_sum)


def _recoding(
    parameters: Parameters, named: Sequence[str], items: Mapping[str, Item], *, every: bool
) -> Mapping[str, Table]:
    """The table of each item that has one; with `every`, each must."""
    tables: dict[str, Table] = {}
    for raw in parameters.get("recode", ()):
        recode = inner(raw, "recode", "items", "table")
        tables.update(dict.fromkeys(named_items(recode, items), table(recode)))
    for link_id in named:
        if every or link_id in tables:
            check_covers(tables.get(link_id), items[link_id])
    return {link_id: tables[link_id] for link_id in named if link_id in tables}


def _recoded(given: Given, items: Sequence[str], tables: Mapping[str, Table]) -> list[float]:
    return [
        tables[link_id][given.numbers[link_id]] if link_id in tables else given.numbers[link_id]
        for link_id in items
        if link_id in given.numbers
    ]


def _possible_numbers(item: Item, recode: Table | None) -> set[float]:
    if recode is not None:
        return set(recode.values())
    ordinals = {float(option.ordinal) for option in item.options if option.ordinal is not None}
    if not ordinals:
        raise WrongParameters(f"{item.link_id} is no choice, so which sums are possible is not known; recode it")
    return ordinals


def _possible_sums(numbers: Sequence[set[float]]) -> set[float]:
    sums = {0.0}
    for each in numbers:
        sums = {total + number for total in sums for number in each}
    return sums
