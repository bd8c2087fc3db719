"""Cells: one value of an extract as text, and read back; whatever does not read back as it was meant is refused."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from .columns import Cell, Column

REMEMBERED = 4096


def parse(column: Column, cell: str) -> Cell:
    """The value of a cell; ValueError with the reason for what its column cannot hold."""
    if cell == "":
        if column.may_be_empty:
            return None
        raise ValueError("the cell is empty and must not be.")
    if column.one_of and cell not in column.one_of:
        raise ValueError(f"the value is none of {', '.join(column.one_of)}.")
    return _PARSERS[column.type](cell)


def parser_of(column: Column) -> Callable[[str], Cell]:
    """What reads a column's cells; days, codes and flags come again and again, so that what they mean is remembered."""
    read = partial(parse, column)
    return read if column.type is str and not column.one_of else lru_cache(maxsize=REMEMBERED)(read)


def _parse_number(cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        raise ValueError("there is text where a number must be.") from None
    if not math.isfinite(number) or cell.strip() != cell or "_" in cell:
        raise ValueError("the number is not a plain decimal number.")
    return number


def _parse_whole(cell: str) -> int:
    if not re.fullmatch(r"-?\d+", cell):
        raise ValueError("there is something else where a whole number must be.")
    return int(cell)


def _parse_date(cell: str) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
            raise ValueError
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise ValueError("the date is not of the form 2026-11-13.") from None


def _parse_moment(cell: str) -> dt.datetime:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", cell):
            raise ValueError
        return dt.datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError("the moment is not of the form 2026-11-13T09:30:00Z.") from None


def _parse_yes_no(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise ValueError("the value is neither yes nor no.")
    return cell == "yes"


def _parse_code(cell: str) -> str:
    if cell != cell.strip() or any(ord(character) < 32 for character in cell):
        raise ValueError("a code has no spaces at its ends and no control characters.")
    return cell


_PARSERS: Mapping[type, Callable[[str], Cell]] = {
    str: _parse_code,
    int: _parse_whole,
    float: _parse_number,
    bool: _parse_yes_no,
    dt.date: _parse_date,
    dt.datetime: _parse_moment,
}


def text_of(value: Cell) -> str:
    """A value as it stands in the file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, dt.date) else str(value)
