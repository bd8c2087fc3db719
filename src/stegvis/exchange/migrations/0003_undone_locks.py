"""The bytes of an unblinded export hide themselves again when the lock is undone."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

from stegvis.audit.rowsecurity import show_also

BEFORE = import_module("stegvis.exchange.migrations.0002_walls").BYTES
SHOWN = """(SELECT stegvis_role()) IN ('data_manager', 'statistician')
    AND EXISTS (
        SELECT FROM exchange_export e WHERE e.id = exchange_exportpart.export_id
        AND (e.kind <> 'unblinded' OR EXISTS (
            SELECT FROM reporting_lock l WHERE l.analysis = e.analysis
            AND NOT EXISTS (SELECT FROM reporting_unlock u WHERE u.lock_id = l.id))))
"""


class Migration(migrations.Migration):
    """After the undoing of locks."""

    dependencies: ClassVar = [("exchange", "0002_walls"), ("reporting", "0006_locked_by_two")]

    operations: ClassVar = [show_also("exchange_exportpart", using=SHOWN, before=BEFORE)]
