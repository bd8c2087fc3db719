"""Tables of exports: what was ordered and why, how far it has come, what was made, who took it.

Orders, what came of them and downloads are permanent. The bytes of a file go after a while (`making.KEPT_FOR`); its hash stays.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an export tells of the arms, as the extract that it is made of."""

    POOLED = "pooled", _("pooled")
    BLINDED = "blinded", _("with dummy arms")
    UNBLINDED = "unblinded", _("by arm")


class Format(models.TextChoices):
    """The formats, as `stegvis convert` names them."""

    CSV = "csv", _("CSV with codebook")
    PARQUET = "parquet", _("Parquet with codebook")
    SPSS = "sav", _("SPSS (.sav)")
    STATA = "dta", _("Stata (.dta)")
    DATASET_JSON = "dataset-json", _("CDISC Dataset-JSON and Define-XML")
    ODM = "odm", _("CDISC ODM-XML")
    REDCAP = "redcap", _("REDCap dictionary and data")
    FHIR = "fhir", _("HL7 FHIR R4 (NDJSON)")


class Export(models.Model):
    """Somebody ordered data in a format, with a reason."""

    analysis = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    format = models.CharField(max_length=20, choices=Format)
    answers = models.BooleanField()
    language = models.CharField(max_length=5)
    reason = models.TextField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="export_kind"),
            models.CheckConstraint(condition=Q(format__in=Format.values), name="export_format"),
            models.CheckConstraint(condition=~Q(reason=""), name="export_has_its_reason"),
        )

    class Privacy:
        """Staff by code; the reason is free text."""

        fields: ClassVar = {
            "pseudonymous": ("analysis", "kind", "format", "answers", "language", "ordered_at", "ordered_by", "key"),
            "free_text": ("reason",),
        }


class ExportProgress(models.Model):
    """How far the making has come; the one row here that changes."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="progress")
    attempts = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    step = models.CharField(max_length=200, blank=True)
    extract_sha256 = models.CharField(max_length=64, blank=True)

    class Privacy:
        """Counts and hashes."""

        fields: ClassVar = {"pseudonymous": ("export", "attempts", "begun_at", "step", "extract_sha256")}


class ExportOutcome(models.Model):
    """What came of an order: a file with its hash and those of its parts, or why none could be made."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="outcome")
    ended_at = models.DateTimeField()
    refusal = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    extract_sha256 = models.CharField(max_length=64, blank=True)
    files = models.JSONField(default=dict)  # by name: bytes, sha256 and, where it has any, rows

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(refusal="", sha256__regex=r"^[0-9a-f]{64}$") | (~Q(refusal="") & Q(sha256="")),
                name="export_made_or_refused",
            ),
        )

    class Privacy:
        """Hashes and counts; a refusal names files, rows and columns of the extract."""

        fields: ClassVar = {
            "pseudonymous": ("export", "ended_at", "refusal", "sha256", "size", "extract_sha256", "files"),
        }


class ExportPart(models.Model):
    """A piece of an export's file."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["export", "position"], name="export_part_once"),)

    class Privacy:
        """Everybody's data by code; of an unblinded export with the arms."""

        fields: ClassVar = {"pseudonymous": ("export", "position"), "health": ("content",)}


class ExportDownload(models.Model):
    """Somebody took an export's file away."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="downloads")
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=40)
    taken_as = models.CharField(max_length=20)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("export", "taken_at", "taken_by", "taken_as")}
