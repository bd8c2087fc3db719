"""The allocation list as a value and as a file.

The file is CSV in UTF-8 with the columns ``stratum,position,block,arm``, LF line ends and no quotes, so that the same
list always has the same bytes and the same SHA-256. The hash is what is written down before the first participant.
A list without blocks begins with a line of its own, ``#`` and JSON: the method, and then the columns are
``stratum,position,arm``; or, for minimisation, all that turns its numbers into arms, and ``stratum,position,number``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from stegvis.methods.randomisation.design import BLOCKS, CODE, Design
from stegvis.methods.randomisation.errors import DesignRefused, ListUnreadable
from stegvis.methods.randomisation.keys import METHODS, head_of, rule_of
from stegvis.methods.randomisation.margins import Minimise

COLUMNS = ("stratum", "position", "block", "arm")
ARM_COLUMNS = ("stratum", "position", "arm")
NUMBER_COLUMNS = ("stratum", "position", "number")
HEAD = "#"
NUMBER = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Place:
    """One place of the list. ``position`` and ``block`` count from 1 within the stratum. The arm stays out of repr.

    Without blocks ``block`` is 0; in a minimised trial ``arm`` is the place's random number, in hexadecimal.
    """

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
        return to_csv(self.places, "" if self.design.rule is None else head_of(self.design))

    def sha256(self) -> str:
        """The file's SHA-256, in hexadecimal."""
        return sha256_of(self.csv())


@dataclass(frozen=True, repr=False)
class ListFile:
    """A list as it was read: its head ("" for permuted blocks) and its places."""

    head: str
    places: tuple[Place, ...]

    @property
    def method(self) -> str:
        """The method that the head names."""
        return str(json.loads(self.head)["method"]) if self.head else BLOCKS

    @property
    def minimise(self) -> Minimise | None:
        """How numbers become arms, where the list is one of numbers."""
        rule = rule_of(self.method, json.loads(self.head)) if self.head else None
        return rule if isinstance(rule, Minimise) else None

    def csv(self) -> str:
        """The file's text."""
        return to_csv(self.places, self.head)


def to_csv(places: Iterable[Place], head: str = "") -> str:
    """Write places, and the head of a list without blocks, as the text of a list file."""
    columns = _columns(head)
    rows = [HEAD + head] if head else []
    rows.append(",".join(columns))
    if columns == COLUMNS:
        rows += [f"{place.stratum},{place.position},{place.block},{place.arm}" for place in places]
    else:
        rows += [f"{place.stratum},{place.position},{place.arm}" for place in places]
    return "\n".join(rows) + "\n"


def sha256_of(text: str) -> str:
    """SHA-256 of a list file's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_csv(text: str) -> tuple[Place, ...]:
    """The places of a list file; see :func:`read`."""
    return read(text).places


def read(text: str) -> ListFile:
    """Read the text of a list file; strict, because another form would be another hash.

    Raises :class:`ListUnreadable` with the number of the first row (the first line is row 1) that is not as it should be.
    Whether the rows make a good sequence is for :mod:`stegvis.methods.randomisation.verification`.
    """
    if "\r" in text or text.startswith("\ufeff"):
        raise ListUnreadable(
            "The file was saved by another program, which changed its line ends or its first bytes, so its hash is no "
            "longer the one that was written down. Use the file exactly as it was made."
        )
    rows = text.split("\n")
    head = _head(rows.pop(0)) if text.startswith(HEAD) else ""
    columns, first = _columns(head), 2 if head else 1
    if not rows or rows.pop(0) != ",".join(columns):
        raise ListUnreadable(f"Row {first} must be exactly “{','.join(columns)}”.")
    if not rows or rows.pop() != "":
        raise ListUnreadable("The last row is cut off: the file must end with a line end. Use the file as it was made.")
    if not rows:
        raise ListUnreadable("The list holds no place.")
    return ListFile(head, tuple(_place(row, number, columns) for number, row in enumerate(rows, start=first + 1)))


def _head(line: str) -> str:
    """The head of a list without blocks, when it says a method that has none and all that it needs."""
    head = line.removeprefix(HEAD)
    try:
        keys = json.loads(head)
        if keys["method"] in METHODS and rule_of(keys["method"], keys) is not None:
            return head
    except (ValueError, KeyError, TypeError, DesignRefused, ZeroDivisionError):
        pass
    raise ListUnreadable("Row 1 does not say how the list is to be used. Use the file exactly as it was made.")


def _columns(head: str) -> tuple[str, ...]:
    if not head:
        return COLUMNS
    return NUMBER_COLUMNS if json.loads(head)["method"] == Minimise.method else ARM_COLUMNS


def by_stratum(places: Iterable[Place]) -> list[tuple[str, list[Place]]]:
    """The runs of rows with the same stratum, in the order of the file."""
    return [(stratum, list(run)) for stratum, run in groupby(places, key=lambda place: place.stratum)]


def _place(row: str, number: int, columns: tuple[str, ...]) -> Place:
    cells = dict(zip(columns, row.split(","), strict=False))
    if row.count(",") != len(columns) - 1:
        raise ListUnreadable(f"Row {number} has {row.count(',') + 1} cells; it must have {len(columns)}.")
    for column in {"stratum", "arm"} & set(columns):
        if not CODE.fullmatch(cells[column]):
            raise ListUnreadable(f"Row {number}: the {column} is empty or has characters that a code cannot have.")
    if "number" in cells and not NUMBER.fullmatch(cells["number"]):
        raise ListUnreadable(f"Row {number}: the number must have 16 hexadecimal digits.")
    block = _count(cells["block"], number, "block") if "block" in cells else 0
    return Place(
        cells["stratum"], _count(cells["position"], number, "position"), block, cells.get("arm") or cells["number"]
    )


def _count(cell: str, number: int, column: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 7 and not cell.startswith("0")):
        raise ListUnreadable(f"Row {number}: the {column} must be a whole number from 1 on, without leading zeros.")
    return int(cell)
