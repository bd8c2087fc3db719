"""The allocation list as a value and as a file.

The file is CSV in UTF-8 with the columns ``stratum,position,block,arm``, LF line ends and no quotes, so that the same
list always has the same bytes and the same SHA-256. The hash is what is written down before the first participant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from stegvis.methods.randomisation.design import CODE, Design
from stegvis.methods.randomisation.errors import ListUnreadable

COLUMNS = ("stratum", "position", "block", "arm")


@dataclass(frozen=True)
class Place:
    """One place of the list. ``position`` and ``block`` count from 1 within the stratum. The arm stays out of repr."""

    stratum: str
    position: int
    block: int
    arm: str

    def __repr__(self) -> str:
        return f"Place(stratum={self.stratum!r}, position={self.position})"


@dataclass(frozen=True, repr=False)
class SequenceList:
    """A finished list: the places in the order of the file, and the design it was made from."""

    design: Design
    places: tuple[Place, ...]

    def csv(self) -> str:
        """The file's text."""
        return to_csv(self.places)

    def sha256(self) -> str:
        """The file's SHA-256, in hexadecimal."""
        return sha256_of(self.csv())


def to_csv(places: Iterable[Place]) -> str:
    """Write places as the text of a list file."""
    rows = [",".join(COLUMNS)]
    rows += [f"{place.stratum},{place.position},{place.block},{place.arm}" for place in places]
    return "\n".join(rows) + "\n"


def sha256_of(text: str) -> str:
    """SHA-256 of a list file's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_csv(text: str) -> tuple[Place, ...]:
    """Read the text of a list file; strict, because another form would be another hash.

    Raises :class:`ListUnreadable` with the number of the first row (the header is row 1) that is not as it should be.
    Whether the rows make a good sequence is for :mod:`stegvis.methods.randomisation.verification`.
    """
    if "\r" in text or text.startswith("\ufeff"):
        raise ListUnreadable(
            "The file was saved by another program, which changed its line ends or its first bytes, so its hash is no "
            "longer the one that was written down. Use the file exactly as it was made."
        )
    header, *rows = text.split("\n")
    if header != ",".join(COLUMNS):
        raise ListUnreadable(f"Row 1 must be exactly “{','.join(COLUMNS)}”.")
    if not rows or rows.pop() != "":
        raise ListUnreadable("The last row is cut off: the file must end with a line end. Use the file as it was made.")
    if not rows:
        raise ListUnreadable("The list holds no place.")
    return tuple(_place(row, number) for number, row in enumerate(rows, start=2))


def by_stratum(places: Iterable[Place]) -> list[tuple[str, list[Place]]]:
    """The runs of rows with the same stratum, in the order of the file."""
    return [(stratum, list(run)) for stratum, run in groupby(places, key=lambda place: place.stratum)]


def _place(row: str, number: int) -> Place:
    cells = row.split(",")
    if len(cells) != len(COLUMNS):
        raise ListUnreadable(f"Row {number} has {len(cells)} cells; it must have {len(COLUMNS)}.")
    stratum, position, block, arm = cells
    for column, code in (("stratum", stratum), ("arm", arm)):
        if not CODE.fullmatch(code):
            raise ListUnreadable(f"Row {number}: the {column} is empty or has characters that a code cannot have.")
    return Place(stratum, _count(position, number, "position"), _count(block, number, "block"), arm)


def _count(cell: str, number: int, column: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 7 and not cell.startswith("0")):
        raise ListUnreadable(f"Row {number}: the {column} must be a whole number from 1 on, without leading zeros.")
    return int(cell)
