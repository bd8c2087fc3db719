"""Statistics files: data sets as SPSS .sav and Stata .dta, with variable and value labels (by pyreadstat).

Both formats are written from a whole table in memory, so a table of more than `MOST_CELLS` cells is refused beforehand.
A variable with a short list of codes is a number with value labels, which Stata has for numbers only; “I prefer not to
answer” is the user-missing value -7 in SPSS and .a in Stata.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stegvis.methods.analysis.refusals import Mistake
from stegvis.methods.formats.bundle import Bundle, ConversionRefused
from stegvis.methods.formats.datasets import DECLINED, Dataset, Variable

MOST_CELLS = 20_000_000
"""2,600,000 cells took 315 MB while they were written, so that this limit is about 2 GB."""
LONGEST_LABEL = {"sav": 255, "dta": 80}
"""Of a variable's label: bytes in SPSS (Variable labels), characters in Stata (help dta_119, <variable_labels>)."""
LONGEST_TEXT = {"sav": 120, "dta": 2000}
"""Of a value's label, in SPSS and here for Stata, which takes 32,000."""
REFUSED_IN_SPSS = -7


@dataclass(frozen=True)
class _Prepared:
    """A data set as pyreadstat takes it."""

    frame: pd.DataFrame
    labels: list[str | None]
    value_labels: dict[str, dict[int | float, str]]
    declined: list[str]


def write_statistics_files(datasets: Sequence[Dataset], bundle: Bundle, suffix: str, lang: str) -> None:
    """One .sav or .dta file (`suffix`) for each data set, labels in `lang`. Raises ConversionRefused for what is too long."""
    wrong = [
        Mistake(one.name, 0, "", f"{one.n_rows} rows of {len(one.variables)} variables are more than the {MOST_CELLS} "
                "cells that are written at once.", "Convert to parquet or csv, which have no limit.")
        for one in datasets if one.n_rows * len(one.variables) > MOST_CELLS
    ]  # fmt: skip
    if wrong:
        raise ConversionRefused(wrong)
    for dataset in datasets:
        name, counts = f"{dataset.name}.{suffix}".replace("-", "_"), list[int]()
        if bundle.has(name):
            continue
        prepared = _prepared(dataset, list(bundle.counted(name, dataset.rows(), counts)), suffix, lang)
        WRITERS[suffix](prepared, bundle.path(name), _cut(dataset.label(lang), LONGEST_LABEL[suffix]))
        _still(bundle.path(name), suffix)
        bundle.done(name, counts[0])


def _prepared(dataset: Dataset, rows: list[Any], suffix: str, lang: str) -> _Prepared:
    columns: dict[str, Any] = {}
    value_labels: dict[str, dict[int | float, str]] = {}
    declined: list[str] = []
    for place, variable in enumerate(dataset.variables):
        values = [row[place] for row in rows]
        numbers = _numbers(variable)
        is_number = numbers is not None or variable.type in (int, float, bool)
        if is_number and DECLINED in values:
            declined.append(variable.name)
        stands = (REFUSED_IN_SPSS if suffix == "sav" else "a") if is_number else None
        columns[variable.name] = _column(variable, values, numbers, stands)
        if words := _value_labels(variable, numbers, lang):
            value_labels[variable.name] = {number: _cut(text, LONGEST_TEXT[suffix]) for number, text in words.items()}
    labels: list[str | None] = [
        _cut(one.labels.get(lang) or one.labels["en"], LONGEST_LABEL[suffix]) for one in dataset.variables
    ]
    return _Prepared(pd.DataFrame(columns), labels, value_labels, declined)


def _numbers(variable: Variable) -> Mapping[Any, int] | None:
    """The number that each code is written as: itself where all are numbers, else its place in the list."""
    if variable.type is bool:
        return {False: 0, True: 1}
    if not variable.codes:
        return None
    if variable.codes_are_numbers:
        return {int(code.value): int(code.value) for code in variable.codes}
    return {code.value: place for place, code in enumerate(variable.codes, start=1)}


def _value_labels(variable: Variable, numbers: Mapping[Any, int] | None, lang: str) -> dict[int, str]:
    if variable.type is bool:
        return {0: "no", 1: "yes"} if lang == "en" else {0: "nej", 1: "ja"}
    if numbers is None:
        return {}
    said = {code.value: code.labels.get(lang) or code.labels["en"] for code in variable.codes}
    return {number: said[str(code)] for code, number in numbers.items()}


def _column(variable: Variable, values: list[Any], numbers: Mapping[Any, int] | None, declined: Any) -> pd.Series[Any]:
    if numbers is not None or variable.type in (int, float):
        found = [declined if v is DECLINED else None if v is None else (numbers or {}).get(v, v) for v in values]
        is_mixed = declined == "a" and "a" in found
        return pd.Series([float("nan") if v is None else v for v in found], dtype="object" if is_mixed else "float64")
    if variable.type is dt.date:
        return pd.Series([None if v is DECLINED else v for v in values], dtype="object")
    if variable.type is dt.datetime:
        return pd.Series([None if v is None else v.replace(tzinfo=None) for v in values], dtype="datetime64[ms]")
    return pd.Series(["" if v is None or v is DECLINED else v for v in values], dtype="object")


def _cut(text: str, longest: int) -> str:
    """The text within so many bytes of UTF-8, with … where something was cut."""
    if len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - 3].decode(errors="ignore").rstrip() + "…"


def _write_sav(made: _Prepared, path: Path, label: str) -> None:
    import pyreadstat

    pyreadstat.write_sav(
        made.frame, str(path), file_label=label, column_labels=made.labels, variable_value_labels=made.value_labels,
        missing_ranges={name: [REFUSED_IN_SPSS] for name in made.declined},
    )  # fmt: skip


def _write_dta(made: _Prepared, path: Path, label: str) -> None:
    import pyreadstat

    pyreadstat.write_dta(
        made.frame, str(path), file_label=label, column_labels=made.labels, variable_value_labels=made.value_labels,
        missing_user_values={name: ["a"] for name in made.declined}, version=14,
    )  # fmt: skip


def _still(path: Path, suffix: str) -> None:
    """Put a fixed moment where the format keeps when it was written, so that the same data give the same bytes."""
    content = bytearray(path.read_bytes())
    if suffix == "sav":  # record type 1: creation date (9 bytes) and time (8) after 92 bytes (PSPP, system file format)
        content[92:109] = b"01 Jan 7000:00:00"
    else:  # <timestamp> holds a length byte and "dd Mon yyyy hh:mm" (help dta_118)
        place = content.index(b"<timestamp>") + len(b"<timestamp>")
        length = content[place]
        content[place + 1 : place + 1 + length] = b"01 Jan 1970 00:00"[:length]
    path.write_bytes(bytes(content))


WRITERS: Mapping[str, Callable[[_Prepared, Path, str], None]] = {"sav": _write_sav, "dta": _write_dta}
