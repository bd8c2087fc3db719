"""What an item needs beyond FHIR's rules: both ends of a line, the 48 places of a body map, something to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from stegvis.methods.instruments.choice_columns import Column
from stegvis.methods.instruments.errors import Findings, Place
from stegvis.methods.instruments.item_parts import OWN_CONTROLS
from stegvis.methods.instruments.items import TABLES, Item
from stegvis.methods.instruments.pain_map import regions

ABSTRACT: Final = "question"
"""A code of R4's list of types that its definition calls abstract."""


def note_what_cannot_be_asked(raw: Mapping[str, Any], item: Item, place: Place) -> None:
    """List what the participant's pages cannot ask as it is meant."""
    if item.type == "choice" and not item.options and "answerValueSet" not in raw:
        place.leave_out("answerOption", "a choice without options cannot be asked; any code is taken", blocks=True)
    if item.type == ABSTRACT:
        what = "the type 'question', which is only the heading over the types of question"
        place.warn(what, "Give one of these types: choice, string, integer, …", "type")
        place.leave_out("type", "a question without a type of answer cannot be asked", blocks=True)
    if sum(option.initial for option in item.options) > 1 and not item.repeats:
        what = "several options with initialSelected, but one answer"
        place.warn(what, 'Mark one of them, or add "repeats": true', "answerOption")


def note_what_cannot_be_listed(item: Item, columns: Iterable[Column], place: Place) -> None:
    """List columns of a choice that has no options at hand."""
    for column in columns:
        if not item.options:
            what = f"the column {column.path!r} is not shown: there are no options at hand"
            place.leave_out(column.element, what, blocks=False)


def note_what_is_not_folded(items: Iterable[Item], findings: Findings, *, on_a_page: bool = False) -> None:
    """List the items that ask to be folded (SDC collapsible) and are not.

    A group is folded where it stands with others on a page that its file asks for: elsewhere its questions have pages of
    their own, and a fold around everything on a page would only hide it.
    """
    for item in items:
        folds = on_a_page and item.type == "group" and item.text is not None
        if item.look.collapsible and not folds:
            what = "it is not folded: its questions have pages of their own, and a fold would hide all of a page"
            findings.leave_out(item.path, "collapsible", what, blocks=False, link_id=item.link_id)
        is_page = "page" in item.look.controls or on_a_page
        note_what_is_not_folded(item.items, findings, on_a_page=is_page and not TABLES.intersection(item.look.controls))


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
