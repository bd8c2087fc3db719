"""Labels: what tables, columns and values are called, in English and Swedish.

The English words of tables and columns are those of their definitions (`methods.analysis.tables`); the Swedish stand in
`texts/sv.toml`, by the English: the same words have one translation wherever they stand. A test demands every one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

Words = Mapping[str, str]
LANGUAGES = ("en", "sv")
SWEDISH = Path(__file__).parent / "texts" / "sv.toml"


@lru_cache(maxsize=1)
def swedish() -> Mapping[str, Mapping[str, str]]:
    """The Swedish words: `tables` by name, `columns` by their English meaning, `values` by code, `page` by English."""
    return tomllib.loads(SWEDISH.read_text(encoding="utf-8"))


def table_label(name: str, what: str) -> Words:
    """What a table is."""
    return _both(what, "tables", name)


def column_label(table: str, name: str, what: str) -> Words:
    """What a column means; a column of `table` may have a translation of its own, as `table.name`."""
    own = swedish()["columns"].get(f"{table}.{name}")
    return {"en": what, "sv": own} if own else _both(what, "columns", what)


def value_label(code: str) -> Words:
    """What a code of an extract's own lists means."""
    return {"en": code.replace("_", " "), "sv": swedish()["values"].get(code, code.replace("_", " "))}


def page_word(english: str, lang: str) -> str:
    """A word of the codebook's page."""
    return english if lang == "en" else swedish()["page"].get(english, english)


def _both(english: str, part: str, key: str) -> Words:
    words = swedish()[part].get(key)
    return {"en": english, "sv": words} if words else {"en": english}
