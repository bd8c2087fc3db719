"""Answers as words: in the copy of what was sent, beside another device's answer, and where a value is only shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stegvis.methods.instruments import Item, declined
from stegvis.methods.instruments.values import is_other

_SPOKEN = {True: gettext_noop("Yes"), False: gettext_noop("No")}


def in_words(item: Item, value: Any, lang: str) -> str:
    """A given answer as a person reads it; "" where there is none."""
    if declined(value):
        return _("I prefer not to answer")
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(in_words(item, one, lang) for one in value)
    option = item.option(str(value)) if item.options and not isinstance(value, Mapping) else None
    if option is not None:
        return option.shown.text_in(lang)
    said = _said(item, value, lang)
    unit = item.unit_in(lang) if item.type in ("integer", "decimal") else None
    return f"{said} {unit}" if unit else said


def _said(item: Item, value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return _(_SPOKEN[value])
    if is_other(value):
        return str(value["other"])
    if isinstance(value, Mapping):
        return _OBJECTS.get(item.type, _named)(value, lang)
    if isinstance(value, Decimal):
        return in_digits(value, lang)
    return _when(str(value)) if item.type in ("dateTime", "time") else str(value)


def in_digits(number: Decimal, lang: str) -> str:
    """A decimal number with the language's decimal mark."""
    digits = format(number, "f")
    return digits.replace(".", ",") if lang.startswith("sv") else digits


def _amount(value: Mapping[str, Any], lang: str) -> str:
    number = value.get("value", "")
    said = in_digits(number, lang) if isinstance(number, Decimal) else str(number)
    return " ".join(
        part for part in (value.get("comparator", ""), said, value.get("unit") or value.get("code")) if part
    )


def _named(value: Mapping[str, Any], _lang: str) -> str:
    return str(value.get("display") or value.get("title") or value.get("reference") or value.get("code") or "")


def _file(value: Mapping[str, Any], _lang: str) -> str:
    return str(value.get("title") or value.get("url") or value.get("contentType") or _("A file"))


def _when(text: str) -> str:
    day, _mark, clock = text.rpartition("T")
    return " ".join(part for part in (day, clock[:5] if clock[2:3] == ":" else clock) if part)


_OBJECTS: Final[Mapping[str, Callable[[Mapping[str, Any], str], str]]] = {"quantity": _amount, "attachment": _file}
