"""Content: an exercise, and the library of them, as written in the files and as kept in a release."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kind = Literal["strength", "mobility", "balance"]
Position = Literal["standing", "sitting", "lying", "kneeling"]
Group = Literal[
    "neck", "shoulders", "arms", "chest", "back", "spine", "abdomen", "hips", "legs", "ankles", "balance"
]  # fmt: skip
Equipment = Literal["chair", "table", "wall", "step", "band", "bottles", "mat"]
Form = Literal["easier", "as_is", "harder"]

KINDS: tuple[str, ...] = get_args(Kind)
POSITIONS: tuple[str, ...] = get_args(Position)
GROUPS: tuple[str, ...] = get_args(Group)
EQUIPMENT: tuple[str, ...] = get_args(Equipment)
FORMS: tuple[str, ...] = get_args(Form)

ON_THE_FLOOR = frozenset({"lying", "kneeling"})
"""Positions for which one gets down on the floor, or on a bed."""

MOST_TIMES, MOST_SETS, MOST_SECONDS = 30, 5, 300

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


class Table(BaseModel):
    """What is read from a file: unknown keys are mistakes, and nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dose(Table):
    """The dose to begin with: how many times in a set, how many sets, seconds of rest between them.

    `hold`: seconds to stay each time. `each_side`: as many times with the other side.
    """

    times: int = Field(ge=1, le=MOST_TIMES)
    sets: int = Field(ge=1, le=MOST_SETS)
    rest: int = Field(default=0, ge=0, le=MOST_SECONDS)
    hold: int = Field(default=0, ge=0, le=MOST_SECONDS)
    each_side: bool = False


class Words(Table):
    """An exercise in one language. `drawing` says what the picture shows, for those who do not see it."""

    name: Line
    purpose: Line
    start: Line
    steps: tuple[Line, ...] = Field(min_length=1)
    easier: Line
    harder: Line
    feel: Line
    stop: Line
    drawing: Line

    @property
    def pieces(self) -> tuple[str, ...]:
        """Every piece of text that is read, each on its own."""
        return (
            self.name,
            self.purpose,
            self.start,
            *self.steps,
            self.easier,
            self.harder,
            self.feel,
            self.stop,
            self.drawing,
        )


class Exercise(Table):
    """One exercise in all languages, with its drawing as SVG."""

    code: str
    kind: Kind
    position: Position
    groups: tuple[Group, ...] = Field(min_length=1)
    equipment: tuple[Equipment, ...]
    dose: Dose
    words: dict[str, Words]
    svg: str

    @property
    def is_on_the_floor(self) -> bool:
        """Whether one gets down for it."""
        return self.position in ON_THE_FLOOR


class Library(Table):
    """All exercises, what is said with each of them, and the languages."""

    title: dict[str, Line]
    languages: tuple[str, ...] = Field(min_length=1)
    note: dict[str, Line]
    exercises: tuple[Exercise, ...]

    def exercise(self, code: str) -> Exercise | None:
        """The exercise with this code, if the library has it."""
        return next((each for each in self.exercises if each.code == code), None)
