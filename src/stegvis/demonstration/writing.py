"""Writing: what a made-up person writes in the fields of a module, so that homework reads like homework.

Words come from `demonstration-homework.toml` in the trial's folder; numbers and choices are drawn. You are probably here
because a module has a new field: give it its sentences there, in each language.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from stegvis.methods.programme import answers
from stegvis.methods.programme.blocks import Field
from stegvis.methods.programme.content import Module, Part

EVERY = "every"
FILLED_IN = 0.85
"""The share of fields that somebody writes in who writes at all; the rest is left empty, as the page allows."""

Sentences = Mapping[str, Mapping[str, Mapping[str, list[str]]]]
"""By module (or `every`), field and language: `Parameters.homework`."""


def written(module: Module, language: str, sentences: Sentences, choices: Random, *, short: bool) -> dict[str, str]:
    """What is kept of each field that was filled in, by the field's name; `short`: only those the short version asks."""
    asked = [each for part in module.parts(language) for each in _asked(part, short=short)]
    last = asked[-1:]  # the page would ask about homework with nothing in it
    filled = [each for each in asked if each in last or choices.random() < FILLED_IN]
    kept = {each.name: _answer(each, _sentences(sentences, module.code, each, language), choices) for each in filled}
    return {name: text for name, text in kept.items() if text}


def written_in(part: Part, module: str, language: str, sentences: Sentences, choices: Random) -> dict[str, str]:
    """What is kept of one part that was asked for again: every field that there are words for, by its name."""
    fields = _asked(part, short=False)
    kept = {each.name: _answer(each, _sentences(sentences, module, each, language), choices) for each in fields}
    return {name: text for name, text in kept.items() if text}


def stem(field: Field) -> str:
    """The name under which a field's sentences stand: `break_when` for `break_when_2` of a repeated set."""
    return field.name.rsplit("_", 1)[0] if field.group else field.name


def _asked(part: Part, *, short: bool) -> list[Field]:
    exercises = part.short_exercises if short else part.exercises
    return [field for exercise in exercises for field in exercise.fields]


def _sentences(sentences: Sentences, module: str, field: Field, language: str) -> list[str]:
    name = stem(field)
    of_field = sentences.get(module, {}).get(name) or sentences.get(EVERY, {}).get(name, {})
    return of_field.get(language) or of_field.get("en", [])


def _answer(field: Field, sentences: list[str], choices: Random) -> str:
    if field.kind == "number":
        return str(choices.randint(field.minimum, field.maximum))
    if field.kind == "choice":
        return choices.choice(field.options).value
    if field.kind == "choices":
        picked = choices.sample(field.options, k=choices.randint(1, min(3, len(field.options))))
        return answers.as_text(answers.answer(field, [option.value for option in picked]))
    if not sentences:
        return ""
    if field.group:  # the sets take turns, so that no two days read the same
        return sentences[(int(field.name.rsplit("_", 1)[1]) - 1) % len(sentences)]
    return choices.choice(sentences)
