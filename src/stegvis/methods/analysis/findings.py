"""Findings: every number of the report as a record that says what it is and which rows it came from.

The analyses make findings; the report prints them; `results.json` holds them all. A cell of the report names the finding
and the field it shows, so whoever doubts a number can look up its method, its people and its source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .refusals import NotEstimable
from .tables import TABLES

SIGNIFICANT_DIGITS = 12
"""Digits kept in results.json: fewer than a double holds, so that the last bit of a library does not show."""


@dataclass(frozen=True, slots=True)
class Source:
    """The rows a number came from: table, filter in words of its columns, how many rows, and the hash of their keys.

    `keys_sha256` is the SHA-256 of the rows' keys, each written with `|` between its columns, sorted, ended by LF.
    """

    table: str
    filter: str
    rows: int
    keys_sha256: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. `numbers` by field: estimate, low, high, se, df, statistic, p, mean, sd, events, percent, …

    `arms` are (compared, reference) for a contrast, one arm for a description, none for everyone together.
    `role` and `conventions` are those of a planned analysis: what it is for, and which of a method's forms was used.
    `scale` is the one on which an outcome was compared, where that is not its own; numbers are on it, but for the ratio.
    When it could not be computed, `numbers` is empty and `refusal` says why.
    """

    id: str
    section: str
    method: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    n: Mapping[str, int] = field(default_factory=dict)
    arms: tuple[str, ...] = ()
    outcome: str | None = None
    occasion: str | None = None
    analysis_set: str | None = None
    estimand: str | None = None
    level: float | None = None
    sources: tuple[Source, ...] = ()
    refusal: NotEstimable | None = None
    role: str | None = None
    conventions: str | None = None
    scale: str | None = None

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]

    def get(self, name: str) -> float | None:
        """The number in a field, or None when there is none."""
        return self.numbers.get(name)


class Findings:
    """All findings, in the order they were made, found by their id."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._by_id: dict[str, Finding] = {}
        self.add(findings)

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings; an id is used once."""
        for finding in findings:
            if finding.id in self._by_id:
                raise ValueError(f"the finding {finding.id!r} was made twice")
            self._by_id[finding.id] = finding

    def __getitem__(self, identifier: str) -> Finding:
        return self._by_id[identifier]

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._by_id

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, identifier: str) -> Finding | None:
        """The finding with this id, or None."""
        return self._by_id.get(identifier)

    def of(self, section: str) -> list[Finding]:
        """The findings of one section."""
        return [finding for finding in self if finding.section == section]


def source(table: str, rows: Iterable[Any], filter_: str) -> Source:
    """Where a number came from; `filter_` says which rows in words of the columns."""
    key = TABLES[table].key
    keys = sorted("|".join(str(getattr(row, name)) for name in key) for row in rows)
    digest = hashlib.sha256("".join(f"{one}\n" for one in keys).encode()).hexdigest()
    return Source(TABLES[table].file, filter_, len(keys), digest)


def plain(number: float) -> float | int | None:
    """A number as it stands in results.json: 12 significant digits, whole numbers as such, None for what is not finite."""
    value = float(number)
    if value != value or value in (float("inf"), float("-inf")):
        return None
    rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def as_json(finding: Finding, definitions: Mapping[str, str]) -> dict[str, Any]:
    """A finding as it stands in results.json. `definitions` say in English what each method is."""
    numbers = {name: plain(number) for name, number in finding.numbers.items()}
    interval = None
    if "low" in numbers and "high" in numbers:
        interval = {"low": numbers.pop("low"), "high": numbers.pop("high"), "level": finding.level}
    shown = {name: numbers.pop(name, None) for name in ("estimate", "se", "statistic", "df", "p")}
    return {
        "id": finding.id,
        "section": finding.section,
        "outcome": finding.outcome,
        "occasion": finding.occasion,
        "arms": list(finding.arms),
        "method": finding.method,
        "definition": definitions[finding.method],
        **({"role": finding.role} if finding.role else {}),
        **({"conventions": finding.conventions} if finding.conventions else {}),
        **({"scale": finding.scale} if finding.scale else {}),
        "estimand": finding.estimand,
        "analysis_set": finding.analysis_set,
        "n": dict(finding.n),
        "estimate": shown["estimate"],
        "interval": interval,
        "se": shown["se"],
        "statistic": shown["statistic"],
        "df": shown["df"],
        "p": shown["p"],
        "other": numbers,
        "not_estimable": {"code": finding.refusal.code, "why": str(finding.refusal)} if finding.refusal else None,
        "sources": [
            {"table": one.table, "filter": one.filter, "rows": one.rows, "keys_sha256": one.keys_sha256}
            for one in finding.sources
        ],
    }
