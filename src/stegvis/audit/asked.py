"""Within one page the same question about the same person is put to the database once.

    @asked_once
    def course_of(participant): ...

A page is built by many hands, and several of them ask who this is and how far they have come. Nothing is kept beyond the
page (`remembering`), nor beyond anything that may change an answer: an action, or somebody else who acts. Within an action
nothing is kept at all (`asking_anew`): what it checks is what is true then.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import models

Person = TypeVar("Person", bound=models.Model)
R = TypeVar("R")

_answers: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within the block (one page) answers are kept."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


@contextmanager
def asking_anew() -> Iterator[None]:
    """Within the block (an action) no answer is kept, and those from before it are forgotten after it."""
    token = _answers.set(None)
    try:
        yield
    finally:
        _answers.reset(token)
        forget()


def forget() -> None:
    """Something may have changed, or somebody else acts: ask again."""
    kept = _answers.get()
    if kept:
        kept.clear()


def asked_once(read: Callable[[Person], R]) -> Callable[[Person], R]:
    """Keep the answer of a read about one person for the rest of the page."""

    @wraps(read)
    def ask(person: Person) -> R:
        kept = _answers.get()
        if kept is None:
            return read(person)
        key = (read, person.pk)
        if key not in kept:
            kept[key] = read(person)
        return kept[key]

    return ask
