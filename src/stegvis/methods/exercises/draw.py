"""Draw: a drawing as one SVG: the figure at the start, the figure at the end, what is about them, where they move.

Lines take the colour of the text around them, so that they can be seen on a dark page and on paper; what is filled has a
class for the page's own colours (`dr-body`, `dr-far`, `dr-shirt`, `dr-thing`, `dr-move`) and a fallback for where no
stylesheet is. There are no words in it: the alternative is said by whoever shows it, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stegvis.methods.exercises import figure as figures
from stegvis.methods.exercises.figure import Figure, LimbAt, between, direction, towards
from stegvis.methods.exercises.poses import Arrow, Drawing, Panel, Point, Thing
from stegvis.methods.exercises.scenery import scenery
from stegvis.methods.exercises.shapes import Capsule, capsules, curve, line, n, xy

LINE = 1.15
"""Half of what an outline adds to a limb: the weight of every line of the body."""
HEIGHT, MARGIN, GAP = 116.0, 7.0, 4.0
LOW = 54.0
"""How high a picture of somebody lying is, when the two stand one below the other."""

_FILLS = {"dr-body": "#fff", "dr-far": "#d9d9d9", "dr-shirt": "#e9e9e9"}
_TRUNK_RADII = (5.6, 5.5, 5.4, 5.5, 5.7, 6.1, 6.2, 5.6, 4.6)


def svg(drawing: Drawing) -> str:
    """The whole picture; figures.OutOfReach when a pose cannot be drawn."""
    below = drawing.layout == "below"
    height = 2 * (LOW + MARGIN + GAP) if below else HEIGHT + MARGIN
    width = drawing.width if below else 2 * drawing.width
    floors = (LOW + 1, 2 * LOW + MARGIN + 2 * GAP) if below else (HEIGHT, HEIGHT)
    lefts = (0.0, 0.0) if below else (0.0, drawing.width)
    parts = [
        f'<g transform="translate({n(left)} {n(floor)})">{"".join(_panel(drawing, panel, number))}</g>'
        for number, (panel, left, floor) in enumerate(zip((drawing.start, drawing.end), lefts, floors, strict=True), 1)
    ]
    box = f'viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}" height="{n(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} fill="none" stroke="none" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def _panel(drawing: Drawing, panel: Panel, number: int) -> Iterator[str]:
    if drawing.floor:
        yield _stroke(line([(4, 0), (drawing.width - 4, 0)]), 1.1, "dr-thing")
    things = (*drawing.things, *panel.things)
    yield from (_stroke(*each) for thing in things if not thing.front for each in scenery(thing))
    made = figures.figure(drawing, panel.pose)
    yield from _body(made)
    for name in panel.pose.bottles:
        hand = towards(made.limbs[name].tip, made.limbs[name].end, 2)
        yield from (_stroke(*each) for each in scenery(Thing(thing="bottle", x=hand[0], y=hand[1])))
    yield from (_stroke(*each) for thing in things if thing.front for each in scenery(thing))
    for arrow in panel.arrow:
        yield from _arrow(arrow)
    high = LOW if drawing.layout == "below" else HEIGHT
    yield from _number(number, (9.0, high - 9.0))


def _body(made: Figure) -> Iterator[str]:
    yield from _limb(made.limbs["other_leg"], leg=True, fill="dr-body" if made.front else "dr-far", front=made.front)
    if not made.front:
        yield from _limb(made.limbs["other_arm"], leg=False, fill="dr-far", front=False)
    trunk = _trunk(made)
    neck: Capsule = (made.neck, 3.2, made.head, 3.0)
    yield _outlined([neck], "dr-body")
    if made.front:
        yield from _limb(made.limbs["leg"], leg=True, fill="dr-body", front=True)
    yield _outlined(trunk, "dr-shirt")
    yield from _head(made)
    if made.front:
        yield from _limb(made.limbs["other_arm"], leg=False, fill="dr-body", front=True)
    else:
        yield from _limb(made.limbs["leg"], leg=True, fill="dr-body", front=False)
    yield from _limb(made.limbs["arm"], leg=False, fill="dr-body", front=made.front)


def _limb(limb: LimbAt, *, leg: bool, fill: str, front: bool) -> Iterator[str]:
    shapes = _leg(limb, front=front) if leg else _arm(limb)
    yield _outlined(shapes, fill)
    if not leg and not front and fill == "dr-body":  # a sleeve: the shoulder belongs to the shirt
        sleeve: Capsule = (limb.root, 3.7 - LINE, towards(limb.root, direction(limb.root, limb.middle), 6), 3.4 - LINE)
        yield _filled(capsules([sleeve]), "dr-shirt")


def _arm(limb: LimbAt) -> list[Capsule]:
    hand = towards(limb.tip, limb.end, figures.HAND - 2)
    return [(limb.root, 3.7, limb.middle, 3.0), (limb.middle, 3.0, limb.tip, 2.3), (limb.tip, 2.5, hand, 2.2)]


def _leg(limb: LimbAt, *, front: bool) -> list[Capsule]:
    shapes: list[Capsule] = [(limb.root, 5.6, limb.middle, 4.1), (limb.middle, 4.0, limb.tip, 2.7)]
    if front:
        heel = (limb.tip[0], limb.tip[1] - 1.3)
        return [*shapes, (heel, 2.7, towards(heel, limb.end, 4.2), 2.3)]
    down = limb.end - 90 if between(limb.end - 90, direction(limb.middle, limb.tip)) ** 2 < 90**2 else limb.end + 90
    heel, ball = towards(limb.tip, down, 1.3), towards(towards(limb.tip, limb.end, figures.FOOT), down, 2.3)
    return [*shapes, (heel, 2.7, ball, 1.7)]


def _trunk(made: Figure) -> list[Capsule]:
    hip, shoulder = made.trunk
    if made.front:
        return _trunk_from_the_front(hip, shoulder)
    _path, control = curve(hip, shoulder, made.bow * made.side)
    radii, last = _TRUNK_RADII, len(_TRUNK_RADII) - 1
    points = [_bezier(hip, control, shoulder, step / last) for step in range(last + 1)]
    return [(points[at], radii[at], points[at + 1], radii[at + 1]) for at in range(last)]


def _trunk_from_the_front(hip: Point, shoulder: Point) -> list[Capsule]:
    up, across = direction(hip, shoulder), direction(hip, shoulder) - 90
    low, high = hip, towards(shoulder, up, -0.5)
    waist = towards(hip, up, 13)
    shapes: list[Capsule] = [(low, 5.4, waist, 6.0), (waist, 6.0, high, 6.0)]
    shapes.append(((low[0] - 4.4, low[1]), 5.4, (low[0] + 4.4, low[1]), 5.4))
    for way in (-1, 1):
        hip_side = (low[0] + 4.4 * way, low[1])
        waist_side = towards(waist, across, 3.2 * way)
        shoulder_side = towards(high, across, figures.HALF_SHOULDERS * way)
        shapes += [(hip_side, 5.4, waist_side, 4.4), (waist_side, 4.4, shoulder_side, 4.0)]
        shapes.append((high, 4.2, shoulder_side, 4.0))
    return shapes


def _bezier(start: Point, control: Point, end: Point, t: float) -> Point:
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
    return (a * start[0] + b * control[0] + c * end[0], a * start[1] + b * control[1] + c * end[1])


def _head(made: Figure) -> Iterator[str]:
    radius = figures.HEAD_RADIUS
    shapes: list[Capsule] = [(made.head, radius, made.head, radius)]
    if made.nose is not None:
        tip = towards(made.head, made.nose - 8 * made.side, radius + 0.6)
        shapes.append((towards(made.head, made.nose, 3), 2.6, tip, 1.3))
    yield _outlined(shapes, "dr-body")
    up = direction(made.neck, made.head)
    if made.nose is None:
        yield _hair(made.head, up - 78, up + 78)
        for way in (-1, 1):
            eye = towards(towards(made.head, up - 90, 2.3 * way), up, 0.2)
            yield _filled(capsules([(eye, 0.8, eye, 0.8)]), "")
    else:
        ends = (made.nose + 62 * made.side, made.nose + 205 * made.side)
        yield _hair(made.head, min(ends), max(ends))


def _hair(centre: Point, start: float, end: float) -> str:
    radius = figures.HEAD_RADIUS
    first, last = towards(centre, start, radius), towards(centre, end, radius)
    inner = towards(centre, (start + end) / 2, 1.4)
    return _filled(f"M{xy(first)}A{n(radius)} {n(radius)} 0 0 0 {xy(last)}Q{xy(inner)} {xy(first)}Z", "")


def _arrow(arrow: Arrow) -> Iterator[str]:
    path, control = curve(arrow.start, arrow.end, arrow.bow)
    yield _stroke(path, 1.9, "dr-move")
    ends = [(arrow.end, control)] + ([(arrow.start, control)] if arrow.both else [])
    for tip, before in ends:
        back = direction(tip, before)
        yield _stroke(line([towards(tip, back + 32, 5.2), tip, towards(tip, back - 32, 5.2)]), 1.9, "dr-move")


def _number(number: int, centre: Point) -> Iterator[str]:
    x, y = n(centre[0]), n(-centre[1])
    yield f'<circle cx="{x}" cy="{y}" r="5.2" stroke="currentColor" stroke-width="0.9" class="dr-thing"/>'
    strokes: Sequence[Point] = [(-1.1, 1.5), (0.3, 2.6), (0.3, -2.6)]
    if number == 2:
        strokes = [(-1.7, 1.3), (-1.2, 2.3), (0, 2.7), (1.3, 2.2), (1.5, 1.1), (0.9, 0), (-1.7, -2.6), (1.8, -2.6)]
    yield _stroke(line([(centre[0] + dx, centre[1] + dy) for dx, dy in strokes]), 1.0, "dr-thing")


def _outlined(shapes: Sequence[Capsule], fill: str) -> str:
    """The union of shapes with one line around it: the fill lies over the inner half of the line."""
    line = f'stroke="currentColor" stroke-width="{n(2 * LINE)}" paint-order="stroke"'
    return f'<path class="{fill}" fill="{_FILLS[fill]}" {line} d="{capsules(shapes, LINE)}"/>'


def _filled(path: str, fill: str) -> str:
    return (
        f'<path class="{fill}" fill="{_FILLS[fill]}" d="{path}"/>'
        if fill
        else f'<path fill="currentColor" d="{path}"/>'
    )


def _stroke(path: str, width: float, kind: str) -> str:
    return f'<path class="{kind}" stroke="currentColor" stroke-width="{n(width)}" d="{path}"/>'
