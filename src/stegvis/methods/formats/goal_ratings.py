"""Goal ratings: each goal of an extract with its ratings, and which of them counts.

A corrected rating counts no more; of the others of one rater the last does (methods.analysis.tables, `Rating`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from stegvis.methods.formats.source import Source

Record = dict[str, Any]


def goals_with_ratings(source: Source) -> Iterator[tuple[Record, list[Record]]]:
    """Each goal, by participant and goal, with its ratings in their order. Goals and ratings stand in memory."""
    ratings: dict[str, list[Record]] = defaultdict(list)
    for row in source.records("ratings"):
        ratings[row["goal"]].append(row)
    for goal in sorted(source.records("goals"), key=lambda row: (row["participant"], row["goal"])):
        yield goal, sorted(ratings[goal["goal"]], key=lambda row: row["number"])


def counting(ratings: list[Record]) -> list[Record]:
    """The ratings that count: of each rater the last of those that nobody corrected, in their order."""
    corrected = {row["corrects"] for row in ratings if row.get("corrects") is not None}
    last = {row["rater"]: row["number"] for row in ratings if row["number"] not in corrected}
    return [row for row in ratings if last.get(row["rater"]) == row["number"]]


def goal_rows(source: Source) -> Iterator[tuple[Record, Record, bool]]:
    """Each rating with its goal and whether it counts."""
    for goal, ratings in goals_with_ratings(source):
        counted = counting(ratings)
        for rating in ratings:
            yield goal, rating, rating in counted
