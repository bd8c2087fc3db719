"""The body map's drawing: two figures with the same 48 places, front and back.

The outlines are in figure_a.json and figure_b.json (made by static_src/draw-figure); what a place is called and counts
for is `methods.instruments.pain_map`. A person keeps one figure for the whole trial, so that drawings can be compared.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from stegvis.methods.instruments import pain_map

Figure = Literal["a", "b"]
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Place:
    """One place on one view: its path, where the tick stands, its name, and whether it is marked."""

    id: str
    path: str
    tick: str
    label: str
    marked: bool


@dataclass(frozen=True)
class View:
    """The figure from one side."""

    name: str
    title: str
    left: str
    right: str
    view_box: str
    base: str
    hints: tuple[str, ...]
    places: tuple[Place, ...]


@cache
def _drawing(figure: Figure) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads((HERE / f"figure_{figure}.json").read_text(encoding="utf-8"))
    return drawn


def views(marked: Collection[str] = (), figure: Figure = "a") -> list[View]:
    """Front and back with the places in `marked` ticked, named in the reader's language."""
    titles = {
        "front": (pgettext("side of the body", "Front"), _("Your right"), _("Your left")),
        "back": (pgettext("side of the body", "Back"), _("Your left"), _("Your right")),
    }
    names = pain_map.regions()
    lang = get_language() or "sv"
    return [
        View(
            name=name,
            title=titles[name][0],
            left=titles[name][1],
            right=titles[name][2],
            view_box=drawn["view_box"],
            base=drawn["base"],
            hints=tuple(drawn["hints"]),
            places=tuple(
                Place(
                    id=place["id"],
                    path=place["d"],
                    tick=f"M{place['x'] - 6:g} {place['y']:g}l4.5 5 8-9.5",
                    label=names[place["id"]].name_in(lang),
                    marked=place["id"] in marked,
                )
                for place in drawn["places"]
            ),
        )
        for name, drawn in _drawing(figure).items()
    ]
