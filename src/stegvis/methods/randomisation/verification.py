"""Checks a finished list: its structure, and that a recorded seed gives exactly these bytes.

The structure can be checked by anyone who holds the list. That it is *the* list of a seed only by whoever holds the
record of how it was made, who stands outside the sites (see :mod:`stegvis.methods.randomisation.record`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from math import gcd

from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.generating import generate_from
from stegvis.methods.randomisation.sequence import ListFile, Place, by_stratum, sha256_of, to_csv

FIRST_ROW = 2


@dataclass(frozen=True)
class Problem:
    """What is wrong at a row of the file (the header is row 1). The sentence never repeats an arm."""

    row: int
    sentence: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.sentence}"


def check_structure(places: Sequence[Place], *, ratio: Mapping[str, int] | None = None) -> tuple[Problem, ...]:
    """Every problem in the structure of a list, in the order of its rows; empty when there is none.

    Checked: each stratum stands in one piece; positions count from 1 without gap; blocks count from 1; each block holds
    the arms in the ratio. ``ratio`` maps arm to share (the protocol's); without it the first block tells.
    """
    shares = dict(ratio) if ratio else _ratio_of_first_block(places)
    if len(shares) < 2:
        return (Problem(FIRST_ROW, "the first block holds only one arm, so nothing would be left to chance."),)
    problems: list[Problem] = []
    row, seen = FIRST_ROW, set[str]()
    for stratum, run in by_stratum(places):
        if stratum in seen:
            problems.append(Problem(row, f"stratum {stratum} begins again; its rows must stand together."))
        seen.add(stratum)
        problems += _numbering(run, row)
        problems += _blocks_out_of_ratio(run, row, shares)
        row += len(run)
    return tuple(sorted(problems, key=lambda problem: problem.row))


def check_one_by_one(file: ListFile, *, arms: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Every problem in the structure of a list without blocks: strata in one piece, positions from 1, ``arms`` that are known."""
    problems, row, seen = list[Problem](), FIRST_ROW + 1, set[str]()
    for stratum, run in by_stratum(file.places):
        if stratum in seen:
            problems.append(Problem(row, f"stratum {stratum} begins again; its rows must stand together."))
        seen.add(stratum)
        problems += _numbering(run, row)
        if arms and file.minimise is None:
            strange = (at for at, place in enumerate(run, start=row) if place.arm not in arms)
            problems += [Problem(at, "this arm is none of the trial's.") for at in strange]
        row += len(run)
    return tuple(sorted(problems, key=lambda problem: problem.row))


def check_file(file: ListFile, *, ratio: Mapping[str, int] | None = None) -> tuple[Problem, ...]:
    """:func:`check_structure` or :func:`check_one_by_one`, whichever the list is for."""
    if file.head:
        return check_one_by_one(file, arms=tuple(ratio or ()))
    return check_structure(file.places, ratio=ratio)


def check_reproduction(places: Sequence[Place], *, design: Design, seed: int) -> tuple[Problem, ...]:
    """The first row that differs from the list which ``design`` and ``seed`` give; empty when all are the same."""
    made = generate_from(design, seed).places
    first = FIRST_ROW + (design.rule is not None)
    for row, (there, expected) in enumerate(zip_longest(places, made), start=first):
        if there != expected:
            return (Problem(row, "here the list departs from what the seed and the choices give."),)
    return ()


def check_hash(places: Sequence[Place], expected: str, *, head: str = "") -> tuple[Problem, ...]:
    """A problem when the list's SHA-256 is not the one that was written down."""
    if sha256_of(to_csv(places, head)) == expected.strip().lower():
        return ()
    return (Problem(1, "the file's SHA-256 is not the one that was written down: this is another list."),)


def ratio_of(places: Sequence[Place]) -> dict[str, int]:
    """The ratio in lowest terms, by arm in alphabetical order, as the first block has it."""
    return _ratio_of_first_block(places)


def _ratio_of_first_block(places: Sequence[Place]) -> dict[str, int]:
    first = next(iter(_blocks(places)), [])
    counts = Counter(place.arm for place in first)
    divisor = gcd(*counts.values()) if counts else 1
    return {arm: counts[arm] // divisor for arm in sorted(counts)}


def _blocks(places: Sequence[Place]) -> Iterator[list[Place]]:
    for _, run in groupby(places, key=lambda place: (place.stratum, place.block)):
        yield list(run)


def _numbering(run: list[Place], first_row: int) -> Iterator[Problem]:
    position = block = 0
    for row, place in enumerate(run, start=first_row):
        if place.position != position + 1:
            yield Problem(
                row, f"stratum {place.stratum} should go on with position {position + 1}, but has {place.position}."
            )
        if place.block and place.block not in ({block, block + 1} if block else {1}):
            yield Problem(row, f"stratum {place.stratum}: block {place.block} does not follow block {block}.")
        position, block = place.position, place.block


def _blocks_out_of_ratio(run: list[Place], first_row: int, shares: Mapping[str, int]) -> Iterator[Problem]:
    row = first_row
    for block in _blocks(run):
        counts = Counter(place.arm for place in block)
        times, rest = divmod(len(block), sum(shares.values()))
        if rest or counts != {arm: share * times for arm, share in shares.items()}:
            yield Problem(
                row,
                f"block {block[0].block} of stratum {block[0].stratum} is not whole, or not in the ratio of the arms.",
            )
        row += len(block)
