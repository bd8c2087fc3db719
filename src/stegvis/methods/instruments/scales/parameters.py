"""Parameters of scoring functions as a questionnaire's file gives them: taken out, and checked against its items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.questionnaire import Item

Parameters = Mapping[str, Sequence[Any]]
Table = Mapping[float, float]


class WrongParameters(ValueError):
    """The parameters of a score do not fit its scoring function or its items."""


def number_range(item: Item) -> tuple[float, float] | None:
    """(lo, hi) of the numbers an item can have: its options' ordinal values, or its bounds; None when unknown."""
    if item.type == "choice":
        ordinals = [float(option.ordinal) for option in item.options if option.ordinal is not None]
        return (min(ordinals), max(ordinals)) if ordinals else None
    if item.type in ("integer", "decimal") and item.minimum is not None and item.maximum is not None:
        return float(item.minimum), float(item.maximum)
    return None


def allow(parameters: Parameters, *names: str) -> None:
    """Raise `WrongParameters` when there is any other parameter than these."""
    unknown = sorted(set(parameters) - set(names))
    if unknown:
        raise WrongParameters(f"it has no parameter {', '.join(unknown)}; it knows {', '.join(names)}")


def named_items(parameters: Parameters, items: Mapping[str, Item], *, numberless: bool = False) -> tuple[str, ...]:
    """The linkIds under `items`: each in the questionnaire, none twice, their answers numbers unless `numberless`."""
    named = tuple(words(parameters, "items"))
    if not named:
        raise WrongParameters("it names no items")
    missing = [link_id for link_id in named if link_id not in items]
    if missing:
        raise WrongParameters(f"there is no item {', '.join(missing)} in this questionnaire")
    if len(set(named)) < len(named):
        raise WrongParameters("it names the same item twice")
    if not numberless:
        for link_id in named:
            check_has_numbers(items[link_id])
    return named


def check_has_numbers(item: Item) -> None:
    """Raise `WrongParameters` unless every answer to the item is, or stands for, one number."""
    numberless = [option.key for option in item.options if option.ordinal is None]
    if item.type == "choice" and not item.repeats and not numberless:
        return
    if item.type not in ("integer", "decimal"):
        lacking = f" (its options {', '.join(numberless)} have no ordinalValue)" if numberless else ""
        raise WrongParameters(f"the answers to {item.link_id} are no numbers{lacking}")


def turned_items(parameters: Parameters, named: Sequence[str], items: Mapping[str, Item]) -> Mapping[str, float]:
    """lo + hi of every item to be reversed."""
    turned = {}
    for link_id in words(parameters, "reverse"):
        if link_id not in named:
            raise WrongParameters(f"it reverses {link_id}, which is not one of its items")
        limits = number_range(items[link_id])
        if limits is None:
            raise WrongParameters(f"{link_id} cannot be reversed without a least and a greatest value")
        turned[link_id] = limits[0] + limits[1]
    return turned


def inner(raw: Any, name: str, *allowed: str) -> Parameters:
    """The inner extensions of one parameter as parameters of their own."""
    if not isinstance(raw, Mapping):
        raise WrongParameters(f"{name} must hold inner extensions")
    allow(raw, *allowed)
    return raw


def table(parameters: Parameters) -> Table:
    """ "1=100 2=75" as numbers."""
    try:
        given = [pair.split("=") for pair in words(parameters, "table")]
        return {float(Decimal(number)): float(Decimal(becomes)) for number, becomes in given}
    except (ValueError, ArithmeticError) as error:
        raise WrongParameters('a table is written "1=100 2=75 …"') from error


def pairs(parameters: Parameters, name: str) -> Mapping[str, str]:
    """ "one=other third=fourth" as a mapping."""
    return dict(pair.partition("=")[::2] for pair in words(parameters, name))


def check_covers(recode: Table | None, item: Item) -> None:
    """Raise `WrongParameters` unless the table has a value for each option of the item, and no other."""
    if recode is None:
        raise WrongParameters(f"no table recodes {item.link_id}")
    if item.type != "choice":
        raise WrongParameters(f"{item.link_id} cannot be recoded by a table; only a choice can")
    ordinals = {float(option.ordinal) for option in item.options if option.ordinal is not None}
    if ordinals != set(recode):
        raise WrongParameters(f"the table for {item.link_id} does not name exactly the values its options have")


def least_of(parameters: Parameters, count: int, name: str = "least_answered", default: int | None = None) -> int:
    """A whole number from 1 to `count`; without one, `default`, or else every one of them."""
    least = whole(parameters, name, count if default is None else default)
    if not 1 <= least <= count:
        raise WrongParameters(f"{name} must be from 1 to {count}, not {least}")
    return least


def words(parameters: Parameters, name: str) -> list[str]:
    """A text at its spaces; [] without one."""
    return word(parameters, name, "").split()


def word(parameters: Parameters, name: str, default: str) -> str:
    """A text."""
    value = _one(parameters, name, default)
    if not isinstance(value, str):
        raise WrongParameters(f"{name} must be a text")
    return value


def whole(parameters: Parameters, name: str, default: int) -> int:
    """A whole number."""
    value = _one(parameters, name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongParameters(f"{name} must be a whole number")
    return value


def number(parameters: Parameters, name: str, default: float) -> float:
    """A number."""
    value = _one(parameters, name, default)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise WrongParameters(f"{name} must be a number")
    return float(value)


def _one(parameters: Parameters, name: str, default: Any) -> Any:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise WrongParameters(f"{name} is given {len(values)} times")
    return values[0] if values else default
