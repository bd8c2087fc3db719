"""Poses: how a drawing is written down, before any line of it is drawn.

All lengths are in units of which an upright adult measures 101. The floor is y = 0 and y grows upwards; x runs from the
left edge of its panel. Directions are degrees: 0 to the right, 90 up, -90 down. In a side view the near limb is the plain
name and the far one has `other_`; seen from the front the plain name is the limb on the right of the picture, and what
is said of both (`arms`, `legs`, `hands`, `feet`) is mirrored for the other.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Point = tuple[float, float]
Turn = float | tuple[float, float]
"""A direction; with a second number, how much of the length is seen when a limb points towards or away from us."""
Limb = tuple[Turn, Turn]

LIMBS = ("arm", "other_arm", "leg", "other_leg")
Flips = Literal["arm", "other_arm", "leg", "other_leg"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pose(_Table):
    """One position. A limb is given by its two directions, or by where its hand or ankle is; joints then follow.

    `hip`: where the hips are. `trunk`: from hips to shoulders. `bow`: how far the back is rounded (+) or arched (-).
    `head`: from neck to crown, the trunk's when not said. `turned`: the head looks to the side in a picture from the front.
    `toes`, `palms`: where feet and hands point. `flip`: joints that go the other way when a limb is given by its end.
    `bottles`: which hands hold one.
    """

    hip: Point
    trunk: float = 90
    bow: float = 0
    head: float | None = None
    turned: bool = False
    arms: Limb | None = None
    arm: Limb | None = None
    other_arm: Limb | None = None
    hands: Point | None = None
    hand: Point | None = None
    other_hand: Point | None = None
    legs: Limb | None = None
    leg: Limb | None = None
    other_leg: Limb | None = None
    feet: Point | None = None
    foot: Point | None = None
    other_foot: Point | None = None
    toes: float | None = None
    palms: float | None = None
    toe: float | None = None
    other_toe: float | None = None
    flip: tuple[Flips, ...] = ()
    bottles: tuple[Literal["arm", "other_arm"], ...] = ()

    @model_validator(mode="after")
    def _has_all_limbs(self) -> Pose:
        for both, one, end_both, end in (("arms", "arm", "hands", "hand"), ("legs", "leg", "feet", "foot")):
            for name, at in ((one, end), (f"other_{one}", f"other_{end}")):
                if not any(getattr(self, key) is not None for key in (both, name, end_both, at)):
                    raise ValueError(f"says nothing of {name}: give {both}, {name}, {end_both} or {at}")
        return self


class Arrow(_Table):
    """Where something moves: from a point to another, bent by `bow` to its left; `both`: to and fro."""

    start: Point
    end: Point
    bow: float = 0
    both: bool = False


class Thing(_Table):
    """What stands or lies about: drawn behind the person unless `front`."""

    thing: Literal["chair", "wall", "table", "step", "mat", "band", "towel", "bottle", "line", "cushion"]
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    faces: Literal["left", "right", "front"] = "right"
    points: tuple[Point, ...] = ()
    front: bool = False


class Panel(_Table):
    """One of the two pictures: a pose, and what is only in this one."""

    pose: Pose
    arrow: tuple[Arrow, ...] = ()
    things: tuple[Thing, ...] = ()


class Drawing(_Table):
    """Two pictures of one person: where one begins, and where one gets to."""

    view: Literal["side", "front"] = "side"
    faces: Literal["left", "right"] = "right"
    layout: Literal["beside", "below"] = "beside"
    width: float = Field(default=140, ge=60, le=240)
    floor: bool = True
    things: tuple[Thing, ...] = ()
    start: Panel
    end: Panel


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
