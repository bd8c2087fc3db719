"""Criteria made from the places marked on the pain map, alone or with symptoms and duration."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stegvis.methods.instruments import pain_map
from stegvis.methods.instruments.pain_map import Decisions, Region
from stegvis.methods.instruments.questionnaire import Item
from stegvis.methods.instruments.scales.base import (
    Columns,
    Counts,
    Flags,
    Floats,
    Given,
    Scale,
    counted,
    scoring_function,
)
from stegvis.methods.instruments.scales.parameters import Parameters, WrongParameters, allow, named_items, word


@scoring_function
@dataclass(frozen=True)
class PainMap(Scale):
    """What a criterion makes of the marked places: `rule` wpi, locations, acr1990, wp2019 or five_regions.

    Yes and no become 1 and 0. `count` (for locations) and the open decisions are a protocol's to choose; see
    `pain_map` for rules, choices and sources.
    """

    name: ClassVar[str] = "pain_map"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    rule: str
    count: str
    decisions: Decisions

    RULES: ClassVar[tuple[str, ...]] = ("wpi", "locations", "acr1990", "wp2019", "five_regions")

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> PainMap:
        allow(parameters, "items", "rule", "count", *pain_map.DECISIONS)
        named = named_items(parameters, items, numberless=True)
        _check_is_map(named, items, cls.name)
        rule, count = word(parameters, "rule", ""), word(parameters, "count", "wpi")
        if rule not in cls.RULES:
            raise WrongParameters(f"pain_map has no rule {rule!r}, only {', '.join(cls.RULES)}")
        if count not in pain_map.COUNTS:
            raise WrongParameters(f"places of pain cannot be counted as {count!r}, only {', '.join(pain_map.COUNTS)}")
        return cls(named, rule, count, _decisions(parameters))

    def answered(self, given: Given) -> int:
        return int(bool(given.answers.get(self.items[0])))

    def answered_in(self, columns: Columns) -> Counts:
        return columns.answered(self.items[0]).astype(np.int64)

    def value(self, given: Given) -> float | None:
        marked = given.answers.get(self.items[0])
        found: bool | int | None
        if self.rule == "acr1990":
            found = pain_map.acr1990(marked, self.decisions)
        elif self.rule == "wp2019":
            found = pain_map.wp2019(marked, self.decisions)
        elif self.rule == "five_regions":
            found = pain_map.five_regions(marked, self.decisions)
        else:
            found = pain_map.locations(marked, self._counted_as, self.decisions)
        return None if found is None else float(found)

    def values(self, columns: Columns) -> Floats:
        marks = _Marks(columns, self.items[0], self.decisions)
        if self.rule == "acr1990":
            return marks.where_answered(marks.acr1990())
        if self.rule == "wp2019":
            return marks.where_answered(marks.wp2019())
        if self.rule == "five_regions":
            return marks.where_answered(marks.five_regions())
        return marks.where_answered(marks.locations(self._counted_as))

    @property
    def _counted_as(self) -> str:
        return self.count if self.rule == "locations" else "wpi"


@scoring_function
@dataclass(frozen=True)
class Fibromyalgia2016(Scale):
    """The criteria of 2016 from map, symptoms and duration, all needed: `rule` criteria, severity or distress.

    criteria: met 1, not met 0. severity: the symptom severity scale, 0–12, which needs its six items only. distress: the
    fibromyalgia severity score WPI + SSS, 0–31. `symptoms` names fatigue, waking unrefreshed, cognitive symptoms (0–3)
    and headache, pain in the belly, depression (0–1), in this order; `months` the duration (Wolfe et al., Semin Arthritis
    Rheum 2016;46:319–329; see `pain_map`).
    """

    name: ClassVar[str] = "fibromyalgia_2016"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    rule: str
    map: str
    symptoms: tuple[str, ...]
    months: str
    decisions: Decisions

    RULES: ClassVar[tuple[str, ...]] = ("criteria", "severity", "distress")

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> Fibromyalgia2016:
        allow(parameters, "map", "symptoms", "months", "rule", *pain_map.DECISIONS)
        marked = named_items({"items": parameters.get("map", ())}, items, numberless=True)
        _check_is_map(marked, items, cls.name)
        symptoms = named_items({"items": parameters.get("symptoms", ())}, items)
        months = named_items({"items": parameters.get("months", ())}, items)
        if len(symptoms) != 6 or len(months) != 1:
            raise WrongParameters("fibromyalgia_2016 takes six symptoms and one item with the months of pain")
        rule = word(parameters, "rule", "")
        needed = {"criteria": (*marked, *symptoms, *months), "severity": symptoms, "distress": (*marked, *symptoms)}
        if rule not in needed:
            raise WrongParameters(f"fibromyalgia_2016 has no rule {rule!r}, only {', '.join(cls.RULES)}")
        return cls(needed[rule], rule, marked[0], symptoms, months[0], _decisions(parameters))

    def answered(self, given: Given) -> int:
        return sum(link_id in given.numbers or bool(given.answers.get(link_id)) for link_id in self.items)

    def answered_in(self, columns: Columns) -> Counts:
        return counted(columns.answered(link_id) for link_id in self.items)

    def value(self, given: Given) -> float | None:
        if self.answered(given) < len(self.items):
            return None
        severity = pain_map.symptom_severity(*(given.numbers[link_id] for link_id in self.symptoms))
        if self.rule == "severity":
            return severity
        marked = given.answers[self.map]
        sites = float(pain_map.wpi(marked, self.decisions) or 0)
        if self.rule == "distress":
            return sites + severity
        five = float(pain_map.five_regions(marked, self.decisions) or 0)
        return float(pain_map.fibromyalgia_2016(sites, severity, five, given.numbers[self.months]))

    def values(self, columns: Columns) -> Floats:
        severity = sum((columns.numbers(link_id) for link_id in self.symptoms), np.zeros(columns.rows))
        if self.rule == "severity":
            return severity
        marks = _Marks(columns, self.map, self.decisions)
        sites = marks.where_answered(marks.locations("wpi"))
        if self.rule == "distress":
            return sites + severity
        months = columns.numbers(self.months)
        high = (sites >= 7) & (severity >= 5)
        middle = (sites >= 4) & (sites <= 6) & (severity >= 9)
        met = (high | middle) & (marks.five_regions() >= 4) & (months >= 3)
        return np.where(np.isnan(sites + severity + months), np.nan, met.astype(np.float64))


class _Marks:
    """The marked places of every row, grouped as a criterion asks."""

    def __init__(self, columns: Columns, link_id: str, decisions: Decisions) -> None:
        self.regions = list(pain_map.regions().values())
        self.decisions = decisions
        self.rows = columns.rows
        self.marked = columns.chosen(link_id, [region.id for region in self.regions])
        self.answered = columns.answered(link_id)

    def where_answered(self, found: Flags | Counts) -> Floats:
        return np.where(self.answered, found.astype(np.float64), np.nan)

    def locations(self, setting: str) -> Counts:
        if setting == "regions":
            return np.asarray(self.marked.sum(axis=1), dtype=np.int64)
        site = 0 if setting == "wpi" else 1
        return self._distinct(lambda region: pain_map.sites_of(region, self.decisions)[site])

    def five_regions(self) -> Counts:
        return self._distinct(lambda region: pain_map.sites_of(region, self.decisions)[2])

    def wp2019(self) -> Flags:
        return (self.locations("wp2019") >= 7) & (self.five_regions() >= 4)

    def acr1990(self) -> Flags:
        places = [pain_map.place_in_1990(region, self.decisions) for region in self.regions]
        met = np.ones(self.rows, dtype=np.bool_)
        for part, wanted in ((0, "left"), (0, "right"), (1, "above"), (1, "below"), (2, True)):
            met &= self._any([place is not None and place[part] == wanted for place in places])
        return met

    def _distinct(self, group_of: Callable[[Region], Hashable]) -> Counts:
        """How many different groups, other than None, hold a marked place."""
        groups = [group_of(region) for region in self.regions]
        return counted(self._any([group == one for group in groups]) for one in sorted(set(groups) - {None}, key=str))

    def _any(self, which: list[bool]) -> Flags:
        return np.asarray(self.marked[:, np.array(which, dtype=np.bool_)].any(axis=1))


def _check_is_map(named: tuple[str, ...], items: Mapping[str, Item], function: str) -> None:
    if len(named) != 1 or not items[named[0]].is_body_map:
        raise WrongParameters(f"{function} takes one item, and it must be a body map")


def _decisions(parameters: Parameters) -> Decisions:
    chosen = {name: word(parameters, name, "") for name in pain_map.DECISIONS if name in parameters}
    try:
        return Decisions(**chosen)
    except ValueError as error:
        raise WrongParameters(str(error)) from error
