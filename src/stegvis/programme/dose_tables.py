"""Tables of the dose: facts of one day, without content. Each tells the arm.

They are written often and leave no event of their own: that a part was finished or homework was sent, does.
"""

from typing import ClassVar

from django.db import models


class DayInView(models.Model):
    """How many seconds the programme's pages were visible to a person on one day; three still minutes end the counting."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    seconds = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "on"], name="day_in_view_once"),)

    class Privacy:
        """Tells the arm."""

        fields: ClassVar = {"reveals_arm": ("course", "on", "seconds")}


class PartOpening(models.Model):
    """A part was opened on a day, in full or short, and whether it was a low-energy day."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="+")
    module = models.CharField(max_length=60)
    part = models.PositiveSmallIntegerField()
    length = models.CharField(max_length=10, choices={"full": "full", "short": "short"})
    low_energy = models.BooleanField()
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["course", "on", "module", "part", "length"], name="part_opened_once_a_day"),
        )

    class Privacy:
        """Tells the arm; a low-energy day is health data."""

        fields: ClassVar = {"health": ("low_energy",), "reveals_arm": ("course", "module", "part", "length", "on")}


class PracticeReport(models.Model):
    """Whether a person practised on a day, as they said, on the day or later; the newest of a day counts."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    practised = models.BooleanField()
    reported_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["course", "on", "-id"], name="newest_practice"),)

    class Privacy:
        """Tells the arm."""

        fields: ClassVar = {"reveals_arm": ("course", "on", "practised", "reported_at")}

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.course.participant
