"""FHIR JSON, read and written without loss: 1.50 stays 1.50, and a key given twice is refused.

Python's own reader turns decimals into binary fractions and lets the last of two equal keys win; in a questionnaire
either would be a silent change of somebody's data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

MOST_LEVELS = 100
"""Deeper nesting than any real form has; stops a made-up file from using up the stack."""

MOST_CHARACTERS = 20_000_000
"""Longer than any real form (the longest known has not quite a million characters)."""


class NotJson(ValueError):
    """The text is not JSON as FHIR writes it."""


def read_json(text: str | bytes) -> Any:
    """Read FHIR JSON text. Decimals become `Decimal`; raises `NotJson` with the place."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NotJson(f"byte {error.start} is not UTF-8") from error
    if len(text) > MOST_CHARACTERS:
        raise NotJson(f"longer than {MOST_CHARACTERS} characters")
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise NotJson(f"nested more than {MOST_LEVELS} levels deep") from error
    except NotJson:
        raise
    except ValueError as error:  # Python refuses whole numbers of several thousand digits
        raise NotJson("a number with too many digits") from error
    check_depth(value)
    return value


def write_json(value: Any, *, sort_keys: bool = False) -> str:
    """Write a value as compact JSON text, decimals digit by digit as they are."""
    return "".join(_pieces(value, sort_keys=sort_keys))


def _refuse_constant(name: str) -> None:
    raise NotJson(f"{name} is not a number in JSON")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise NotJson(f"the key {key!r} stands twice in the same object")
        result[key] = value
    return result


def check_depth(value: Any) -> None:
    """Raise `NotJson` when lists and objects are nested more than `MOST_LEVELS` deep."""
    level, at = 0, [value]
    while at:
        level += 1
        if level > MOST_LEVELS:
            raise NotJson(f"nested more than {MOST_LEVELS} levels deep")
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
