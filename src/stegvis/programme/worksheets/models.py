"""Tables of worksheets: what is being written, what was kept, and with whom the person shares it. Every row tells the arm.

A kept sheet never changes; going on with it is a new one that begins with its words. Sharing is a row of its own, so that
taking it back leaves a trace and what was read stays known to have been read.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from stegvis.audit.days import day_of
from stegvis.audit.fields import EncryptedTextField

THERAPIST, PHYSIOTHERAPIST = "therapist", "physiotherapist"
"""With whom a kept sheet can be shared: the roles, since whoever takes over reads on."""


class WorksheetDraft(models.Model):
    """What stands in a field of the sheet that is being written; overwritten as one types, and gone once it is kept."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="worksheet_drafts")
    sheet = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    value = EncryptedTextField()
    saved_at = models.DateTimeField()
    saved_on = day_of("saved_at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "sheet", "field"], name="worksheet_draft_once"),)
        indexes = (models.Index(fields=["course", "saved_on"], name="worksheet_drafts_by_day"),)

    class Privacy:
        """The person's own words, for nobody else."""

        fields: ClassVar = {
            "free_text": ("value",),
            "reveals_arm": ("course", "sheet", "field", "saved_at", "saved_on"),
        }


class WorksheetEntry(models.Model):
    """A sheet as it was kept, word for word. `on` is the day it is about; one that was set aside is out of the list."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="worksheets")
    release = models.ForeignKey("programme.Release", on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=60)
    on = models.DateField()
    content = EncryptedTextField()
    kept_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["course", "-on", "-kept_at"], name="worksheets_newest"),)

    class Privacy:
        """The person's own words."""

        fields: ClassVar = {
            "free_text": ("content",),
            "reveals_arm": ("course", "release", "sheet", "on", "kept_at", "set_aside_at", "key"),
        }

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.course.participant


class WorksheetShare(models.Model):
    """A kept sheet may be read in a role, from one moment until the person takes it back; `read_at` is the first reading."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(WorksheetEntry, on_delete=models.PROTECT, related_name="shares")
    audience = models.CharField(max_length=20, choices={THERAPIST: THERAPIST, PHYSIOTHERAPIST: PHYSIOTHERAPIST})
    shared_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["entry", "audience"], condition=Q(taken_back_at=None), name="worksheet_shared_once"
            ),
        )

    class Privacy:
        """Tells the arm."""

        fields: ClassVar = {"reveals_arm": ("course", "entry", "audience", "shared_at", "taken_back_at", "read_at")}

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.entry.participant
