"""Regular expressions from questionnaires: which can be used, and matching within bounds.

A pattern written by others must not keep the server busy: one repetition inside another ("(a+)+") can take time that
doubles with every character. Such patterns are refused, and what is matched is bounded in length.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from re import _constants as opcodes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

MOST_CHARACTERS: Final = 10_000
"""Longest text that a pattern is tried on; longer ones do not match."""

_REPEATS: Final = frozenset({opcodes.MAX_REPEAT, opcodes.MIN_REPEAT})
_FEW: Final = 16
"""Repetitions bounded by this may stand inside others: the work stays a small multiple."""


class NotUsable(ValueError):
    """The pattern cannot be used; the message says why."""


def checked(pattern: str) -> str:
    """The pattern itself when it can be used, else `NotUsable`."""
    if len(pattern) > 1000:
        raise NotUsable("it is longer than 1000 characters")
    try:
        with warnings.catch_warnings(action="error"):
            parsed = parser.parse(_in_python(pattern))
            _compiled(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise NotUsable(f"it is not a regular expression ({error})") from error
    if _nests(parsed, inside=False):
        raise NotUsable("one repetition stands inside another, which can take endless time")
    return pattern


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says (FHIR: anchored at both ends)."""
    return len(text) <= MOST_CHARACTERS and _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_in_python(pattern))


def _in_python(pattern: str) -> str:
    """The pattern as Python writes it: some files have it between slashes, as JavaScript does."""
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        pattern = pattern[1:-1]
    return pattern.replace("\\/", "/")


def _nests(parsed: Any, *, inside: bool) -> bool:
    for opcode, argument in parsed:
        if opcode in _REPEATS:
            _, most, body = argument
            many = most > _FEW
            if (many and inside) or _nests(body, inside=inside or many):
                return True
        elif any(_nests(part, inside=inside) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> list[Any]:
    """The patterns inside an operation's argument."""
    if isinstance(argument, parser.SubPattern):
        return [argument]
    if isinstance(argument, tuple | list):
        return [part for one in argument for part in _parts(one)]
    return []
