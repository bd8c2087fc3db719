"""Data sets: the tables of an extract as statistics programs know them: variables with types, labels and value labels.

One data set for each table. Where the extract holds answers, and the trial's folder is at hand, one more for each
questionnaire, with a row for each response (`wide`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from stegvis.methods.analysis.columns import TABLES, Column
from stegvis.methods.formats.labels import Words, column_label, table_label, value_label
from stegvis.methods.formats.source import Row, Source

TYPES: Mapping[type, str] = {
    str: "text", int: "whole number", float: "number", bool: "yes/no", dt.date: "date", dt.datetime: "moment (UTC)",
}  # fmt: skip
EMPTY = "empty=missing"


@dataclass(frozen=True)
class Code:
    """A value that a variable may have, with what it means by language."""

    value: str
    labels: Words


@dataclass(frozen=True)
class Variable:
    """One variable. `missing` says how missing values are written, as "code=words" with "|" between."""

    name: str
    type: type
    labels: Words
    codes: tuple[Code, ...] = ()
    range: str = ""
    missing: str = EMPTY

    @property
    def codes_are_numbers(self) -> bool:
        """Whether every code is a whole number, so that value labels can stand on numbers."""
        return bool(self.codes) and all(code.value.lstrip("-").isdigit() for code in self.codes)


@dataclass(frozen=True)
class Dataset:
    """One file to be: `rows` gives its rows anew each time, `n_rows` their number where it is known beforehand."""

    name: str
    labels: Words
    variables: tuple[Variable, ...]
    rows: Callable[[], Iterator[Row]]
    n_rows: int

    def label(self, lang: str) -> str:
        """What the data set is, in `lang` or else in English."""
        return self.labels.get(lang) or self.labels["en"]


def table_datasets(source: Source) -> list[Dataset]:
    """A data set for each table of the extract, in the order of the manual."""
    return [_table(source, table.name) for table in source.tables]


def _table(source: Source, name: str) -> Dataset:
    return Dataset(
        name=name,
        labels=table_label(name, TABLES[name].what),
        variables=tuple(_variable(name, column) for column in source.columns(name)),
        rows=partial(source.rows, name),
        n_rows=source.n_rows(name),
    )


def _variable(table: str, column: Column) -> Variable:
    codes = tuple(Code(value, value_label(value)) for value in column.one_of)
    missing = EMPTY if column.may_be_empty else ""
    return Variable(column.name, column.type, column_label(table, column.name, column.what), codes, missing=missing)


def plain(value: Any) -> Any:
    """A value of a row without the difference between the kinds of missing."""
    return None if value is DECLINED else value


class Declined:
    """The one value that stands for “I prefer not to answer”."""

    def __repr__(self) -> str:
        return "DECLINED"


DECLINED = Declined()
