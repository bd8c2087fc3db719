"""Columns: how a file of the extract is defined by a frozen dataclass, and the list of all that are (`tables`)."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any

Cell = str | int | float | bool | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the type of its cells, whether a cell may be empty, the values it may hold, its meaning.

    An extract from before a column that was `added_later` is read without it: its cells are then empty.
    """

    name: str
    type: type
    may_be_empty: bool
    one_of: tuple[str, ...]
    what: str
    added_later: bool = False

    @property
    def type_in_words(self) -> str:
        """The type as the manual says it."""
        words = {
            str: "code",
            int: "whole number",
            float: "number",
            bool: "yes/no",
            dt.date: "date",
            dt.datetime: "moment",
        }
        return "one of the listed" if self.one_of else words[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its rows' type, columns, the columns that together name a row, and in which extracts it stands.

    `treatment` names the treatment it is about: in a pooled or blinded extract it stands only when every arm is
    offered that treatment, since otherwise it would give the arms away. One that stands `unblinded_only` tells what
    somebody believes of an arm. An extract from before a table that was `added_later` is read without it. One
    that is there `on_request` only is long and not for the analysis, which checks its hash and does not read it.
    """

    name: str
    row_type: type
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    what: str
    treatment: str | None = None
    tells_arms: bool = False
    takes_characteristics: bool = False
    added_later: bool = False
    unblinded_only: bool = False
    on_request: bool = False

    @property
    def file(self) -> str:
        """The file's name inside the extract."""
        return f"{self.name}.csv"

    def place_of(self, row: Any) -> tuple[tuple[bool, Any], ...]:
        """What rows are sorted by: the cells of the key, empty ones first."""
        values = [getattr(row, name) for name in self.key]
        return tuple((value is not None, 0 if value is None else value) for value in values)


TABLES: dict[str, Table] = {}
EXTRA = "characteristics"

Row = typing.TypeVar("Row")


@dataclass(frozen=True, slots=True)
class OneOf:
    """The few values that a column may hold."""

    values: tuple[str, ...]


def table(
    name: str,
    *,
    key: tuple[str, ...],
    treatment: str | None = None,
    tells_arms: bool = False,
    added_later: bool = False,
    unblinded_only: bool = False,
    on_request: bool = False,
) -> Callable[[type[Row]], type[Row]]:
    """Register a frozen dataclass as the rows of `name`.csv."""

    def register(row_type: type[Row]) -> type[Row]:
        hints = typing.get_type_hints(row_type, include_extras=True)
        later = {one.name for one in fields(row_type) if one.default is not MISSING}  # type: ignore[arg-type]
        columns = tuple(_column_of(name, hint, name in later) for name, hint in hints.items() if name != EXTRA)
        TABLES[name] = Table(
            name=name,
            row_type=row_type,
            columns=columns,
            key=key,
            what=(row_type.__doc__ or "").strip(),
            treatment=treatment,
            tells_arms=tells_arms,
            takes_characteristics=EXTRA in hints,
            added_later=added_later or on_request,
            unblinded_only=unblinded_only,
            on_request=on_request,
        )
        return row_type

    return register


def _column_of(name: str, hint: Any, later: bool) -> Column:
    """From `Annotated[dt.date | None, "what it means", OneOf(…)]`."""
    kind, what, *further = typing.get_args(hint)
    empty = isinstance(kind, types.UnionType)
    if empty:
        kind = next(arg for arg in typing.get_args(kind) if arg is not type(None))
    return Column(name, kind, empty, further[0].values if further else (), what, later)
