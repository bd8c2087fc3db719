"""Figure: from a pose to the joints of a jointed figure, always of the same proportions, and what no body can do.

Segment lengths follow the usual proportions of an adult by height (Winter DA. Biomechanics and Motor Control of Human
Movement, 4th ed. Wiley 2009, table 4.1: thigh 0.245, shank 0.246, upper arm 0.186, forearm 0.146 of stature), rounded,
with the trunk measured from hip joint to shoulder joint. Where a hand or an ankle is given, elbow and knee follow by the
law of cosines.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stegvis.methods.exercises.poses import LIMBS, Drawing, Limb, Point, Pose, Turn

TRUNK, NECK, HEAD_RADIUS = 30.0, 10.5, 6.6
UPPER_ARM, FOREARM, HAND = 18.0, 15.0, 4.5
THIGH, SHANK, ANKLE_HEIGHT, FOOT = 24.5, 24.0, 4.0, 10.5
HALF_SHOULDERS, HALF_HIPS = 8.5, 5.0
MOST_KNEE, MOST_ELBOW, SLACK = 155.0, 155.0, 6.0
BELOW_THE_FLOOR = -1.5


@dataclass(frozen=True)
class LimbAt:
    """A limb: shoulder, elbow, hand; or hip, knee, ankle. `end` is where hand or foot points, in degrees."""

    root: Point
    middle: Point
    tip: Point
    end: float


@dataclass(frozen=True)
class Figure:
    """Where everything is. `trunk` runs from the hips to the shoulders; `nose` is the way the face looks, in degrees."""

    trunk: tuple[Point, Point]
    bow: float
    neck: Point
    head: Point
    nose: float | None
    limbs: dict[str, LimbAt]
    front: bool
    side: int
    """+1 when the figure faces to the right of its spine, -1 to the left: which way is forward for a bent back."""


class OutOfReach(ValueError):
    """A hand or a foot is further away than the limb is long."""


def towards(point: Point, degrees: float, length: float) -> Point:
    """The point `length` away in a direction."""
    turn = math.radians(degrees)
    return (point[0] + length * math.cos(turn), point[1] + length * math.sin(turn))


def direction(start: Point, end: Point) -> float:
    """The direction from one point to another, in degrees."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def between(turn: float, other: float) -> float:
    """How far one direction is from another, from -180 to 180 degrees, anticlockwise."""
    return (turn - other + 180) % 360 - 180


def figure(drawing: Drawing, pose: Pose) -> Figure:
    """Where the joints are; OutOfReach when a hand or foot cannot be where the pose has it."""
    front, side = drawing.view == "front", 1 if drawing.faces == "right" else -1
    shoulder = towards(pose.hip, pose.trunk, TRUNK)
    head = pose.trunk if pose.head is None else pose.head
    neck = towards(shoulder, pose.trunk, 2.0)
    limbs = {name: _limb(name, pose, shoulder, front=front, side=side) for name in LIMBS}
    nose = None if front and not pose.turned else (head - 90 * side)
    return Figure((pose.hip, shoulder), pose.bow, neck, towards(neck, head, NECK), nose, limbs, front, side)


def impossible(drawing: Drawing, pose: Pose) -> list[str]:
    """What in a pose no body can do, in words; nothing when all is well."""
    try:
        made = figure(drawing, pose)
    except OutOfReach as error:
        return [str(error)]
    found = [_bent_wrongly(name, limb, made) for name, limb in made.limbs.items()] if not made.front else []
    points = {"head": made.head, **{f"{name}’s {part}": getattr(limb, part) for name, limb in made.limbs.items()
              for part in ("root", "middle", "tip")}}  # fmt: skip
    low = [f"{name} is {-y:.0f} below the floor" for name, (_x, y) in points.items() if y < BELOW_THE_FLOOR]
    wide = [f"{name} is outside the picture" for name, (x, _y) in points.items() if not 0 <= x <= drawing.width]
    return [each for each in found if each] + low + wide


def _bent_wrongly(name: str, limb: LimbAt, made: Figure) -> str:
    """A knee bends the foot backwards, an elbow the hand forwards; both stop somewhere."""
    is_leg = name.endswith("leg")
    bend = between(direction(limb.middle, limb.tip), direction(limb.root, limb.middle)) * made.side
    bend = -bend if is_leg else bend
    most, joint = (MOST_KNEE, "knee") if is_leg else (MOST_ELBOW, "elbow")
    if -SLACK <= bend <= most:
        return ""
    return f"the {joint} of {name} is bent by {bend:.0f} degrees, and bends from 0 to {most:.0f}"


def _limb(name: str, pose: Pose, shoulder: Point, *, front: bool, side: int) -> LimbAt:
    other, kind = name.startswith("other_"), name.removeprefix("other_")
    mirrored = front and other
    root = _root(kind, pose, shoulder, front=front, other=other)
    lengths = (UPPER_ARM, FOREARM) if kind == "arm" else (THIGH, SHANK)
    prefix, (end, ends) = ("other_" if other else ""), (("hand", "hands") if kind == "arm" else ("foot", "feet"))
    target, own = getattr(pose, prefix + end), getattr(pose, name)
    both, shared = getattr(pose, kind + "s"), getattr(pose, ends)
    if target is None and own is None and shared is not None and both is None:
        target = (2 * pose.hip[0] - shared[0], shared[1]) if mirrored else shared
    if target is not None:
        flipped = (name in pose.flip) != mirrored
        middle = _joint(name, root, target, lengths, forward=(kind == "leg") != flipped, side=side)
        tip = target
    else:
        turns = own or (_mirrored(both) if mirrored else both)
        middle = _along(root, turns[0], lengths[0])
        tip = _along(middle, turns[1], lengths[1])
    return LimbAt(root, middle, tip, _end(kind, prefix, pose, middle, tip, front=front, mirrored=mirrored, side=side))


def _root(kind: str, pose: Pose, shoulder: Point, *, front: bool, other: bool) -> Point:
    if not front:
        return shoulder if kind == "arm" else pose.hip
    way = -1 if other else 1
    if kind == "leg":  # whoever leans to one side keeps both sides of the seat, or both feet, down
        return (pose.hip[0] + HALF_HIPS * way, pose.hip[1])
    return towards(shoulder, pose.trunk - 90, HALF_SHOULDERS * way)


def _end(
    kind: str, prefix: str, pose: Pose, middle: Point, tip: Point, *, front: bool, mirrored: bool, side: int
) -> float:
    if kind == "arm":
        return direction(middle, tip) if pose.palms is None else pose.palms
    own = getattr(pose, f"{prefix}toe")
    if own is not None:
        return float(own)
    if pose.toes is not None:
        return 180 - pose.toes if mirrored else pose.toes
    if front:
        return 180.0 if mirrored else 0.0
    return 0.0 if side > 0 else 180.0


def _mirrored(limb: Limb) -> Limb:
    first, second = limb
    return (_other_way(first), _other_way(second))


def _other_way(turn: Turn) -> Turn:
    return (180 - turn[0], turn[1]) if isinstance(turn, tuple) else 180 - turn


def _along(point: Point, turn: Turn, length: float) -> Point:
    degrees, seen = turn if isinstance(turn, tuple) else (turn, 1.0)
    return towards(point, degrees, length * seen)


def _joint(
    name: str, root: Point, tip: Point, lengths: tuple[float, float], *, forward: bool, side: int
) -> Point:  # fmt: skip
    """Elbow or knee between two ends (law of cosines), on the side to which it bends."""
    upper, lower = lengths
    away = math.dist(root, tip)
    if away > upper + lower + 0.6:
        raise OutOfReach(f"{name} is {upper + lower:.0f} long, and its end is {away:.0f} away")
    away = min(max(away, abs(upper - lower) + 0.01), upper + lower)
    cosine = (upper**2 + away**2 - lower**2) / (2 * upper * away)
    opening = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    return towards(root, direction(root, tip) + opening * (1 if forward else -1) * side, upper)
