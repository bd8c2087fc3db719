"""Reads of exports: those that were ordered, the one that waits, and the file of one that was made."""

import tempfile
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.db.models import Count, QuerySet

from stegvis.audit import clock
from stegvis.exchange.models import Export, ExportDownload, ExportPart
from stegvis.exchange.models import Format as Format
from stegvis.exchange.models import Kind as Kind

KEPT_FOR = timedelta(days=30)
"""How long the bytes of a file are kept; it can be ordered anew."""
MOST_SHOWN = 50


def exports() -> list[Export]:
    """The newest exports with how far they have come, what came of them and how often they were taken."""
    rows = Export.objects.select_related("progress", "outcome", "ordered_by").annotate(taken=Count("downloads"))
    return list(rows.order_by("-ordered_at", "-pk")[:MOST_SHOWN])


def export(pk: int) -> Export | None:
    """One of them."""
    return Export.objects.select_related("progress", "outcome", "ordered_by").filter(pk=pk).first()


def ordered_with(key: UUID) -> Export | None:
    """The export that was ordered with this form already."""
    return Export.objects.filter(key=key).first()


def downloads(export: Export) -> list[ExportDownload]:
    """Who took its file, newest first."""
    return list(ExportDownload.objects.filter(export=export).order_by("-taken_at", "-pk")[:MOST_SHOWN])


def next_waiting() -> Export | None:
    """The export that has waited longest."""
    waiting = Export.objects.filter(outcome=None).select_related("progress", "ordered_by")
    return waiting.order_by("ordered_at", "pk").first()


def has_file(export: Export) -> bool:
    """Whether its bytes are there (and may be seen)."""
    return ExportPart.objects.filter(export=export).exists()


def removed_from(export: Export) -> datetime | None:
    """When its bytes go, or went; None while there is nothing to go."""
    outcome = getattr(export, "outcome", None)
    return outcome.ended_at + KEPT_FOR if outcome is not None and not outcome.refusal else None


def old_parts() -> QuerySet[ExportPart]:
    """The bytes that have been kept long enough."""
    return ExportPart.objects.filter(export__outcome__ended_at__lt=clock.now() - KEPT_FOR)


def file_of(export: Export) -> IO[bytes]:
    """Its bytes, put together in a file without a name, so that a large one does not stand in memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by whoever asked
    parts = ExportPart.objects.filter(export=export).order_by("position").values_list("content", flat=True)
    for content in parts.iterator(chunk_size=4):
        file.write(content)
    file.seek(0)
    return file


def name_of(export: Export) -> str:
    """What its file is called, without the ending."""
    return f"{export.analysis}-{export.kind}-{export.format}-{export.pk}"
