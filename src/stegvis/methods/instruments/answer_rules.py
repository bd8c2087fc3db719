"""The rules that one answer must keep, by the type of its question: type, range, length, options, units.

The sentences speak to the person who answers; they are marked for translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from stegvis.methods.instruments import regexes
from stegvis.methods.instruments.errors import Problem, gettext_noop
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.ordering import compare, unit_key
from stegvis.methods.instruments.primitives import form_broken, is_date, is_date_time, is_storable, is_time
from stegvis.methods.instruments.values import is_other

MOST_CHARACTERS: Final = 100_000
"""Longest text taken when the item sets no maximum."""

NOT_A_QUESTION = gettext_noop("This is not a question that can be answered here.")
_YES_NO = gettext_noop("Choose yes or no.")
_WHOLE = gettext_noop("Write a whole number, for example 7.")
_NUMBER = gettext_noop("Write a number, for example 7 or 7.5.")
_BETWEEN = gettext_noop("Choose a number from %(low)s to %(high)s.")
_AT_LEAST = gettext_noop("Write a number that is %(low)s or more.")
_AT_MOST = gettext_noop("Write a number that is %(high)s or less.")
_DECIMALS = gettext_noop("Write the number with fewer decimals: %(most)s at most.")
_OPTION = gettext_noop("Choose one of the answers shown.")
_NOT_OFFERED = gettext_noop("This answer does not go with the other answers. Choose another one, or correct those.")
_ONE_ONLY = gettext_noop("Choose one answer.")
_EXCLUSIVE = gettext_noop("One of the answers cannot stand together with others. Keep either that one or the others.")
_TWICE = gettext_noop("The same answer is chosen twice. Choose it once.")
_TEXT = gettext_noop("Write some words, or leave the question empty.")
_TOO_LONG = gettext_noop("Write at most %(most)s characters. Now there are %(now)s.")
_TOO_SHORT = gettext_noop("Write at least %(least)s characters. Now there are %(now)s.")
_STRANGE = gettext_noop("There is a character here that cannot be stored. Write the words again.")
_FORM = gettext_noop("This is not written as it should be. Write it like this: %(form)s.")
_A_DATE = gettext_noop("Write the date as year-month-day, for example 2026-03-09.")
_A_TIME = gettext_noop("Write the time as hours and minutes, for example 14:30.")
_A_MOMENT = gettext_noop("Write the date and the time, for example 2026-03-09 14:30.")
_AN_ADDRESS = gettext_noop("Write a web address, for example https://example.org.")
_DATES_BETWEEN = gettext_noop("Choose a date from %(low)s to %(high)s.")
_DATE_AT_LEAST = gettext_noop("Choose a date that is %(low)s or later.")
_DATE_AT_MOST = gettext_noop("Choose a date that is %(high)s or earlier.")
_TIMES_BETWEEN = gettext_noop("Choose a time from %(low)s to %(high)s.")
_TIME_AT_LEAST = gettext_noop("Choose a time that is %(low)s or later.")
_TIME_AT_MOST = gettext_noop("Choose a time that is %(high)s or earlier.")
_QUANTITY = gettext_noop("Write a number and choose its unit.")
_UNIT = gettext_noop("Choose one of the units shown: %(units)s.")
_QUANTITY_AT_LEAST = gettext_noop("Write an amount that is %(low)s or more.")
_QUANTITY_AT_MOST = gettext_noop("Write an amount that is %(high)s or less.")
_FILE = gettext_noop("Choose a file, or leave the question empty.")
_FILE_TYPE = gettext_noop("Choose a file of one of these types: %(types)s.")
_FILE_SIZE = gettext_noop("Choose a file of at most %(most)s bytes.")
_REFERENCE = gettext_noop("Choose what this is about.")
_REFERENCE_TYPE = gettext_noop("Choose one of these kinds: %(types)s.")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check(item: Item, value: Any) -> list[Problem]:
    """Every rule of the item that an answer breaks; the answer is neither missing nor declined."""
    if not item.is_question:
        return [Problem(item.link_id, "not-a-question", NOT_A_QUESTION)]
    if not item.repeats:
        return [replace(problem, number=0) for problem in _check_one(item, value)]
    if not isinstance(value, list | tuple):
        return [Problem(item.link_id, "type", _OPTION if item.is_choice else _TEXT)]
    problems = [
        replace(problem, number=number) for number, one in enumerate(value) for problem in _check_one(item, one)
    ]
    if item.is_choice and not problems:
        problems = _check_together(item, value)
    return problems


def not_an_option(item: Item, position: str, number: int) -> Problem:
    """An option that is not among those offered now."""
    return Problem(item.link_id, "option", _NOT_OFFERED, {}, position, number)


def _check_one(item: Item, value: Any) -> list[Problem]:
    problems = _CHECKS[item.type](item, value)
    if not problems and item.options and not item.is_choice and item.option(str(value)) is None:
        return [Problem(item.link_id, "option", _OPTION)]
    return problems


def _check_boolean(item: Item, value: Any) -> list[Problem]:
    return [] if isinstance(value, bool) else [Problem(item.link_id, "type", _YES_NO)]


def _check_integer(item: Item, value: Any) -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or form_broken(value, "integer"):
        return [Problem(item.link_id, "type", _WHOLE)]
    return _check_bounds(item, value)


def _check_decimal(item: Item, value: Any) -> list[Problem]:
    if not _is_number(value):
        return [Problem(item.link_id, "type", _NUMBER)]
    return _check_bounds(item, value) + _check_decimals(item, value)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | Decimal) and not form_broken(value, "decimal")


def _check_decimals(item: Item, value: int | Decimal) -> list[Problem]:
    most, exponent = item.limits.max_decimals, Decimal(value).normalize().as_tuple().exponent
    if most is not None and isinstance(exponent, int) and -exponent > most:
        return [Problem(item.link_id, "decimals", _DECIMALS, {"most": most})]
    return []


Sentences = tuple[str, str, str]
"""Between two bounds, at least, at most."""


def _check_bounds(
    item: Item, value: Any, sentences: Sentences = (_BETWEEN, _AT_LEAST, _AT_MOST), *, temporal: bool = False
) -> list[Problem]:
    low, high = item.minimum, item.maximum
    below = low is not None and (compare(value, low, temporal=temporal) or 0) < 0
    above = high is not None and (compare(value, high, temporal=temporal) or 0) > 0
    if not below and not above:
        return []
    if low is not None and high is not None:
        return [Problem(item.link_id, "range", sentences[0], {"low": low, "high": high})]
    if low is not None:
        return [Problem(item.link_id, "range", sentences[1], {"low": low})]
    return [Problem(item.link_id, "range", sentences[2], {"high": high})]


def _check_choice(item: Item, value: Any) -> list[Problem]:
    if isinstance(value, str):
        return [] if item.option(value) else [Problem(item.link_id, "option", _OPTION)]
    if (
        isinstance(value, Mapping)
        and not is_other(value)
        and not item.options
        and ("code" in value or "display" in value)
    ):
        return []
    return [Problem(item.link_id, "type", _OPTION if item.repeats else _ONE_ONLY)]


def _check_open_choice(item: Item, value: Any) -> list[Problem]:
    return _check_text(item, value["other"]) if is_other(value) else _check_choice(item, value)


def _check_together(item: Item, values: Sequence[Any]) -> list[Problem]:
    problems, keys = [], [str(value) for value in values]
    again = next((number for number, key in enumerate(keys) if key in keys[:number]), None)
    if again is not None:
        problems.append(Problem(item.link_id, "twice", _TWICE, number=again))
    alone = next((number for number, key in enumerate(keys) if (one := item.option(key)) and one.exclusive), None)
    if len(keys) > 1 and alone is not None:
        problems.append(Problem(item.link_id, "exclusive", _EXCLUSIVE, number=alone))
    return problems


def _check_text(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not value.strip():
        return [Problem(item.link_id, "type", _TEXT)]
    problems, limits = [], item.limits
    most = limits.max_length if limits.max_length is not None else MOST_CHARACTERS
    if len(value) > most:
        problems.append(Problem(item.link_id, "too-long", _TOO_LONG, {"most": most, "now": len(value)}))
    if limits.min_length is not None and len(value) < limits.min_length:
        problems.append(Problem(item.link_id, "too-short", _TOO_SHORT, {"least": limits.min_length, "now": len(value)}))
    if _CONTROL.search(value) or not is_storable(value):
        problems.append(Problem(item.link_id, "characters", _STRANGE))
    if limits.regex is not None and not regexes.matches(limits.regex, value):
        form = item.look.entry_format or limits.regex
        problems.append(Problem(item.link_id, "regex", _FORM, {"form": form}))
    return problems


def _check_url(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not value or form_broken(value, "url") or not is_storable(value):
        return [Problem(item.link_id, "type", _AN_ADDRESS)]
    return _check_text(item, value)


def _check_date(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not is_date(value):
        return [Problem(item.link_id, "type", _A_DATE)]
    return _check_bounds(item, value, (_DATES_BETWEEN, _DATE_AT_LEAST, _DATE_AT_MOST), temporal=True)


def _check_date_time(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not is_date_time(value):
        return [Problem(item.link_id, "type", _A_MOMENT)]
    return _check_bounds(item, value, (_DATES_BETWEEN, _DATE_AT_LEAST, _DATE_AT_MOST), temporal=True)


def _check_time(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, str) or not is_time(value):
        return [Problem(item.link_id, "type", _A_TIME)]
    return _check_bounds(item, value, (_TIMES_BETWEEN, _TIME_AT_LEAST, _TIME_AT_MOST), temporal=True)


def _check_quantity(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, Mapping) or not _is_number(value.get("value")):
        return [Problem(item.link_id, "type", _QUANTITY)]
    problems = _check_decimals(item, value["value"])
    allowed = {(unit.get("system"), unit.get("code")) for unit in item.units if "code" in unit}
    if len(allowed) == len(item.units) > 0 and unit_key(value) not in allowed:
        units = ", ".join(str(unit.get("display") or unit["code"]) for unit in item.units)
        problems.append(Problem(item.link_id, "unit", _UNIT, {"units": units}))
        return problems
    return problems + _check_amount(item, value)


def _check_amount(item: Item, value: Mapping[str, Any]) -> list[Problem]:
    """A quantity against its limits; one in a unit that cannot be led back to theirs is not known to keep them."""
    problems, (least, most) = [], (item.limits.min_quantity, item.limits.max_quantity)
    signs = [compare(value, limit) for limit in (least, most) if limit is not None]
    if None in signs:
        units = {_unit_of(limit): None for limit in (least, most) if limit is not None}
        return [Problem(item.link_id, "unit", _UNIT, {"units": ", ".join(units)})]
    if least is not None and (compare(value, least) or 0) < 0:
        problems.append(Problem(item.link_id, "range", _QUANTITY_AT_LEAST, {"low": _amount(least)}))
    if most is not None and (compare(value, most) or 0) > 0:
        problems.append(Problem(item.link_id, "range", _QUANTITY_AT_MOST, {"high": _amount(most)}))
    return problems


def _amount(quantity: Mapping[str, Any]) -> str:
    return f"{quantity.get('value')} {_unit_of(quantity)}".strip()


def _unit_of(quantity: Mapping[str, Any]) -> str:
    return str(quantity.get("unit") or quantity.get("code") or "")


def _check_attachment(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, Mapping) or not value:
        return [Problem(item.link_id, "type", _FILE)]
    problems, limits = [], item.limits
    if limits.content_types and value.get("contentType") not in limits.content_types:
        problems.append(Problem(item.link_id, "content-type", _FILE_TYPE, {"types": ", ".join(limits.content_types)}))
    size = _bytes_of(value)
    if limits.max_bytes is not None and size > limits.max_bytes:
        problems.append(Problem(item.link_id, "size", _FILE_SIZE, {"most": int(limits.max_bytes)}))
    return problems


def _bytes_of(attachment: Mapping[str, Any]) -> int:
    """The bytes of a file: of its base64 where it is inside ("size" is only "if url provided" in R4), else as it says."""
    digits = "".join(str(attachment.get("data", "")).split())
    return len(digits.rstrip("=")) * 3 // 4 if digits else attachment.get("size", 0)


def _check_reference(item: Item, value: Any) -> list[Problem]:
    if not isinstance(value, Mapping) or not {"reference", "identifier", "display"} & set(value):
        return [Problem(item.link_id, "type", _REFERENCE)]
    types, target = item.limits.resource_types, value.get("reference")
    if isinstance(target, str) and form_broken(target, "uri"):
        return [Problem(item.link_id, "type", _REFERENCE)]
    kind = value.get("type") or (target.split("/")[-2] if isinstance(target, str) and "/" in target else None)
    if types and kind is not None and kind not in types:
        return [Problem(item.link_id, "resource-type", _REFERENCE_TYPE, {"types": ", ".join(types)})]
    return []


_CHECKS: Final[Mapping[str, Callable[[Item, Any], list[Problem]]]] = {
    "boolean": _check_boolean, "integer": _check_integer, "decimal": _check_decimal, "choice": _check_choice,
    "open-choice": _check_open_choice, "string": _check_text, "text": _check_text, "url": _check_url,
    "date": _check_date, "dateTime": _check_date_time, "time": _check_time, "quantity": _check_quantity,
    "attachment": _check_attachment, "reference": _check_reference,
}  # fmt: skip
