"""Numbers: an answer as the number that rules of a protocol compare."""

from __future__ import annotations

from typing import Any

from stegvis.methods.instruments.questionnaire import Item


def as_number(item: Item, value: Any) -> float | None:
    """An answer as a number: a choice by its option's ordinal value; None for what has none."""
    if isinstance(value, str):
        option = item.option(value)
        return float(option.ordinal) if option and option.ordinal is not None else None
    return float(value) if isinstance(value, int | float) or hasattr(value, "as_tuple") else None
