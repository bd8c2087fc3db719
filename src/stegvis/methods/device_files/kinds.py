"""Kinds of activity: from each format's own names to our eight."""

import re

from stegvis.methods.device_files.found import Kind

_WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.WATER: ("swim", "water", "aqua", "snorkel", "openwater", "lapswimming"),
    Kind.STRENGTH: ("strength", "weight", "core", "crossfit", "calisthenics", "gymnastics", "fitnessequipment"),
    Kind.MOBILITY: ("yoga", "pilates", "flexib", "stretch", "taichi", "mindandbody", "barre"),
    Kind.RELAXATION: ("meditat", "breath", "mindful", "relax", "cooldown"),
    Kind.CYCLING: ("cycl", "bik", "ride"),
    Kind.RUNNING: ("running", "run", "jog", "treadmillrun"),
    Kind.WALKING: ("walk", "hik", "stroller", "promenad", "snowshoe", "trek"),
}
_MOTOR = ("motor", "ebike", "ridehailing", "horse", "surf", "board", "waterpolo")

HEALTH_CONNECT = {
    4: Kind.CYCLING, 5: Kind.CYCLING, 8: Kind.STRENGTH, 17: Kind.RELAXATION, 18: Kind.STRENGTH, 21: Kind.WALKING,
    27: Kind.MOBILITY, 33: Kind.RUNNING, 34: Kind.RUNNING, 40: Kind.WALKING, 45: Kind.STRENGTH, 46: Kind.MOBILITY,
    48: Kind.WATER, 49: Kind.WATER, 53: Kind.WALKING, 55: Kind.STRENGTH, 57: Kind.MOBILITY,
}  # fmt: skip
"""Numbers of `ExerciseSessionType` in Android's android.health.connect.datatypes; all others are `other`."""


def kind_of(name: str) -> Kind:
    """The kind behind a name such as HKWorkoutActivityTypeWalking, "Biking", lap_swimming; `other` when unknown.

    Words are looked for in the order of the table: "pool walking" is in water, "walking yoga" is mobility.
    """
    plain = re.sub(r"[^a-z]", "", name.removeprefix("HKWorkoutActivityType").lower())
    if any(word in plain for word in _MOTOR):
        return Kind.OTHER
    return next((kind for kind, words in _WORDS.items() if any(word in plain for word in words)), Kind.OTHER)
