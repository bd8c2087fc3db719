"""Kinds and effort of an activity: what the plan and the diary count by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_MINUTES = 600


class ActivityKind(models.TextChoices):
    """What kind of activity, for counting; what it is called is the person's own choice."""

    WALKING = "walking", _("walking")
    CYCLING = "cycling", _("cycling")
    WATER = "water", _("in water")
    STRENGTH = "strength", _("strength")
    MOBILITY = "mobility", _("mobility")
    RELAXATION = "relaxation", _("relaxation")
    EVERYDAY = "everyday", _("everyday activity")
    OWN = "own", _("own activity")


MOVING = frozenset(ActivityKind) - {ActivityKind.STRENGTH, ActivityKind.RELAXATION}
"""Kinds whose minutes count as moving; strength is counted in days, and relaxation is listed but not counted."""


class Effort(models.TextChoices):
    """How hard, by the talk test: could sing; can talk, not sing; a few words at a time."""

    EASY = "easy", _("easy")
    MEDIUM = "medium", _("medium")
    HARD = "hard", _("hard")
