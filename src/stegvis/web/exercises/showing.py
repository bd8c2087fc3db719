"""One shape for an exercise on any page: in the plan, in the picker, on paper, in the preview."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stegvis.methods.exercises.content import Exercise, Words
from stegvis.web.exercises import words

if TYPE_CHECKING:  # the preview shows exercises without a database, and so without tables
    from stegvis.physiotherapy.exercises.queries import Chosen


@dataclass(frozen=True)
class Shown:
    """An exercise in one language and form. `foreign`: its language, where the page around it speaks another."""

    exercise: Exercise
    language: str
    form: str
    times: int
    sets: int
    note: str = ""

    @property
    def code(self) -> str:
        """Its name in addresses."""
        return self.exercise.code

    @property
    def words(self) -> Words:
        """Its words."""
        return self.exercise.words[self.language]

    @cached_property
    def drawing(self) -> SafeString:
        """The picture; drawn by us from the library's own data, never from anything that was typed on a page."""
        return SafeString(self.exercise.svg)

    @property
    def foreign(self) -> str:
        """Its language, if it is not the page's."""
        return "" if self.language == (get_language() or "")[:2] else self.language

    @property
    def form_label(self) -> str:
        """What its form is called."""
        return str(words.FORMS[self.form])

    @property
    def how_else(self) -> str:
        """How the form differs from what the steps say; nothing for the exercise as described."""
        return {"easier": self.words.easier, "harder": self.words.harder}.get(self.form, "")

    @property
    def dose(self) -> list[str]:
        """How much, as sentences."""
        return words.dose(self.exercise.dose, self.times, self.sets)

    @property
    def kind(self) -> str:
        """Its kind in words."""
        return str(words.KINDS[self.exercise.kind])

    @property
    def position(self) -> str:
        """Its position in words."""
        return str(words.POSITIONS[self.exercise.position])

    @property
    def groups(self) -> str:
        """What it is for, in words."""
        return ", ".join(str(words.GROUPS[each]) for each in self.exercise.groups)

    @property
    def needs(self) -> str:
        """What is needed, in words."""
        return words.things(self.exercise.equipment)


def shown(chosen: Chosen, form: str = "") -> Shown:
    """An exercise of a plan, in its agreed form or in another."""
    return Shown(chosen.exercise, chosen.language, form or chosen.form, chosen.times, chosen.sets, chosen.note)


def described(exercise: Exercise, language: str, note: str = "") -> Shown:
    """An exercise as the library has it: as described, with the dose to begin with."""
    return Shown(exercise, language, "as_is", exercise.dose.times, exercise.dose.sets, note)
