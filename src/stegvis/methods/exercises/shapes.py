"""Shapes: the few forms that drawings are made of, as SVG path data with one decimal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from stegvis.methods.exercises.figure import direction, towards
from stegvis.methods.exercises.poses import Point

Capsule = tuple[Point, float, Point, float]
"""Two circles, each by centre and radius, and what lies between them."""


def n(value: float) -> str:
    """A number as short as it can be."""
    return f"{round(value, 1):g}".replace("-0", "0") if abs(value) < 0.05 else f"{round(value, 1):g}"


def xy(point: Point) -> str:
    """A point, upside down: SVG counts y downwards."""
    return f"{n(point[0])} {n(-point[1])}"


def capsules(shapes: Iterable[Capsule], less: float = 0) -> str:
    """The union of capsules, each thinner by `less` on every side."""
    return "".join(_capsule((a, max(0.1, ra - less), b, max(0.1, rb - less))) for a, ra, b, rb in shapes)


def line(points: Sequence[Point]) -> str:
    """A line through points."""
    return "M" + "L".join(xy(point) for point in points)


def curve(start: Point, end: Point, bow: float) -> tuple[str, Point]:
    """A curve that leaves the straight line by `bow` to its left, and its control point."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    control = towards(middle, direction(start, end) + 90, 2 * bow)
    return f"M{xy(start)}Q{xy(control)} {xy(end)}", control


def _capsule(shape: Capsule) -> str:
    a, ra, b, rb = shape
    away = math.dist(a, b)
    if away <= abs(ra - rb) + 0.01:
        return _circle(*((a, ra) if ra >= rb else (b, rb)))
    along, lean = direction(a, b), math.degrees(math.acos((ra - rb) / away))
    corners = [towards(a, along + lean, ra), towards(b, along + lean, rb)]
    corners += [towards(b, along - lean, rb), towards(a, along - lean, ra)]
    big_b, big_a = ("1" if lean > 90 else "0"), ("1" if lean < 90 else "0")
    arc_b = f"A{n(rb)} {n(rb)} 0 {big_b} 1 {xy(corners[2])}"
    arc_a = f"A{n(ra)} {n(ra)} 0 {big_a} 1 {xy(corners[0])}"
    return f"M{xy(corners[0])}L{xy(corners[1])}{arc_b}L{xy(corners[3])}{arc_a}Z"


def _circle(centre: Point, radius: float) -> str:
    left, right = towards(centre, 180, radius), towards(centre, 0, radius)
    arc = f"A{n(radius)} {n(radius)} 0 0 1"
    return f"M{xy(left)}{arc} {xy(right)}{arc} {xy(left)}Z"
