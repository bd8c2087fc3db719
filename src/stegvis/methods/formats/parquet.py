"""Parquet: data sets as typed columns, written a block of rows at a time (Apache Parquet, by fastparquet).

Days are of the type DATE and moments TIMESTAMP (UTC, microseconds), which fastparquet reads but has no pandas type to
write for; so the column is written as the whole numbers that the format stores, and the schema says what they are.
The same rows give the same bytes with the same release of fastparquet, which writes its name and version into the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pandas as pd

from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.datasets import Dataset, Variable, plain
from stegvis.methods.formats.source import Row

ROWS_OF_A_BLOCK = 50_000
EPOCH = dt.date(1970, 1, 1).toordinal()
KINDS: Mapping[type, str] = {
    str: "object", int: "Int64", float: "Float64", bool: "boolean", dt.date: "Int32", dt.datetime: "Int64",
}  # fmt: skip
DATE, TIMESTAMP_MICROS = 6, 10
"""ConvertedType of parquet.thrift (apache/parquet-format)."""


def write_parquet(datasets: Sequence[Dataset], bundle: Bundle) -> None:
    """One file for each data set."""
    for dataset in datasets:
        _write(dataset, bundle)


def _write(dataset: Dataset, bundle: Bundle) -> None:
    from fastparquet import writer

    name, counts = f"{dataset.name}.parquet", list[int]()
    if bundle.has(name):
        return
    names = [variable.name for variable in dataset.variables]
    texts = {variable.name: "utf8" for variable in dataset.variables if variable.type is str}
    schema = writer.make_metadata(_frame(dataset.variables, []), object_encoding=texts, has_nulls=True)
    for element, variable in zip(schema.schema[1:], dataset.variables, strict=True):
        if variable.type in (dt.date, dt.datetime):
            element.converted_type = DATE if variable.type is dt.date else TIMESTAMP_MICROS
            element.logicalType = None
    assert len(set(names)) == len(names)
    schema.key_value_metadata = []  # pandas' own account of its types would tell of whole numbers where days stand
    rows = bundle.counted(name, dataset.rows(), counts)
    with bundle.file(name) as file:
        writer.write_simple(file, _blocks(dataset.variables, rows), schema, compression="SNAPPY", stats=False)
    bundle.done(name, counts[0])


def _blocks(variables: Sequence[Variable], rows: Iterator[Row]) -> Iterator[pd.DataFrame]:
    while block := list(islice(rows, ROWS_OF_A_BLOCK)):
        yield _frame(variables, block)


def _frame(variables: Sequence[Variable], rows: list[Row]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(variables)
    return pd.DataFrame(
        {
            variable.name: pd.array(
                [_stored(variable.type, plain(value)) for value in column], dtype=KINDS[variable.type]
            )
            for variable, column in zip(variables, columns, strict=True)
        }
    )


def _stored(kind: type, value: Any) -> Any:
    if value is None:
        return None
    if kind is dt.date:
        return value.toordinal() - EPOCH
    return round(value.timestamp()) * 1_000_000 if kind is dt.datetime else value
