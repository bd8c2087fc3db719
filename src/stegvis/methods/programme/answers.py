"""Answers: what was typed or tapped in a field, as a value that may be kept; and a kept value as words again.

A value is a text, a whole number, an option's value, a time of the clock ("22:30"), or a list of option values in the
order of the options. An empty answer is None: nothing was answered, which is always allowed. Kept as text (`as_text`), it
reads back through `answer`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from stegvis.methods.programme.blocks import Field

Value = str | int | list[str]
Refusal = Literal["not_a_number", "out_of_range", "not_an_amount", "not_an_option", "not_a_time", "too_long"]

MOST_CHARACTERS: Mapping[str, int] = {"text": 300, "long-text": 4000}

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,6}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]?([0-5][0-9]))?")
_BETWEEN_CHOICES = ","


class AnswerRefused(ValueError):
    """The answer does not fit its field; `reason` says why, for the page to put into words."""

    def __init__(self, field: Field, reason: Refusal) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"The answer to “{field.name}” was refused: {reason.replace('_', ' ')}. Answer again.")


def answer(field: Field, typed: str | Sequence[str]) -> Value | None:
    """The value of what came from a form, None when nothing was answered; AnswerRefused when it does not fit.

    Several ticks of a multiple choice come as a list, or as one text with commas between as `as_text` wrote it.
    """
    given = [typed] if isinstance(typed, str) else list(typed)
    if field.kind == "choices":
        return _choices(field, [value for text in given for value in text.split(_BETWEEN_CHOICES) if value])
    text = given[0].strip() if given else ""
    if not text:
        return None
    if field.kind == "number":
        return _number(field, text)
    if field.kind == "choice":
        return _option(field, text)
    if field.kind == "amount":
        return _amount(field, text)
    if field.kind == "time":
        return _time(field, text)
    return _text(field, text)


def as_text(value: Value | None) -> str:
    """A value as one text to keep; option values hold no commas, so a list is joined by them."""
    if value is None:
        return ""
    return _BETWEEN_CHOICES.join(value) if isinstance(value, list) else str(value)


def in_words(field: Field, value: Value | None) -> str:
    """A kept value as a person reads it: labels of options, "7 (0–10)" for numbers, nothing for no answer."""
    if value is None or value == []:
        return ""
    if field.kind == "number":
        return f"{value} ({field.minimum}–{field.maximum})"
    if field.kind == "amount":
        return f"{value} {field.unit}"
    if field.kind in ("choice", "choices"):
        labels = {option.value: option.label for option in field.options}
        chosen = value if isinstance(value, list) else [str(value)]
        return ", ".join(labels.get(one, one) for one in chosen)
    return str(value)


def _number(field: Field, text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise AnswerRefused(field, "not_a_number")
    number = int(text)
    if not field.minimum <= number <= field.maximum:
        raise AnswerRefused(field, "out_of_range")
    return number


def _amount(field: Field, text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text) or not 0 <= int(text) <= field.maximum:
        raise AnswerRefused(field, "not_an_amount")
    return int(text)


def _time(field: Field, text: str) -> str:
    """22:30, 22.30, 2230 and 22 are the same way of writing what a clock shows."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise AnswerRefused(field, "not_a_time")
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def _option(field: Field, text: str) -> str:
    if text not in {option.value for option in field.options}:
        raise AnswerRefused(field, "not_an_option")
    return text


def _choices(field: Field, given: list[str]) -> list[str] | None:
    known = [option.value for option in field.options]
    if any(value not in known for value in given):
        raise AnswerRefused(field, "not_an_option")
    return [value for value in known if value in given] or None


def _text(field: Field, text: str) -> str:
    unified = text.replace("\r\n", "\n")
    if len(unified) > MOST_CHARACTERS[field.kind]:
        raise AnswerRefused(field, "too_long")
    return unified
