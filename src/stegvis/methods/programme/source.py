"""Source: splits a module's file into its front matter, its parts and their containers, keeping the line of everything.

    ---                          front matter, YAML
    summary: …
    ---
    # A part                     one part per level-one heading
    Text in Markdown.
    ::: main                     a container opens with three colons and a name …
    The main thing.
    :::                          … and closes with three colons alone; containers may stand inside containers

Nothing is understood here; that is `reader`. Lines count from 1, as in an editor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from stegvis.methods.programme.problems import Problem

_OPENS = re.compile(r"^(\s*):{3,}\s*([A-Za-z][\w-]*)\s*(.*?)\s*$")
_CLOSES = re.compile(r"^\s*:{3,}\s*$")
_PART = re.compile(r"^#\s+(.*?)\s*$")
_FENCE = "---"


@dataclass
class Container:
    """A `:::` container: its name, the rest of its opening line, and what stands in it, line by line or nested."""

    name: str
    rest: str
    line: int
    indent: int = 0
    content: list[Chunk | Container] = field(default_factory=list)


@dataclass
class Chunk:
    """Lines of text between containers, from `line` on."""

    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as Markdown, blank lines at both ends left out."""
        return "\n".join(self.lines).strip("\n").strip()

    @property
    def first_line(self) -> int:
        """The line of the first word."""
        blank = 0
        for line in self.lines:
            if line.strip():
                break
            blank += 1
        return self.line + blank


@dataclass
class RawPart:
    """One part as it stands in the file."""

    title: str
    line: int
    content: list[Chunk | Container] = field(default_factory=list)


@dataclass
class Source:
    """One file, split: its front matter as data, its parts, and what is wrong with its shape."""

    file: str
    header: dict[str, object]
    parts: list[RawPart]
    problems: list[Problem]


def split(text: str, file: str) -> Source:
    """Split the text of one module's file. Never raises: what does not fit is a problem of the result."""
    lines = text.splitlines()
    problems: list[Problem] = []
    header, body_from = _front_matter(lines, file, problems)
    return Source(file, header, _parts(lines, body_from, file, problems), problems)


def _front_matter(lines: list[str], file: str, problems: list[Problem]) -> tuple[dict[str, object], int]:
    if not lines or lines[0].strip() != _FENCE:
        problems.append(
            Problem(file, 1, "The front matter is missing.", "Begin the file with ---, the keys, and --- again.")
        )
        return {}, 0
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE), None)
    if end is None:
        problems.append(
            Problem(file, 1, "The front matter is not closed.", "Write --- on a line of its own below the keys.")
        )
        return {}, len(lines)
    return _yaml("\n".join(lines[1:end]), file, problems), end + 1


def _yaml(text: str, file: str, problems: list[Problem]) -> dict[str, object]:
    try:
        read = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        problems.append(
            Problem(file, line, "The front matter is not YAML.", 'Put a text with a colon in "quotation marks".')
        )
        return {}
    if not isinstance(read, dict):
        problems.append(Problem(file, 2, "The front matter has no keys.", "Write a key a line, such as summary: …"))
        return {}
    return {str(key): value for key, value in read.items()}


def _parts(lines: list[str], start: int, file: str, problems: list[Problem]) -> list[RawPart]:
    splitter = _Splitter(file, problems)
    for number, line in enumerate(lines[start:], start=start + 1):
        splitter.take(number, line)
    splitter.close_all()
    return splitter.parts


class _Splitter:
    """Walks through the lines once and remembers which containers stand open."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.parts: list[RawPart] = []
        self.open: list[Container] = []

    def take(self, number: int, line: str) -> None:
        """Take the next line of the file."""
        if _CLOSES.match(line):
            self._close(number)
        elif heading := _PART.match(line):
            self.close_all()
            self.parts.append(RawPart(heading[1], number))
        elif opening := _OPENS.match(line):
            self._open(Container(opening[2], opening[3], number, len(opening[1])))
        else:
            self._text(number, line)

    def close_all(self) -> None:
        """At the end of a part or file: whatever still stands open was forgotten."""
        for left in self.open:
            what = f"“::: {left.name}” is not closed."
            self.problems.append(Problem(self.file, left.line, what, "Write ::: on a line of its own where it ends."))
        self.open.clear()

    def _open(self, container: Container) -> None:
        content = self._content(container.line)
        if content is not None:
            content.append(container)
        self.open.append(container)

    def _close(self, number: int) -> None:
        if self.open:
            self.open.pop()
        else:
            right = "Remove it, or open a container above it with ::: and a name."
            self.problems.append(Problem(self.file, number, "::: closes a container, but none stands open.", right))

    def _text(self, number: int, line: str) -> None:
        inside = self.open[-1].indent if self.open else 0
        stripped = line[min(inside, len(line) - len(line.lstrip())) :]
        content = self._content(number) if line.strip() or self.parts else None
        if content is None:
            return
        if not content or not isinstance(content[-1], Chunk):
            content.append(Chunk(number))
        last = content[-1]
        assert isinstance(last, Chunk)
        last.lines.append(stripped)

    def _content(self, number: int) -> list[Chunk | Container] | None:
        if self.open:
            return self.open[-1].content
        if self.parts:
            return self.parts[-1].content
        what = "This stands before the first part."
        self.problems.append(
            Problem(self.file, number, what, "Begin each part with a heading: # and the part's title.")
        )
        return None
