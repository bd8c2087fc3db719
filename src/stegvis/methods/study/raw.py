"""Raw: reads the raw content of protocol.toml, passing over whatever is of the wrong kind.

`problems.shape_findings` reports what is passed over here, so that one mistake does not hide the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from stegvis.methods.study.anatomy import Path
from stegvis.methods.study.problems import Finding, advice

Raw = Mapping[str, Any]
Row = tuple[Path, dict[str, Any]]


def rows(raw: Raw, *keys: str) -> list[Row]:
    """The tables of an array of tables, each with its path; whatever is no table is passed over."""
    value: Any = raw
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return []
    return [((*keys, index), row) for index, row in enumerate(value) if isinstance(row, dict)]


def table(raw: Raw, key: str) -> dict[str, Any]:
    """A table by its key; an empty one when there is none."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def words(row: Raw, key: str) -> list[tuple[int, str]]:
    """The texts of a list, each with its place in it."""
    value = row.get(key)
    return (
        [(index, word) for index, word in enumerate(value) if isinstance(word, str)] if isinstance(value, list) else []
    )


def number(row: Raw, key: str, default: float | None = None) -> float | None:
    """A number by its key; None when there is something else."""
    value = row.get(key, default)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def word(row: Raw, key: str) -> str | None:
    """A text by its key; None when there is something else."""
    value = row.get(key)
    return value if isinstance(value, str) else None


def codes(raw: Raw, *keys: str, code: str = "code") -> list[str]:
    """The codes of an array of tables."""
    return [row[code] for _, row in rows(raw, *keys) if isinstance(row.get(code), str)]


def visit_codes(raw: Raw) -> list[str]:
    """The names by which anchors know the visits."""
    return [f"visit_{row['number']}" for _, row in rows(raw, "visits") if isinstance(row.get("number"), int)]


def reference(path: Path, row: Raw, key: str, known: Collection[str], place: str) -> Iterator[Finding]:
    """A finding when the text at `key` names nothing that is known."""
    value = row.get(key)
    if isinstance(value, str) and value not in known:
        yield Finding((*path, key), f'names "{value}", which is not there', advice(value, known, place))


def unique(entries: list[Row], keys: tuple[str, ...]) -> Iterator[Finding]:
    """A finding for each table whose `keys` together have stood in an earlier one."""
    seen: dict[tuple[Any, ...], Path] = {}
    for path, row in entries:
        name = tuple(row.get(key, 1 if key == "version" else None) for key in keys)
        if None in name or not all(isinstance(part, str | int) for part in name):
            continue
        if name in seen:
            yield Finding((*path, keys[0]), "is used twice", f"Choose another; {keys[0]}s tell things apart")
        seen.setdefault(name, path)
