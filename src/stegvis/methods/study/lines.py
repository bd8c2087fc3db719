"""Lines: on which line of a TOML file a key stands, which `tomllib` does not tell.

A small scanner, enough to point a reader to the right place: table headers and keys at the start of a line. What stands
inside an array or an inline table is found by the line of the key that holds it.
"""

from __future__ import annotations

import re

from stegvis.methods.study.anatomy import Path

_HEADER = re.compile(r"^\s*(?P<open>\[\[?)(?P<name>[^\]]+)\]\]?")
_KEY = re.compile(r"""^\s*(?P<name>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=""")
_MARK = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')


class LineNumbers:
    """The line of each key of a TOML source, counted from 1."""

    def __init__(self, source: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._array_lengths: dict[Path, int] = {}
        self._table: Path = ()
        self._depth = 0
        self._quote = ""
        for number, line in enumerate(source.splitlines(), start=1):
            if not self._quote and self._depth == 0:
                self._note(line, number)
            self._follow(line)

    def of(self, path: Path) -> int:
        """The line of the key at `path`, or of the nearest table or key that holds it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _note(self, line: str, number: int) -> None:
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            self._table = self._enter(_parts(header["name"]), is_array=header["open"] == "[[")
            self._lines.setdefault(self._table, number)
        elif key:
            self._lines.setdefault((*self._table, *_parts(key["name"])), number)

    def _enter(self, parts: list[str], *, is_array: bool) -> Path:
        """The path of a header: every array of tables on the way stands for its last table."""
        path: Path = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            if is_array and position == len(parts) - 1:
                self._array_lengths[path] = self._array_lengths.get(path, 0) + 1
            if path in self._array_lengths:
                path = (*path, self._array_lengths[path] - 1)
        return path

    def _follow(self, line: str) -> None:
        """Keep track of strings and brackets that go on to the next line."""
        position = 0
        while position < len(line):
            if self._quote:
                end = line.find(self._quote, position)
                if end < 0:
                    return
                position, self._quote = end + 3, ""
                continue
            mark = _MARK.search(line, position)
            if mark is None:
                return
            position = mark.end()
            self._take(mark.group())

    def _take(self, mark: str) -> None:
        if mark in ('"""', "'''"):
            self._quote = mark
        elif mark in "[{":
            self._depth += 1
        elif mark in "]}":
            self._depth -= 1


def _parts(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]
