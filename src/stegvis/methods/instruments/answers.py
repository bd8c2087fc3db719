"""Answers: what a person may answer to an item, and every rule an answer breaks.

Answers are a plain mapping linkId → value. The value is a str (the key of the chosen option, a text, or an ISO date),
a list of keys (several choices), an int, a `Decimal`, or a bool. `DECLINED` is "I prefer not to answer": an answer of
its own kind, kept apart from a missing one. None, "" and [] are no answers (`given` takes them away).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.errors import Problem, gettext_noop
from stegvis.methods.instruments.questionnaire import Item, Questionnaire

Answers = Mapping[str, Any]

DECLINED: Final[Mapping[str, bool]] = {"declined": True}
"""The answer "I prefer not to answer"."""

MOST_CHARACTERS = 100_000
"""Longest text taken when the item sets no maximum."""

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def declined(value: Any) -> bool:
    """Whether the answer is "I prefer not to answer"."""
    return isinstance(value, Mapping) and value.get("declined") is True and len(value) == 1


def given(answers: Answers) -> dict[str, Any]:
    """The answers without those that are none (None, "" and [])."""
    return {link_id: value for link_id, value in answers.items() if not is_missing(value)}


def is_missing(value: Any) -> bool:
    """Whether there is no answer at all ("I prefer not to answer" is one)."""
    return value is None or (isinstance(value, str | list | tuple) and len(value) == 0)


def without_disabled(questionnaire: Questionnaire, answers: Answers) -> dict[str, Any]:
    """The given answers without those to questions that, in view of the others, are not asked."""
    present = given(answers)
    asked = enabled(questionnaire, present)
    known = questionnaire.by_link_id
    return {link_id: value for link_id, value in present.items() if link_id in asked or link_id not in known}


def validate(questionnaire: Questionnaire, answers: Answers, *, complete: bool = True) -> list[Problem]:
    """Every problem with the answers, in the order of the questionnaire; none means that they can be stored.

    With `complete`, required questions that are asked must be answered; "I prefer not to answer" satisfies them.
    """
    present = given(answers)
    asked = enabled(questionnaire, present)
    by_link_id = questionnaire.by_link_id
    problems: list[Problem] = []
    for link_id, value in present.items():
        item = by_link_id.get(link_id)
        if item is None:
            problems.append(Problem(link_id, "unknown", _UNKNOWN, {"question": link_id}))
        elif not item.is_question:
            problems.append(Problem(link_id, "not-a-question", _NOT_A_QUESTION))
        elif link_id not in asked:
            problems.append(Problem(link_id, "disabled", _DISABLED))
        else:
            problems += validate_answer(item, value)
    if complete:
        problems += _missing_required(questionnaire, present, asked)
    if len(problems) > 1:
        order = {link_id: number for number, link_id in enumerate(by_link_id)}
        problems.sort(key=lambda problem: order.get(problem.link_id, len(order)))
    return problems


def validate_answer(item: Item, value: Any) -> list[Problem]:
    """Every rule of the item that one answer breaks. A missing answer breaks none here; see `validate`."""
    if is_missing(value) or declined(value):
        return []
    check = _CHECKS.get(item.type)
    if check is None:
        return [Problem(item.link_id, "not-a-question" if not item.is_question else "unsupported", _NOT_A_QUESTION)]
    return check(item, value)


def to_json(value: Any) -> Any:
    """The answer as JSON can hold it: a `Decimal` becomes its digits as text."""
    return str(value) if isinstance(value, Decimal) else value


def from_json(item: Item, value: Any) -> Any:
    """The answer from what `to_json` gave (a number in its place is taken too)."""
    if item.type == "decimal" and isinstance(value, str | float) and value != "":
        return Decimal(str(value))
    return value


_UNKNOWN = gettext_noop("There is no question “%(question)s” in this questionnaire.")
_NOT_A_QUESTION = gettext_noop("This is not a question that can be answered here.")
_DISABLED = gettext_noop("This question is not asked when the other answers are as they are.")
_REQUIRED = gettext_noop("Please answer this question, or choose “I prefer not to answer”.")
_YES_NO = gettext_noop("Choose yes or no.")
_WHOLE = gettext_noop("Write a whole number, for example 7.")
_NUMBER = gettext_noop("Write a number, for example 7 or 7.5.")
_BETWEEN = gettext_noop("Choose a number from %(low)s to %(high)s.")
_AT_LEAST = gettext_noop("Write a number that is %(low)s or more.")
_AT_MOST = gettext_noop("Write a number that is %(high)s or less.")
_DECIMALS = gettext_noop("Write the number with fewer decimals: %(most)s at most.")
_OPTION = gettext_noop("Choose one of the answers shown.")
_ONE_ONLY = gettext_noop("Choose one answer.")
_EXCLUSIVE = gettext_noop("One of the answers cannot stand together with others. Keep either that one or the others.")
_TWICE = gettext_noop("The same answer is chosen twice. Choose it once.")
_TEXT = gettext_noop("Write some words, or leave the question empty.")
_TOO_LONG = gettext_noop("Write at most %(most)s characters. Now there are %(now)s.")
_TOO_SHORT = gettext_noop("Write at least %(least)s characters. Now there are %(now)s.")
_STRANGE = gettext_noop("There is a character here that cannot be stored. Write the words again.")
_A_DATE = gettext_noop("Write the date as year-month-day, for example 2026-03-09.")
_DATES_BETWEEN = gettext_noop("Choose a date from %(low)s to %(high)s.")
_DATE_AT_LEAST = gettext_noop("Choose a date that is %(low)s or later.")
_DATE_AT_MOST = gettext_noop("Choose a date that is %(high)s or earlier.")


@lru_cache(maxsize=256)
def _required(questionnaire: Questionnaire) -> tuple[tuple[Item, frozenset[str]], ...]:
    """The required items, each with the linkIds of the questions of which one must be answered."""
    return tuple(
        (item, frozenset(inner.link_id for inner in item.walk() if inner.is_question) or frozenset({item.link_id}))
        if item.type == "group"
        else (item, frozenset({item.link_id}))
        for item in questionnaire.all_items
        if item.required
    )


def _missing_required(questionnaire: Questionnaire, present: Answers, asked: frozenset[str]) -> list[Problem]:
    return [
        Problem(item.link_id, "required", _REQUIRED)
        for item, any_of in _required(questionnaire)
        if item.link_id in asked and any_of & asked and any_of.isdisjoint(present)
    ]


def _check_boolean(item: Item, value: Any) -> list[Problem]:
    return [] if isinstance(value, bool) else [Problem(item.link_id, "type", _YES_NO)]


def _check_integer(item: Item, value: Any) -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int):
        return [Problem(item.link_id, "type", _WHOLE)]
    return _check_bounds(item, value)


def _check_decimal(item: Item, value: Any) -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        return [Problem(item.link_id, "type", _NUMBER)]
    problems = _check_bounds(item, value)
    exponent = Decimal(value).normalize().as_tuple().exponent
    if item.max_decimals is not None and isinstance(exponent, int) and -exponent > item.max_decimals:
        problems.append(Problem(item.link_id, "decimals", _DECIMALS, {"most": item.max_decimals}))
    return problems


def _check_bounds(item: Item, value: int | Decimal) -> list[Problem]:
    low, high = item.minimum, item.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return []
    if low is not None and high is not None:
        return [Problem(item.link_id, "range", _BETWEEN, {"low": low, "high": high})]
    if low is not None:
        return [Problem(item.link_id, "range", _AT_LEAST, {"low": low})]
    return [Problem(item.link_id, "range", _AT_MOST, {"high": high})]


def _check_choice(item: Item, value: Any) -> list[Problem]:
    if not item.is_multiple:
        if not isinstance(value, str):
            return [Problem(item.link_id, "type", _ONE_ONLY)]
        return [] if item.option(value) else [Problem(item.link_id, "option", _OPTION)]
    if not isinstance(value, list | tuple) or not all(isinstance(key, str) for key in value):
        return [Problem(item.link_id, "type", _OPTION)]
    return _check_chosen(item, value)


def _check_chosen(item: Item, keys: Sequence[str]) -> list[Problem]:
    chosen = [item.option(key) for key in keys]
    if not all(chosen):
        return [Problem(item.link_id, "option", _OPTION)]
    problems = []
    if len(set(keys)) < len(keys):
        problems.append(Problem(item.link_id, "twice", _TWICE))
    if len(keys) > 1 and any(option and option.exclusive for option in chosen):
        problems.append(Problem(item.link_id, "exclusive", _EXCLUSIVE))
    return problems


def _check_text(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not value.strip():
        return [Problem(item.link_id, "type", _TEXT)]
    problems = []
    most = item.max_length if item.max_length is not None else MOST_CHARACTERS
    if len(value) > most:
        problems.append(Problem(item.link_id, "too-long", _TOO_LONG, {"most": most, "now": len(value)}))
    if item.min_length is not None and len(value) < item.min_length:
        problems.append(Problem(item.link_id, "too-short", _TOO_SHORT, {"least": item.min_length, "now": len(value)}))
    if _CONTROL.search(value) or any("\ud800" <= character <= "\udfff" for character in value):
        problems.append(Problem(item.link_id, "characters", _STRANGE))
    return problems


def _check_date(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not is_date(value):
        return [Problem(item.link_id, "type", _A_DATE)]
    low, high = item.minimum, item.maximum
    too_early = low is not None and _to_common_length(value, low) < _to_common_length(low, value)
    too_late = high is not None and _to_common_length(value, high) > _to_common_length(high, value)
    if not too_early and not too_late:
        return []
    if low is not None and high is not None:
        return [Problem(item.link_id, "range", _DATES_BETWEEN, {"low": low, "high": high})]
    if low is not None:
        return [Problem(item.link_id, "range", _DATE_AT_LEAST, {"low": low})]
    return [Problem(item.link_id, "range", _DATE_AT_MOST, {"high": high})]


def is_date(value: str) -> bool:
    """Whether the text is a FHIR date: a year, a year and month, or a day that exists."""
    if not _DATE.fullmatch(value):
        return False
    first_day = {4: f"{value}-01-01", 7: f"{value}-01", 10: value}[len(value)]
    try:
        date.fromisoformat(first_day)
    except ValueError:
        return False
    return True


def _to_common_length(value: str, other: str) -> str:
    """A partial date is compared as far as it goes: 2026-03 lies neither before nor after 2026-03-09."""
    return value[: len(other)]


_CHECKS = {
    "boolean": _check_boolean,
    "integer": _check_integer,
    "decimal": _check_decimal,
    "choice": _check_choice,
    "string": _check_text,
    "text": _check_text,
    "date": _check_date,
}
