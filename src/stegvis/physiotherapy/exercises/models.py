"""Tables of the library of exercises, and of what was chosen from it. None of them ever changes.

A person is on the release from which the exercises of their plan were chosen: all of one plan come from one release, and a
newer release reaches them with the next version of the plan.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.releases import Published, Signed
from stegvis.methods.exercises.content import MOST_SETS, MOST_TIMES

MOST_EXERCISES = 4
"""More are not done: home programmes of few exercises are kept up better than long ones."""


class Form(models.TextChoices):
    """In which form an exercise is done."""

    EASIER = "easier", _("easier form")
    AS_IS = "as_is", _("as described")
    HARDER = "harder", _("harder form")


class ExerciseRelease(Published):
    """One published version of the library, with its drawings, in all its languages."""

    class Privacy:
        """Ours to show to those who have it in their plan."""

        store = "house"
        fields: ClassVar = {"public": ("sha256", "content", "published_at")}


class ExerciseReview(Signed):
    """A named physiotherapist has signed a release in a language. Without it the release is for demonstration only."""

    release = models.ForeignKey(ExerciseRelease, on_delete=models.PROTECT, related_name="reviews")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["release", "language", "profession", "reviewer"], name="exercises_signed_once"
            ),
        )

    class Privacy:
        """Staff by name, as they signed."""

        store = "house"
        fields: ClassVar = {"public": ("release", "language", "reviewer", "profession", "signed_at")}


class PlannedExercise(models.Model):
    """An exercise of a plan: which of its release, in which form, how many times in how many sets."""

    plan = models.ForeignKey("physiotherapy.Plan", on_delete=models.PROTECT, related_name="exercises")
    position = models.PositiveSmallIntegerField()
    release = models.ForeignKey(ExerciseRelease, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    form = models.CharField(max_length=10, choices=Form)
    times = models.PositiveSmallIntegerField()
    sets = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["plan", "position"], name="exercise_once_per_position"),
            models.UniqueConstraint(fields=["plan", "code"], name="exercise_once_in_a_plan"),
            models.CheckConstraint(condition=Q(position__range=(1, MOST_EXERCISES)), name="few_exercises"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="exercise_form"),
            models.CheckConstraint(
                condition=Q(times__range=(1, MOST_TIMES), sets__range=(1, MOST_SETS)), name="exercise_dose"
            ),
        )

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "pseudonymous": ("plan", "position", "release"),
            "health": ("code", "form", "times", "sets"),
        }
