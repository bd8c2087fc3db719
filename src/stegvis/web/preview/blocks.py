"""Blocks of a part as a template shows them where nothing is kept: to therapists, and to authors in the preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stegvis.methods.programme.blocks import Block as Written
from stegvis.methods.programme.blocks import Exercise, Paced, Picture
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.measures import markdown_of
from stegvis.web.participant import exercises

AsHtml = Callable[[str], str]


@dataclass(frozen=True)
class Block:
    """A piece of a part; `kind` says which of the fields the template looks at."""

    kind: str
    html: str = ""
    title: str = ""
    code: str = ""
    picture: str = ""
    guide: Paced | None = None
    alternative: str = ""
    asked: list[exercises.Asked] = field(default_factory=list)


def blocks(shown: Part, as_html: AsHtml, picture: Callable[[str], str], *, is_short: bool) -> list[Block]:
    """The blocks of a part in order; of its short version the text, short guides and the fields it asks.

    `as_html` makes safe HTML of Markdown, `picture` an address of a picture's file.
    """
    chosen = shown.short_exercises if is_short else shown.exercises
    form = exercises.form_of([each for exercise in chosen for each in exercise.fields], {})
    if is_short:
        guides = [Block("paced", guide=each) for each in shown.paced if each.in_short]
        return [Block("text", as_html(shown.short)), *guides, *(_exercise(each, form, as_html) for each in chosen)]
    return [
        _exercise(each, form, as_html) if isinstance(each, Exercise) else _block(each, as_html, picture)
        for each in shown.blocks
    ]


def _block(block: Written, as_html: AsHtml, picture: Callable[[str], str]) -> Block:
    if isinstance(block, Paced):
        return Block("paced", guide=block)
    if isinstance(block, Picture):
        address = picture(block.file)
        return Block("picture", picture=address, alternative=block.alternative, title=block.caption)
    return Block(block.block, as_html(markdown_of(block)), title=getattr(block, "title", ""))


def _exercise(exercise: Exercise, form: Any, as_html: AsHtml) -> Block:
    asked = exercises.on_page(exercise, form)
    return Block("exercise", as_html(exercise.markdown), title=exercise.title, code=exercise.code, asked=asked)
