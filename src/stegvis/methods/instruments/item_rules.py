"""What an item may have: FHIR's rules by type, ours for lines and body maps, and what is not carried out here.

que-1 to que-13 are FHIR's own names of its rules (hl7.org/fhir/R4/questionnaire.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stegvis.methods.instruments.elements import Place
from stegvis.methods.instruments.item_parts import OWN_CONTROLS
from stegvis.methods.instruments.pain_map import regions
from stegvis.methods.instruments.questionnaire import ANSWERED_TYPES, Item

LATER_TYPES = frozenset({"dateTime", "time", "url", "open-choice", "quantity", "attachment", "reference"})
"""Types of question that FHIR knows and that cannot be answered here yet."""

TYPES = ANSWERED_TYPES | LATER_TYPES | {"group", "display"}

TYPES_WITH_OPTIONS = frozenset(
    {"choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"}
)
TYPES_WITH_LENGTH = frozenset({"boolean", "decimal", "integer", "string", "text", "url", "open-choice"})


def check_rules(taken: Mapping[str, Any], item: Item, place: Place) -> None:
    """FHIR's rules about what an item of each type may have."""
    heading = item.type in ("group", "display")
    if item.type == "group" and not item.items:
        place.mistake("a group without items (que-1)", "Put items in it, or make it a display", "item")
    if item.type == "display" and item.items and taken.get("type") == "display":
        place.mistake("a display with items in it (que-1)", "Make it a group, or move the items out", "item")
    if "code" in taken and item.type == "display" and taken.get("type") == "display":
        place.mistake("a display with a code (que-3)", "Remove the code", "code")
    if "answerOption" in taken and "answerValueSet" in taken:
        place.mistake("both answerOption and answerValueSet (que-4)", "Keep one of them", "answerOption")
    for element in ("answerOption", "answerValueSet"):
        if element in taken and item.type not in TYPES_WITH_OPTIONS:
            place.mistake(f"options on a {item.type} (que-5)", "Remove them, or make it a choice", element)
    for element in ("required", "repeats", "readOnly"):
        if element in taken and taken.get("type") == "display":
            place.mistake(f"{element} on a display (que-6, que-9)", "Remove it", element)
    if "initial" in taken and heading:
        place.mistake(f"an initial value on a {item.type} (que-8)", "Remove it", "initial")
    if "initial" in taken and "answerOption" in taken:
        place.mistake("initial beside answerOption (que-11)", "Mark the option with initialSelected", "initial")
    if len(taken.get("initial", ())) > 1 and not item.repeats:
        place.mistake("several initial values, but one answer (que-13)", "Keep one", "initial")
    if "maxLength" in taken and item.type not in TYPES_WITH_LENGTH:
        place.mistake(f"maxLength on a {item.type} (que-10)", "Remove it", "maxLength")


def note_what_is_left_out(taken: Mapping[str, Any], item: Item, place: Place) -> None:
    """List what is sound about the item but not carried out here."""
    if item.type in LATER_TYPES:
        place.leave_out("type", f"questions of type {item.type} cannot be answered here yet", blocks=True)
    if "answerValueSet" in taken:
        place.leave_out("answerValueSet", "options from a value set are not read here yet", blocks=True)
    if item.type == "choice" and "answerOption" not in taken and "answerValueSet" not in taken:
        place.leave_out("answerOption", "a choice without options of its own cannot be asked here yet", blocks=True)
    if "maxLength" in taken and item.type not in ("string", "text"):
        place.leave_out("maxLength", "only texts are limited in length here", blocks=False)
    if taken.get("readOnly"):
        place.leave_out("readOnly", "values that are filled in by others are not kept here yet", blocks=True)
    if item.repeats and item.type not in ("choice", "display"):
        place.leave_out("repeats", f"a {item.type} cannot be repeated here yet", blocks=True)
    if item.is_multiple and any(child.type != "display" for child in item.items):
        place.leave_out("item", "items under each of several answers cannot be asked here yet", blocks=True)
    if item.type not in ("choice", "open-choice") and "answerOption" in taken:
        place.leave_out("answerOption", f"options for a {item.type} are not offered here yet", blocks=True)
    if "initial" in taken or _preselects(taken):
        place.leave_out("initial", "nothing is filled in beforehand: an untouched question is missing", blocks=False)


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
    if not item.is_multiple:
        place.mistake("a body map that is not a repeating choice", 'Set "type": "choice" and "repeats": true')
    missing, strange = sorted(set(regions()) - places), sorted(places - set(regions()))
    if missing or strange:
        what = "; ".join(
            f"{word} {', '.join(found)}" for word, found in (("without", missing), ("with", strange)) if found
        )
        place.mistake(f"a body map {what}", "Offer exactly the places of body_regions.json", "answerOption")


def _preselects(taken: Mapping[str, Any]) -> bool:
    return any(isinstance(one, Mapping) and one.get("initialSelected") for one in taken.get("answerOption", ()))
