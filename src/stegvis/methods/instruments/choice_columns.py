"""The columns that a choice is shown with (SDC choiceColumn), and what stands in them for each of its options.

Source: hl7.org/fhir/uv/sdc, choiceColumn: each repetition is a column to display; `path` is the property of the code in its
code system, or FHIRPath on the option (the Coding, the concept of the value set, or the resource that a reference means);
`label` its head; columns that are `forDisplay` are, in their order, what the option is called when it is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments import fhirpath
from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.expression_language import evaluate, problems_in
from stegvis.methods.instruments.item_texts import text_of
from stegvis.methods.instruments.items import Cell, Option, Text


@dataclass(frozen=True)
class Column:
    """A column of a choice: where its words are found, its head, and whether they name the option."""

    path: str
    label: Text | None
    for_display: bool
    element: str


def columns_of(raw: Mapping[str, Any], language: str | None, place: Place) -> tuple[Column, ...]:
    """The columns that an item asks for; what cannot be shown of them is listed."""
    found = []
    for number, extension in enumerate(raw.get("extension", ())):
        if extension["url"] == ext.CHOICE_COLUMN:
            column = _column(extension, f"extension[{number}]", language, place)
            found += [column] if column else []
    return tuple(found)


def _column(extension: Mapping[str, Any], element: str, language: str | None, place: Place) -> Column | None:
    parts = {inner["url"]: inner for inner in extension.get("extension", ()) if "url" in inner}
    path = parts.get("path", {}).get("valueString")
    if not path:
        place.warn("a column without path", "Say what stands in it; it has no effect as it is", element)
        return None
    if "width" in parts:
        place.leave_out(element, "the width of a column is as wide as its words need", blocks=False)
    label = text_of(parts.get("label", {}), "valueString", language)
    return Column(path, label, ext.value_of(parts.get("forDisplay", {})) is True, element)


def with_cells(
    options: tuple[Option, ...], columns: Sequence[Column], contained: Sequence[Mapping[str, Any]], place: Place
) -> tuple[Option, ...]:
    """The options with what stands in their columns; `contained` are resources that a reference may mean.

    A column in which nothing stands for any option is not shown, and listed.
    """
    if not columns:
        return options
    rows = {}
    for option in options:
        source = _source(option, contained)
        rows[option.key] = [_words(column, option, source) for column in columns]
    for number, column in enumerate(columns):
        if rows and not any(row[number] for row in rows.values()):
            place.leave_out(
                column.element, f"nothing stands in the column {column.path!r}: {_why(column)}", blocks=False
            )
    return tuple(_with_row(option, columns, rows[option.key]) for option in options)


def _source(option: Option, contained: Sequence[Mapping[str, Any]]) -> Any:
    """What the columns of an option are taken from."""
    if option.kind == "Reference":
        meant = (one for one in contained if f"#{one.get('id')}" == option.key)
        return next(meant, option.value)
    return option.value if option.source is None else option.source


def _why(column: Column) -> str:
    faults = problems_in(column.path)
    return f"it is no FHIRPath ({faults[0]})" if faults else "no option at hand has it"


def _with_row(option: Option, columns: Sequence[Column], row: Sequence[Text | None]) -> Option:
    named = [words for column, words in zip(columns, row, strict=True) if words and column.for_display]
    cells = tuple(
        Cell(column.label, words)
        for column, words in zip(columns, row, strict=True)
        if words and not column.for_display
    )
    return replace(option, name=_joined(named), cells=cells)


def _joined(texts: Sequence[Text]) -> Text | None:
    """Several texts as one, in every language that any of them has."""
    if len(texts) < 2:
        return texts[0] if texts else None
    languages = {lang for text in texts for lang in text.translations}
    words = {lang: " ".join(text.text_in(lang) for text in texts) for lang in languages}
    return Text(" ".join(text.plain for text in texts), texts[0].language, words)


def _words(column: Column, option: Option, source: Any) -> Text | None:
    """What stands in one cell: the option's own words keep their translations."""
    found = _property(source, column.path)
    if found is None:
        found = _by_path(source, column.path)
    if not found:
        return None
    return option.text if found == option.text.plain else Text(found)


def _property(source: Any, code: str) -> str | None:
    """The property of a concept in its code system."""
    properties = source.get("property", ()) if isinstance(source, Mapping) else ()
    values = [ext.value_of(one) for one in properties if isinstance(one, Mapping) and one.get("code") == code]
    shown = [str(one.get("display") or one.get("code")) if isinstance(one, Mapping) else str(one) for one in values]
    return ", ".join(shown) or None


def _by_path(source: Any, path: str) -> str:
    if source is None or problems_in(path):
        return ""
    try:
        found = evaluate(path, source, {}, None)
    except fhirpath.ExpressionError:
        return ""
    values = [one.value if isinstance(one, fhirpath.Node) else one for one in found]
    return ", ".join(str(one) for one in values if not isinstance(one, Mapping))
