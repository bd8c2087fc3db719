"""The parts of an item: its texts and translations, its options, its control, its limits and its unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.answers import is_date
from stegvis.methods.instruments.elements import ANSWER_OPTION, NUMBER, Place, is_of, objects, take
from stegvis.methods.instruments.questionnaire import PARTS_OF_PARENT, Option, Text

OWN_CONTROLS = frozenset({"line", "numbers"})
CONTROLS = frozenset({"radio-button", "check-box", "drop-down", "text-box", "slider"}) | PARTS_OF_PARENT | OWN_CONTROLS
"""The item controls that are carried out here; others are shown in the plain way."""


def text_of(taken: Mapping[str, Any], element: str, language: str | None) -> Text | None:
    """A text element with the translations that stand beside it (`_text`), or None."""
    plain = taken.get(element)
    if not isinstance(plain, str):
        return None
    return Text(plain, language, _translations(taken.get(f"_{element}")))


def _translations(sibling: Any) -> dict[str, str]:
    found = {}
    for inner in ext.values_of(sibling, ext.TRANSLATION) if isinstance(sibling, Mapping) else ():
        parts = ext.parameters_of(inner)
        lang, content = parts.get("lang", [None])[0], parts.get("content", [None])[0]
        if isinstance(lang, str) and isinstance(content, str):
            found[lang] = content
    return found


def options_of(taken: Mapping[str, Any], language: str | None, place: Place) -> tuple[Option, ...]:
    """The options in their order, each with a key of its own."""
    read = [
        option
        for path, raw in objects(taken.get("answerOption"), f"{place.path}.answerOption", place.findings, place.link_id)
        if (option := _option(raw, language, place.at(path)))
    ]
    options = _told_apart(read)
    for twice, times in Counter(option.key for option in options).items():
        if times > 1:
            what = f"{times} options are {twice!r} and could not be told apart in a stored answer"
            place.leave_out("answerOption", what, blocks=True)
    return options


def _option(raw: dict[str, Any], language: str | None, place: Place) -> Option | None:
    taken = take(raw, ANSWER_OPTION, place.path, place.findings, place.link_id)
    values = [key for key in taken if key.startswith("value")]
    if len(values) != 1:
        place.mistake(f"an option with {len(values)} values", "Give exactly one value[x]")
        return None
    value, kind = taken[values[0]], values[0].removeprefix("value")
    if kind == "Coding":
        return _coded_option(taken, value, language, place)
    if kind in ("Time", "Reference"):
        place.leave_out(values[0], f"options of type {kind} are not offered here yet", blocks=True)
    text = text_of(taken, values[0], language) or Text(str(value), language)
    key = str(value) if not isinstance(value, Mapping) else str(value.get("reference", place.path))
    return Option(key, kind, text, ordinal=_ordinal(taken, {}, place), exclusive=_is_exclusive(taken))


def _coded_option(
    taken: Mapping[str, Any], coding: Mapping[str, Any], language: str | None, place: Place
) -> Option | None:
    system, code, display = coding.get("system"), coding.get("code"), coding.get("display")
    key = code if code is not None else display
    if not isinstance(key, str) or not key.strip():
        place.mistake("an option without code or display", "Give the Coding a code", "valueCoding")
        return None
    text = Text(display if isinstance(display, str) else key, language, _translations(coding.get("_display")))
    return Option(
        key=key,
        kind="Coding",
        text=text,
        system=system if isinstance(system, str) else None,
        code=code if isinstance(code, str) else None,
        display=display if isinstance(display, str) else None,
        ordinal=_ordinal(taken, coding, place),
        exclusive=_is_exclusive(taken),
    )


def _ordinal(option: Mapping[str, Any], coding: Mapping[str, Any], place: Place) -> Decimal | None:
    for url in (ext.ORDINAL_VALUE, ext.ITEM_WEIGHT):
        for element in (option, coding):
            value = ext.first_value(element, url)
            if value is not None and is_of(value, NUMBER):
                return Decimal(str(value))
            if value is not None:
                place.mistake(f"the ordinal value {value!r} is not a number", "Give valueDecimal", "extension")
    return None


def control_of(taken: Mapping[str, Any], place: Place) -> str | None:
    """The control that the item asks for, as far as it is one of `CONTROLS`."""
    codes = [
        coding["code"]
        for concept in ext.values_of(taken, ext.ITEM_CONTROL)
        if isinstance(concept, Mapping) and isinstance(concept.get("coding"), list)
        for coding in concept["coding"]
        if isinstance(coding, Mapping) and isinstance(coding.get("code"), str)
    ]
    known = [code for code in codes if code in CONTROLS]
    for code in codes:
        if code not in CONTROLS:
            place.leave_out("itemControl", f"the control {code!r} is shown in the plain way", blocks=False)
    # Our own finer word ("line") stands beside FHIR's ("slider") for readers that do not know it.
    return next((code for code in known if code in OWN_CONTROLS), known[0] if known else None)


def bounds_of(taken: Mapping[str, Any], kind: str, place: Place) -> tuple[Any, Any]:
    """The least and the greatest answer, in the type of the item."""
    found = [_bound(taken, url, kind, place) for url in (ext.MIN_VALUE, ext.MAX_VALUE)]
    low, high = found
    if low is not None and high is not None and low > high:
        place.mistake(f"the least value {low} is greater than the greatest, {high}", "Exchange them", "extension")
    return low, high


def _bound(taken: Mapping[str, Any], url: str, kind: str, place: Place) -> Any:
    value = ext.first_value(taken, url)
    if value is None:
        return None
    fits = {
        "integer": is_of(value, int),
        "decimal": is_of(value, NUMBER),
        "date": isinstance(value, str) and is_date(value),
    }
    if kind not in fits:
        place.leave_out("extension", f"a limit on a {kind} is not kept here yet", blocks=True)
        return None
    if not fits[kind]:
        place.mistake(
            f"the limit {value} does not fit the type {kind}", "Give a limit of the item's own type", "extension"
        )
        return None
    return Decimal(str(value)) if kind == "decimal" else value


def whole_of(taken: Mapping[str, Any], url: str, place: Place) -> int | None:
    """The whole number that an extension gives, or None."""
    value = ext.first_value(taken, url)
    if value is None:
        return None
    if not is_of(value, int) or value < 0:
        place.mistake(f"{url.rpartition('/')[2]} {value!r} is not a whole number", "Give valueInteger", "extension")
        return None
    return int(value)


def unit_of(taken: Mapping[str, Any], language: str | None) -> Text | None:
    """The unit of a number, by its words or else its code."""
    coding = ext.first_value(taken, ext.UNIT)
    if not isinstance(coding, Mapping):
        return None
    word = coding.get("display") or coding.get("code")
    return Text(word, language, _translations(coding.get("_display"))) if isinstance(word, str) else None


def _told_apart(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options with their system before the code where the code alone names several."""
    times = Counter(option.key for option in options)
    return tuple(
        replace(option, key=f"{option.system}|{option.key}") if times[option.key] > 1 and option.system else option
        for option in options
    )


def _is_exclusive(taken: Mapping[str, Any]) -> bool:
    return ext.first_value(taken, ext.OPTION_EXCLUSIVE) is True
