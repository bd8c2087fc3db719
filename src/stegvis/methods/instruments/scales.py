"""Scoring functions: from the numbers of a scale's items to the scale's value, by name and parameters.

A questionnaire's file names one of these for each of its scores (`SCALES`), so that no function here knows an
instrument. Each states its missing-data rule; none of them ever makes a value out of no answers at all.

A scale is given `Given`: the number of every answered item by linkId, and the answers themselves. Its `value` is a
float, or None when too little was answered. Notation: x is an item's number, lo and hi the least and greatest number
the item can have, n the number of items, m the number answered.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import fsum
from typing import Any, ClassVar, TypeVar

from stegvis.methods.instruments import pain_map
from stegvis.methods.instruments.questionnaire import Item

Parameters = Mapping[str, Sequence[Any]]
_COUNTED_DECISIONS = ("knee", "wrist_and_hand", "ankle_and_foot")


class WrongParameters(ValueError):
    """The parameters of a score do not fit its scoring function or its items."""


@dataclass(frozen=True)
class Given:
    """What one person answered: numbers by linkId (only where there is one), and the answers themselves."""

    numbers: Mapping[str, float]
    answers: Mapping[str, Any]


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

    def answered(self, given: Given) -> int:
        """How many of the items count as answered."""
        return sum(link_id in given.numbers for link_id in self.items)


SCALES: dict[str, type[Scale]] = {}
"""Every scoring function by the name that a questionnaire's file uses."""

AnyScale = TypeVar("AnyScale", bound=type[Scale])


def scoring_function(scale: AnyScale) -> AnyScale:
    """Register a scale under its name."""
    SCALES[scale.name] = scale
    return scale


@scoring_function
@dataclass(frozen=True)
class SingleItem(Scale):
    """One item is the score: value = x · multiply."""

    name: ClassVar[str] = "single_item"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    multiply: float = 1.0

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> SingleItem:
        _allow(parameters, "items", "multiply")
        named = _items(parameters, items)
        if len(named) != 1:
            raise WrongParameters(f"single_item takes one item, not {len(named)}")
        return cls(named, _number(parameters, "multiply", 1.0))

    def value(self, given: Given) -> float | None:
        number = given.numbers.get(self.items[0])
        return None if number is None else number * self.multiply


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
        _allow(parameters, "items", "reverse", "may_miss", "multiply")
        named = _items(parameters, items)
        may_miss = _whole(parameters, "may_miss", 0)
        if not 0 <= may_miss < len(named):
            raise WrongParameters(f"may_miss must be from 0 to {len(named) - 1}, not {may_miss}")
        return cls(named, _turned(parameters, named, items), may_miss, _number(parameters, "multiply", 1.0))

    def value(self, given: Given) -> float | None:
        numbers = _reversed(given.numbers, self.items, self.turned)
        n, m = len(self.items), len(numbers)
        if not m or n - m > self.may_miss:
            return None
        return fsum(numbers) * n / m * self.multiply


@scoring_function
@dataclass(frozen=True)
class Mean(Scale):
    """The mean of the answered items, after reversal: value = multiply · Σ x / m, when m ≥ `least_answered`.

    `least_answered` is every item unless the instrument says otherwise.
    """

    name: ClassVar[str] = "mean"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    turned: Mapping[str, float] = field(default_factory=dict)
    least_answered: int = 1
    multiply: float = 1.0

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> Mean:
        _allow(parameters, "items", "reverse", "least_answered", "multiply")
        named = _items(parameters, items)
        turned = _turned(parameters, named, items)
        return cls(named, turned, _least(parameters, len(named)), _number(parameters, "multiply", 1.0))

    def value(self, given: Given) -> float | None:
        numbers = _reversed(given.numbers, self.items, self.turned)
        return fsum(numbers) / len(numbers) * self.multiply if len(numbers) >= self.least_answered else None


@scoring_function
@dataclass(frozen=True)
class RecodedMean(Scale):
    """The mean of the answered items after each is recoded by a table, when m ≥ `least_answered`.

    The way of the RAND 36-Item Health Survey: every item is first turned into 0–100, higher better, then the items of
    a scale are averaged over those answered (Hays, Sherbourne & Mazel, Health Econ 1993;2:217–227).
    """

    name: ClassVar[str] = "recoded_mean"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    tables: Mapping[str, Mapping[float, float]]
    least_answered: int = 1

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> RecodedMean:
        _allow(parameters, "items", "recode", "least_answered")
        named = _items(parameters, items)
        tables: dict[str, Mapping[float, float]] = {}
        for raw in parameters.get("recode", ()):
            recode = _part(raw, "recode", "items", "table")
            table = _table(recode)
            tables.update(dict.fromkeys(_items(recode, items), table))
        for link_id in named:
            _check_covers(tables.get(link_id), items[link_id])
        return cls(named, {link_id: tables[link_id] for link_id in named}, _least(parameters, len(named)))

    def value(self, given: Given) -> float | None:
        numbers = [self.tables[link_id][given.numbers[link_id]] for link_id in self.items if link_id in given.numbers]
        return fsum(numbers) / len(numbers) if len(numbers) >= self.least_answered else None


@dataclass(frozen=True)
class Part:
    """One term of a weighted sum: the mean of the answered items of the part, reversed or not, times a weight."""

    items: tuple[str, ...]
    turned: Mapping[str, float] = field(default_factory=dict)
    multiply: float = 1.0
    least_answered: int = 1

    def value(self, numbers: Mapping[str, float]) -> float | None:
        answered = _reversed(numbers, self.items, self.turned)
        return fsum(answered) / len(answered) * self.multiply if len(answered) >= self.least_answered else None


@scoring_function
@dataclass(frozen=True)
class WeightedSum(Scale):
    """A sum of weighted parts: value = k/p · Σ parts, with k parts of which p could be computed, p ≥ `least_parts`.

    Each part is the mean of its answered items (reversed as lo + hi − x where `reverse` is true) times `multiply`.
    A missing part is made up for by k/p, which keeps the greatest possible value. That is the way of the Fibromyalgia
    Impact Questionnaire (Burckhardt, Clark & Bennett, J Rheumatol 1991;18:728–733; Bennett, Clin Exp Rheumatol
    2005;23(5 Suppl 39):S154–162). `least_parts` is every part unless the file says otherwise.
    """

    name: ClassVar[str] = "weighted_sum"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    parts: tuple[Part, ...]
    least_parts: int

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> WeightedSum:
        _allow(parameters, "part", "least_parts")
        parts = tuple(_weighted_part(raw, items) for raw in parameters.get("part", ()))
        named = tuple(link_id for part in parts for link_id in part.items)
        if not parts:
            raise WrongParameters("weighted_sum needs at least one part")
        if len(set(named)) < len(named):
            raise WrongParameters("an item stands in two parts of the weighted sum")
        return cls(named, parts, _least(parameters, len(parts), "least_parts"))

    def value(self, given: Given) -> float | None:
        values = [value for part in self.parts if (value := part.value(given.numbers)) is not None]
        if len(values) < self.least_parts:
            return None
        return fsum(values) * len(self.parts) / len(values)


@scoring_function
@dataclass(frozen=True)
class StatedSum(Scale):
    """The sum of items of which some ask for the number itself: value = Σ x, every item needed.

    Where the chosen option carries no number ("more than this; how much?"), the number is the answer to the item
    named beside it in `stated` ("class-item=number-item"). For class midpoints with an open last class.
    """

    name: ClassVar[str] = "stated_sum"
    version: ClassVar[str] = "1"
    items: tuple[str, ...]
    stated: Mapping[str, str]

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> StatedSum:
        _allow(parameters, "items", "stated")
        named = _items(parameters, items, numberless=True)
        pairs = dict(pair.partition("=")[::2] for pair in _words(parameters, "stated"))
        for asked, number in pairs.items():
            if asked not in named or number not in items:
                raise WrongParameters(f"stated names {asked}={number}, but there is no such pair of items")
        for link_id in named:
            if link_id not in pairs:
                _check_has_numbers(items[link_id])
        return cls(named, pairs)

    def value(self, given: Given) -> float | None:
        numbers = [self._number(given, link_id) for link_id in self.items]
        known = [number for number in numbers if number is not None]
        return fsum(known) if len(known) == len(numbers) else None

    def answered(self, given: Given) -> int:
        return sum(self._number(given, link_id) is not None for link_id in self.items)

    def _number(self, given: Given, link_id: str) -> float | None:
        if link_id in given.numbers or link_id not in given.answers:
            return given.numbers.get(link_id)
        return given.numbers.get(self.stated.get(link_id, ""))


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
    decisions: pain_map.Decisions

    RULES: ClassVar[tuple[str, ...]] = ("wpi", "locations", "acr1990", "wp2019", "five_regions")

    @classmethod
    def read(cls, parameters: Parameters, items: Mapping[str, Item]) -> PainMap:
        _allow(parameters, "items", "rule", "count", *_COUNTED_DECISIONS)
        named = _items(parameters, items, numberless=True)
        if len(named) != 1 or not items[named[0]].is_body_map:
            raise WrongParameters("pain_map takes one item, and it must be a body map")
        rule, count = _word(parameters, "rule", ""), _word(parameters, "count", "wpi")
        if rule not in cls.RULES:
            raise WrongParameters(f"pain_map has no rule {rule!r}, only {', '.join(cls.RULES)}")
        if count not in pain_map.COUNTS:
            raise WrongParameters(f"places of pain cannot be counted as {count!r}, only {', '.join(pain_map.COUNTS)}")
        chosen = {name: _word(parameters, name, "") for name in _COUNTED_DECISIONS if name in parameters}
        try:
            return cls(named, rule, count, pain_map.Decisions(**chosen))
        except ValueError as error:
            raise WrongParameters(str(error)) from error

    def answered(self, given: Given) -> int:
        return int(bool(given.answers.get(self.items[0])))

    def value(self, given: Given) -> float | None:
        marked = given.answers.get(self.items[0])
        found: bool | int | None
        if self.rule == "acr1990":
            found = pain_map.acr1990(marked)
        elif self.rule == "wp2019":
            found = pain_map.wp2019(marked, self.decisions)
        elif self.rule == "five_regions":
            found = pain_map.five_regions(marked, self.decisions)
        else:
            found = pain_map.locations(marked, self.count if self.rule == "locations" else "wpi", self.decisions)
        return None if found is None else float(found)


def number_range(item: Item) -> tuple[float, float] | None:
    """(lo, hi) of the numbers an item can have: its options' ordinal values, or its bounds; None when unknown."""
    if item.type == "choice":
        ordinals = [float(option.ordinal) for option in item.options if option.ordinal is not None]
        return (min(ordinals), max(ordinals)) if ordinals else None
    if item.type in ("integer", "decimal") and item.minimum is not None and item.maximum is not None:
        return float(item.minimum), float(item.maximum)
    return None


def _reversed(numbers: Mapping[str, float], items: Sequence[str], turned: Mapping[str, float]) -> list[float]:
    """The numbers of the answered items; for a reversed one lo + hi − x, lo + hi standing in `turned`."""
    return [
        turned[link_id] - numbers[link_id] if link_id in turned else numbers[link_id]
        for link_id in items
        if link_id in numbers
    ]


def _allow(parameters: Parameters, *names: str) -> None:
    unknown = sorted(set(parameters) - set(names))
    if unknown:
        raise WrongParameters(f"it has no parameter {', '.join(unknown)}; it knows {', '.join(names)}")


def _items(parameters: Parameters, items: Mapping[str, Item], *, numberless: bool = False) -> tuple[str, ...]:
    named = tuple(_words(parameters, "items"))
    if not named:
        raise WrongParameters("it names no items")
    missing = [link_id for link_id in named if link_id not in items]
    if missing:
        raise WrongParameters(f"there is no item {', '.join(missing)} in this questionnaire")
    if len(set(named)) < len(named):
        raise WrongParameters("it names the same item twice")
    if not numberless:
        for link_id in named:
            _check_has_numbers(items[link_id])
    return named


def _check_has_numbers(item: Item) -> None:
    numberless = [option.key for option in item.options if option.ordinal is None]
    if item.type == "choice" and not item.repeats and not numberless:
        return
    if item.type not in ("integer", "decimal"):
        lacking = f" (its options {', '.join(numberless)} have no ordinalValue)" if numberless else ""
        raise WrongParameters(f"the answers to {item.link_id} are no numbers{lacking}")


def _turned(parameters: Parameters, named: Sequence[str], items: Mapping[str, Item]) -> Mapping[str, float]:
    """lo + hi of every item to be reversed."""
    turned = {}
    for link_id in _words(parameters, "reverse"):
        if link_id not in named:
            raise WrongParameters(f"it reverses {link_id}, which is not one of its items")
        limits = number_range(items[link_id])
        if limits is None:
            raise WrongParameters(f"{link_id} cannot be reversed without a least and a greatest value")
        turned[link_id] = limits[0] + limits[1]
    return turned


def _weighted_part(raw: Any, items: Mapping[str, Item]) -> Part:
    parameters = _part(raw, "part", "items", "reverse", "multiply", "least_answered")
    named = _items(parameters, items)
    reverse = parameters.get("reverse", [False])[0]
    if not isinstance(reverse, bool):
        raise WrongParameters("reverse must be true or false")
    turned = _turned({"reverse": [" ".join(named)]}, named, items) if reverse else {}
    return Part(named, turned, _number(parameters, "multiply", 1.0), _least(parameters, len(named), default=1))


def _part(raw: Any, name: str, *allowed: str) -> Parameters:
    if not isinstance(raw, Mapping):
        raise WrongParameters(f"{name} must hold inner extensions")
    _allow(raw, *allowed)
    return raw


def _table(parameters: Parameters) -> Mapping[float, float]:
    """ "1=100 2=75" as numbers."""
    try:
        pairs = [pair.split("=") for pair in _words(parameters, "table")]
        return {float(Decimal(given)): float(Decimal(becomes)) for given, becomes in pairs}
    except (ValueError, ArithmeticError) as error:
        raise WrongParameters('a table is written "1=100 2=75 …"') from error


def _check_covers(table: Mapping[float, float] | None, item: Item) -> None:
    if table is None:
        raise WrongParameters(f"no table recodes {item.link_id}")
    if item.type != "choice":
        raise WrongParameters(f"{item.link_id} cannot be recoded by a table; only a choice can")
    ordinals = {float(option.ordinal) for option in item.options if option.ordinal is not None}
    if ordinals != set(table):
        raise WrongParameters(f"the table for {item.link_id} does not name exactly the values its options have")


def _least(parameters: Parameters, count: int, name: str = "least_answered", default: int | None = None) -> int:
    least = _whole(parameters, name, count if default is None else default)
    if not 1 <= least <= count:
        raise WrongParameters(f"{name} must be from 1 to {count}, not {least}")
    return least


def _words(parameters: Parameters, name: str) -> list[str]:
    return _word(parameters, name, "").split()


def _word(parameters: Parameters, name: str, default: str) -> str:
    value = _one(parameters, name, default)
    if not isinstance(value, str):
        raise WrongParameters(f"{name} must be a text")
    return value


def _whole(parameters: Parameters, name: str, default: int) -> int:
    value = _one(parameters, name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongParameters(f"{name} must be a whole number")
    return value


def _number(parameters: Parameters, name: str, default: float) -> float:
    value = _one(parameters, name, default)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise WrongParameters(f"{name} must be a number")
    return float(value)


def _one(parameters: Parameters, name: str, default: Any) -> Any:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise WrongParameters(f"{name} is given {len(values)} times")
    return values[0] if values else default
