"""The parts of an item that its extensions give: its control, its limits, its units, its looks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments import regexes
from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.item_texts import translations
from stegvis.methods.instruments.items import PARTS_OF_PARENT, Limits, Look, Text
from stegvis.methods.instruments.primitives import is_date, is_date_time, is_time
from stegvis.methods.instruments.value_sets import NotAtHand, ValueSets

OWN_CONTROLS = frozenset({"line", "numbers"})
CONTROLS = (
    frozenset(
        {
            "radio-button", "check-box", "drop-down", "autocomplete", "text-box", "slider", "spinner", "inline",
            "list", "table", "htable", "gtable", "grid", "atable", "page", "tab-container",
        }
    )
    | PARTS_OF_PARENT
    | OWN_CONTROLS
)  # fmt: skip
"""The item controls that the model keeps for the page; others are shown in the plain way."""


def with_sound_extensions(raw: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
    """The raw item without those extensions whose value is of a type they cannot have; each is a warning."""
    extensions = raw.get("extension", ())
    kept = []
    for number, one in enumerate(extensions):
        expected = ext.VALUES.get(one["url"])
        found = next((key for key in one if key.startswith("value") or key == "extension"), None)
        if expected is None or found in expected:
            kept.append(one)
        else:
            name = one["url"].rpartition("/")[2]
            right = f"Give {' or '.join(expected)}; it has no effect as it is"
            place.warn(f"{name} has {found or 'no value'}", right, f"extension[{number}]")
    return raw if len(kept) == len(extensions) else {**raw, "extension": kept}


def controls_of(raw: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    """The controls that the item asks for, as far as they are some of `CONTROLS`."""
    codes = [
        coding["code"]
        for concept in ext.values_of(raw, ext.ITEM_CONTROL)
        for coding in concept.get("coding", ())
        if "code" in coding
    ]
    for code in codes:
        if code not in CONTROLS:
            place.leave_out("itemControl", f"the control {code!r} is shown in the plain way", blocks=False)
    return tuple(code for code in codes if code in CONTROLS)


def leading_control(controls: tuple[str, ...]) -> str | None:
    """The one to show: our own finer word ("line") stands beside FHIR's ("slider") for readers that do not know it."""
    return next((code for code in controls if code in OWN_CONTROLS), controls[0] if controls else None)


def limits_of(raw: Mapping[str, Any], kind: str, place: Place) -> Limits:
    """Everything that an answer must keep to beyond its type."""
    low, high = (_bound(raw, url, kind, place) for url in (ext.MIN_VALUE, ext.MAX_VALUE))
    if low is not None and high is not None and not isinstance(low, Mapping) and low > high:
        place.warn(f"the least value {low} is greater than the greatest, {high}", "Exchange them", "extension")
    lengths = (_whole(raw, ext.MIN_LENGTH, place), _max_length(raw, place))
    occurs = (_whole(raw, ext.MIN_OCCURS, place), _whole(raw, ext.MAX_OCCURS, place))
    for name, (least, most) in {"length": lengths, "number of answers": occurs}.items():
        if least is not None and most is not None and least > most:
            place.warn(f"the least {name} {least} is greater than the greatest, {most}", "Exchange them", "extension")
    quantities = [
        ext.first_value(raw, url) or (bound if isinstance(bound, Mapping) else None)
        for url, bound in ((ext.MIN_QUANTITY, low), (ext.MAX_QUANTITY, high))
    ]
    return Limits(
        minimum=None if isinstance(low, Mapping) else low,
        maximum=None if isinstance(high, Mapping) else high,
        min_quantity=quantities[0],
        max_quantity=quantities[1],
        min_length=lengths[0],
        max_length=lengths[1],
        max_decimals=_whole(raw, ext.MAX_DECIMAL_PLACES, place),
        regex=_regex(raw, place),
        min_occurs=occurs[0],
        max_occurs=occurs[1],
        max_bytes=_max_bytes(raw, place),
        content_types=tuple(ext.values_of(raw, ext.MIME_TYPE)),
        resource_types=tuple(ext.values_of(raw, ext.REFERENCE_RESOURCE)),
    )


def _bound(raw: Mapping[str, Any], url: str, kind: str, place: Place) -> Any:
    value = ext.first_value(raw, url)
    if value is None or (kind == "quantity" and isinstance(value, Mapping)):
        return value
    is_number = isinstance(value, int | float | Decimal)
    fits = {
        "integer": is_number,
        "decimal": is_number,
        "quantity": False,
        "date": isinstance(value, str) and is_date_time(value),
        "dateTime": isinstance(value, str) and is_date_time(value),
        "time": isinstance(value, str) and is_time(value),
    }
    if not fits.get(kind):
        right = "Give a limit of the item's own type" if kind in fits else f"Remove it: a {kind} has no order"
        place.warn(f"the limit {value} does not fit the type {kind}", right, "extension")
        return None
    if kind == "date" and not is_date(value):
        return value[:10]  # a limit with a time of day limits the day
    return Decimal(str(value)) if kind == "decimal" or isinstance(value, float) else value


LEAST_BYTES = 1000
"""No photo or document is smaller: a maxSize below it was written by somebody who counted in megabytes."""


def _max_bytes(raw: Mapping[str, Any], place: Place) -> Decimal | None:
    """The most bytes of an attachment.

    Source: hl7.org/fhir/extensions/StructureDefinition-maxSize.html, "the maximum size in bytes"; R4 names no unit, and
    its drafts before R4 had megabytes.
    """
    size = ext.first_value(raw, ext.MAX_SIZE)
    if size is None:
        return None
    if size < LEAST_BYTES:
        what = f"maxSize {size} counts bytes, so that hardly any file is small enough"
        place.warn(what, "Give the most bytes that a file may have, for example 5000000", "extension")
    return Decimal(str(size))


def _whole(raw: Mapping[str, Any], url: str, place: Place) -> int | None:
    value = ext.first_value(raw, url)
    if value is not None and value < 0:
        place.warn(f"{url.rpartition('/')[2]} {value!r} is less than 0", "Give 0 or more", "extension")
        return None
    return int(value) if value is not None else None


def _max_length(raw: Mapping[str, Any], place: Place) -> int | None:
    most: int | None = raw.get("maxLength")
    if most is not None and most < 1:
        place.warn(f"a maxLength of {most}, which no answer keeps to", "Give 1 or more; it has no effect", "maxLength")
        return None
    return most


def _regex(raw: Mapping[str, Any], place: Place) -> str | None:
    pattern = ext.first_text(raw, ext.REGEX)
    if pattern is None:
        return None
    try:
        return regexes.checked(pattern)
    except regexes.NotUsable as why:
        place.leave_out("extension", f"the regular expression {pattern!r} is not applied: {why}", blocks=True)
        return None


def step_of(raw: Mapping[str, Any], place: Place) -> int | None:
    """The step of a slider."""
    step = _whole(raw, ext.SLIDER_STEP, place)
    if step == 0:
        place.warn(
            "a sliderStepValue of 0, with which no slider moves", "Give 1 or more; it has no effect", "extension"
        )
    return step or None


def unit_of(raw: Mapping[str, Any], language: str | None) -> Text | None:
    """The unit of a number, by its words or else its code."""
    coding = ext.first_value(raw, ext.UNIT)
    if coding is None:
        return None
    word = coding.get("display") or coding.get("code")
    return Text(word, language, translations(coding.get("_display"))) if word else None


def units_of(raw: Mapping[str, Any], sets: ValueSets, place: Place) -> tuple[Mapping[str, Any], ...]:
    """The units that a quantity may be given in, as Codings: the options, those of a value set, or the one unit."""
    found = list(ext.values_of(raw, ext.UNIT_OPTION))
    named = ext.first_text(raw, ext.UNIT_VALUE_SET)
    if named is not None:
        try:
            found += sets.concepts(named)
        except NotAtHand as why:
            place.leave_out("extension", f"its units cannot be listed: {why}; any unit is taken", blocks=True)
            return ()
    return tuple(found) or tuple(ext.values_of(raw, ext.UNIT))


def look_of(raw: Mapping[str, Any], controls: tuple[str, ...]) -> Look:
    """How the file would like the item to be shown."""
    width = ext.first_value(raw, ext.WIDTH)
    return Look(
        controls=controls,
        orientation=ext.first_code(raw, ext.CHOICE_ORIENTATION),
        entry_format=ext.first_text(raw, ext.ENTRY_FORMAT),
        short_text=ext.first_text(raw, ext.SHORT_TEXT) or ext.first_text(raw.get("_text"), ext.SHORT_TEXT),
        open_label=ext.first_text(raw, ext.OPEN_LABEL),
        collapsible=ext.first_code(raw, ext.COLLAPSIBLE),
        category=ext.first_code(raw, ext.DISPLAY_CATEGORY),
        disabled_display=ext.first_code(raw, ext.DISABLED_DISPLAY),
        support_links=tuple(one for one in ext.values_of(raw, ext.SUPPORT_LINK) if isinstance(one, str)),
        keyboard=ext.first_code(raw, ext.KEYBOARD),
        width=width if isinstance(width, Mapping) else None,
    )
