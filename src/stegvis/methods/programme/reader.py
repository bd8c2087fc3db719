"""Reader: understands the containers of a module's file and builds its parts, saying what it could not understand.

The containers, all documented for authors in docs/how-to/write-a-module.md:

    why · main · example · picture · audio · paced · goal · plan · short  words
    exercise · worksheet · practice · homework · checkin                  things to do, which hold fields:
        text · long-text · number · choice · choices · time · amount · repeat
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from stegvis.methods.programme import measures, paced
from stegvis.methods.programme.blocks import (
    Audio,
    Block,
    Example,
    Exercise,
    Field,
    Main,
    Option,
    OwnGoal,
    OwnPlan,
    Paced,
    Picture,
    Text,
)
from stegvis.methods.programme.containers import BLOCKS as BLOCKS
from stegvis.methods.programme.containers import FIELD_KINDS as FIELD_KINDS
from stegvis.methods.programme.containers import PURPOSES as PURPOSES
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.source import Chunk, Container, RawPart, split

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OPTION = re.compile(r"^-\s*([a-z0-9][a-z0-9_]*):\s+(\S.*)$")
_END = re.compile(r"^(-?\d+):\s+(\S.*)$")
_HINT = re.compile(r"^hint:\s*(.*)$")
_UNIT = re.compile(r"^unit:\s*(\S.*)$")
_MOST = re.compile(r"^most:\s*(\d{1,6})$")
_CAPTION = re.compile(r"^caption:\s*(.*)$")
_MOST_REPEATS = 14


@dataclass(frozen=True)
class ReadModule:
    """One file, understood. `places` gives the line of "part:2", "block:2:3", "exercise:CODE", "field:NAME", "short:2"."""

    file: str
    language: str
    header: Mapping[str, object]
    parts: tuple[Part, ...]
    shapes: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    places: Mapping[str, int]

    def line(self, place: str) -> int:
        """The line of a place, or 1 when the place is not in the file."""
        return self.places.get(place, 1)


def read_module(text: str, file: str, language: str) -> ReadModule:
    """Read the text of one module's file. Never raises: mistakes stand in the result's `problems`."""
    source = split(text, file)
    builder = _Builder(file, list(source.problems))
    parts = tuple(builder.part(number, raw) for number, raw in enumerate(source.parts, start=1))
    shapes = tuple(tuple(_shape(raw)) for raw in source.parts)
    return ReadModule(file, language, source.header, parts, shapes, tuple(builder.problems), builder.places)


def _shape(raw: RawPart) -> Iterable[str]:
    """The kinds of containers of a part in their order: what must be alike in every language."""
    for thing in raw.content:
        if isinstance(thing, Container):
            yield thing.name


def _empty(container: str, name: str, group: str, *, short: bool) -> Field:
    """A field of a kind before its words: an amount has no highest number until one is said."""
    empty = Field(name, FIELD_KINDS[container], "", group=group, in_short=short)
    return replace(empty, maximum=0) if empty.kind == "amount" else empty


class _Builder:
    """Builds the parts of one file and collects what is wrong on the way."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.places: dict[str, int] = {}
        self.part_number = 0
        self.why = ""
        self.short = ""
        self.builders: Mapping[str, Callable[[Container], Block | None]] = {
            "why": self._take_why,
            "short": self._take_short,
            "main": lambda box: Main(self._prose(box)),
            "goal": lambda box: OwnGoal(self._prose(box)),
            "plan": lambda box: OwnPlan(self._prose(box)),
            "example": self._example,
            "picture": self._picture,
            "audio": self._audio,
            "paced": self._paced,
            **dict.fromkeys(PURPOSES, self._exercise),
        }

    def part(self, number: int, raw: RawPart) -> Part:
        """The part, measured; `number` counts from 1."""
        self.part_number, self.why, self.short = number, "", ""
        self.places[f"part:{number}"] = raw.line
        if not raw.title:
            self._wrong(raw.line, "This part has no title.", "Write the title after the #.")
        blocks = tuple(self._blocks(raw))
        part = Part(number, raw.title, self.why, blocks, self.short, minutes=0, short_minutes=0)
        return replace(part, minutes=measures.minutes(part), short_minutes=measures.short_minutes(part))

    def _blocks(self, raw: RawPart) -> Iterable[Block]:
        position = 0
        for thing in raw.content:
            block = self._block(thing)
            if block is not None:
                position += 1
                line = thing.first_line if isinstance(thing, Chunk) else thing.line
                self.places[f"block:{self.part_number}:{position}"] = line
                yield block

    def _block(self, thing: Chunk | Container) -> Block | None:
        if isinstance(thing, Chunk):
            return Text(thing.text) if thing.text else None
        build = self.builders.get(thing.name)
        if build is None:
            self._unknown(thing, BLOCKS)
            return None
        return build(thing)

    def _take_why(self, box: Container) -> None:
        self.places[f"why:{self.part_number}"] = box.line
        self.why = " ".join(self._prose(box).split())

    def _take_short(self, box: Container) -> None:
        self.places[f"short:{self.part_number}"] = box.line
        self.short = self._prose(box)

    def _example(self, box: Container) -> Example:
        if not box.rest:
            right = "Write a role after ::: example, such as: A person who works in a kitchen."
            self._wrong(box.line, "The example does not say who it is about.", right)
        return Example(box.rest, self._prose(box))

    def _picture(self, box: Container) -> Picture:
        lines = self._prose(box, required=False).splitlines()
        captions = [found[1] for line in lines if (found := _CAPTION.match(line))]
        alternative = " ".join(line.strip() for line in lines if not _CAPTION.match(line)).strip()
        if not alternative:
            right = "Write below ::: picture what the picture shows, for a person who does not see it."
            self._wrong(box.line, "The picture has no alternative text.", right)
        return Picture(self._file(box, box.rest, "pictures"), alternative, " ".join(captions))

    def _audio(self, box: Container) -> Audio:
        file, _, title = box.rest.partition(" ")
        transcript = self._prose(box, required=False)
        if not transcript:
            right = "Write below ::: audio every word that is said."
            self._wrong(box.line, "The recording has no transcript.", right)
        if not title.strip():
            self._wrong(box.line, "The recording has no title.", "Write it after the file's name.")
        return Audio(self._file(box, file, "audio"), title.strip(), transcript)

    def _paced(self, box: Container) -> Paced:
        code, title = self._named(box, "slow_breath Two slow minutes")
        guide, wrong = paced.read(code, title, self._lines(box))
        for each in wrong:
            self._wrong(box.line, each.what, each.right)
        return guide

    def _named(self, box: Container, such_as: str) -> tuple[str, str]:
        """The code and title behind a container's name; codes of a module differ, since pages lead to them."""
        code, _, title = box.rest.partition(" ")
        if not _NAME.fullmatch(code) or not title.strip():
            right = f"Write ::: {box.name}, a short code in small letters, and the title, such as: {such_as}."
            self._wrong(box.line, f"The {box.name} has no code or no title.", right)
        if f"exercise:{code}" in self.places:
            what = f"The code “{code}” is already used in line {self.places[f'exercise:{code}']}."
            self._wrong(box.line, what, "Give each exercise and guide of a module a code of its own.")
        self.places.setdefault(f"exercise:{code}", box.line)
        return code, title.strip()

    def _file(self, box: Container, name: str, folder: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9]+", name):
            right = f"Write ::: {box.name} and the name of a file in the folder {folder}, such as loop.svg."
            self._wrong(box.line, f"“{name}” is not the name of a file.", right)
            return name
        path = f"{self.file.partition('/')[0]}/{folder}/{name}"
        self.places.setdefault(f"file:{path}", box.line)
        return path

    def _exercise(self, box: Container) -> Exercise:
        code, title = self._named(box, "loop_map My own loop")
        intro = "\n\n".join(thing.text for thing in box.content if isinstance(thing, Chunk) and thing.text)
        fields = tuple(self._fields(box.content))
        return Exercise(PURPOSES[box.name], code, title, intro, fields)

    def _fields(self, content: Iterable[Chunk | Container], suffix: str = "", group: str = "") -> Iterable[Field]:
        for thing in content:
            if isinstance(thing, Chunk):
                continue
            if thing.name == "repeat" and not group:
                yield from self._repeated(thing)
            elif thing.name in FIELD_KINDS:
                yield self._field(thing, suffix, group)
            else:
                self._unknown(thing, (*FIELD_KINDS, "repeat"))

    def _repeated(self, box: Container) -> Iterable[Field]:
        times, _, heading = box.rest.partition(" ")
        if not (times.isdecimal() and 2 <= int(times) <= _MOST_REPEATS and heading.strip()):
            right = f"Write ::: repeat, a number from 2 to {_MOST_REPEATS}, and a heading, such as: 3 Day."
            self._wrong(box.line, "It is not clear how often this is repeated.", right)
            return
        if any(isinstance(thing, Chunk) and thing.text for thing in box.content):
            self._wrong(box.line, "There is text inside ::: repeat.", "Move it above; only fields are repeated.")
        heading = heading.strip()
        for time in range(1, int(times) + 1):
            yield from self._fields(box.content, f"_{time}", f"{heading} {time}")

    def _field(self, box: Container, suffix: str, group: str) -> Field:
        name, _, rest = box.rest.partition(" ")
        if not _NAME.fullmatch(name) or rest.strip() not in ("", "short"):
            right = f"Write ::: {box.name} and a name in small letters; add “short” to ask it in the short version too."
            self._wrong(box.line, f"“{box.rest}” is not the name of a field.", right, once=bool(suffix))
        name += suffix
        if f"field:{name}" in self.places:
            what = f"The field “{name}” is already asked in line {self.places[f'field:{name}']}."
            self._wrong(box.line, what, "Give each field of a module a name of its own.")
        self.places.setdefault(f"field:{name}", box.line)
        return self._filled(box, _empty(box.name, name, group, short=rest.strip() == "short"))

    def _filled(self, box: Container, empty: Field) -> Field:
        """The field with what stands in its container: label, hint, options, ends of the scale."""
        label, hint, options, ends = [], "", [], {}
        for line in self._lines(box):
            if found := _HINT.match(line):
                hint = found[1]
            elif empty.kind in ("choice", "choices") and (found := _OPTION.match(line)):
                options.append(Option(found[1], found[2]))
            elif empty.kind == "number" and (found := _END.match(line)):
                ends[int(found[1])] = found[2]
            elif empty.kind == "amount" and (found := _UNIT.match(line)):
                empty = replace(empty, unit=found[1])
            elif empty.kind == "amount" and (found := _MOST.match(line)):
                empty = replace(empty, maximum=int(found[1]))
            else:
                label.append(line)
        filled = replace(empty, label=" ".join(label), hint=hint, options=tuple(options))
        self._check_field(box, filled, ends)
        if len(ends) == 2:
            low, high = sorted(ends)
            return replace(filled, minimum=low, maximum=high, low=ends[low], high=ends[high])
        return filled

    def _check_field(self, box: Container, asked: Field, ends: Mapping[int, str]) -> None:
        once = bool(asked.group)
        if not asked.label:
            self._wrong(box.line, f"The field “{asked.name}” asks nothing.", "Write the question below its name.", once)
        if asked.kind == "number" and len(ends) != 2:
            right = "Write both on a line each, such as 0: Not at all and 10: Completely."
            self._wrong(box.line, f"The field “{asked.name}” does not say what its two ends mean.", right, once)
        if asked.kind == "amount" and (not asked.unit or asked.maximum < 1):
            right = "Write a line unit: minutes, and one most: 600 for the highest number that can be true."
            self._wrong(box.line, f"The field “{asked.name}” does not say what it counts.", right, once)
        if asked.kind in ("choice", "choices"):
            self._check_options(box, asked, once)

    def _check_options(self, box: Container, asked: Field, once: bool) -> None:
        values = [option.value for option in asked.options]
        if len(values) < 2:
            right = "Write at least two lines such as - morning: In the morning."
            self._wrong(box.line, f"The field “{asked.name}” has nothing to choose from.", right, once)
        if len(set(values)) != len(values):
            right = "Give each option of a field a value of its own."
            self._wrong(box.line, f"Two options of the field “{asked.name}” have the same value.", right, once)
        if re.search(r"(?:^|\s)-\s", asked.label):
            right = "Write each as - value: Label, the value in small letters."
            self._wrong(box.line, f"An option of the field “{asked.name}” has no value or no label.", right, once)

    def _lines(self, box: Container) -> list[str]:
        for thing in box.content:
            if isinstance(thing, Container):
                self._wrong(thing.line, f"“::: {thing.name}” stands inside a field.", "Close the field with ::: first.")
        chunks = (thing for thing in box.content if isinstance(thing, Chunk))
        return [line.strip() for chunk in chunks for line in chunk.lines if line.strip()]

    def _prose(self, box: Container, required: bool = True) -> str:
        for thing in box.content:
            if isinstance(thing, Container):
                right = f"Close ::: {box.name} above it; only exercises hold other containers."
                self._wrong(thing.line, f"“::: {thing.name}” stands inside “::: {box.name}”.", right)
        text = "\n\n".join(thing.text for thing in box.content if isinstance(thing, Chunk) and thing.text)
        if required and not text:
            self._wrong(box.line, f"“::: {box.name}” is empty.", "Write its text, or remove it.")
        return text

    def _unknown(self, box: Container, known: Iterable[str]) -> None:
        close = difflib.get_close_matches(box.name, list(known), n=1)
        right = f"Did you mean ::: {close[0]}?" if close else f"Here stand: {', '.join(known)}."
        self._wrong(box.line, f"“::: {box.name}” is not known here.", right)

    def _wrong(self, line: int, what: str, right: str, once: bool = False) -> None:
        problem = Problem(self.file, line, what, right)
        same = (problem.file, problem.line, problem.right)
        if once and any((known.file, known.line, known.right) == same for known in self.problems):
            return
        self.problems.append(problem)
