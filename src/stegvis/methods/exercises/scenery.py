"""Scenery: chair, wall, table, step, mat, band: simple lines that say what is needed and take no attention."""

from __future__ import annotations

from stegvis.methods.exercises.poses import Point, Thing
from stegvis.methods.exercises.shapes import line

Stroke = tuple[str, float, str]
"""Path data, the width of the line, and its class."""

SEAT = 22.0
"""How high a chair's seat is: a little below the knee, so that a person who sits on it has level thighs."""


def scenery(thing: Thing) -> list[Stroke]:
    """The lines of a thing."""
    kind = "dr-band" if thing.thing == "band" else "dr-thing"
    return [(path, width, kind) for path, width in _LINES[thing.thing](thing)]


def _chair(thing: Thing) -> list[tuple[str, float]]:
    """`x`: the middle of the seat; `height`: of the seat."""
    seat = thing.height or SEAT
    if thing.faces == "front":
        left, right = thing.x - 12, thing.x + 12
        back = [(left, 0), (left, seat + 26), (right, seat + 26), (right, 0)]
        return [(line(back), 1.4), (line([(left - 1, seat), (right + 1, seat)]), 2.4)]
    way = 1 if thing.faces == "right" else -1
    rear, fore = thing.x - 11 * way, thing.x + 12 * way
    return [
        (line([(rear, 0), (rear, seat), (rear - 3 * way, seat + 32)]), 1.7),
        (line([(rear, seat), (fore, seat)]), 2.6),
        (line([(fore - way, seat), (fore - way, 0)]), 1.7),
    ]


def _wall(thing: Thing) -> list[tuple[str, float]]:
    """`x`: where it is; `faces`: the side on which the room is."""
    high, away = thing.height or 104, -4 if thing.faces == "right" else 4
    hatches = [line([(thing.x, y), (thing.x + away, y - 4)]) for y in range(6, int(high), 8)]
    return [(line([(thing.x, 0), (thing.x, high)]), 1.7), *((each, 0.8) for each in hatches)]


def _table(thing: Thing) -> list[tuple[str, float]]:
    """`x`: the near edge; `width`: how far it goes from there, to the left when below zero; `height`: of its top."""
    far = thing.x + thing.width
    leg = far - (3 if thing.width > 0 else -3)
    near = thing.x + (3 if thing.width > 0 else -3)
    legs = [line([(at, thing.height), (at, 0)]) for at in (near, leg)]
    return [(line([(thing.x, thing.height), (far, thing.height)]), 2.6), *((each, 1.5) for each in legs)]


def _step(thing: Thing) -> list[tuple[str, float]]:
    """`x`: its left edge; `width`, `height`."""
    right = thing.x + thing.width
    return [(line([(thing.x, 0), (thing.x, thing.height), (right, thing.height), (right, 0)]), 1.7)]


def _mat(thing: Thing) -> list[tuple[str, float]]:
    """`x`: its left edge; `width`."""
    return [(line([(thing.x, -1.6), (thing.x + thing.width, -1.6)]), 2.2)]


def _cushion(thing: Thing) -> list[tuple[str, float]]:
    """`x`, `y`: the middle of its underside; `width`, `height`."""
    w, h = (thing.width or 14) / 2, thing.height or 5
    left, right, low, high = thing.x - w, thing.x + w, thing.y, thing.y + h
    corners: list[Point] = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    return [(line(corners), 1.3)]


def _through(thing: Thing) -> list[tuple[str, float]]:
    return [(line(thing.points), 1.8)]


def _towel(thing: Thing) -> list[tuple[str, float]]:
    return [(line(thing.points), 2.4)]


def _bottle(thing: Thing) -> list[tuple[str, float]]:
    """`x`, `y`: the hand that holds it."""
    x, y = thing.x, thing.y
    body: list[Point] = [(x - 2.4, y - 6), (x + 2.4, y - 6), (x + 2.4, y + 4), (x + 1, y + 7), (x - 1, y + 7)]
    return [(line([*body, (x - 2.4, y + 4), (x - 2.4, y - 6)]), 1.3)]


_LINES = {
    "chair": _chair, "wall": _wall, "table": _table, "step": _step, "mat": _mat, "band": _through, "line": _through,
    "towel": _towel, "bottle": _bottle, "cushion": _cushion,
}  # fmt: skip
