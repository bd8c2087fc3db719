"""Reading TOML with every mistake at once: each says the key, what is wrong, and what would be right.

A `Reader` stands at one table of the file. Its methods return a value of the right type in any case (a harmless one after
a mistake), so that reading goes on to the next key; `done` complains of keys that nobody asked for.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

from .refusals import Mistake

Text = Mapping[str, str]


class Reader:
    """One table of a TOML file; `path` is its dotted key."""

    def __init__(self, file: str, content: Mapping[str, Any], mistakes: list[Mistake], path: str = "") -> None:
        self.file = file
        self.content = content
        self.mistakes = mistakes
        self.path = path
        self.asked: set[str] = set()

    def mistake(self, key: str, why: str, way_out: str) -> None:
        """Note a mistake at a key of this table."""
        self.mistakes.append(Mistake(self.file, 0, self._dotted(key), why, way_out))

    def has(self, key: str) -> bool:
        """Whether the key is there; asking makes it known."""
        self.asked.add(key)
        return key in self.content

    def text(self, key: str, *, example: str = "…", optional: bool = False) -> str:
        """A text that is not empty; an optional one that is absent is ''."""
        value = self._get(key, f'{key} = "{example}"', optional)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.mistake(key, "this is no text, or an empty one.", f'Write {key} = "{example}".')
            return ""
        return value

    def texts(self, key: str, *, optional: bool = False) -> Text:
        """A text in each language, such as { en = "…", sv = "…" }; English must be among them."""
        value = self._get(key, f'{key} = {{ en = "…", sv = "…" }}', optional)
        if value is None:
            return {}
        good = isinstance(value, dict) and "en" in value and all(isinstance(v, str) and v for v in value.values())
        if not good:
            self.mistake(key, "this is no text by language with English in it.", 'Write { en = "…", sv = "…" }.')
            return {}
        return {str(language): str(text) for language, text in value.items()}

    def choice(self, key: str, among: tuple[str, ...], *, default: str | None = None) -> str:
        """One of a few words."""
        value = self._get(key, f'{key} = "{among[0]}"', optional=default is not None)
        if value is None:
            return default or among[0]
        if value not in among:
            self.mistake(key, "this value is unknown." + _nearest(value, among), f"Use one of {', '.join(among)}.")
            return default or among[0]
        return str(value)

    def number(self, key: str, low: float, high: float, *, default: float | None = None) -> float:
        """A number from `low` to `high`, both allowed."""
        value = self._get(key, f"{key} = {low:g}", optional=default is not None)
        if value is None:
            return low if default is None else default
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.mistake(key, "this is no number in its range.", f"Give a number from {low:g} to {high:g}.")
            return low if default is None else default
        return float(value)

    def optional_number(self, key: str) -> float | None:
        """A number, or None when the key is absent."""
        if not self.has(key):
            return None
        return self.number(key, -math.inf, math.inf)

    def whole(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number from `low` to `high`, both allowed."""
        value = self._get(key, f"{key} = {low}", optional=default is not None)
        if value is None:
            return low if default is None else default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.mistake(key, "this is no whole number in its range.", f"Give a whole number from {low} to {high}.")
            return low if default is None else default
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self._get(key, f"{key} = true", optional=True)
        if value is not None and not isinstance(value, bool):
            self.mistake(key, "this is neither true nor false.", "Write true or false, without quotes.")
            return default
        return default if value is None else value

    def codes(self, key: str, *, optional: bool = False, among: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, each once, each of `among` when that is given."""
        value = self._get(key, f'{key} = ["…"]', optional)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.mistake(key, "this is no list of texts.", f'Write {key} = ["…", "…"].')
            return ()
        if len(set(value)) != len(value):
            self.mistake(key, "something stands twice in the list.", "Name each once.")
        for one in value:
            if among is not None and one not in among:
                self.mistake(key, f"{one!r} is unknown." + _nearest(one, among), f"Known: {', '.join(among)}.")
        return tuple(value)

    def wholes(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers from `low` to `high`, which may be absent."""
        value = self._get(key, f"{key} = [{low}]", optional=True)
        if value is None:
            return ()
        good = isinstance(value, list) and all(type(one) is int and low <= one <= high for one in value)
        if not good:
            self.mistake(key, "this is no list of whole numbers in their range.", f"Give numbers from {low} to {high}.")
            return ()
        return tuple(value)

    def numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """A list of numbers in a range; () after a mistake."""
        value = self.content.get(key) if self.has(key) else None
        good = isinstance(value, list) and value and all(type(v) in (int, float) and low <= v <= high for v in value)
        if not good:
            why = "this is no list of numbers in their range."
            self.mistake(key, why, f"Write [{low:g}, {high:g}] or what lies between.")
            return ()
        assert isinstance(value, list)
        return tuple(float(one) for one in value)

    def table(self, key: str) -> Reader:
        """A table; an empty one after a mistake."""
        value = self._get(key, f"[{self._dotted(key)}]", optional=False)
        if value is not None and not isinstance(value, dict):
            self.mistake(key, "this is no table.", f"Open it with [{self._dotted(key)}].")
        return Reader(self.file, value if isinstance(value, dict) else {}, self.mistakes, self._dotted(key))

    def optional_table(self, key: str) -> Reader | None:
        """A table, or None when it is absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str, *, optional: bool = False) -> list[Reader]:
        """An array of tables, each named by its place from 1: outcomes[2]."""
        value = self._get(key, f"[[{self._dotted(key)}]]", optional)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.mistake(key, "this is no list of tables.", f"Open each with [[{self._dotted(key)}]].")
            return []
        return [
            Reader(self.file, one, self.mistakes, f"{self._dotted(key)}[{place}]")
            for place, one in enumerate(value, start=1)
        ]

    def keys(self) -> tuple[str, ...]:
        """Every key of this table, as written; asking makes them all known."""
        self.asked.update(self.content)
        return tuple(self.content)

    def done(self) -> None:
        """Complain of every key that nobody asked for."""
        for key in self.content:
            if key not in self.asked:
                why = "this key is unknown." + _nearest(key, tuple(sorted(self.asked)))
                self.mistake(key, why, "Remove it or correct its name.")

    def _get(self, key: str, right: str, optional: bool) -> Any:
        self.asked.add(key)
        if key not in self.content and not optional:
            self.mistake(key, "this key is missing.", f"Add {right}.")
        return self.content.get(key)

    def _dotted(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _nearest(value: object, among: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(str(value), among, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
