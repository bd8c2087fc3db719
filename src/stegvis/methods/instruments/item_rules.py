"""What an item needs beyond FHIR's rules: both ends of a line, the 48 places of a body map, something to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.item_parts import OWN_CONTROLS
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.pain_map import regions


def note_what_cannot_be_asked(raw: Mapping[str, Any], item: Item, place: Place) -> None:
    """List what the participant's pages cannot ask as it is meant."""
    if item.type == "choice" and not item.options and "answerValueSet" not in raw:
        place.leave_out("answerOption", "a choice without options cannot be asked; any code is taken", blocks=True)


def with_usable_control(item: Item, place: Place) -> Item:
    """A line or a row of numbers needs both ends; a body map needs its 48 places."""
    if item.is_body_map:
        _check_body_map(item, place)
    if item.control in ("slider", *OWN_CONTROLS):
        whole = item.type in ("integer", "decimal") and item.minimum is not None and item.maximum is not None
        if not whole and item.control == "slider":
            place.leave_out("itemControl", "a slider without both ends is shown as a number box", blocks=False)
            item = replace(item, control=None)
        elif not whole:
            place.mistake(
                f"a {item.control} without both ends", "Give a number with minValue and maxValue", "extension"
            )
    return item


def _check_body_map(item: Item, place: Place) -> None:
    places = {option.key for option in item.options if not option.exclusive}
    if item.type != "choice" or not item.repeats:
        place.mistake("a body map that is not a repeating choice", 'Set "type": "choice" and "repeats": true')
    missing, strange = sorted(set(regions()) - places), sorted(places - set(regions()))
    if missing or strange:
        what = "; ".join(
            f"{word} {', '.join(found)}" for word, found in (("without", missing), ("with", strange)) if found
        )
        place.mistake(f"a body map {what}", "Offer exactly the places of body_regions.json", "answerOption")
