"""Content: what a programme is once read: modules and their parts in every language, made of `blocks`.

Everything is frozen and holds words, never looks. Text stays Markdown (`prose.to_html` makes it safe HTML); exercises and
their fields are data that the pages draw. A field has the same name, kind, range and option values in every language, so
an answer means the same whichever language it was given in.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from stegvis.methods.programme.blocks import Block, Exercise, Field, Paced, Purpose

Sum = Literal["", "sleep", "balance", "activity"]


@dataclass(frozen=True)
class Part:
    """One sitting of a module in one language: why it matters, its blocks, and its short version (Markdown)."""

    number: int
    title: str
    why: str
    blocks: tuple[Block, ...]
    short: str
    minutes: int
    short_minutes: int

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises of the part, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Exercise))

    @property
    def paced(self) -> tuple[Paced, ...]:
        """The paced guides of the part, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Paced))

    @property
    def short_exercises(self) -> tuple[Exercise, ...]:
        """The exercises of the short version: without introduction, and only with the fields marked short."""
        shortened = (
            replace(exercise, markdown="", fields=tuple(asked for asked in exercise.fields if asked.in_short))
            for exercise in self.exercises
        )
        return tuple(exercise for exercise in shortened if exercise.fields)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field of the part, in order."""
        return tuple(asked for exercise in self.exercises for asked in exercise.fields)


@dataclass(frozen=True)
class Translation:
    """A module in one language: a line for the list of modules, its parts, and the therapist's notes (Markdown)."""

    summary: str
    parts: tuple[Part, ...]
    notes: str


@dataclass(frozen=True)
class Module:
    """One module. `written` is false for a module that is announced in the list but not there yet: never delivered.

    `activity`: it touches what people do with their bodies; a physiotherapist signs a programme that holds such a module.
    """

    code: str
    number: int
    week: int
    core: bool
    written: bool
    titles: Mapping[str, str]
    translations: Mapping[str, Translation] = field(default_factory=dict)
    activity: bool = False

    def title(self, language: str) -> str:
        """The module's title in `language`."""
        return self.titles[language]

    def summary(self, language: str) -> str:
        """The line that stands below the title in the list of modules."""
        return self.translations[language].summary

    def parts(self, language: str) -> tuple[Part, ...]:
        """The module's parts in `language`; none for a module that is not written."""
        return self.translations[language].parts if self.written else ()

    def part(self, number: int, language: str) -> Part:
        """Part `number` (from 1) in `language`; KeyError when the module has no such part."""
        for part in self.parts(language):
            if part.number == number:
                return part
        raise KeyError(f"Module {self.code} has no part {number}.")

    def exercises(self, language: str, *purposes: Purpose) -> tuple[Exercise, ...]:
        """All exercises in order, or only those of the purposes named ("worksheet", "homework", …)."""
        return tuple(
            exercise
            for part in self.parts(language)
            for exercise in part.exercises
            if not purposes or exercise.purpose in purposes
        )

    def fields(self, language: str) -> tuple[Field, ...]:
        """Every field of the module in order; names, kinds and values are the same in each language."""
        return tuple(asked for part in self.parts(language) for asked in part.fields)

    def field(self, name: str, language: str) -> Field:
        """The field `name`; KeyError when the module has none of that name."""
        for asked in self.fields(language):
            if asked.name == name:
                return asked
        raise KeyError(f"Module {self.code} has no field {name}.")

    def part_of_field(self, name: str) -> int:
        """The number of the part that asks the field `name`: where a person is brought back to."""
        for translation in self.translations.values():
            for part in translation.parts:
                if any(asked.name == name for asked in part.fields):
                    return part.number
        raise KeyError(f"Module {self.code} has no field {name}.")


@dataclass(frozen=True)
class Sheet:
    """A worksheet in one language: a line for the list, and the sheet itself as one part."""

    summary: str
    part: Part


@dataclass(frozen=True)
class Worksheet:
    """A sheet that is filled in again and again. `module` explains it; `physiotherapist`: may be shared with one.

    `sum` names what `sheet_sums` works out of its fields, if anything.
    """

    code: str
    module: str
    physiotherapist: bool
    sum: Sum
    translations: Mapping[str, Sheet]

    def title(self, language: str) -> str:
        """The sheet's title in `language`."""
        return self.translations[language].part.title

    def fields(self, language: str) -> tuple[Field, ...]:
        """Every field in order; names, kinds and values are the same in each language."""
        return self.translations[language].part.fields

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields, which every language shares."""
        return frozenset(asked.name for sheet in self.translations.values() for asked in sheet.part.fields)


SnippetGroup = Literal["effort", "understanding", "ability", "next_step"]


@dataclass(frozen=True)
class Snippet:
    """A sentence a therapist can start a reply from; {step} and {goal} are filled in by `snippets.filled`."""

    group: SnippetGroup
    code: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Asset:
    """A picture or recording by its path in the folder. Pictures are held inside the release, recordings only named.

    `base64` is empty for a recording: a release is a row in the database, and ten minutes of sound are not.
    """

    file: str
    media_type: str
    sha256: str
    base64: str = ""

    @property
    def content(self) -> bytes:
        """The bytes of the picture; empty for a recording."""
        return base64.b64decode(self.base64)


@dataclass(frozen=True)
class Programme:
    """A whole programme in every language, as it is released: immutable, and the same bytes for the same content.

    `numbers` names the telephone numbers that its texts say in braces; the trial's protocol must know each.
    """

    titles: Mapping[str, str]
    languages: tuple[str, ...]
    checkin: tuple[str, ...]
    modules: tuple[Module, ...]
    snippets: tuple[Snippet, ...]
    assets: Mapping[str, Asset] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    worksheets: tuple[Worksheet, ...] = ()

    @cached_property
    def written(self) -> tuple[Module, ...]:
        """The modules that can be delivered."""
        return tuple(module for module in self.modules if module.written)

    @property
    def touches_activity(self) -> bool:
        """Whether a module that is delivered touches what people do with their bodies."""
        return any(module.activity for module in self.written)

    def module(self, code: str) -> Module:
        """The module `code`; KeyError when the programme has none of that code."""
        for module in self.modules:
            if module.code == code:
                return module
        raise KeyError(f"The programme has no module {code}.")

    def worksheet(self, code: str) -> Worksheet:
        """The worksheet `code`; KeyError when the programme has none of that code."""
        return {sheet.code: sheet for sheet in self.worksheets}[code]

    def after(self, code: str) -> Module | None:
        """The next written module after `code`, or None after the last."""
        number = self.module(code).number
        return next((module for module in self.written if module.number > number), None)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules)
