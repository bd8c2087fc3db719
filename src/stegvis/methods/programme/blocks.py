"""Blocks: what a part is made of: text, boxes, pictures, recordings, paced guides, and exercises with their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

FieldKind = Literal["text", "long-text", "number", "choice", "choices", "time", "amount"]
Move = Literal["in", "out", ""]
Purpose = Literal["exercise", "worksheet", "practice", "homework", "checkin"]


@dataclass(frozen=True)
class Option:
    """One option of a choice: the value that is stored and the label that is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One question of an exercise.

    `minimum`, `maximum`, `low` and `high` (the words at the ends) belong to numbers; `options` to choices; `unit` to
    amounts ("minutes"), which are whole numbers from 0 to `maximum`; a time is one of the clock's. `group` is the heading
    of a repeated set ("Day 2"), empty otherwise. `in_short`: asked in the short version too.
    """

    name: str
    kind: FieldKind
    label: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    minimum: int = 0
    maximum: int = 10
    low: str = ""
    high: str = ""
    group: str = ""
    in_short: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Text:
    """Running text, in Markdown."""

    block: ClassVar[str] = "text"
    markdown: str


@dataclass(frozen=True)
class Main:
    """The main thing: what to remember if nothing else, in a box."""

    block: ClassVar[str] = "main"
    markdown: str


@dataclass(frozen=True)
class Example:
    """A worked example; its title is a role description ("A person who works in a kitchen"), never a name."""

    block: ClassVar[str] = "example"
    title: str
    markdown: str


@dataclass(frozen=True)
class OwnGoal:
    """A link to the person's own main goal, with a sentence that says why it is here."""

    block: ClassVar[str] = "goal"
    markdown: str


@dataclass(frozen=True)
class OwnPlan:
    """A link to the person's own activity plan, with a sentence that says why it is here."""

    block: ClassVar[str] = "plan"
    markdown: str


@dataclass(frozen=True)
class Picture:
    """A picture (`file` is a key of `Programme.assets`) with its alternative text and an optional caption."""

    block: ClassVar[str] = "picture"
    file: str
    alternative: str
    caption: str = ""


@dataclass(frozen=True)
class Audio:
    """A recording (`file` is a key of `Programme.assets`) with its whole transcript in Markdown."""

    block: ClassVar[str] = "audio"
    file: str
    title: str
    transcript: str


@dataclass(frozen=True)
class PacedStep:
    """One step of a paced guide: how many seconds it lasts, what to do, and whether the picture grows or shrinks."""

    seconds: int
    words: str
    move: Move = ""


@dataclass(frozen=True)
class Paced:
    """A guide that paces breathing or a round through the body: its steps in order, gone through `times` times."""

    block: ClassVar[str] = "paced"
    code: str
    title: str
    steps: tuple[PacedStep, ...]
    times: int = 1

    MOST_SECONDS_IN_SHORT: ClassVar[int] = 180

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.times * sum(step.seconds for step in self.steps)

    @property
    def minutes(self) -> int:
        """How long it lasts, in whole minutes, one at least."""
        return max(1, round(self.seconds / 60))

    @property
    def in_short(self) -> bool:
        """Whether it stands in the short version of its part too: three minutes at most."""
        return self.seconds <= self.MOST_SECONDS_IN_SHORT


@dataclass(frozen=True)
class Exercise:
    """Something to do: an introduction and fields. `purpose` tells worksheet, practice, homework and check-in apart."""

    block: ClassVar[str] = "exercise"
    purpose: Purpose
    code: str
    title: str
    markdown: str
    fields: tuple[Field, ...]


Block = Text | Main | Example | OwnGoal | OwnPlan | Picture | Audio | Paced | Exercise
