"""How mistakes in files are worded: a value shown short, and the nearest right name for a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from typing import Any


def shown(value: Any) -> str:
    """The value as it stands in the file, short enough for a sentence."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 40 else text[:37] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice for a name that is not known: the nearest one that is, if there is one."""
    near = get_close_matches(name, list(known), n=1)
    return f"Remove it, or write {near[0]}" if near else "Remove it or correct its name"
