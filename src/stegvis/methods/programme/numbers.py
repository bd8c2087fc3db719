"""Numbers: the trial's telephone numbers inside a text, written by their name and never as digits.

A text says {emergency_number}. Which number that is stands in the safety section of the trial's protocol, under the same
name that the trial's letters use (`methods.study.texts`). `programme.toml` lists the names that its texts use, so that the
folder can be checked alone, and a trial's folder can be checked for whether its protocol knows each of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


def named(markdown: str) -> list[tuple[str, int]]:
    """Every name in braces with its line, counted from 0 within the text."""
    return [(found[1], markdown[: found.start()].count("\n")) for found in _PLACEHOLDER.finditer(markdown)]


def filled(markdown: str, numbers: Mapping[str, str], otherwise: str) -> str:
    """The text with every name in braces replaced by its number, and by `otherwise` where the trial has none.

    Braces never reach a person in danger: a release outlives the protocol that it was published under.
    """
    return _PLACEHOLDER.sub(lambda found: numbers.get(found[1], otherwise), markdown)
