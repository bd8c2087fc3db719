"""Locks, extracts, openings and printed reports are permanent; reports are read by data manager and statistician."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

READERS = "(SELECT stegvis_role()) IN ('data_manager', 'statistician')"

# The unblinded report shows itself only once its analysis is locked, whatever a query forgets.
REPORT = (
    READERS
    + """
    AND (kind <> 'unblinded' OR EXISTS (SELECT FROM reporting_lock l WHERE l.analysis = reporting_printedreport.analysis))
"""
)


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("reporting", "0001_reporting"), ("audit", "0002_walls")]

    operations: ClassVar = [
        append_only("reporting_lock"),
        append_only("reporting_extract"),
        append_only("reporting_reportopening"),
        append_only("reporting_printedreport"),
        protect("reporting_printedreport", using=REPORT),
    ]
