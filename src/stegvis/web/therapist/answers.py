"""What a person wrote in a module, laid out by exercise under the labels that they saw."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stegvis.methods.programme.content import Module, Programme
from stegvis.web.participant.exercises import Written, as_written


@dataclass(frozen=True)
class Sheet:
    """One exercise with its answers; `left_empty` counts the questions without one."""

    title: str
    part: int
    lines: Sequence[Written]
    left_empty: int = 0


def sheets(homework: Any, programme: Programme, language: str) -> list[Sheet]:
    """The exercises of a piece of homework with what was sent; an exercise without any answer is left out.

    A value under a name that the module does not have is shown under that name: nothing that was sent is lost.
    """
    module = programme.module(homework.module)
    kept: dict[str, str] = json.loads(homework.content)
    found = []
    for part in module.parts(language):
        for exercise in part.exercises:
            lines = as_written(exercise, kept)
            if lines:
                found.append(Sheet(exercise.title, part.number, lines, len(exercise.fields) - len(lines)))
    others = _under_other_names(module, kept, language)
    return [*found, Sheet(module.title(language), 0, others)] if others else found


def _under_other_names(module: Module, kept: dict[str, str], language: str) -> list[Written]:
    known = {each.name for each in module.fields(language)}
    return [Written("", name, text) for name, text in kept.items() if name not in known and text.strip()]
