"""How mistakes in files are worded: a value shown short, and the nearest right name for a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$\-]{0,59}")


def shown(value: Any) -> str:
    """The value as it stands in the file, short enough for a sentence."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 40 else text[:37] + "…"


def named(key: str) -> str:
    """The key of an object as it can stand in an element path: in quotes and cut short where it is no plain name."""
    return key if _NAME.fullmatch(key) else shown(key)


def printable(text: str) -> str:
    """The text for a terminal or a log: what a file could hide or steer it with is spelt out (\\x1b, \\ud800)."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice for a name that is not known: the nearest one that is, if there is one."""
    near = get_close_matches(name, list(known), n=1)
    return f"Remove it, or write {near[0]}" if near else "Remove it or correct its name"
