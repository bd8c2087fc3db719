"""Recomputing: every allocation of an installation checked from what is kept. Read by `stegvis randomise recompute`."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max

from stegvis.allocation import drawing, queries
from stegvis.allocation.errors import PlaceDamaged
from stegvis.allocation.models import Allocation, Sequence
from stegvis.audit.action import SYSTEM as SYSTEM


@dataclass(frozen=True)
class Recomputed:
    """How much was checked, and a sentence for each thing that is wrong. No sentence names an arm."""

    lists: int
    allocations: int
    drawn: int
    problems: tuple[str, ...]


def everything() -> Recomputed:
    """Each list gives the hash that was sealed, places were given in order, and every drawn arm comes out again."""
    with queries.opened("all"):
        sequences = list(queries.sequences())
        problems = [problem for sequence in sequences for problem in _of_list(sequence)]
        given = Allocation.objects.values_list("sequence__number", "stratum").annotate(
            n=Count("pk"), last=Max("position")
        )
        rows = list(given.order_by("sequence__number", "stratum"))
        for number, stratum, n, last in rows:
            if n != last:  # each position is there once at most, as the database holds
                problems.append(f"List {number}, stratum {stratum}: places were not given in order.")
        drawn = list(drawing.recomputed()) if queries.minimised() else []
        problems += [f"The arm of draw {row.number} does not come out again." for row, is_same in drawn if not is_same]
    return Recomputed(len(sequences), sum(n for _number, _stratum, n, _last in rows), len(drawn), tuple(problems))


def _of_list(sequence: Sequence) -> Iterator[str]:
    try:
        if queries.stored_sha256(sequence) != sequence.sha256:
            yield f"List {sequence.number} is not the one that was sealed."
    except PlaceDamaged:
        yield f"List {sequence.number} has a place that does not hold what was sealed in it."
