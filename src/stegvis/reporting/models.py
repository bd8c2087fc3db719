"""Tables of locks, extracts and openings. All are append-only."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an extract and its report tell of the arms."""

    POOLED = "pooled", _("pooled")
    BLINDED = "blinded", _("with dummy arms")
    UNBLINDED = "unblinded", _("by arm")


class OfAKind(models.Model):
    """Something about the arms that says which kind it is."""

    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        abstract = True

    @property
    def kind_in_words(self) -> str:
        """The kind as people read it."""
        return str(Kind(self.kind).label)


class Lock(models.Model):
    """The data were closed for one analysis: by whom, when, why."""

    analysis = models.CharField(max_length=60, unique=True)
    locked_at = models.DateTimeField()
    locked_by = models.CharField(max_length=40)
    reason = models.TextField()

    class Privacy:
        """Staff by code; the reason is free text."""

        fields: ClassVar = {"pseudonymous": ("analysis", "locked_at", "locked_by"), "free_text": ("reason",)}


class Extract(OfAKind):
    """An extract was written: its kind, its hash, how many rows each file holds."""

    analysis = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=40)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("analysis", "kind", "sha256", "rows", "written_at", "written_by")}


class ReportOpening(OfAKind):
    """Someone opened a report: of which analysis and kind, when."""

    analysis = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    opened_as = models.CharField(max_length=20)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("analysis", "kind", "opened_at", "opened_by", "opened_as")}


class PrintedReport(OfAKind):
    """A report as it was printed from an extract, self-contained, with its results, and as PDF and Word where made."""

    extract = models.OneToOneField(Extract, on_delete=models.PROTECT, related_name="printed")
    analysis = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    html = models.TextField()
    results = models.TextField()
    pdf = models.BinaryField(null=True)
    word = models.BinaryField(null=True)
    printed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["analysis", "kind", "-printed_at"], name="newest_report"),)

    class Privacy:
        """Aggregates; the unblinded kind tells the arms' results."""

        fields: ClassVar = {
            "pseudonymous": ("extract", "analysis", "kind", "language", "printed_at"),
            "reveals_arm": ("html", "results", "pdf", "word"),
        }
