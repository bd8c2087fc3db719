"""Effects that occurred or not, each followed by questions that are asked only when it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import ClassVar

import numpy as np

from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import Columns, Floats, Given, Scale, averaged, scoring_function
from stegvis.methods.instruments.scales.parameters import (
    Parameters,
    WrongParameters,
    allow,
    check_has_numbers,
    named_items,
    number,
    pairs,
)

_OCCURRED = 1.0


def _follow_ups(parameters: Parameters, named: tuple[str, ...], items: Mapping[str, Item]) -> Mapping[str, str]:
    followed = pairs(parameters, "follow_up")
    if set(followed) != set(named):
        raise WrongParameters('follow_up names for each item the one that follows it: "item=follow-up …"')
    for link_id in followed.values():
        if link_id not in items:
            raise WrongParameters(f"there is no item {link_id} in this questionnaire")
        check_has_numbers(items[link_id])
    return followed


@scoring_function
@dataclass(frozen=True)
class CountedEffects(Scale):
    """How many effects occurred (items answered 1) and whose follow-up was answered `counts`; every item needed.

    An effect that occurred but whose follow-up is missing gives no value. For the frequency of negative effects split by
    what they were attributed to, in the Negative Effects Questionnaire (Rozental et al., PLoS ONE 2016;11:e0157503).
    """

    name: ClassVar[str] = "counted_effects"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    follow_up: Mapping[str, str]
    counts: float

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> CountedEffects:
        allow(parameters, "items", "follow_up", "counts")
        named = named_items(parameters, items)
        return cls(named, _follow_ups(parameters, named, items), number(parameters, "counts", 1.0))

    def value(self, given: Given) -> float | None:
        if self.answered(given) < len(self.items):
            return None
        occurred = [link_id for link_id in self.items if given.numbers[link_id] == _OCCURRED]
        followed = [given.numbers.get(self.follow_up[link_id]) for link_id in occurred]
        return None if None in followed else float(followed.count(self.counts))

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        for link_id in self.items:
            occurred = columns.numbers(link_id)
            followed = columns.numbers(self.follow_up[link_id])
            counted = np.where(np.isnan(followed), np.nan, followed == self.counts)
            total += np.where(occurred == _OCCURRED, counted, occurred * 0.0)
        return total


@scoring_function
@dataclass(frozen=True)
class FollowUpMean(Scale):
    """The mean of the follow-ups of the effects that occurred (answered 1): value = Σ follow-up / their number.

    Every effect must be answered, and the follow-up of each that occurred. The scale's items are the follow-ups: when no
    effect occurred none was asked, and there is no value, since the impact of nothing is not 0. For the impact 0–4 in the
    Negative Effects Questionnaire, whose five answers run from 0 to 4 although its page calls them four (Rozental et al.,
    PLoS ONE 2016;11:e0157503).
    """

    name: ClassVar[str] = "follow_up_mean"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    effects: tuple[str, ...]

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> FollowUpMean:
        allow(parameters, "items", "follow_up")
        effects = named_items(parameters, items)
        followed = _follow_ups(parameters, effects, items)
        return cls(tuple(followed[effect] for effect in effects), effects)

    def value(self, given: Given) -> float | None:
        if not all(effect in given.numbers for effect in self.effects):
            return None
        occurred = [
            follow_up
            for effect, follow_up in zip(self.effects, self.items, strict=True)
            if given.numbers[effect] == _OCCURRED
        ]
        known = [given.numbers[follow_up] for follow_up in occurred if follow_up in given.numbers]
        return fsum(known) / len(known) if known and len(known) == len(occurred) else None

    def values(self, columns: Columns) -> Floats:
        total = np.zeros(columns.rows)
        happened = np.zeros(columns.rows, dtype=np.int64)
        for effect, follow_up in zip(self.effects, self.items, strict=True):
            occurred = columns.numbers(effect)
            total += np.where(occurred == _OCCURRED, columns.numbers(follow_up), occurred * 0.0)
            happened += occurred == _OCCURRED
        return averaged(total, happened, 1)
