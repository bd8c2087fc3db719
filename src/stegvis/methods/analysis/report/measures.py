"""Measures: how wide a figure is printed, and how a table shares the width of a page among its columns.

The same for PDF and Word. Letters are taken to be of one width, since neither form is set here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stegvis.methods.analysis.report.blocks import Cell, Figure, Table

TEXT_WIDTH_MM, TEXT_HEIGHT_MM = 170.0, 215.0
"""What an A4 page has between its margins; of the height, what is left beside a caption."""
PAIR_WIDTH_MM = 82.0
"""A figure that stands beside another."""
MM_A_UNIT = 0.2125
"""Of a wide figure's drawing: its type of 14 units is then about 8 points on paper, in every figure alike."""
DPI = 300
"""Pixels an inch of a figure as PNG, at the width at which it is printed: what journals ask for in line drawings."""
LONGEST_NUMBER, LONGEST_LINE = 24, 30
"""Letters after which a number, and a line of text, may break."""
PART_OF_THE_REST = 0.25
MANY_COLUMNS = 7
"""From so many columns on, a table is set in smaller type."""
LETTERS_ACROSS, LETTERS_ACROSS_SMALL = 108, 125
"""Letters, and the room between columns, that go across the page in a table's type."""
BETWEEN, BOLD, DIGITS = 2, 1.12, 0.84
"""Room between columns; how much wider bold letters are than others, and how much narrower digits and their signs."""

_WORD = re.compile(r"[^\s–-]+[–-]?")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def is_numeric(table: Table) -> tuple[bool, ...]:
    """Which columns hold numbers alone and stand to the right; the first, which says what a row is about, never does."""
    places = range(len(table.columns) - 1)
    numbers = (all(row.cells[place].numeric for row in table.rows if len(row.cells) > place) for place in places)
    return (False, *numbers)


def size_mm(figure: Figure) -> tuple[float, float]:
    """Width and height at which a figure is printed; never wider or higher than a page."""
    found = _SIZE.search(figure.svg)
    if found is None:
        raise ValueError(f"the drawing {figure.name!r} does not say how large it is")
    units, ratio = float(found[1]), float(found[2]) / float(found[1])
    wanted = min(TEXT_WIDTH_MM, units * MM_A_UNIT) if figure.wide else PAIR_WIDTH_MM
    width = min(wanted, TEXT_HEIGHT_MM / ratio)
    return round(width, 2), round(width * ratio, 2)


def shares(table: Table) -> tuple[float, ...]:
    """The part of the width that each column gets; together 1. Longer text gets more, though not in proportion."""
    columns = [[Cell(table.columns[0], numeric=False)], *([Cell(head)] for head in table.columns[1:])]
    for row in table.rows:
        for place, cell in enumerate((row.head, *row.cells)):
            columns[place].append(cell)
    wanted = [_need(cells, is_number) for cells, is_number in zip(columns, is_numeric(table), strict=True)]
    least, most = [one for one, _ in wanted], [one for _, one in wanted]
    across = LETTERS_ACROSS_SMALL if len(columns) >= MANY_COLUMNS else LETTERS_ACROSS
    to_give, asked = across - sum(least), sum(most) - sum(least)
    part = 1.0 if asked <= max(0.0, to_give) else max(0.0, to_give) / asked
    widths = [low + part * (high - low) for low, high in wanted]
    return tuple(round(width / sum(widths), 4) for width in widths)


def _need(cells: list[Cell], is_number: bool) -> tuple[float, float]:
    """Letters without which a word would stick out or a number break, and those that a column would like."""
    head, *rest = cells
    texts = [text for cell in rest for text in (cell.text, cell.small)]
    word = max(
        BOLD * _longest(_WORD.findall(head.text)), _longest(word for text in texts for word in _WORD.findall(text))
    )
    longest = max(_longest(texts) * (DIGITS if is_number else 1), len(head.text) / 2)
    line = LONGEST_NUMBER if is_number else LONGEST_LINE
    broken = 0 if is_number else PART_OF_THE_REST * max(0, longest - line)
    unbroken = DIGITS * min(_longest(texts), LONGEST_NUMBER) if is_number else 0
    least = max(word, unbroken) + BETWEEN
    return least, max(least, min(longest, line) + broken + BETWEEN)


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)
