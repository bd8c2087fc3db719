"""FHIR JSON, read and written without loss: 1.50 stays 1.50, and a key given twice is refused.

Python's own reader turns decimals into binary fractions and lets the last of two equal keys win; in a questionnaire
either would be a silent change of somebody's data.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.not_json import NotJson, constant, decoded, why_not
from stegvis.methods.instruments.wording import named

__all__ = ["MOST_CHARACTERS", "MOST_LEVELS", "NotJson", "check_depth", "read_json", "write_json"]

MOST_LEVELS = 100
"""Deeper nesting than any real form has; stops a made-up file from using up the stack."""

MOST_CHARACTERS = 20_000_000
"""Longer than any real form (the longest known has not quite a million characters)."""


class _Doubled(dict[str, Any]):
    """An object in which a key stands twice; `doubled` is that key."""

    doubled: str


class _Constant(ValueError):
    """NaN or Infinity."""


def read_json(text: str | bytes) -> Any:
    """Read FHIR JSON text. Decimals become `Decimal`; raises `NotJson` with the place."""
    text = decoded(text) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    if len(text) > MOST_CHARACTERS:
        raise NotJson(f"it is longer than {MOST_CHARACTERS} characters", "Divide the questionnaire")
    found: list[_Doubled] = []
    try:
        value = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=lambda pairs: _object(pairs, found),
        )
    except json.JSONDecodeError as error:
        raise why_not(text, error) from error
    except RecursionError as error:
        raise _too_deep() from error
    except _Constant as error:
        raise constant(text, str(error)) from error
    except ValueError as error:  # Python refuses whole numbers of several thousand digits
        raise NotJson("a number with too many digits", "Give at most 400 digits") from error
    check_depth(value)
    if found:
        path = _path_to(value, found[0])
        doubled = named(found[0].doubled)
        raise NotJson(f"the key {doubled} stands twice in the same object", "Keep one of the two", path)
    return value


def write_json(value: Any, *, sort_keys: bool = False) -> str:
    """Write a value as compact JSON text, decimals digit by digit as they are."""
    return "".join(_pieces(value, sort_keys=sort_keys))


def _refuse_constant(name: str) -> None:
    raise _Constant(name)


def _object(pairs: list[tuple[str, Any]], doubled: list[_Doubled]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    times = Counter(key for key, _ in pairs)
    twice = _Doubled(result)
    twice.doubled = next(key for key in times if times[key] > 1)
    doubled.append(twice)
    return twice


def _path_to(value: Any, wanted: Any) -> str:
    """The element path from a value to an object somewhere inside it, "" for the value itself."""
    ahead = [("", value)]
    while ahead:
        path, one = ahead.pop()
        if one is wanted:
            return path.removeprefix(".")
        if isinstance(one, dict):
            ahead += [(f"{path}.{named(key)}", inner) for key, inner in one.items()]
        elif isinstance(one, list):
            ahead += [(f"{path}[{number}]", inner) for number, inner in enumerate(one)]
    return ""


def _too_deep() -> NotJson:
    return NotJson(f"it is nested more than {MOST_LEVELS} levels deep", "Nest its items less deeply")


def check_depth(value: Any) -> None:
    """Raise `NotJson` when lists and objects are nested more than `MOST_LEVELS` deep."""
    level, at = 0, [value]
    while at:
        level += 1
        if level > MOST_LEVELS:
            raise _too_deep()
        at = [inner for outer in at for inner in _inside(outer)]


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _pieces(value: Any, *, sort_keys: bool) -> Iterable[str]:
    if isinstance(value, Mapping):
        yield "{"
        keys = sorted(value) if sort_keys else value
        for number, key in enumerate(keys):
            yield ("," if number else "") + json.dumps(key, ensure_ascii=False) + ":"
            yield from _pieces(value[key], sort_keys=sort_keys)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for number, inner in enumerate(value):
            if number:
                yield ","
            yield from _pieces(inner, sort_keys=sort_keys)
        yield "]"
    elif isinstance(value, Decimal):
        yield _decimal_text(value)
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} cannot be written in JSON")
    return str(value)
