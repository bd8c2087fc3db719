"""Source: an extract as a stream of typed rows, so that a table need not fit in memory.

`open_source` checks what can be checked without reading a table as a whole: the manifest, and each file's bytes, number of
rows and header against it. Cells are checked as they stream by. What must hold between rows was checked when the extract
was written, and the hashes say that these are those bytes.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stegvis.methods.analysis import cells, manifest
from stegvis.methods.analysis import conduct_tables as conduct_tables
from stegvis.methods.analysis import harm_tables as harm_tables
from stegvis.methods.analysis import plan_tables as plan_tables
from stegvis.methods.analysis import visit_tables as visit_tables
from stegvis.methods.analysis.columns import TABLES, Column, Table
from stegvis.methods.analysis.manifest import FileSummary, Manifest
from stegvis.methods.analysis.refusals import ExtractRefused, Mistake

Row = tuple[Any, ...]
BLOCK = 1 << 20
WRITE_ANEW = "Write the extract anew; never mend one by hand."


@dataclass(frozen=True)
class Source:
    """An extract whose files are those of its manifest."""

    folder: Path
    manifest: Manifest

    def has(self, name: str) -> bool:
        """Whether the extract holds the table (it may still have no row)."""
        return TABLES[name].file in self.manifest.files

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that it holds, in the order of the manual."""
        return tuple(table for table in TABLES.values() if self.has(table.name))

    def n_rows(self, name: str) -> int:
        """How many rows a table has, by the manifest; 0 for one that is not there."""
        return self.manifest.files[TABLES[name].file].rows if self.has(name) else 0

    def columns(self, name: str) -> tuple[Column, ...]:
        """The columns that the file has; a baseline characteristic is a column of text."""
        header = self._header(name)
        known = {column.name: column for column in TABLES[name].columns}
        return tuple(
            known.get(one) or Column(one, str, True, (), "Baseline characteristic, as the plan names it.")
            for one in header
        )

    def rows(self, name: str, **only: str) -> Iterator[Row]:
        """The rows of a table in its order, each a tuple of typed values in the order of `columns`.

        With `only` those whose cells read so, told before the others are parsed. A table that is not there has none.
        Raises ExtractRefused with file, row and column at the first cell that its column cannot hold.
        """
        if not self.has(name):
            return
        table, columns = TABLES[name], self.columns(name)
        parsers = [cells.parser_of(column) for column in columns]
        places = [(place, only[column.name]) for place, column in enumerate(columns) if column.name in only]
        with (self.folder / table.file).open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            next(lines)
            for number, line in enumerate(lines, start=2):
                if all(line[place] == wanted for place, wanted in places):
                    yield _parsed(table, columns, parsers, number, line)

    def records(self, name: str, **only: str) -> Iterator[dict[str, Any]]:
        """As `rows`, each row by the names of its columns."""
        if not self.has(name):
            return
        names = [column.name for column in self.columns(name)]
        for row in self.rows(name, **only):
            yield dict(zip(names, row, strict=True))

    def distinct(self, name: str, *columns: str) -> set[tuple[str, ...]]:
        """The different cells, as text, of these columns together; quick, since nothing else of a row is read."""
        if not self.has(name):
            return set()
        header = self._header(name)
        pick = [header.index(column) for column in columns]
        with (self.folder / TABLES[name].file).open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            next(lines)
            return {tuple([line[place] for place in pick]) for line in lines}

    def _header(self, name: str) -> list[str]:
        return _header_of(self.folder / TABLES[name].file)


def open_source(folder: Path) -> Source:
    """The extract in `folder`. Raises ExtractRefused with everything that is wrong with its manifest and files."""
    path = folder / manifest.FILE
    if not path.is_file():
        why = "the folder holds no manifest, so it is no extract."
        raise ExtractRefused([Mistake(manifest.FILE, 0, "", why, "Give the folder that `stegvis extract` wrote.")])
    content = path.read_bytes()
    said = manifest.from_json(content.decode("utf-8", "replace"), hashlib.sha256(content).hexdigest())
    wrong = [
        Mistake(one.name, 0, "", "this file is not in the manifest.", "Remove it, or write the extract anew.")
        for one in sorted(folder.glob("*.csv"))
        if one.name not in said.files
    ]
    wrong += [mistake for name, summary in said.files.items() for mistake in _check_file(folder, name, summary)]
    if wrong:
        raise ExtractRefused(wrong)
    return Source(folder, said)


def _check_file(folder: Path, name: str, summary: FileSummary) -> Iterator[Mistake]:
    path = folder / name
    if not path.is_file():
        yield Mistake(name, 0, "", "the manifest names this file, and it is not there.", WRITE_ANEW)
        return
    digest, lines = _read_through(path)
    if digest != summary.sha256:
        why = "the file's SHA-256 is not the one in the manifest: it was changed after it was written."
        yield Mistake(name, 0, "", why, WRITE_ANEW)
        return
    if lines - 1 != summary.rows:
        yield Mistake(name, 0, "", f"the file has {lines - 1} rows and the manifest says {summary.rows}.", WRITE_ANEW)
    yield from _check_header(TABLES[name.removesuffix(".csv")], _header_of(path))


def _check_header(table: Table, header: list[str]) -> Iterator[Mistake]:
    known = [column.name for column in table.columns]
    needed = [column.name for column in table.columns if not column.added_later]
    here = [name for name in header if name in known]
    strange = [name for name in header if name not in known]
    if [name for name in known if name in header] != here or not set(needed) <= set(here):
        yield Mistake(table.file, 1, "", f"the columns must be, in this order: {', '.join(known)}.", WRITE_ANEW)
    if strange and not table.takes_characteristics:
        yield Mistake(table.file, 1, ", ".join(strange), "these columns are unknown.", WRITE_ANEW)


def _header_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def _read_through(path: Path) -> tuple[str, int]:
    """The hash of a file and its number of lines; no cell of an extract holds a line's end."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines


def _parsed(
    table: Table, columns: tuple[Column, ...], parsers: list[Callable[[str], Any]], number: int, line: list[str]
) -> Row:
    if len(line) != len(columns):
        why = f"the row has {len(line)} cells and the header {len(columns)}."
        raise ExtractRefused([Mistake(table.file, number, "", why, WRITE_ANEW)])
    try:
        return tuple([parse(cell) for parse, cell in zip(parsers, line, strict=True)])
    except ValueError:
        raise ExtractRefused(_wrong_cells(table, columns, number, line)) from None


def _wrong_cells(table: Table, columns: tuple[Column, ...], number: int, line: list[str]) -> Iterator[Mistake]:
    for column, cell in zip(columns, line, strict=True):
        try:
            cells.parse(column, cell)
        except ValueError as error:
            yield Mistake(table.file, number, column.name, str(error), WRITE_ANEW)
