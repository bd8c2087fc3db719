"""What people type and tick, turned into answers: "7,5" and "7.5" are the same number, "−3" is minus three.

A form sends text, or a list of texts where several answers may be ticked. Nothing sent is no answer: a line nobody
touched sends nothing and stays missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.answers import validate_answer
from stegvis.methods.instruments.errors import Problem, gettext_noop
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.values import other

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?")
_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?:[^0-9]|$))")
_SHORT_DATE = re.compile(r"([0-9]{4})[-./ ]?([0-9]{2})[-./ ]?([0-9]{2})")
_SHORT_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?")

_NOT_A_NUMBER = gettext_noop("“%(typed)s” is not a number. Write digits, for example 7 or 7.5.")
_NOT_WHOLE = gettext_noop("“%(typed)s” is not a whole number. Write digits only, for example 7.")
_NOT_A_DATE = gettext_noop("“%(typed)s” is not a date. Write year-month-day, for example 2026-03-09.")
_NOT_A_TIME = gettext_noop("“%(typed)s” is not a time. Write hours and minutes, for example 14:30.")


@dataclass(frozen=True)
class Parsed:
    """The answer (None when there was none or it could not be read) and what is wrong with it."""

    value: Any
    problems: tuple[Problem, ...] = ()

    @property
    def is_answer(self) -> bool:
        """There is an answer and nothing is wrong with it."""
        return self.value is not None and not self.problems


def parse_answer(item: Item, raw: str | Sequence[str] | None) -> Parsed:
    """Read what a form sent for this item and check it by the item's own rules."""
    texts = [raw] if isinstance(raw, str) else list(raw or ())
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        return Parsed(None)
    if item.is_multiple:
        return _parse_several(item, texts)
    if len(texts) > 1:
        return _checked(item, texts)  # more than one value where one is asked: the item's own rule says so
    return _parse_one(item, texts[0])


def _parse_several(item: Item, texts: Sequence[str]) -> Parsed:
    """The answers of a repeating question; one that cannot be read is said, and none is taken then."""
    read = [_parse_one(replace(item, repeats=False), text) for text in texts]
    problems = [problem for one in read for problem in one.problems if one.value is None]
    return Parsed(None, tuple(problems)) if problems else _checked(item, [one.value for one in read])


def _parse_one(item: Item, typed: str) -> Parsed:
    if item.type == "boolean":
        return _checked(item, {"true": True, "false": False}.get(typed, typed))
    if item.type in ("integer", "decimal"):
        return _parse_number(item, typed)
    if item.type == "date":
        return _parse_date(item, typed)
    if item.type == "time":
        return _parse_time(item, typed)
    if item.type == "open-choice" and item.option(typed) is None:
        return _checked(item, other(typed))
    return _checked(item, typed)


def _checked(item: Item, value: Any) -> Parsed:
    return Parsed(value, tuple(validate_answer(item, value)))


def _parse_number(item: Item, typed: str) -> Parsed:
    digits = _SPACES.sub("", typed).replace("\u2212", "-")
    if not _NUMBER.fullmatch(digits):
        message = _NOT_WHOLE if item.type == "integer" else _NOT_A_NUMBER
        return Parsed(None, (_problem(item, message, typed),))
    number = Decimal(digits.replace(",", "."))
    if item.type == "decimal":
        return _checked(item, number)
    if number != number.to_integral_value():
        return Parsed(None, (_problem(item, _NOT_WHOLE, typed),))
    return _checked(item, int(number))


def _parse_date(item: Item, typed: str) -> Parsed:
    match = _SHORT_DATE.fullmatch(typed)
    if match is None:
        return Parsed(None, (_problem(item, _NOT_A_DATE, typed),))
    parsed = _checked(item, "-".join(match.groups()))
    if any(problem.rule == "type" for problem in parsed.problems):
        return Parsed(None, (_problem(item, _NOT_A_DATE, typed),))
    return parsed


def _parse_time(item: Item, typed: str) -> Parsed:
    """Hours and minutes with a colon or, as in Swedish, a point; seconds where they were typed."""
    match = _SHORT_TIME.fullmatch(typed)
    if match is None:
        return Parsed(None, (_problem(item, _NOT_A_TIME, typed),))
    hours, minutes, seconds = match.groups()
    parsed = _checked(item, f"{hours.zfill(2)}:{minutes}:{seconds or '00'}")
    if any(problem.rule == "type" for problem in parsed.problems):
        return Parsed(None, (_problem(item, _NOT_A_TIME, typed),))
    return parsed


def _problem(item: Item, message: str, typed: str) -> Problem:
    shown = typed if len(typed) <= 40 else typed[:39] + "…"
    return Problem(item.link_id, "type", message, {"typed": shown})
