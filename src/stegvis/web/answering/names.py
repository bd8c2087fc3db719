"""What a question's controls are called in a form: its position, where that can be a name.

linkIds are free text: with spaces, slashes, or the very words that a form uses for itself. Those are written so that a
name can also be an id in HTML.
"""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z0-9.@:-]+(_[A-Za-z0-9.@:-]+)*")
_TAKEN: Final = frozenset(
    {"field", "version", "then", "csrfmiddlewaretoken", "typed_at", "look_again", "password", "present", "code"}
)
PREFIX: Final = "answer:"
_WRITTEN: Final = re.compile(r"_([0-9a-f]+)\.")


def name_of(position: str) -> str:
    """The name of a position's controls; different for different positions."""
    if _PLAIN.fullmatch(position) and position not in _TAKEN and not position.startswith(PREFIX):
        return position
    return PREFIX + "".join(one if one.isascii() and one.isalnum() else f"_{ord(one):x}." for one in position)


def position_of_name(name: str) -> str:
    """The position that has this name; the inverse of `name_of`."""
    if not name.startswith(PREFIX):
        return name
    return _WRITTEN.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), name.removeprefix(PREFIX))
