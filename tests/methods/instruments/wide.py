"""Wide tables for the tests of this room: the answers of many people as columns, as an extract has them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np

from stegvis.methods.instruments import DECLINED, declined
from stegvis.methods.instruments.questionnaire import Item, Questionnaire

Row = dict[str, Any]


def columns_of(questionnaire: Questionnaire, rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(columns, declined) as `score_table` takes them."""
    columns: dict[str, Any] = {}
    refusals: dict[str, Any] = {}
    for item in questionnaire.questions:
        given = [row.get(item.link_id) for row in rows]
        refusals[item.link_id] = np.array([declined(value) for value in given])
        plain = [None if declined(value) else value for value in given]
        if item.is_multiple:
            for option in item.options:
                columns[f"{item.link_id}:{option.key}"] = np.array([option.key in (value or ()) for value in plain])
        else:
            columns[item.link_id] = _column(item, plain)
    return columns, refusals


def _column(item: Item, values: Sequence[Any]) -> Any:
    """Numbers where every answer can be one, as a file of numbers would have them; texts otherwise."""
    if item.type in ("integer", "decimal") or (item.options and all(option.key.isdigit() for option in item.options)):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array(values, dtype=object)


def random_row(questionnaire: Questionnaire, chance: Random) -> Row:
    """One person's answers: each item answered, declined or left out, some people leaving out much and some nothing.

    Questions that follow from others are left out more or less often than the others, whoever it is.
    """
    shares = {conditional: chance.choice((0.0, 0.05, 0.5, 1.0)) for conditional in (False, True)}
    row = {}
    for item in questionnaire.questions:
        leaves_out = shares[bool(item.conditions)]
        if chance.random() >= leaves_out:
            row[item.link_id] = DECLINED if chance.random() < leaves_out / 4 else _answer(item, chance)
    return {link_id: value for link_id, value in row.items() if value is not None}


def _answer(item: Item, chance: Random) -> Any:
    if item.is_multiple:
        alone = [option.key for option in item.options if option.exclusive]
        others = [option.key for option in item.options if not option.exclusive]
        return alone[:1] if alone and chance.random() < 0.2 else chance.sample(others, chance.randint(1, len(others)))
    if item.options:
        return chance.choice(item.options).key
    low, high = (0 if item.minimum is None else item.minimum), (100 if item.maximum is None else item.maximum)
    if item.type == "integer":
        return chance.randint(int(low), int(high))
    if item.type == "decimal":
        return Decimal(chance.randint(int(low) * 10, int(high) * 10)) / 10
    return {"boolean": chance.random() < 0.5, "date": "2026-03-09"}.get(item.type, "ord")
