"""Ahead: rows of one table handed out beside those of another in the same order, so that neither stands in memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

Record = dict[str, Any]


class Ahead:
    """Rows in the order of their keys, handed out key by key."""

    def __init__(self, rows: Iterator[Record], *names: str) -> None:
        self._groups = groupby(rows, key=lambda row: tuple(row[name] for name in names))
        self._next = next(self._groups, None)

    def of(self, *key: str) -> list[Record]:
        """The rows of this key; those of smaller keys are passed over."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != key:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found
