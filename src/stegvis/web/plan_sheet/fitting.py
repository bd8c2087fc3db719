"""Fitting the plan on one sheet of A4: what a long plan gives up, in this order, and the sheet says what it left out.

First rows of boxes, then the size of the letters, then whole parts, from the one that is missed least. How much room text
takes is estimated in lines; that the estimate holds is tested by printing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SIZES = (("", 47, 62), ("sv-a4--small", 58, 74), ("sv-a4--smallest", 70, 88))
"""Class of the sheet, lines that a page has, and characters that a line of a whole page has."""

WEEKS = 4
"""How many weeks the sheet has boxes for when there is room: to the next visit, usually."""

FEWEST_WEEKS = 1
PER_CELL = 11
"""Characters in a line of a day's column."""

LINES_OF_A_BOX = 2
HEAD, WEEK_HEAD, FOOT, FRAME = 4, 4, 3, 5
CUT_GOAL, CUT_NAME = 160, 40


@dataclass(frozen=True)
class Part:
    """A part below the week: its name on the sheet, and its texts. The first parts are given up last."""

    name: str
    texts: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """How the sheet is laid out: letters, weeks with boxes, the parts that are on it, and the names of those that are not."""

    size: str
    weeks: int
    parts: Sequence[str]
    left_out: Sequence[str]
    steps: bool = True
    fits: bool = True


def fitted(goals: Sequence[tuple[str, Sequence[str]]], cells: Sequence[Sequence[str]], parts: Sequence[Part]) -> Sheet:
    """The fullest sheet on which all of it has room. `cells`: for each row of the week the lines of each day.

    `fits` is False where not even the barest has room: then fewer activities will do.
    """
    asked = [part for part in parts if any(part.texts)]
    for kept in range(len(asked), -1, -1):
        for steps in (True, False):
            for size, page, wide in SIZES:
                for weeks in range(WEEKS, FEWEST_WEEKS - 1, -1):
                    if weeks < WEEKS and size != SIZES[-1][0]:
                        continue
                    here = asked[:kept]
                    if _lines(goals, cells, here, wide, weeks, steps=steps) <= page:
                        return Sheet(
                            size, weeks, [part.name for part in here], [part.name for part in asked[kept:]], steps
                        )
    return Sheet(SIZES[-1][0], FEWEST_WEEKS, [], [part.name for part in asked], steps=False, fits=False)


def _lines(
    goals: Sequence[tuple[str, Sequence[str]]], cells: Sequence[Sequence[str]], parts: Sequence[Part], wide: int,
    weeks: int, *, steps: bool,
) -> int:  # fmt: skip
    above = sum(FRAME + 2 * _in_lines(text, wide * 2 // 3) for text, _steps in goals)
    if steps:
        above += sum(_in_lines(step, wide) for _text, way in goals for step in way)
    narrow = max(6, PER_CELL * wide // SIZES[0][2])
    week = sum(1 + max((_in_lines(text, narrow) for text in row), default=0) for row in cells)
    halves = [2 + sum(_in_lines(text, wide // 2 - 2) for text in part.texts) for part in parts]
    pairs = sum(max(halves[n : n + 2]) + 1 for n in range(0, len(halves), 2))
    return HEAD + above + WEEK_HEAD + week + LINES_OF_A_BOX * weeks + pairs + FOOT


def _in_lines(text: str, wide: int) -> int:
    return sum(max(1, -(-len(line) // max(1, wide))) for line in text.split("\n")) if text else 0
