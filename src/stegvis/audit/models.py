"""Tables of the record. All but the clock's offset are append-only: triggers refuse UPDATE, DELETE and TRUNCATE."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

SITE_OF = """coalesce(
    (SELECT s.code FROM people_participant p JOIN people_site s ON s.id = p.site_id WHERE p.code = %s),
    substring(%s from '^(.*)-'), '')"""
"""The site where a participant, by code, is at the moment of a line of the record; their code begins with the first one's."""


class Event(models.Model):
    """One thing that was done: who, in which role, when, what, about whom, why. Values only, no foreign keys."""

    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20)
    actor_code = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    participant = models.CharField(max_length=20, blank=True)
    site = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    tells_arm = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["participant", "occurred_at"], name="event_of_participant"),
            models.Index(fields=["verb", "occurred_at"], name="event_by_verb"),
        )

    class Privacy:
        """Pseudonymous; the reason is free text written by staff. Rows that tell an arm are hidden from blind roles."""

        fields: ClassVar = {
            "pseudonymous": (
                "occurred_at", "recorded_at", "actor_id", "actor_role", "actor_code", "verb", "participant", "site",
                "subject", "detail", "tells_arm",
            ),
            "free_text": ("reason",),
        }  # fmt: skip


class Reading(models.Model):
    """A member of staff opened something of a participant's: who, whose, when, unit, what kind (HSLF-FS 2016:40)."""

    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20)
    actor_code = models.CharField(max_length=40)
    participant = models.CharField(max_length=20)
    site = models.CharField(max_length=20)
    kind = models.CharField(max_length=60)
    tells_arm = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["participant", "occurred_at"], name="reading_of_participant"),)

    class Privacy:
        """Pseudonymous throughout. Rows that tell an arm are hidden from blind roles."""

        fields: ClassVar = {
            "pseudonymous": (
                "occurred_at", "recorded_at", "actor_id", "actor_role", "actor_code", "participant", "site", "kind",
                "tells_arm",
            ),
        }  # fmt: skip


class ReadingSample(models.Model):
    """Readings drawn by chance to be checked, by their keys: from which days, how many of how many."""

    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField()
    of = models.PositiveIntegerField()
    readings = models.JSONField()

    class Privacy:
        """Staff by code, and keys of rows."""

        fields: ClassVar = {"pseudonymous": ("drawn_at", "drawn_by", "from_on", "until_on", "of", "readings")}


class ReadingCheck(models.Model):
    """What a check of a sample found, and what was done about it; a later check of the same sample stands beside it."""

    sample = models.ForeignKey(ReadingSample, on_delete=models.PROTECT, related_name="checks")
    all_in_order = models.BooleanField()
    words = models.TextField(blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=40)

    class Privacy:
        """Staff by code; the words are free text."""

        fields: ClassVar = {"pseudonymous": ("sample", "all_in_order", "noted_at", "noted_by"), "free_text": ("words",)}


class ClockOffset(models.Model):
    """How far the demonstration's clock stands from the real one; one row, and none in a live installation."""

    only = models.BooleanField(primary_key=True, default=True)
    seconds = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="one_clock"),)

    class Privacy:
        """Nobody's."""

        store = "house"
        fields: ClassVar = {"public": ("only", "seconds")}
