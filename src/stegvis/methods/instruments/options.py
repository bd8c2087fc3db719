"""The options of a choice: from `answerOption` or a value set, each with a key of its own that is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.item_texts import text_of, translations
from stegvis.methods.instruments.items import Option, Text
from stegvis.methods.instruments.value_sets import Concept, NotAtHand, NotSound, ValueSets

_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "integer": frozenset({"Integer"}),
    "decimal": frozenset({"Integer"}),
    "date": frozenset({"Date"}),
    "dateTime": frozenset({"Date"}),
    "time": frozenset({"Time"}),
    "string": frozenset({"String"}),
}
"""R4, Questionnaire.item.answerOption.value[x]: "The data type of the value must agree with the item.type"."""


def options_of(raw: Mapping[str, Any], language: str | None, sets: ValueSets, place: Place) -> tuple[Option, ...]:
    """The options in their order; several that cannot be told apart are a warning, and the first of them stays."""
    options = [
        option
        for number, one in enumerate(raw.get("answerOption", ()))
        if (option := _option(one, raw["type"], language, place.at(f"{place.path}.answerOption[{number}]")))
    ]
    if "answerValueSet" in raw:
        options += _from_value_set(raw["answerValueSet"], language, sets, place)
    return _told_apart(options, place)


def _from_value_set(canonical: str, language: str | None, sets: ValueSets, place: Place) -> list[Option]:
    try:
        concepts = sets.concepts(canonical)
    except NotAtHand as why:
        if isinstance(why, NotSound):
            place.warn(str(why), "Contain a ValueSet that lists its codes, or give answerOption", "answerValueSet")
        what = f"its options cannot be listed: {why}; any code is taken"
        place.leave_out("answerValueSet", what, blocks=True)
        return []
    return [option for one in concepts if (option := _concept_option(one, language, place))]


def _concept_option(concept: Concept, language: str | None, place: Place) -> Option | None:
    designations = {
        one["language"]: one["value"] for one in concept.get("designation", ()) if "language" in one and "value" in one
    }
    option = _coded(concept, concept, language, place)
    if option is None:
        return None
    text = replace(option.text, translations={**designations, **option.text.translations})
    coding = {key: concept[key] for key in ("system", "version", "code", "display") if key in concept}
    return replace(option, text=text, value=coding, source=concept)


def _option(raw: Mapping[str, Any], item_type: str, language: str | None, place: Place) -> Option | None:
    key = next((key for key in raw if key.startswith("value")), None)
    if key is None:
        place.warn("an option without a value", "Give its value[x]")
        return None
    value, kind = raw[key], key.removeprefix("value")
    if kind not in _KINDS.get(item_type, {kind}):
        what = f"{key} for a question of type {item_type}, which such an answer cannot have"
        place.warn(what, "Give the value in the question's own type, or make it a choice", key)
    if kind == "Coding":
        return _coded(raw, value, language, place)
    stored, words = str(value), text_of(raw, key, language)
    if kind == "Reference":
        stored = str(value.get("reference") or value.get("display") or "")
        words = Text(str(value.get("display") or stored), language)
    if not stored:
        place.warn("an option that names nothing", "Give it words of its own", key)
        return None
    return replace(Option(stored, kind, words or Text(stored, language), value=value), **_qualities(raw, {}, place))


def _coded(raw: Mapping[str, Any], coding: Mapping[str, Any], language: str | None, place: Place) -> Option | None:
    system, code, display = coding.get("system"), coding.get("code"), coding.get("display")
    key = code if code is not None else display
    if not key:
        place.warn("an option without code or display", "Give the Coding a code", "valueCoding")
        return None
    words = text_of(coding, "display", language) or Text(key, language, translations(coding.get("_display")))
    option = Option(key, "Coding", words, system=system, code=code, display=display, value=coding)
    return replace(option, **_qualities(raw, coding, place))


def _qualities(raw: Mapping[str, Any], coding: Mapping[str, Any], place: Place) -> dict[str, Any]:
    return {
        "ordinal": _ordinal(raw, coding, place),
        "exclusive": ext.first_value(raw, ext.OPTION_EXCLUSIVE) is True,
        "initial": raw.get("initialSelected") is True,
        "prefix": ext.first_text(raw, ext.OPTION_PREFIX) or ext.first_text(coding, ext.OPTION_PREFIX),
    }


def _ordinal(raw: Mapping[str, Any], coding: Mapping[str, Any], place: Place) -> Decimal | None:
    for url in (ext.ORDINAL_VALUE, ext.ITEM_WEIGHT):
        for element in (raw, coding):
            value = ext.first_value(element, url)
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                return Decimal(str(value))
            if value is not None:
                place.warn(f"the ordinal value {value!r} is not a number", "Give valueDecimal", "extension")
    return None


def _told_apart(options: Sequence[Option], place: Place) -> tuple[Option, ...]:
    """The options with their system before the code where the code alone names several."""
    times = Counter(option.key for option in options)
    kept: dict[str, Option] = {}
    for option in options:
        if times[option.key] > 1 and option.system:
            option = replace(option, key=f"{option.system}|{option.key}")
        if option.key in kept:
            what = f"the option {option.key!r} stands twice and could not be told apart in a stored answer"
            place.warn(what, "Give every option a value of its own; the first of them is used", "answerOption")
        kept.setdefault(option.key, option)
    return tuple(kept.values())
