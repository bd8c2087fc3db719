"""Orders, outcomes and downloads are permanent; bytes are seen by data manager and statistician, of the arms after the lock."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

READERS = "(SELECT stegvis_role()) IN ('data_manager', 'statistician')"

# The bytes of an unblinded export show themselves only while its analysis is locked, whatever a query forgets.
BYTES = (
    READERS
    + """
    AND EXISTS (
        SELECT FROM exchange_export e WHERE e.id = exchange_exportpart.export_id
        AND (e.kind <> 'unblinded' OR EXISTS (SELECT FROM reporting_lock l WHERE l.analysis = e.analysis)))
"""
)


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [
        ("exchange", "0001_exports"),
        ("audit", "0002_walls"),
        ("reporting", "0002_walls"),
    ]

    operations: ClassVar = [
        append_only("exchange_export"),
        append_only("exchange_exportoutcome"),
        append_only("exchange_exportdownload"),
        protect("exchange_export", using=READERS),
        protect("exchange_exportprogress", using=READERS, check="false"),
        protect("exchange_exportoutcome", using=READERS, check="false"),
        protect("exchange_exportpart", using=BYTES, check="false"),
        protect("exchange_exportdownload", using=READERS),
    ]
