"""What an item needs beyond FHIR's rules: both ends of a line, the 48 places of a body map, a page that can ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.item_parts import OWN_CONTROLS
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.pain_map import regions

ASKED_ON_PAGES = frozenset({"boolean", "integer", "decimal", "choice", "string", "text", "date", "group", "display"})
"""Types that the participant's pages have a control for; answers of the other types are taken in responses only."""


def note_what_pages_lack(raw: Mapping[str, Any], item: Item, place: Place) -> None:
    """List what the model has but the participant's pages cannot ask yet."""
    if item.type not in ASKED_ON_PAGES:
        place.leave_out("type", f"questions of type {item.type} are not asked on pages yet", blocks=True)
    if item.repeats and item.type not in ("choice", "display"):
        place.leave_out("repeats", f"a {item.type} cannot be repeated on pages yet", blocks=True)
    if item.is_multiple and any(child.type != "display" for child in item.items):
        place.leave_out("item", "items under each of several answers are not asked on pages yet", blocks=True)
    if item.type == "choice" and not item.options and "answerValueSet" not in raw:
        place.leave_out("answerOption", "a choice without options cannot be asked; any code is taken", blocks=True)
    if item.options and not item.is_choice:
        place.leave_out("answerOption", f"options for a {item.type} are not offered on pages yet", blocks=True)
    if item.read_only and item.is_question and not item.calculated:
        place.leave_out("readOnly", "values that are filled in by others are not shown on pages yet", blocks=True)
    if item.initial or any(option.initial for option in item.options):
        what = "nothing is filled in beforehand on pages: an untouched question is missing"
        place.leave_out("initial", what, blocks=False)


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
