"""Blocks: what a report is made of, before it becomes a page or a file.

A section holds blocks in reading order. Cells keep the id of the finding whose number they show, so that every printed
number can be found in results.json.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """The title of a section of this report, and its id."""

    title: str
    section: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its text, the finding it shows, and smaller text under it.

    One with `links` shows those, and its text is their titles, for forms that lead nowhere.
    """

    text: str
    finding: str | None = None
    small: str = ""
    numeric: bool = True
    links: tuple[Link, ...] = ()


def linked(links: Iterable[Link], small: str = "") -> Cell:
    """A cell that leads to sections of this report."""
    given = tuple(links)
    return Cell(", ".join(link.title for link in given), small=small, numeric=False, links=given)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, its cells, whether it opens a group of rows, and how deep it stands under one."""

    head: Cell
    cells: tuple[Cell, ...] = ()
    group: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its number-free caption, one line of column heads, and notes under it."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing: complete SVG, caption, and what a person who does not see it should know."""

    name: str
    caption: str
    svg: str
    alt: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Drawings that stand side by side where there is room."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something in plain words, after a word or two that say what about."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """What a table means, in plain words; each a paragraph."""

    sentences: tuple[Said, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what they stand for."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    id: str
    text: str


Block = Table | Figure | Figures | Paragraph | Plain | Note | Facts | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with its own heading."""

    id: str
    title: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)


def tables_in(sections: Iterable[Section]) -> list[Table]:
    """Every table, in reading order."""
    return [block for section in sections for block in section.blocks if isinstance(block, Table)]


def figures_in(sections: Iterable[Section]) -> list[Figure]:
    """Every figure, in reading order."""
    found: list[Figure] = []
    for section in sections:
        for block in section.blocks:
            found += [block] if isinstance(block, Figure) else block.figures if isinstance(block, Figures) else ()
    return found
