"""What controls on a page send for one question, turned into an answer: the counterpart of every way to ask.

| question | entry |
|---|---|
| several answers | list of entries |
| open choice | key of an option, or `{"other": words}` |
| choice from a list that is not at hand | words, kept as a Coding with a display |
| quantity | `{"value": "7,5", "unit": code}` |
| dateTime | `{"date": "2026-03-09", "time": "14:30"}`; the time may be left out |
| date | "2026-03-09", and where only that is known "2026-03" or "2026" |
| attachment | a FHIR Attachment, made from the file |
| reference | words, kept as the display of a Reference |
| any other | text, as in `typed` |

`as_entry` is the way back: what a control shows of an answer. Reading what it gives makes the same answer again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from stegvis.methods.instruments.answers import validate_answer
from stegvis.methods.instruments.errors import Problem, gettext_noop
from stegvis.methods.instruments.items import Item, Option
from stegvis.methods.instruments.typed import Parsed, parse_answer
from stegvis.methods.instruments.values import is_other, other

__all__ = ["as_entry", "read_entry", "same_unit", "unit_code"]

_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:[-./ ]([0-9]{1,2}))?")
_DAY = re.compile(r"([0-9]{4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,2})")
_TIME = re.compile(r"([0-9]{1,2})[:. ]?([0-9]{2})(?:[:.]([0-9]{2}(?:\.[0-9]+)?))?")

_NOT_A_MOMENT = gettext_noop("“%(typed)s” is not a date and time. Write for example 2026-03-09 and 14:30.")
_NOT_A_TIME = gettext_noop("“%(typed)s” is not a time. Write hours and minutes, for example 14:30.")
_NO_DAY = gettext_noop("Write the date as well as the time.")
_NO_NUMBER = gettext_noop("Write the number as well as its unit.")
_NO_UNIT = gettext_noop("Choose the unit as well.")
_NOT_LISTED = gettext_noop("“%(typed)s” is not in the list. Choose one of the answers there.")


def read_entry(item: Item, entry: Any, *, lang: str | None = None, zone: tzinfo | None = None) -> Parsed:
    """Read what a form sent for this item and check it by the item's own rules.

    lang: in which words of options are compared with typed words; zone: of a time that is written without one.
    """
    if not item.is_multiple:
        return _read_one(item, entry, lang, zone)
    entries = [one for one in _as_list(entry) if not _is_empty(one)]
    single = _single(item)
    read = [_read_one(single, one, lang, zone) for one in entries]
    problems = tuple({(one.rule, one.message): one for answer in read for one in answer.problems}.values())
    values = [one.value for one in read if one.value is not None]
    if problems:
        return Parsed(values or None, problems)
    return Parsed(values, tuple(validate_answer(item, values))) if values else Parsed(None)


def as_entry(item: Item, value: Any, lang: str | None = None) -> Any:
    """What the control of this item shows for a stored answer."""
    if item.is_multiple:
        return [_entry_of_one(item, one, lang) for one in _as_list(value)]
    return _entry_of_one(item, value, lang)


def unit_code(unit: Mapping[str, Any]) -> str:
    """What tells a unit of a question apart from its others: the code, else the words."""
    return str(unit.get("code") or unit.get("display") or unit.get("unit") or "")


def same_unit(unit: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Whether a quantity is given in this unit (a Coding)."""
    return unit_code(unit) == unit_code({"code": value.get("code"), "unit": value.get("unit")})


@lru_cache(maxsize=1024)
def _single(item: Item) -> Item:
    return replace(item, repeats=False)


def _as_list(entry: Any) -> list[Any]:
    if entry is None:
        return []
    return list(entry) if isinstance(entry, list | tuple) else [entry]


def _is_empty(entry: Any) -> bool:
    if isinstance(entry, str):
        return not entry.strip()
    if isinstance(entry, Mapping):
        return all(_is_empty(one) for one in entry.values())
    return entry is None or (isinstance(entry, Sequence) and not len(entry))


def _read_one(item: Item, entry: Any, lang: str | None, zone: tzinfo | None) -> Parsed:
    if _is_empty(entry):
        return Parsed(None)
    reader = _READERS.get(item.type)
    if reader is not None:
        return reader(item, entry, lang, zone)
    return parse_answer(item, entry)


def _checked(item: Item, value: Any) -> Parsed:
    return Parsed(value, tuple(validate_answer(item, value)))


def _refused(item: Item, message: str, typed: Any = "") -> Parsed:
    words = str(typed)
    return Parsed(None, (Problem(item.link_id, "type", message, {"typed": words[:40]}),))


def _read_choice(item: Item, entry: Any, lang: str | None, zone: tzinfo | None) -> Parsed:
    if isinstance(entry, list | tuple):
        return _checked(item, list(entry)) if len(entry) > 1 else _read_choice(item, entry[0], lang, zone)
    if isinstance(entry, Mapping):
        words = str(entry.get("other", "")).strip()
        return _checked(item, other(words)) if item.type == "open-choice" and is_other(entry) else _checked(item, entry)
    typed = str(entry).strip()
    if item.option(typed):
        return _checked(item, typed)
    meant = [option for option in item.options if typed.casefold() in _names(option, lang)]
    if len(meant) == 1:
        return _checked(item, meant[0].key)
    if not item.options and item.type == "choice":
        return _checked(item, {"display": typed})
    if item.type == "open-choice":
        return _checked(item, other(typed))
    return _refused(item, _NOT_LISTED, typed)


def _names(option: Option, lang: str | None) -> set[str]:
    """What an option is called, on its page and in its file."""
    return {text.text_in(lang).strip().casefold() for text in (option.text, option.shown)}


def _read_date(item: Item, entry: Any, _lang: str | None, _zone: tzinfo | None) -> Parsed:
    typed = str(entry).strip()
    if match := _DAY.fullmatch(typed):
        typed = _padded(match.groups())
    elif match := _PARTIAL_DATE.fullmatch(typed):
        return _checked(item, _padded(part for part in match.groups() if part))
    return parse_answer(item, typed)


def _padded(parts: Any) -> str:
    return "-".join(part.zfill(2) for part in parts)


def _read_time(item: Item, entry: Any, _lang: str | None, _zone: tzinfo | None) -> Parsed:
    match = _TIME.fullmatch(str(entry).strip())
    if match is None:
        return _refused(item, _NOT_A_TIME, entry)
    return _checked(item, _clock(match))


def _clock(match: re.Match[str]) -> str:
    return f"{match[1].zfill(2)}:{match[2]}:{match[3] or '00'}"


def _read_moment(item: Item, entry: Any, _lang: str | None, zone: tzinfo | None) -> Parsed:
    if not isinstance(entry, Mapping):
        return _checked(item, str(entry).strip())
    day, clock = str(entry.get("date") or "").strip(), str(entry.get("time") or "").strip()
    if not day:
        return _refused(item, _NO_DAY)
    read = _read_date(replace(item, type="date"), day, None, None)
    if any(problem.rule == "type" for problem in read.problems):
        return read
    if not clock:
        return _checked(item, read.value)
    match = _TIME.fullmatch(clock)
    if match is None or len(str(read.value)) < 10:
        return _refused(item, _NOT_A_MOMENT, f"{day} {clock}")
    if entry.get("offset"):  # a moment from elsewhere keeps its own offset from UTC
        return _checked(item, f"{read.value}T{_clock(match)}{entry['offset']}")
    try:
        moment = datetime.fromisoformat(f"{read.value}T{_clock(match)}").replace(tzinfo=zone or UTC)
    except ValueError:
        return _refused(item, _NOT_A_MOMENT, f"{day} {clock}")
    return _checked(item, f"{read.value}T{_clock(match)}{_offset(moment)}")


def _offset(moment: datetime) -> str:
    """Whole minutes from UTC, as FHIR writes them; local times of long ago had seconds too."""
    minutes = round((moment.utcoffset() or timedelta()) / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _read_quantity(item: Item, entry: Any, _lang: str | None, _zone: tzinfo | None) -> Parsed:
    if not isinstance(entry, Mapping):
        entry = {"value": entry}
    typed, chosen = str(entry.get("value") or "").strip(), str(entry.get("unit") or "").strip()
    if not typed:
        # The only unit there is was chosen by nobody.
        return Parsed(None) if len(item.units) == 1 else _refused(item, _NO_NUMBER)
    number = parse_answer(replace(item, type="decimal", limits=replace(item.limits, max_decimals=None)), typed)
    if number.problems:
        return number
    unit = next((one for one in item.units if unit_code(one) == chosen), None)
    if unit is None and len(item.units) == 1:
        unit = item.units[0]
    if unit is None and item.units:
        return _refused(item, _NO_UNIT)
    named = (
        {"unit": unit.get("display") or unit.get("code"), "system": unit.get("system"), "code": unit.get("code")}
        if unit
        else {"unit": chosen}
    )
    return _checked(item, {"value": number.value, **{key: one for key, one in named.items() if one}})


def _read_attachment(item: Item, entry: Any, _lang: str | None, _zone: tzinfo | None) -> Parsed:
    return _checked(item, entry)


def _read_reference(item: Item, entry: Any, _lang: str | None, _zone: tzinfo | None) -> Parsed:
    return _checked(item, dict(entry) if isinstance(entry, Mapping) else {"display": str(entry).strip()})


_READERS: Final[Mapping[str, Callable[[Item, Any, str | None, tzinfo | None], Parsed]]] = {
    "choice": _read_choice, "open-choice": _read_choice, "date": _read_date, "time": _read_time,
    "dateTime": _read_moment, "quantity": _read_quantity, "attachment": _read_attachment,
    "reference": _read_reference,
}  # fmt: skip


def _entry_of_one(item: Item, value: Any, lang: str | None) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _digits(value, lang)
    writer = _WRITERS.get(item.type)
    return writer(value, lang) if writer else value


def _digits(number: Any, lang: str | None) -> str:
    digits = format(number, "f") if isinstance(number, Decimal) else str(number)
    return digits.replace(".", ",") if lang and lang.startswith("sv") else digits


def _moment_entry(value: Any, _lang: str | None) -> dict[str, str]:
    day, _, clock = str(value).partition("T")
    match = re.fullmatch(r"([0-9:.]+)(Z|[+-][0-9:]+)?", clock)
    if match is None:
        return {"date": day, "time": ""}
    return {"date": day, "time": _time_entry(match[1], None), "offset": match[2] or ""}


def _time_entry(value: Any, _lang: str | None) -> str:
    text = str(value)
    return text.removesuffix(":00") if text.count(":") == 2 else text


def _quantity_entry(value: Any, lang: str | None) -> dict[str, str]:
    return {
        "value": _digits(value.get("value", ""), lang),
        "unit": unit_code({"code": value.get("code"), "unit": value.get("unit")}),
    }


def _reference_entry(value: Any, _lang: str | None) -> Any:
    return value["display"] if set(value) == {"display"} else value


def _choice_entry(value: Any, _lang: str | None) -> Any:
    if isinstance(value, Mapping) and set(value) == {"display"}:
        return value["display"]
    return value


_WRITERS: Final[Mapping[str, Callable[[Any, str | None], Any]]] = {
    "dateTime": _moment_entry, "time": _time_entry, "quantity": _quantity_entry, "reference": _reference_entry,
    "choice": _choice_entry,
}  # fmt: skip
