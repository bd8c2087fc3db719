"""Markup: XML written as a stream, element by element, so that a file of any length needs no more memory than one element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold at all (section 2.2, production Char)."""


class Markup:
    """Writes elements to `file`, each on a line of its own, indented by its depth."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.depth = 0
        self._line('<?xml version="1.0" encoding="UTF-8"?>')

    @contextmanager
    def element(self, name: str, **attributes: object) -> Iterator[None]:
        """An element around what is written inside the `with`; attributes that are None are left out."""
        self._line(f"<{name}{_attributes(attributes)}>")
        self.depth += 1
        yield
        self.depth -= 1
        self._line(f"</{name}>")

    def empty(self, name: str, **attributes: object) -> None:
        """An element without content."""
        self._line(f"<{name}{_attributes(attributes)}/>")

    def text(self, name: str, words: str, **attributes: object) -> None:
        """An element that holds words."""
        self._line(f"<{name}{_attributes(attributes)}>{escape(_legal(words))}</{name}>")

    def _line(self, line: str) -> None:
        self.file.write(f"{' ' * self.depth}{line}\n".encode())


def _attributes(attributes: dict[str, object]) -> str:
    """`xml_lang` is written xml:lang."""
    return "".join(
        f" {name.replace('xml_', 'xml:')}={_quoted(str(value))}"
        for name, value in attributes.items()
        if value is not None
    )


@lru_cache(maxsize=8192)
def _quoted(text: str) -> str:
    """An attribute's value; names of items and forms come again and again."""
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
