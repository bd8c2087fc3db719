"""Tables of locks, extracts and openings. All are append-only."""

from typing import ClassVar

from django.db import models


class Lock(models.Model):
    """The data were closed for one analysis: by whom, when, why."""

    analysis = models.CharField(max_length=60, unique=True)
    locked_at = models.DateTimeField()
    locked_by = models.CharField(max_length=40)
    reason = models.TextField()

    class Privacy:
        """Staff by code; the reason is free text."""

        fields: ClassVar = {"pseudonymous": ("analysis", "locked_at", "locked_by"), "free_text": ("reason",)}


class Extract(models.Model):
    """An extract was written: its kind, its hash, how many rows each file holds."""

    analysis = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=40)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("analysis", "kind", "sha256", "rows", "written_at", "written_by")}


class ReportOpening(models.Model):
    """Someone opened a report: of which analysis and kind, when."""

    analysis = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    opened_as = models.CharField(max_length=20)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("analysis", "kind", "opened_at", "opened_by", "opened_as")}


class PrintedReport(models.Model):
    """A report as it was printed from an extract, self-contained, with its results."""

    extract = models.OneToOneField(Extract, on_delete=models.PROTECT, related_name="printed")
    analysis = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    html = models.TextField()
    results = models.TextField()
    printed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["analysis", "kind", "-printed_at"], name="newest_report"),)

    class Privacy:
        """Aggregates; the unblinded kind tells the arms' results."""

        fields: ClassVar = {
            "pseudonymous": ("extract", "analysis", "kind", "language", "printed_at"),
            "reveals_arm": ("html", "results"),
        }
