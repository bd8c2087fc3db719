"""Catalogue: every text of the report in one language, and how numbers are written in it.

The texts are in `texts/<language>.toml`, the same keys in each (a test says so). Placeholders are named, as in
`{arm}`. English uses a decimal point, Swedish a decimal comma; both a true minus sign and a thin space before per cent
in Swedish only.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "sv")
MINUS, NARROW_SPACE, DASH = "−", "\u202f", "–"


class Catalogue:
    """The texts and number formats of one language."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"there are no texts in {language!r}; known languages: {', '.join(LANGUAGES)}")
        self.language = language
        self._texts = texts(language)

    def __call__(self, key: str, **facts: object) -> str:
        """The text of a key with its placeholders filled in; a key that is not there is a programming error."""
        return self._texts[key].format(**facts)

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in self._texts

    def of(self, text: Mapping[str, str]) -> str:
        """The plan's text in this language, or in English when it lacks this one."""
        return text.get(self.language) or text.get("en") or next(iter(text.values()), "")

    def number(self, value: float | None, decimals: int = 1) -> str:
        """A number with fixed decimals; a dash when there is none."""
        if value is None or not math.isfinite(value):
            return DASH
        rounded = f"{value:.{decimals}f}"
        if float(rounded) == 0:
            rounded = rounded.lstrip("-")
        text = rounded.replace("-", MINUS)
        return text.replace(".", ",") if self.language == "sv" else text

    def signed(self, value: float | None, decimals: int = 1) -> str:
        """A difference: with its sign, also when positive."""
        text = self.number(value, decimals)
        positive = value is not None and math.isfinite(value) and float(f"{value:.{decimals}f}") > 0
        return f"+{text}" if positive else text

    def whole(self, value: float | None) -> str:
        """A count."""
        return self.number(value, 0)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        """A proportion (0 to 1) in per cent."""
        if share is None or not math.isfinite(share):
            return DASH
        return self.number(100 * share, decimals) + (f"{NARROW_SPACE}%" if self.language == "sv" else "%")

    def p(self, value: float | None) -> str:
        """A P value: three decimals under 0.1, two above, never 0 and never 1."""
        if value is None or not math.isfinite(value):
            return DASH
        if value < 0.001:
            return f"<{self.number(0.001, 3)}"
        if value > 0.99:
            return f">{self.number(0.99, 2)}"
        return self.number(value, 3 if value < 0.0995 else 2)

    def p_equals(self, value: float | None) -> str:
        """A P value after `P`: `= 0.04` or `< 0.001`."""
        text = self.p(value)
        return f"{text[0]}\u00a0{text[1:]}" if text[0] in "<>" else f"=\u00a0{text}"

    def interval(self, low: float | None, high: float | None, decimals: int = 1) -> str:
        """Limits as `−7.5 to 11.0`."""
        if low is None or high is None:
            return DASH
        return self("format.interval", low=self.number(low, decimals), high=self.number(high, decimals))

    def level(self, level: float) -> str:
        """A confidence level as `95%`."""
        return self.percent(level, 0 if round(100 * level, 6).is_integer() else 1)


@cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of a language by dotted key."""
    content = (resources.files(__package__) / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(content), ""))


def _flat(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", str(value).strip()
