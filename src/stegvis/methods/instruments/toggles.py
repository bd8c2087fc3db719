"""Options that are offered only while an expression holds (SDC `answerOptionsToggleExpression`).

Source: hl7.org/fhir/uv/sdc, answerOptionsToggleExpression: when the expression is true its options are enabled, otherwise
disabled; "any options not listed by one of the answerOptionsToggleExpression occurrences are presumed to be enabled". An
option that several list is offered while one of them holds. An expression over what only a server can give is never
evaluated: all options stay, and that is said on load.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.formulas import formula_of_expression, variables_within
from stegvis.methods.instruments.items import Option, Toggle


def toggles_of(
    raw: Mapping[str, Any], options: tuple[Option, ...], elsewhere: Collection[str], place: Place
) -> tuple[Toggle, ...]:
    """The toggles of an item; `elsewhere` are the names of variables that only a server can fill."""
    found = []
    for number, extension in enumerate(raw.get("extension", ())):
        if extension["url"] == ext.TOGGLE_EXPRESSION:
            toggle = _toggle(extension, options, elsewhere, place.at(f"{place.path}.extension[{number}]"))
            found += [toggle] if toggle else []
    return tuple(found)


def _toggle(
    extension: Mapping[str, Any], options: tuple[Option, ...], elsewhere: Collection[str], place: Place
) -> Toggle | None:
    expression = next(ext.values_of(extension, "expression"), None)
    if not isinstance(expression, Mapping):
        place.warn("options to toggle without an expression", "Write the expression; it has no effect as it is")
        return None
    at = place.at(ext.path_within(extension, "expression", place.path))
    formula = formula_of_expression(expression, at, ext.TOGGLE_EXPRESSION, blocks=True)
    if formula is None:
        return None
    if set(variables_within([formula])) & set(elsewhere):
        what = "it looks at what only a server can give, so its options are always offered"
        at.leave_out("expression", what, blocks=True)
        return None
    return Toggle(formula, frozenset(_keys(extension, options, place)))


def _keys(extension: Mapping[str, Any], options: tuple[Option, ...], place: Place) -> list[str]:
    found = []
    for number, inner in enumerate(extension.get("extension", ())):
        if inner.get("url") == "option":
            kind = next((key.removeprefix("value") for key in inner if key.startswith("value")), "")
            meant = next((one for one in options if one.means(kind, inner.get(f"value{kind}"))), None)
            if meant is not None:
                found.append(meant.key)
            elif options:
                place.warn("an option to toggle that the question does not have", "Name one of its options",
                           f"extension[{number}].value{kind}")  # fmt: skip
    return found
