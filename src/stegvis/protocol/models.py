"""Tables of the protocol: what a trial's folder said on the day it was loaded. Rows never change; an amendment is a new one."""

from typing import ClassVar

from django.db import models


class InstrumentVersion(models.Model):
    """One instrument's FHIR Questionnaire as loaded: the file's text, so that no decimal loses a digit."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    source = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["code", "sha256"], name="instrument_once"),)

    class Privacy:
        """Public, but for the texts that a licence binds."""

        fields: ClassVar = {"public": ("code", "version", "sha256", "source", "loaded_at")}


class ProtocolVersion(models.Model):
    """One version of the protocol with its texts and its instruments, immutable and hashed."""

    number = models.PositiveIntegerField(unique=True)
    version = models.CharField(max_length=40)
    effective_from = models.DateField()
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    texts = models.JSONField()
    instruments = models.ManyToManyField(InstrumentVersion, related_name="+")
    loaded_at = models.DateTimeField()

    class Privacy:
        """Public."""

        fields: ClassVar = {
            "public": ("number", "version", "effective_from", "sha256", "content", "texts", "loaded_at")
        }


class GoneLive(models.Model):
    """The moment from which this installation serves real people; one row, or none."""

    only = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField()
    account_code = models.CharField(max_length=40)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="live_once"),)

    class Privacy:
        """Nobody's."""

        fields: ClassVar = {"public": ("only", "at", "account_code")}
